/**
 * The key exchange group that each address wants, once one path has been told: later requests begin with it. It saves a
 * round trip and, with gateways that hang up after an error, a connection.
 */
import type { Clock } from "../net/transport.ts";

/** An answer over UDP is due after the round trip, and so much of it for chance. */
const DUE = 1.25;
/** What the gateway, and our own looking at it, may take beside that, in milliseconds. */
const WORK_MS = 10;

/** See the file's head. */
export class WantedGroups {
  readonly #known = new Map<string, number>();
  readonly #asked = new Map<string, number>();
  readonly #waiting = new Map<string, AbortController>();

  /** IANA's number; undefined where nothing is known. */
  at(address: string): number | undefined {
    return this.#known.get(address);
  }

  /** Remembers a wish, or what was accepted. */
  learn(address: string, group: number): void {
    this.#known.set(address, group);
    this.#waiting.get(address)?.abort();
  }

  /** A request has gone out whose answer will tell. */
  asked(address: string, now: number): void {
    if (!this.#asked.has(address)) this.#asked.set(address, now);
  }

  /**
   * Lets a path that could send its first request wait for what another one is about to be told: both handshake and request
   * have been under way at the same time, so that it takes a moment, or never comes.
   *
   * @param roundTripMs To the address
   */
  async word(address: string, roundTripMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
    const asked = this.#asked.get(address);
    if (asked === undefined || this.#known.has(address)) return;
    const told = this.#waiting.get(address) ?? new AbortController();
    this.#waiting.set(address, told);
    await clock.sleep(asked + roundTripMs * DUE + WORK_MS, AbortSignal.any([signal, told.signal]));
  }
}
