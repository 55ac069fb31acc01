/**
 * Who may send the full IKE_SA_INIT over TCP or TLS to one address. Only one such exchange may be accepted in a run
 * ("What a probe may cost"), so the streams of an address take turns: the first one listed goes ahead, the others ask with
 * a message that leaves no state, and take over when it has ended without acceptance.
 */
import type { Clock } from "../net/transport.ts";

/** One address's turn. */
export class StreamTurn {
  #held = false;
  #accepted: boolean;
  #waiting: (() => void)[] = [];

  /** @param accepted Somebody was accepted before. */
  constructor(accepted = false) {
    this.#accepted = accepted;
  }

  /** Takes the turn when it is free; false: somebody has it, or was accepted already. */
  tryTake(): boolean {
    if (this.#held || this.#accepted) return false;
    this.#held = true;
    return true;
  }

  /** Gives the turn back; after an acceptance nobody gets it any more. */
  release(accepted: boolean): void {
    this.#held = false;
    this.#accepted ||= accepted;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Takes the turn as soon as it is free; false when it cannot be had before `until`. */
  async take(clock: Clock, until: number, signal: AbortSignal): Promise<boolean> {
    while (!this.#accepted && !signal.aborted && clock.now() < until) {
      if (this.tryTake()) return true;
      const done = new AbortController();
      const freed = new Promise<void>((resolve) => this.#waiting.push(resolve));
      await Promise.race([freed, clock.sleep(until, AbortSignal.any([signal, done.signal]))]);
      done.abort();
    }
    return false;
  }
}
