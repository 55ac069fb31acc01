/**
 * UDP with the runtime's own socket. It is not connected in the kernel, so it never hears of an ICMP error, and does not
 * learn which address of ours the system sends from.
 */
import { createSocket, type Socket } from "node:dgram";
import type { Endpoint } from "../../model/mod.ts";
import { canonicalAddress, familyOf, splitZone } from "../../wire/mod.ts";
import { systemClock } from "../clock.ts";
import { troubleOfError } from "../failure.ts";
import { localAddresses } from "../local_addresses.ts";
import { Mailbox } from "../mailbox.ts";
import { elapsed, failedBy, notOpened, zoneTrouble } from "../opening.ts";
import { PORTABLE_UDP } from "../sight.ts";
import type { Arrival, Channel, Opened, OpenOptions } from "../transport.ts";

/** Octets of datagrams that may wait; what comes beyond them is lost, as in any socket's buffer. */
const WAITING_OCTETS = 262144;

/** Opens a UDP socket for one endpoint. */
export async function openPortableUdp(remote: Endpoint, options: OpenOptions = {}): Promise<Opened> {
  const began = systemClock.now();
  const zone = zoneTrouble(remote.address);
  if (zone !== undefined) return notOpened(began, zone);
  const wildcard = familyOf(remote.address) === 4 ? "0.0.0.0" : "::";
  try {
    const socket = await bindDatagramSocket({ address: options.source ?? wildcard, port: options.sourcePort ?? 0 });
    const candidates = options.source === undefined ? candidatesFor(remote.address) : [options.source];
    const { port } = socket.address();
    const local = { address: candidates.length === 1 ? candidates[0]! : wildcard, port };
    return { ok: true, channel: new PortableUdp(socket, remote, local, candidates), ms: elapsed(began) };
  } catch (error) {
    return failedBy(began, error);
  }
}

/** node:dgram throws a missing permission where nobody can catch it: it is asked for before. */
function requirePermission({ address, port }: Endpoint): void {
  const host = familyOf(address) === 4 ? `${address}:${port}` : `[${splitZone(address).address}]:${port}`;
  if (Deno.permissions.requestSync({ name: "net", host }).state === "granted") return;
  throw new Deno.errors.NotCapable(`Cannot bind ${host}: the permission is missing (--allow-net)`);
}

/** A socket of the runtime, bound; rejects with the system's error. */
export function bindDatagramSocket(local: Endpoint): Promise<Socket> {
  return new Promise((resolve, reject) => {
    requirePermission(local);
    const socket = createSocket({ type: familyOf(local.address) === 4 ? "udp4" : "udp6", ipv6Only: true });
    const failed = (error: Error) => {
      socket.close();
      reject(error);
    };
    socket.once("error", failed);
    socket.bind(local.port, local.address, () => {
      socket.off("error", failed);
      resolve(socket);
    });
  });
}

/** Addresses that the system may send from: all of the family that reach as far as the remote one. */
function candidatesFor(remote: string): string[] {
  const reach = reachOf(remote);
  return localAddresses(familyOf(remote)).filter((own) => reachOf(own) === reach);
}

/** How far packets to or from an address get. */
function reachOf(address: string): "host" | "link" | "any" {
  if (address === "::1" || address.startsWith("127.")) return "host";
  return /^(fe[89ab][0-9a-f]:|169\.254\.)/i.test(address) ? "link" : "any";
}

/** The source of a datagram, in the spelling of {@linkcode canonicalAddress}, with a zone only where it tells something. */
export function sourceOf(from: { readonly address: string; readonly port: number }): Endpoint {
  const { address } = splitZone(from.address);
  return { address: canonicalAddress(reachOf(address) === "link" ? from.address : address), port: from.port };
}

class PortableUdp implements Channel {
  readonly sight = PORTABLE_UDP;
  readonly remote: Endpoint;
  readonly #mailbox = new Mailbox({ stream: false, limit: WAITING_OCTETS });
  #open = true;

  constructor(
    readonly socket: Socket,
    remote: Endpoint,
    readonly local: Endpoint,
    readonly localCandidates: readonly string[],
  ) {
    this.remote = { address: canonicalAddress(remote.address), port: remote.port };
    socket.on("message", (data: Uint8Array, from: Endpoint) => {
      const octets = Uint8Array.from(data);
      this.#mailbox.put({ kind: "octets", at: systemClock.now(), data: octets, from: sourceOf(from) });
    });
    socket.on("error", (error: Error) => this.#failed(error));
  }

  send(data: Uint8Array): Promise<void> {
    if (!this.#open) return Promise.resolve();
    return new Promise((resolve) => {
      this.socket.send(data, this.remote.port, this.remote.address, (error: Error | null) => {
        if (error) this.#failed(error);
        resolve();
      });
    });
  }

  receive(until: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    return this.#mailbox.receive(until, signal);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#mailbox.close();
    this.socket.close();
  }

  #failed(error: Error): void {
    if (this.#open) this.#mailbox.put({ kind: "error", at: systemClock.now(), ...troubleOfError(error) });
  }
}
