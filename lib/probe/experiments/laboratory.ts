/** Where control experiments are run: gives each its number, its time, and writes down what came of it. */
import type { Experiment, ExperimentName, ExperimentResult } from "../../model/mod.ts";
import type { RunContext } from "../context.ts";
import { roundMs } from "../recorder.ts";

/** What an experiment says when it is over. */
export interface Observation {
  readonly result: ExperimentResult;
  /** From the decisive packet to what came back. */
  readonly ms?: number;
  readonly facts?: Experiment["facts"];
}

/** See the file's head. */
export class Laboratory {
  readonly #experiments: Experiment[] = [];

  /** The clock's reading at which no experiment may go on. */
  end = 0;

  constructor(readonly context: RunContext) {}

  /** Experiments so far, in the order in which they began: events refer to them by their place here. */
  get experiments(): readonly Experiment[] {
    return this.#experiments;
  }

  /** Whether there is time for another one. */
  get open(): boolean {
    return this.context.now() < this.end - 50 && !this.context.signal.aborted;
  }

  /**
   * Whether there is time for experiments that watch for so long, after a handshake and after a send each: where the run has
   * to be over before, less would make silence of an answer that is on its way.
   */
  hasTime(watchMs: number): boolean {
    return this.open && this.context.now() + 2 * watchMs <= this.context.endBy;
  }

  /**
   * Runs one experiment.
   *
   * @param body Gets the experiment's number for its events. What it throws is a defect of ours, and ends as `failed`.
   */
  async run(
    name: ExperimentName,
    path: string,
    body: (number: number) => Promise<Observation>,
    round = 1,
  ): Promise<Observation> {
    const { recorder } = this.context;
    const started = this.context.now();
    const began = { name, path, started_ms: recorder.since(started), round };
    // It has its place from the start, so that one that is cut off does not shift the numbers of the others.
    const number = this.#experiments.push({ ...began, ended_ms: began.started_ms, result: "failed" }) - 1;
    const observation = await body(number).catch((error): Observation => ({
      result: "failed",
      facts: { detail: error instanceof Error ? error.message : String(error) },
    }));
    const { result, ms, facts } = observation;
    this.#experiments[number] = {
      ...began,
      ended_ms: recorder.since(this.context.now()),
      result,
      ...(ms !== undefined && { ms: roundMs(ms) }),
      ...(facts !== undefined && { facts }),
    };
    return observation;
  }
}
