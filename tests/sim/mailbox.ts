/** Arrivals in order, for one reader at a time. */
import type { Arrival, Clock } from "../../lib/net/transport.ts";

/** Kinds of arrivals after which a stream delivers nothing more. */
const LAST: ReadonlySet<Arrival["kind"]> = new Set(["fin", "rst", "error"]);

/** The queue between the network and who reads a channel. */
export class Mailbox {
  readonly #arrivals: Arrival[] = [];
  readonly #stream: boolean;
  #closed = false;
  #ended = false;
  #wake: (() => void) | undefined;

  /** `stream`: `fin`, `rst` and `error` are the last arrival. */
  constructor(stream: boolean) {
    this.#stream = stream;
  }

  /** Octets have come that nobody has read. */
  get unread(): boolean {
    return this.#arrivals.some((arrival) => arrival.kind === "octets");
  }

  push(arrival: Arrival): void {
    if (this.#closed) return;
    this.#arrivals.push(arrival);
    this.#wake?.();
  }

  /** No further arrival is delivered. */
  close(): void {
    this.#closed = true;
    this.#arrivals.length = 0;
    this.#wake?.();
  }

  /** As {@linkcode Channel.receive}. */
  async receive(clock: Clock, until: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    if (this.#arrivals.length === 0 && !this.#closed && !this.#ended) await this.#wait(clock, until, signal);
    const arrival = this.#closed || this.#ended || signal?.aborted ? undefined : this.#arrivals.shift();
    if (arrival !== undefined && this.#stream && LAST.has(arrival.kind)) this.#ended = true;
    return arrival;
  }

  async #wait(clock: Clock, until: number, signal?: AbortSignal): Promise<void> {
    if (this.#wake !== undefined) throw new Error("Cannot receive: another receive waits on this channel");
    const stop = new AbortController();
    const wake = () => stop.abort();
    this.#wake = wake;
    signal?.addEventListener("abort", wake);
    try {
      if (!signal?.aborted) await clock.sleep(until, stop.signal);
    } finally {
      signal?.removeEventListener("abort", wake);
      this.#wake = undefined;
    }
  }
}
