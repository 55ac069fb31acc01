/**
 * What has arrived on a channel and waits for its reader: in order, bounded, one reader at a time.
 *
 * Reading never fetches more from the system by itself. So a reader comes to the end of what waits and lets the event loop
 * go on, however fast a peer sends: timers and other sockets get their turn.
 */
import { alarm, systemClock } from "./clock.ts";
import type { Arrival } from "./transport.ts";

/** Kinds of arrivals after which a stream delivers nothing more. */
const LAST: ReadonlySet<Arrival["kind"]> = new Set(["fin", "rst", "error"]);

/** What a datagram costs beside its octets, so that a flood of empty ones is bounded too. */
const OVERHEAD = 64;

/** Settings of a {@linkcode Mailbox}. */
export interface MailboxOptions {
  /** `fin`, `rst` and `error` are the last arrival. */
  readonly stream: boolean;
  /** Octets that may wait; at and above that the mailbox is {@linkcode Mailbox.full}. */
  readonly limit: number;
  /** Called when a full mailbox has room again; it must fill it later, not at once. */
  readonly onRoom?: () => void;
  /** Called before a receive gives up: takes in what the system has already, without waiting. */
  readonly poll?: () => void;
}

/** See the file's head. */
export class Mailbox {
  readonly #options: MailboxOptions;
  #arrivals: Arrival[] = [];
  #octets = 0;
  #lastSeen = false;
  #broken = false;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(options: MailboxOptions) {
    this.#options = options;
  }

  /** Whoever fills the mailbox must stop reading (a stream), or will lose what comes (datagrams). */
  get full(): boolean {
    return this.#octets >= this.#options.limit;
  }

  /** The stream's last arrival is in, or the mailbox is closed: whatever comes now is thrown away. */
  get over(): boolean {
    return this.#lastSeen || this.#ended;
  }

  /** The stream broke. Its peer's FIN does not do that: who has nothing more to say may still listen (RFC 9293 §3.6). */
  get broken(): boolean {
    return this.#broken;
  }

  /** Adds an arrival; false when there was no room for a datagram, or nothing is taken any more. */
  put(arrival: Arrival): boolean {
    if (this.over) return false;
    if (arrival.kind === "octets" || arrival.kind === "icmp") {
      if (!this.#options.stream && this.full) return false;
      this.#octets += cost(arrival);
    }
    this.#arrivals.push(arrival);
    if (this.#options.stream && LAST.has(arrival.kind)) {
      this.#lastSeen = true;
      this.#broken = arrival.kind !== "fin";
    }
    this.#wake?.();
    return true;
  }

  /** No further arrival is delivered; who waits is told. */
  close(): void {
    this.#ended = true;
    this.#arrivals = [];
    this.#octets = 0;
    this.#wake?.();
  }

  /** As {@linkcode Channel.receive}. What came in time is delivered even if it is asked for late. */
  async receive(until: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    if (this.#wake !== undefined) throw new Error("Cannot receive: another receive is waiting on this channel");
    if (signal?.aborted || this.#ended) return undefined;
    if (this.#arrivals.length === 0) {
      if (systemClock.now() < until) await this.#wait(until, signal);
      else this.#options.poll?.();
    }
    if (signal?.aborted) return undefined;
    return this.#take(until);
  }

  #take(until: number): Arrival | undefined {
    const first = this.#arrivals[0];
    if (first === undefined || first.at > until) return undefined;
    this.#arrivals.shift();
    if (first.kind === "octets" || first.kind === "icmp") {
      const wasFull = this.full;
      this.#octets -= cost(first);
      if (wasFull && !this.full) this.#options.onRoom?.();
    } else if (this.#options.stream) this.#ended = true;
    return first;
  }

  #wait(until: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#wake = undefined;
        cancel();
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const cancel = alarm(until, () => {
        // The process may have been too busy to look at its sockets while the deadline passed.
        this.#options.poll?.();
        if (this.#wake === done) done();
      });
      this.#wake = done;
      signal?.addEventListener("abort", done);
    });
  }
}

function cost(arrival: Arrival): number {
  return OVERHEAD + (arrival.kind === "octets" ? arrival.data.length : 0);
}
