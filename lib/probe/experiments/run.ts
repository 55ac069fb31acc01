/** The experiments of one run: which are needed once its paths have ended, and which are certain to be needed before that. */
import type { Experiment } from "../../model/mod.ts";
import { FIRST_RETRANSMISSION_MS } from "../../exchange/initiator.ts";
import type { PathJob, RunContext } from "../context.ts";
import { Laboratory } from "./laboratory.ts";
import { experimentsAt, type Tried, watchMs } from "./plan.ts";

/** All experiments of a run together end after so many milliseconds; `deep` has more patience. */
const LABORATORY_MS = { normal: 4_400, deep: 40_000 } as const;

/** Events that are no sign of life: what we do, and waiting in vain. */
const OURS: ReadonlySet<string> = new Set(["open", "sent", "timeout", "budget"]);

/** See the file's head. */
export class Experiments {
  readonly #lab: Laboratory;
  readonly #silent = new Set<string>();

  constructor(readonly context: RunContext) {
    this.#lab = new Laboratory(context);
  }

  /** Runs what the paths, which have ended, leave open; the experiments' events are in the recorder. */
  async run(tried: readonly Tried[]): Promise<readonly Experiment[]> {
    if (this.#isOff()) return this.#lab.experiments;
    this.#open();
    await Promise.all([...addressesOf(tried.map(({ job }) => job))].map(async (address) => {
      const here = tried.filter(({ job }) => job.address === address);
      if (!this.#silent.has(address) || here.some(({ path }) => path.state !== "silent")) await this.#at(here);
    }));
    return this.#lab.experiments;
  }

  /**
   * An address from which nothing at all has come by now will be silent to the end, and what is asked then is known: it is
   * asked in the last part of the time in which the paths wait for an answer, of which the last request has had as much
   * as an experiment has. A dead host takes no longer than the timeout so. Should something come after all, all experiments that
   * this calls for are made as ever.
   *
   * @param jobs The paths, which have just begun
   * @param signal Ends it when the paths have ended
   */
  async foresee(jobs: readonly PathJob[], signal: AbortSignal): Promise<void> {
    if (this.#isOff()) return;
    const { context } = this;
    const { timeoutMs, retries } = context.settings;
    const watch = watchMs([], this.#mode);
    const delay = Math.max(timeoutMs - watch, lastRequestMs(retries, timeoutMs) + watch);
    if (delay >= timeoutMs) return;
    await context.network.clock.sleep(context.now() + delay, signal);
    if (signal.aborted) return;
    this.#open();
    await Promise.all([...addressesOf(jobs)].map(async (address) => {
      const here = jobs.filter((job) => job.address === address);
      if (this.#isAlive(here)) return;
      this.#silent.add(address);
      await this.#at(here.map((job) => ({ job, path: silentPath(job) })));
    }));
  }

  get #mode(): "normal" | "deep" {
    return this.context.settings.mode === "deep" ? "deep" : "normal";
  }

  #isOff(): boolean {
    return this.context.settings.mode === "quick" || this.context.signal.aborted;
  }

  #open(): void {
    const { context } = this;
    this.#lab.end = Math.min(context.now() + LABORATORY_MS[this.#mode], context.endBy);
  }

  #at(here: readonly Tried[]): Promise<void> {
    return experimentsAt(here, this.#lab, watchMs(here, this.#mode));
  }

  #isAlive(jobs: readonly PathJob[]): boolean {
    const paths = new Set<string | null>(jobs.map((job) => job.id));
    return this.context.recorder.events.some((event) => paths.has(event.path) && !OURS.has(event.kind));
  }
}

function addressesOf(jobs: readonly PathJob[]): Set<string> {
  return new Set(jobs.map(({ address }) => address));
}

/** When the last copy of a request goes out, in milliseconds after the first. */
function lastRequestMs(retries: number, timeoutMs: number): number {
  let last = 0;
  for (let copy = 1; copy <= retries; copy++) {
    const at = FIRST_RETRANSMISSION_MS * (2 ** copy - 1);
    if (at < timeoutMs) last = at;
  }
  return last;
}

/** What a path will have been found to be. */
function silentPath({ id, spec, address, expected }: PathJob): Tried["path"] {
  return { id, transport: spec.transport, address, expected, state: "silent", attempts: 0, timing_ms: { total: 0 } };
}
