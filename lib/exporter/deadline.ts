/** When a run has to be over: the latest time that somebody who waits for it gives it. */
import type { Clock } from "../net/transport.ts";

/** Milliseconds that a run which is ended early still takes: its SA over TCP is ended properly. */
const PARTING_MS = 350;

/** When a run that has to be over at a time is to be ended, so that it is. */
export function endOfRun(now: number, until: number): number {
  return until - Math.min(PARTING_MS, (until - now) / 3);
}

/** See the file's head. */
export class Deadline {
  readonly #abort = new AbortController();
  readonly #done = new AbortController();
  #until: number;

  /** @param until the clock's reading @param stop ends it at once */
  constructor(readonly clock: Clock, until: number, readonly stop: AbortSignal) {
    this.#until = until;
    if (stop.aborted) this.#abort.abort();
    stop.addEventListener("abort", this.#onStop);
    this.#watch();
  }

  /** Aborts when the run has to come to its end. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The clock's reading at which it aborts. */
  get until(): number {
    return this.#until;
  }

  /** Somebody else waits, too. */
  extend(until: number): void {
    this.#until = Math.max(this.#until, until);
  }

  /** The run is over. */
  release(): void {
    this.#done.abort();
    this.stop.removeEventListener("abort", this.#onStop);
  }

  readonly #onStop = () => this.#abort.abort();

  async #watch(): Promise<void> {
    while (!this.#done.signal.aborted && this.clock.now() < this.#until) {
      await this.clock.sleep(this.#until, this.#done.signal);
    }
    if (!this.#done.signal.aborted) this.#abort.abort();
  }
}
