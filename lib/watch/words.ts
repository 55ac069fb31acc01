/** A watch in words. */
import { guard } from "../report/text/style.ts";
import type { Happening } from "./log.ts";
import type { Change, Look } from "./picture.ts";

const LOOK_WORDS: Readonly<Partial<Record<Look, string>>> = {
  works: "accepts IKE",
  answers: "answers, and accepts nothing",
};

function lookWords(look: Look | undefined): string {
  return look === undefined ? "not there" : LOOK_WORDS[look] ?? look;
}

/** `udp-500@192.0.2.7: silent (it was: accepts IKE)`. */
export function changeWords({ path, from, to }: Change): string {
  return `${guard(path)}: ${lookWords(to)} (it was: ${lookWords(from)})`;
}

/** What happened, in one sentence and the findings behind it. */
export function happeningWords({ change, note, findings }: Happening): string[] {
  const first = change === undefined ? guard(note ?? "") : changeWords(change);
  return [
    first,
    ...findings.map(({ code, severity, confidence, summary }) => {
      const sure = confidence === "certain" ? code : `${code}, ${confidence}`;
      return `${severity}: ${guard(summary)} [${sure}]`;
    }),
  ];
}
