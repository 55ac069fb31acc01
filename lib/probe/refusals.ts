/**
 * When ICMP errors end a path over UDP. They are hints (RFC 7296 §2.4): anybody could have forged them, and a route that
 * flaps or a gateway that restarts is the cause of some for a moment. So the request goes on being retransmitted, and a
 * path is given up once every copy of it has met an error, over a second and a half, and nothing better came for a while.
 */
import type { Icmp } from "../net/transport.ts";

/** Fewer copies than this decide nothing. */
const LEAST_COPIES = 2;

/**
 * From the first copy to the last, at least, where more of them are to come: the three of the usual schedule. Longer ones
 * (`--retries`) need not be waited out.
 */
const LEAST_SPAN_MS = 1500;

/** The copies of a request, and the errors that they met. */
export class Refusals {
  #copies = 0;
  #first: number | undefined;
  #last = 0;
  readonly #errors: Icmp[] = [];
  #lastError = 0;

  /** A copy went out. */
  sent(now: number): void {
    this.#copies++;
    this.#first ??= now;
    this.#last = now;
  }

  /** An ICMP error came; one about the datagram's size refuses nothing. */
  met(icmp: Icmp, at: number): void {
    if (icmp.failure === "message-too-long") return;
    this.#errors.push(icmp);
    this.#lastError = at;
  }

  /** The latest error. */
  get icmp(): Icmp | undefined {
    return this.#errors.at(-1);
  }

  /** Each copy met an error: nobody can have taken the request. */
  get ofAll(): boolean {
    return this.#copies >= LEAST_COPIES && this.#errors.length >= this.#copies;
  }

  /**
   * The clock's reading at which they end the path; undefined as things stand.
   *
   * @param goesOn More copies are to come.
   */
  endAt(goesOn: boolean, graceMs: number): number | undefined {
    if (!this.ofAll || (goesOn && this.#last - this.#first! < LEAST_SPAN_MS)) return undefined;
    return this.#lastError + graceMs;
  }
}
