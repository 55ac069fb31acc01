/** Experiments as evidence: one sentence for each kind, with how often and how quickly. */
import type { Evidence } from "../model/mod.ts";
import { TRIAL_WORDS } from "./stream_case.ts";
import { groupBy, list, time } from "./words.ts";
import { numberFact, type Trial, type View } from "./view.ts";

const RESULT_WORDS: Readonly<Partial<Record<Trial["result"], string>>> = {
  answered: "IKE answers",
  octets: "something answers that is not IKE",
  silent: "silence",
  closed: "closed with FIN",
  reset: "reset",
};

/** `the stream prefix alone (twice): reset after 0.4 ms and 0.5 ms`. */
export function trialsEvidence(view: View, trials: readonly Trial[]): Evidence[] {
  return groupBy(trials, (trial) => `${trial.name} ${trial.result}`).map((same) => {
    const { name, result } = same[0]!;
    const times = same.flatMap((trial) => trial.ms === undefined ? [] : [time(trial.ms)]);
    const often = same.length > 1 ? ` (${same.length} times)` : "";
    const after = times.length === 0 ? "" : ` after ${list(times)}`;
    const what = TRIAL_WORDS[name] ?? name;
    return view.trialEvidence(`${what}${often}: ${RESULT_WORDS[result] ?? result}${after}${ackedWords(same)}`, ...same);
  });
}

/** Whose TCP took the octets, where the system tells; a close in order has acknowledged them anyway. */
function ackedWords(trials: readonly Trial[]): string {
  if (trials.some((trial) => trial.result !== "silent" && trial.result !== "reset")) return "";
  if (trials.every((trial) => trial.name === "tcp-silence")) return "";
  const acked = trials.map((trial) => numberFact(trial, "acked"));
  if (acked.some((octets) => octets === undefined)) return "";
  return acked.every((octets) => octets === 0)
    ? ", not one octet acknowledged"
    : `, ${Math.max(...acked as number[])} octets acknowledged by somebody's TCP`;
}
