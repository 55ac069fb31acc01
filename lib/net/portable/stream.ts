/** A stream channel over a connection of the runtime: TCP, or TLS, of either side. */
import type { Endpoint, Sight, TlsReport } from "../../model/mod.ts";
import { systemClock } from "../clock.ts";
import { troubleOfError } from "../failure.ts";
import { Mailbox } from "../mailbox.ts";
import type { Arrival, Channel } from "../transport.ts";

/** Octets of one read. */
const READ_OCTETS = 65536;
/** Octets that wait for a reader before the socket is left alone, so that TCP holds the peer back. */
const WAITING_OCTETS = 131072;

/** What a connection must have for {@linkcode ConnChannel}: `Deno.Conn` and `Deno.TlsConn` do. */
export interface Conn {
  read(into: Uint8Array): Promise<number | null>;
  write(data: Uint8Array): Promise<number>;
  close(): void;
}

/** Settings of {@linkcode ConnChannel}. */
export interface ConnOptions {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly sight: Sight;
  readonly tls?: TlsReport;
  /** What an exception of read or write means; the default knows TCP. */
  readonly explain?: (error: unknown, at: number) => StreamEnd;
}

/** How a stream ends. */
export type StreamEnd = Exclude<Arrival, { kind: "octets" | "icmp" }>;

/** What an exception of TCP means. */
export function endOfTcp(error: unknown, at: number): StreamEnd {
  const trouble = troubleOfError(error);
  return trouble.failure === "reset" ? { kind: "rst", at } : { kind: "error", at, ...trouble };
}

/** See the file's head. */
export class ConnChannel implements Channel {
  readonly sight: Sight;
  readonly remote: Endpoint;
  readonly local: Endpoint;
  readonly localCandidates: readonly string[];
  readonly tls?: TlsReport;
  readonly #conn: Conn;
  readonly #explain: (error: unknown, at: number) => StreamEnd;
  readonly #mailbox: Mailbox;
  #writing: Promise<void> = Promise.resolve();
  #resume: (() => void) | undefined;
  readonly #gone = Promise.withResolvers<number>();
  #closed = false;

  constructor(conn: Conn, options: ConnOptions) {
    this.#conn = conn;
    this.sight = options.sight;
    this.remote = options.remote;
    this.local = options.local;
    this.localCandidates = [options.local.address];
    if (options.tls !== undefined) this.tls = options.tls;
    this.#explain = options.explain ?? endOfTcp;
    this.#mailbox = new Mailbox({ stream: true, limit: WAITING_OCTETS, onRoom: () => this.#resume?.() });
    this.#readAll();
  }

  send(data: Uint8Array): Promise<void> {
    const copy = data.slice();
    this.#writing = this.#writing.then(() => this.#write(copy));
    return this.#writing;
  }

  receive(until: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    return this.#mailbox.receive(until, signal);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#gone.resolve(0);
    this.#mailbox.close();
    this.#resume?.();
    try {
      this.#conn.close();
    } catch {
      // Closed already, by an error on the other direction.
    }
  }

  async #write(data: Uint8Array): Promise<void> {
    let at = 0;
    try {
      while (at < data.length && !this.#closed && !this.#mailbox.broken) {
        // Closing does not end a write that the peer holds back.
        at += await Promise.race([this.#conn.write(data.subarray(at)), this.#gone.promise]);
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  async #readAll(): Promise<void> {
    const buffer = new Uint8Array(READ_OCTETS);
    try {
      while (!this.#mailbox.over) {
        const count = await this.#conn.read(buffer);
        const at = systemClock.now();
        if (count === null) this.#mailbox.put({ kind: "fin", at });
        else if (count > 0) this.#mailbox.put({ kind: "octets", at, data: buffer.slice(0, count) });
        if (this.#mailbox.full) await this.#room();
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#resume = () => {
        this.#resume = undefined;
        resolve();
      };
    });
  }

  #failed(error: unknown): void {
    if (!this.#closed) this.#mailbox.put(this.#explain(error, systemClock.now()));
  }
}
