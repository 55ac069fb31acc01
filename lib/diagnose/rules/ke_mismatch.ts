import type { PathReport } from "../../model/mod.ts";
import { escapeText } from "../../wire/mod.ts";
import { type Conclusion, defineRule } from "../rule.ts";
import { worstOf } from "../severity.ts";
import { groupBy, list } from "../words.ts";
import type { View } from "../view.ts";

/** `ke-mismatch`. */
export const keMismatch = defineRule({
  code: "ke-mismatch",
  title: "the gateway wants another key exchange group than the first offered",
  question: "Did the gateway take the group that the request began with?",
  meaning: "IKE_SA_INIT carries a public value of one group. The gateway prefers another and says so with " +
    "INVALID_KE_PAYLOAD; the request is repeated with that. It costs a client one round trip each time it connects, " +
    "and over TCP a new connection where the gateway hangs up.",
  established: "The gateway answered INVALID_KE_PAYLOAD with the group that it wants.",
  confusedWith:
    "NO_PROPOSAL_CHOSEN, where no group suits (no-proposal). When the group that it wants was not offered, the " +
    "exchange cannot go on, and the finding says so.",
  advice: {
    client: [
      "Put the group that the gateway wants first in the client's proposal, or offer it (--groups) if it is missing.",
    ],
    gateway: ["Allow one of the groups that clients offer."],
  },
  references: ["RFC 7296 §1.2", "RFC 7296 §2.7", "RFC 9329 §7.4"],
  conclude: (view) => [...refused(view), ...steered(view)],
});

/** It wants a group that was not offered: the end. */
function refused(view: View): Conclusion[] {
  const paths = view.paths.filter((path) => path.ike?.error?.startsWith("INVALID_KE_PAYLOAD"));
  return groupBy(paths, (path) => path.ike!.error!).map((group) => ({
    severity: worstOf(view, group),
    confidence: "certain",
    paths: group.map((path) => path.id),
    summary: `The gateway answers ${escapeText(group[0]!.ike!.error!)}: ${offer(view)}`,
    evidence: [demandEvidence(view, group)],
  }));
}

function offer(view: View): string {
  return `offered were ${list(view.facts.options.groups.map((group) => escapeText(group)))}`;
}

/** It wanted another of the groups offered, and got it. */
function steered(view: View): Conclusion[] {
  const steered = view.paths.filter((path) =>
    path.ike !== undefined && path.ike.groups_tried.length > 1 && path.ike.outcome !== "unsolved"
  );
  return groupBy(steered, (path) => path.ike!.groups_tried.join()).map((paths) => {
    const tried = paths[0]!.ike!.groups_tried;
    return {
      severity: "notice",
      confidence: "certain",
      paths: paths.map((path) => path.id),
      summary: `The gateway wants ${tried.at(-1)}; the request began with ${tried[0]}: one round trip more`,
      evidence: [demandEvidence(view, paths)],
    };
  });
}

function demandEvidence(view: View, paths: readonly PathReport[]) {
  return view.sharedEvidence(
    paths,
    "INVALID_KE_PAYLOAD",
    (path) => view.messages(path).filter(({ event }) => event.result === "group"),
  );
}
