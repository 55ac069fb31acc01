/**
 * Questions over UDP that leave no state go to an address one after the other: while a gateway works on one, that counts as
 * a half-open SA, too. strongSwan by default demands cookies of everybody from the fourth of a client's on, and does not
 * answer from the sixth on: two questions at the same time beside two half-open SAs would be one too many.
 */
import type { Clock } from "../net/transport.ts";

/**
 * A question that gets no answer keeps the next one waiting for so many milliseconds, and no longer than this part of a
 * path's time.
 */
const LONGEST_WAIT = { ms: 500, part: 1 / 6 } as const;

/** The gateway has answered, and a busy one has not cleared up behind that yet: so many milliseconds later it has. */
const CLEARING_MS = 100;

function longestWait(timeoutMs: number): number {
  return Math.min(LONGEST_WAIT.ms, timeoutMs * LONGEST_WAIT.part);
}

/** How long a path may have to wait for the questions of so many others before it. */
export function waitForOthers(others: number, timeoutMs: number): number {
  return others * (longestWait(timeoutMs) + CLEARING_MS);
}

/** The questions to one address. */
export class Asking {
  #last: Promise<void> | undefined;

  /** @param timeoutMs of a path */
  constructor(readonly timeoutMs: number) {}

  /** Resolves when it is the caller's turn, with what the caller calls when it has its answer. */
  async turn(clock: Clock, signal: AbortSignal): Promise<() => void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    if (before !== undefined) {
      const answered = new AbortController();
      const patience = clock.sleep(
        clock.now() + longestWait(this.timeoutMs),
        AbortSignal.any([signal, answered.signal]),
      );
      await Promise.race([before, patience]);
      answered.abort();
      await clock.sleep(clock.now() + CLEARING_MS, signal);
    }
    return resolve;
  }
}
