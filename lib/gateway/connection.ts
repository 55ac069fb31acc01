/** An accepted TCP or TLS connection: reading and writing with deadlines, so that no peer holds it for ever. */
import type { Endpoint, Transport } from "../model/mod.ts";
import type { Channel, Clock } from "../net/transport.ts";

/** How a connection ended: by the peer (`fin`, `rst`, `error`), by a deadline, or by the gateway. */
export type End = "fin" | "rst" | "error" | "idle" | "closed" | "stopped";

/** What a connection needs. */
export interface ConnectionOptions {
  readonly number: number;
  readonly transport: Transport;
  readonly clock: Clock;
  random(length: number): Uint8Array;
  /** Ends it when the gateway stops. */
  readonly signal: AbortSignal;
  /** Without octets from the peer for so long, the connection is closed. Milliseconds. */
  readonly idleMs: number;
}

/** See the file's head. */
export class Connection {
  readonly number: number;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly random: (length: number) => Uint8Array;
  /** Octets read. */
  received = 0;
  /** Octets written. */
  sent = 0;
  /** More about the end: the system's words. */
  detail = "";
  #end: End | undefined;
  readonly #channel: Channel;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #idleMs: number;

  constructor(channel: Channel, options: ConnectionOptions) {
    this.#channel = channel;
    this.number = options.number;
    this.transport = options.transport;
    this.clock = options.clock;
    this.random = options.random;
    this.local = channel.local;
    this.remote = channel.remote;
    this.#idleMs = options.idleMs;
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
  }

  /** How it ended; undefined: it lives. */
  get end(): End | undefined {
    return this.#end;
  }

  /** The next octets; undefined: the connection has ended. */
  async read(idleMs = this.#idleMs): Promise<Uint8Array | undefined> {
    if (this.#end !== undefined) return undefined;
    const arrival = await this.#channel.receive(this.clock.now() + idleMs, this.#signal);
    if (this.#end !== undefined) return undefined;
    if (arrival === undefined) this.close("fin", this.#signal.aborted ? "stopped" : "idle");
    else if (arrival.kind === "octets") {
      this.received += arrival.data.length;
      return arrival.data;
    } else if (arrival.kind === "icmp") return await this.read(idleMs);
    else {
      if (arrival.kind === "error") this.detail = arrival.detail;
      this.close("fin", arrival.kind);
    }
    return undefined;
  }

  /** Reads and forgets, until the connection ends. */
  async drain(): Promise<void> {
    while (await this.read() !== undefined);
  }

  /** Writes octets as one segment where the system allows; false: the connection has ended, or the peer reads nothing. */
  async write(octets: Uint8Array): Promise<boolean> {
    if (this.#end !== undefined || octets.length === 0) return this.#end === undefined;
    const done = new AbortController();
    const deadline = this.clock.sleep(this.clock.now() + this.#idleMs, AbortSignal.any([done.signal, this.#signal]));
    const taken = await Promise.race([this.#channel.send(octets).then(() => true), deadline.then(() => false)]);
    done.abort();
    if (taken) this.sent += octets.length;
    else this.close("rst", this.#signal.aborted ? "stopped" : "idle");
    return taken && this.#end === undefined;
  }

  /** Waits; ends early with the connection. */
  sleep(ms: number): Promise<void> {
    return this.clock.sleep(this.clock.now() + ms, this.#signal);
  }

  /** Ends it; idempotent. */
  close(how: "fin" | "rst" = "fin", end: End = "closed"): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#channel.close(how);
    this.#stop.abort();
  }
}
