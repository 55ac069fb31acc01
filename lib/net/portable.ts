/**
 * Sockets of the runtime itself, for systems without libc or a permission for it. They see less, and say so: no ICMP
 * errors on UDP, no router's address, nothing of TCP's own bookkeeping.
 */
import { createSocket, type Socket } from "node:dgram";
import type { Endpoint, Failure, Sight } from "../model/mod.ts";
import { Arrivals } from "./arrivals.ts";
import type { Arrival, Channel, ConnectOptions, Opened, OpenOptions } from "./transport.ts";

/** See {@linkcode Sight}. */
export const PORTABLE_UDP_SIGHT: Sight = { icmp: false, router: false, strangers: true, tcpInfo: false };
/** TCP's own errors show what ICMP said to a SYN, not who said it. */
export const PORTABLE_TCP_SIGHT: Sight = { icmp: true, router: false, strangers: false, tcpInfo: false };

const FAILURES: readonly (readonly [pattern: RegExp, failure: Failure])[] = [
  [/refused|os error (111|61|10061)/i, "refused"],
  [/timed? ?out|os error (110|60|10060)/i, "timeout"],
  [/os error (101|51|10051)|network is unreachable/i, "no-route"],
  [/os error (113|65|10065)|no route to host|host is unreachable/i, "host-unreachable"],
  [/os error (104|54|10054)|reset/i, "reset"],
  [/os error (98|48|10048)|in use/i, "address-in-use"],
  [/os error (99|49|10049)|cannot assign|not available/i, "address-not-available"],
  [/os error (97|47|10047)|family/i, "no-family"],
  [/os error (13|1)\b|permission|denied/i, "permission"],
  [/os error (90|40|10040)|too long/i, "message-too-long"],
];

/** What an error of the runtime means. */
export function failureOfError(error: unknown): { failure: Failure; detail: string } {
  const code = (error as { code?: string }).code ?? "";
  const detail = error instanceof Error ? error.message : String(error);
  const failure = FAILURES.find(([pattern]) => pattern.test(`${code} ${detail}`))?.[1] ?? "other";
  return { failure, detail };
}

/** The addresses a datagram may leave from, as this socket does not learn which one the system takes. */
function candidates(address: string): string[] {
  const family = address.includes(":") ? "IPv6" : "IPv4";
  const loopback = (a: string) => a === "::1" || a.startsWith("127.");
  const all = Deno.networkInterfaces().filter((i) => i.family === family).map((i) => i.address.split("%")[0]!);
  const fitting = all.filter((a) => loopback(a) === loopback(address));
  return fitting.length > 0 ? fitting : [family === "IPv6" ? "::" : "0.0.0.0"];
}

/** Opens a UDP socket of the runtime. */
export function openPortableUdp(remote: Endpoint, options: OpenOptions = {}): Promise<Opened> {
  const began = performance.now();
  const v6 = remote.address.includes(":");
  return new Promise((resolve) => {
    const socket = createSocket({ type: v6 ? "udp6" : "udp4", reuseAddr: false });
    const failed = (error: unknown) => resolve({ ok: false, ...failureOfError(error), ms: performance.now() - began });
    socket.once("error", failed);
    try {
      socket.bind({ port: options.sourcePort ?? 0, address: options.source ?? (v6 ? "::" : "0.0.0.0") }, () => {
        socket.off("error", failed);
        const bound = socket.address();
        const source = options.source === undefined ? candidates(remote.address) : [options.source];
        const local = { address: source.length === 1 ? source[0]! : bound.address, port: bound.port };
        resolve({ ok: true, channel: new PortableUdp(socket, remote, local, source), ms: performance.now() - began });
      });
    } catch (error) {
      failed(error);
    }
  });
}

class PortableUdp implements Channel {
  readonly sight = PORTABLE_UDP_SIGHT;
  readonly #arrivals = new Arrivals();
  #open = true;

  constructor(
    readonly socket: Socket,
    readonly remote: Endpoint,
    readonly local: Endpoint,
    readonly localCandidates: readonly string[],
  ) {
    socket.on("message", (data: Uint8Array, from: { address: string; port: number }) => {
      const source = { address: from.address.split("%")[0]!, port: from.port };
      this.#arrivals.push({ kind: "octets", at: performance.now(), data: new Uint8Array(data), from: source });
    });
    socket.on("error", (error: unknown) => this.#failed(error));
  }

  #failed(error: unknown): void {
    this.#arrivals.push({ kind: "error", at: performance.now(), ...failureOfError(error) });
  }

  send(data: Uint8Array): Promise<void> {
    if (!this.#open) return Promise.resolve();
    return new Promise((resolve) => {
      this.socket.send(data, this.remote.port, this.remote.address, (error: unknown) => {
        if (error) this.#failed(error);
        resolve();
      });
    });
  }

  receive(until: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    return this.#arrivals.next(until, signal);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#arrivals.close();
    this.socket.close();
  }
}

/** Connects with the runtime's own TCP. */
export async function connectPortableTcp(remote: Endpoint, options: ConnectOptions): Promise<Opened<Channel>> {
  const began = performance.now();
  const ms = () => performance.now() - began;
  if (options.source !== undefined || options.sourcePort !== undefined) {
    const detail = "a local address cannot be chosen for TCP without libc";
    return { ok: false, failure: "address-not-available", detail, ms: ms() };
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((done) => {
    timer = setTimeout(() => done("late"), Math.max(0, options.until - began));
    options.signal?.addEventListener("abort", () => done("late"), { once: true });
  });
  const connecting = Deno.connect({ hostname: remote.address, port: remote.port, transport: "tcp" });
  try {
    const first = await Promise.race([connecting, late]);
    if (first === "late") {
      connecting.then((late) => late.close(), () => {});
      return { ok: false, failure: "timeout", detail: "no answer to SYN", ms: ms() };
    }
    first.setNoDelay(true);
    return { ok: true, channel: new PortableStream(first, remote), ms: ms() };
  } catch (error) {
    return { ok: false, ...failureOfError(error), ms: ms() };
  } finally {
    clearTimeout(timer);
  }
}

/** A connection of the runtime, ours or accepted. */
export class PortableStream implements Channel {
  readonly sight = PORTABLE_TCP_SIGHT;
  readonly local: Endpoint;
  readonly localCandidates: readonly string[];
  readonly #room: { wake?: () => void } = {};
  readonly #arrivals = new Arrivals(() => this.#room.wake?.());
  #open = true;

  constructor(readonly connection: Deno.Conn, readonly remote: Endpoint) {
    const at = connection.localAddr as Deno.NetAddr;
    this.local = { address: at.hostname, port: at.port };
    this.localCandidates = [at.hostname];
    this.#read();
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(65_536);
    while (this.#open) {
      if (this.#arrivals.full) await new Promise<void>((resolve) => this.#room.wake = resolve);
      try {
        const count = await this.connection.read(buffer);
        const at = performance.now();
        if (count === null) return this.#end({ kind: "fin", at });
        if (count > 0) this.#arrivals.push({ kind: "octets", at, data: buffer.slice(0, count) });
      } catch (error) {
        if (!this.#open) return;
        const { failure, detail } = failureOfError(error);
        const at = performance.now();
        return this.#end(failure === "reset" ? { kind: "rst", at } : { kind: "error", at, failure, detail });
      }
    }
  }

  #end(arrival: Arrival): void {
    this.#arrivals.push(arrival);
    this.#arrivals.close();
  }

  async send(data: Uint8Array): Promise<void> {
    try {
      for (let sent = 0; sent < data.length && this.#open;) sent += await this.connection.write(data.subarray(sent));
    } catch {
      // What ended the connection arrives through receive().
    }
  }

  receive(until: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    return this.#arrivals.next(until, signal);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#room.wake?.();
    this.#arrivals.close();
    this.connection.close();
  }
}
