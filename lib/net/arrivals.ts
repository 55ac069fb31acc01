/** What has arrived on a channel and was not yet asked for: bounded, in order, with a deadline for who waits. */
import type { Arrival } from "./transport.ts";

/** Arrivals kept; the rest waits in the kernel (streams) or is lost, as with any socket buffer (datagrams). */
const MAX_WAITING = 256;

const LONGEST = 2_147_483_647;

/** One waiting reader at a time. */
export class Arrivals {
  readonly #waiting: Arrival[] = [];
  #reader: ((arrival: Arrival | undefined) => void) | undefined;
  #closed = false;

  /** Calls back when a reader has made room. */
  constructor(readonly onRoom?: () => void) {}

  /** Whether more would be lost. */
  get full(): boolean {
    return this.#waiting.length >= MAX_WAITING;
  }

  /** Hands an arrival to the reader, or keeps it. An end is always kept. */
  push(arrival: Arrival): void {
    if (this.#closed) return;
    if (this.#reader !== undefined) this.#reader(arrival);
    else if (!this.full || arrival.kind !== "octets") this.#waiting.push(arrival);
  }

  /** No more will come: whoever waits gets `undefined`. What has arrived can still be taken. */
  close(): void {
    this.#closed = true;
    this.#reader?.(undefined);
  }

  /** See {@linkcode ../net/transport.ts Channel.receive}. */
  next(until: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    const first = this.#waiting.shift();
    if (first !== undefined) {
      this.onRoom?.();
      return Promise.resolve(first);
    }
    const wait = until - performance.now();
    if (this.#closed || signal?.aborted || wait <= 0) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const done = (arrival: Arrival | undefined) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        this.#reader = undefined;
        resolve(arrival);
      };
      const onAbort = () => done(undefined);
      const timer = Number.isFinite(wait) ? setTimeout(onAbort, Math.min(wait, LONGEST)) : undefined;
      signal?.addEventListener("abort", onAbort);
      this.#reader = done;
    });
  }
}
