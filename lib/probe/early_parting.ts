/**
 * Ends an accepted SA while the last answers of a run are still under way, where that saves a round trip: as soon as every
 * path has done what was hoped for, or waits for the answer to a question that leaves no state.
 */
import type { PathReport } from "../model/mod.ts";
import type { PathJob, RunContext } from "./context.ts";

/**
 * How long an accepted connection is watched at least, in milliseconds: somebody who resets connections beside a genuine
 * answer does so within a moment, and what was said since then could explain it.
 */
const WATCH_MS = 20;

/** See the file's head. */
export class EarlyParting {
  readonly #busy: Set<string>;
  readonly #open: Set<string>;
  readonly #onlyAnswers = Promise.withResolvers<void>();
  readonly #over = new AbortController();

  /** @param jobs The paths that the run begins with. */
  constructor(jobs: readonly Pick<PathJob, "id">[]) {
    this.#busy = new Set(jobs.map((job) => job.id));
    this.#open = new Set(this.#busy);
  }

  /** A path has sent a question that leaves no state, and has nothing more to say for now. */
  asked({ id }: Pick<PathJob, "id">): void {
    this.#busy.delete(id);
    if (this.#busy.size === 0) this.#onlyAnswers.resolve();
  }

  /** A path has ended. After one that failed or lost a request there is more to find out: nothing is ended early. */
  ended(path: PathReport): void {
    this.#open.delete(path.id);
    if (this.#open.size === 0 || (path.expected && !isWell(path))) this.#over.abort("nothing to gain");
    this.asked(path);
  }

  /** Says farewell when its time has come; over at the latest with the last path. */
  async run(context: Pick<RunContext, "network" | "now" | "signal" | "sayFarewell">): Promise<void> {
    await this.#onlyAnswers.promise;
    const signal = AbortSignal.any([context.signal, this.#over.signal]);
    await context.network.clock.sleep(context.now() + WATCH_MS, signal);
    if (!signal.aborted) await context.sayFarewell(context.signal);
  }
}

/** Answered, each request at its first copy. */
function isWell({ state, attempts, ike }: PathReport): boolean {
  if (state !== "answered" || ike === undefined) return false;
  return attempts <= ike.groups_tried.length + Number(ike.cookie);
}
