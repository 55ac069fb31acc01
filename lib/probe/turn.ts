/**
 * Who may send the full IKE_SA_INIT over TCP or TLS to one address. Only one such exchange may be accepted in a run
 * ("What a probe may cost"), so the streams of an address take turns: the first one listed goes ahead, the others ask with
 * a message that leaves no state, and take over when it has certainly left nothing at the gateway.
 */
import type { Clock } from "../net/transport.ts";

/** What a full IKE_SA_INIT left at the gateway: `perhaps`, where it was not answered and may have been accepted. */
export type Left = "nothing" | "perhaps" | "accepted";

/** One address's turn. */
export class StreamTurn {
  #held = false;
  #left: Left;
  #underWay = 0;
  #waiting: (() => void)[] = [];

  /** @param left By runs before. */
  constructor(left: Left = "nothing") {
    this.#left = left;
  }

  /** What those who had the turn have left. */
  get left(): Left {
    return this.#left;
  }

  /** A stream begins; it has an end, which is said with what this gives. */
  join(): () => void {
    this.#underWay++;
    return () => this.#underWay--;
  }

  /** Whether a stream that is under way is not the only one. */
  get isContested(): boolean {
    return this.#underWay > 1;
  }

  /** Whether somebody waits for it. */
  get isAwaited(): boolean {
    return this.#waiting.length > 0;
  }

  /** Takes the turn when it is free; false: somebody has it, or may have been accepted already. */
  tryTake(): boolean {
    if (this.#held || this.#left !== "nothing") return false;
    this.#held = true;
    return true;
  }

  /** Gives the turn back; after what may have been an acceptance nobody gets it any more. */
  release(left: Left): void {
    this.#held = false;
    if (left !== "nothing") this.#left = left;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Takes the turn as soon as it is free; false when it cannot be had before `until`. */
  async take(clock: Clock, until: number, signal: AbortSignal): Promise<boolean> {
    while (this.#left === "nothing" && !signal.aborted && clock.now() < until) {
      if (this.tryTake()) return true;
      const done = new AbortController();
      const { promise: freed, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      await Promise.race([freed, clock.sleep(until, AbortSignal.any([signal, done.signal]))]);
      this.#waiting = this.#waiting.filter((waiting) => waiting !== resolve);
      done.abort();
    }
    return false;
  }
}
