/**
 * UDP with all that Linux tells: not connected in the kernel, so that answers from other addresses are seen, bound to the
 * address that the system would send from, and with ICMP errors. None of it needs a privilege.
 */
import type { Endpoint } from "../../model/mod.ts";
import { canonicalAddress } from "../../wire/mod.ts";
import { systemClock } from "../clock.ts";
import { Mailbox } from "../mailbox.ts";
import { elapsed, notOpened } from "../opening.ts";
import { LINUX_UDP } from "../sight.ts";
import type { Arrival, Channel, Opened, OpenOptions } from "../transport.ts";
import { SOCK } from "./constants.ts";
import { DatagramSocket } from "./datagram.ts";
import { c } from "./libc.ts";
import { anyAddress, decodeSockaddr, encodeSockaddr, localEndpoint, localSockaddr, zonesOf } from "./sockaddr.ts";
import { bindSocket, checked, localTrouble, newSocket } from "./socket.ts";

/** Octets of datagrams that may wait; what comes beyond them is lost, as in any socket's buffer. */
const WAITING_OCTETS = 262144;

/** A socket address of no family (AF_UNSPEC). */
const NOWHERE = new Uint8Array(new ArrayBuffer(16));

/** Opens a UDP socket for one endpoint. */
export function openUdp(remote: Endpoint, options: OpenOptions = {}): Promise<Opened> {
  const began = systemClock.now();
  let fd = -1;
  try {
    const to = encodeSockaddr(remote);
    fd = newSocket(remote.address, SOCK.DGRAM);
    bindFor(fd, remote, to, options);
    const channel = new UdpChannel(fd, remote, to);
    return Promise.resolve({ ok: true, channel, ms: elapsed(began) });
  } catch (error) {
    if (fd >= 0) c().close(fd);
    return Promise.resolve(notOpened(began, localTrouble(error, remote)));
  }
}

/**
 * Binds to the address that the system would send from, and to no port of the other side. Connecting asks the routing table
 * and sends nothing; a connection to nowhere takes it back, and the port with it unless that was asked for (connect(2)).
 */
function bindFor(fd: number, remote: Endpoint, to: Uint8Array<ArrayBuffer>, options: OpenOptions): void {
  const { source, sourcePort = 0 } = options;
  if (source !== undefined) bindSocket(fd, { address: source, port: sourcePort });
  checked(c().connect(fd, to, to.length), "connect");
  const local = localSockaddr(fd) ?? encodeSockaddr({ address: source ?? anyAddress(remote.address), port: 0 });
  checked(c().connect(fd, NOWHERE, NOWHERE.length), "connect");
  if (source !== undefined && sourcePort !== 0) return;
  new DataView(local.buffer).setUint16(2, sourcePort);
  bindSocket(fd, local);
}

class UdpChannel implements Channel {
  readonly sight = LINUX_UDP;
  readonly remote: Endpoint;
  readonly local: Endpoint;
  readonly localCandidates: readonly string[];
  readonly #to: Uint8Array<ArrayBuffer>;
  readonly #zones: ReadonlyMap<number, string>;
  readonly #mailbox: Mailbox;
  readonly #socket: DatagramSocket;

  constructor(fd: number, remote: Endpoint, to: Uint8Array<ArrayBuffer>) {
    this.remote = { address: canonicalAddress(remote.address), port: remote.port };
    this.#to = to;
    this.#zones = zonesOf(remote, to);
    this.local = localEndpoint(fd, this.#zones) ?? { address: anyAddress(remote.address), port: 0 };
    this.localCandidates = [this.local.address];
    this.#mailbox = new Mailbox({ stream: false, limit: WAITING_OCTETS, poll: () => this.#socket.take() });
    this.#socket = new DatagramSocket(fd, {
      onMessage: ({ at, data, from }) => {
        const source = decodeSockaddr(from, this.#zones);
        this.#mailbox.put({ kind: "octets", at, data: data.slice(), ...(source && { from: source }) });
      },
      onError: ({ at, icmp }) => {
        if (icmp !== undefined) this.#mailbox.put({ kind: "icmp", at, icmp });
      },
    });
  }

  send(data: Uint8Array): Promise<void> {
    const error = this.#socket.send(data, this.#to);
    if (error !== undefined) {
      this.#mailbox.put({ kind: "error", at: systemClock.now(), ...localTrouble(error, this.remote) });
    }
    return Promise.resolve();
  }

  receive(until: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    return this.#mailbox.receive(until, signal);
  }

  close(): void {
    this.#mailbox.close();
    this.#socket.close();
  }
}
