/** Things to be done later: bounded in number, and all forgotten when the gateway stops. */
import type { Clock } from "../net/transport.ts";

/** See the file's head. */
export class Delays {
  readonly #running = new Set<Promise<void>>();

  constructor(
    private readonly clock: Clock,
    private readonly limit: number,
    private readonly signal: AbortSignal,
  ) {}

  /** Runs `task` after so many milliseconds; when too many wait already, never. */
  add(ms: number, task: () => Promise<void> | void): void {
    if (this.#running.size >= this.limit || this.signal.aborted) return;
    const running = this.#run(ms, task).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when nothing is left to do. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #run(ms: number, task: () => Promise<void> | void): Promise<void> {
    await this.clock.sleep(this.clock.now() + ms, this.signal);
    if (!this.signal.aborted) await task();
  }
}
