/**
 * How many names the system is asked for at a time. Each question occupies a thread until the system has an answer, also
 * when nobody waits for it any more, and the runtime has 32 of them for all its work, ours with sockets included: a name
 * server that is silent must not take them all.
 */
import { alarm, systemClock } from "./clock.ts";

/** See the file's head. */
export class Lookups {
  readonly #waiting = new Set<() => void>();
  #busy = 0;
  #lastEnd = -Infinity;

  /**
   * @param most asked at a time
   * @param patienceMs for who waits: ends when so long no question has had its answer
   */
  constructor(readonly most: number, readonly patienceMs: number) {}

  /** Asks when its turn has come; undefined: nobody had an answer for too long, and the question was not asked. */
  async ask<T>(question: () => Promise<T>): Promise<{ readonly answer: Promise<T> } | undefined> {
    const began = systemClock.now();
    while (this.#busy >= this.most) {
      const until = Math.max(began, this.#lastEnd) + this.patienceMs;
      if (systemClock.now() >= until) return undefined;
      await this.#change(until);
    }
    this.#busy++;
    const answer = question();
    answer.then(() => this.#end(), () => this.#end());
    return { answer };
  }

  #end(): void {
    this.#busy--;
    this.#lastEnd = systemClock.now();
    const [first] = this.#waiting;
    first?.();
  }

  #change(until: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        cancel();
        resolve();
      };
      const cancel = alarm(until, done);
      this.#waiting.add(done);
    });
  }
}
