import { defineRule } from "../rule.ts";
import { trialsEvidence } from "../trial_evidence.ts";
import type { Trial } from "../view.ts";

/** `split-rejected`. */
export const splitRejected = defineRule({
  code: "split-rejected",
  title: "the TCP Responder closes when the stream prefix comes in two segments",
  question: "Does the gateway read a stream, or segments?",
  meaning:
    "TCP has no segments for an application: a prefix that arrives in two parts is the same prefix. This gateway " +
    "reads it with one call and closes when it gets less. Networks that cut segments, and clients that write octet " +
    "by octet, fail.",
  established:
    "The exchange was answered with the prefix in one piece, each time, and closed or reset with the same octets in " +
    "two: certain where the path answered, or two more questions did.",
  confusedWith:
    "A middlebox that acts on whole prefixes: the other way round (prefix-evaded). A cluster with a dead member: where " +
    "the whole form was closed or reset even once, nothing is concluded. libreswan 4.10 is known for this.",
  advice: {
    client: [],
    gateway: ["Report it to its vendor, or update: the prefix must be read until it is complete."],
  },
  references: ["RFC 9329 §5", "RFC 9329 §7.1"],
  conclude: (view) =>
    view.paths.flatMap((path) => {
      const split = view.trialsOf(path, "tcp-prefix-split").filter(isEnded);
      const wholes = [...view.trialsOf(path, "tcp-prefix-frame"), ...view.trialsOf(path, "tcp-empty-init")];
      const answered = wholes.filter(({ result }) => result === "answered");
      if (split.length === 0 || (answered.length === 0 && path.ike === undefined)) return [];
      if (path.state === "closed" || path.state === "reset" || wholes.some(isEnded)) return [];
      return [{
        severity: "notice",
        confidence: path.ike !== undefined || answered.length > 1 ? "certain" : "likely",
        paths: [path.id],
        summary: `${view.name(path)}: the gateway closes when the stream prefix comes in two segments`,
        evidence: trialsEvidence(view, [...answered, ...split]),
      }];
    }),
});

function isEnded({ result }: Trial): boolean {
  return result === "closed" || result === "reset";
}
