/** What one path did over the rounds of a watch: how much was lost, and how long answers took. */
import type { Event, PathReport } from "../model/mod.ts";

/** Rounds that are kept for the figures and the history strip. */
export const KEPT_ROUNDS = 600;

/** One path in one round. */
export interface Sample {
  /**
   * Requests that were answered with IKE, or with silence. For TCP and TLS: the one exchange, as TCP repeats what is lost
   * by itself. 0 where something else came back (RST, an ICMP error, HTTP): then nothing was lost.
   */
  readonly sent: number;
  /** Of these, the ones without an answer. */
  readonly lost: number;
  /** From the last request to its answer; absent: there was none. Milliseconds. */
  readonly answerMs?: number;
  /** A full exchange: the gateway computes keys for it, so that its time is no measure of the way. */
  readonly full: boolean;
}

/** Figures over the rounds that are kept. Times in milliseconds. */
export interface Figures {
  /** 0 to 1; absent: nothing was answered, and nothing met silence. */
  readonly loss?: number;
  /** The last round's; absent: that had no answer. */
  readonly last?: number;
  readonly best?: number;
  readonly median?: number;
  readonly worst?: number;
  /** Mean difference between one answer's time and the next one's (RFC 3550 §6.4.1 smooths the same differences). */
  readonly jitter?: number;
}

/** What a round shows of a path. */
export function sampleOf(path: PathReport, events: readonly Event[], full: boolean): Sample {
  const { answer } = path.timing_ms;
  const time = { ...(answer !== undefined && { answerMs: answer }), full };
  if (path.state !== "answered" && path.state !== "silent") return { sent: 0, lost: 0, ...time };
  if (path.transport !== "udp") return { sent: 1, lost: path.state === "silent" ? 1 : 0, ...time };
  const own = events.filter((event) => event.path === path.id && event.experiment === undefined);
  const sent = own.filter(({ kind }) => kind === "sent").length;
  const answered = own.filter((event) => event.kind === "message" && event.fit === "answer").length;
  return { sent, lost: Math.max(0, sent - answered), ...time };
}

/** Answered samples that can be compared: of full exchanges only where there is nothing else. */
export function alike(samples: readonly Sample[]): readonly Sample[] {
  const answered = samples.filter(({ answerMs }) => answerMs !== undefined);
  const light = answered.filter(({ full }) => !full);
  return light.length > 0 ? light : answered;
}

/** See the file's head. Bounded: old rounds are forgotten. */
export class Statistics {
  readonly #samples: Sample[] = [];

  /** The rounds that are kept, the oldest first. */
  get samples(): readonly Sample[] {
    return this.#samples;
  }

  add(sample: Sample): void {
    this.#samples.push(sample);
    if (this.#samples.length > KEPT_ROUNDS) this.#samples.shift();
  }

  figures(): Figures {
    const total = (pick: (sample: Sample) => number) => this.#samples.reduce((sum, sample) => sum + pick(sample), 0);
    const sent = total((sample) => sample.sent);
    const loss = sent === 0 ? {} : { loss: total((sample) => sample.lost) / sent };
    const times = alike(this.#samples).flatMap(({ answerMs }) => answerMs ?? []);
    if (times.length === 0) return loss;
    const last = this.#samples.at(-1)!.answerMs;
    const sorted = times.toSorted((a, b) => a - b);
    const steps = times.slice(1).map((time, i) => Math.abs(time - times[i]!));
    return {
      ...loss,
      ...(last !== undefined && { last }),
      best: sorted[0]!,
      median: (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2,
      worst: sorted.at(-1)!,
      ...(steps.length > 0 && { jitter: steps.reduce((sum, step) => sum + step, 0) / steps.length }),
    };
  }
}
