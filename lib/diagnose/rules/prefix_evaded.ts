import { defineRule } from "../rule.ts";
import { evasion, streamCase } from "../stream_case.ts";
import { trialsEvidence } from "../trial_evidence.ts";

/** `prefix-evaded`. */
export const prefixEvaded = defineRule({
  code: "prefix-evaded",
  title: "the same exchange succeeds when the prefix is split over segments",
  question: "Is it the content of the first segment that is acted upon?",
  meaning:
    "The same octets that failed are answered once the stream prefix is cut into two segments. TCP has no segments " +
    "for an application, so the gateway cannot see the difference; whoever acts on it looks at single packets. It " +
    "proves inspection on the way, and shows a way past it.",
  established:
    "Stream prefix and frame in whole were reset, dropped or closed, each time; with the prefix in two segments, the " +
    "same request was answered by IKE, and nothing without the prefix failed likewise. Certain, where both were tried " +
    "more than once; otherwise likely, and possible where the cut prefix failed as well.",
  confusedWith:
    "A path that fails at times, or a cluster with a dead member: forms with the whole prefix are tried again beside " +
    "or after the split one, and what is sent without it has to be spared. The other way round, a gateway that " +
    "rejects a split prefix (split-rejected), says nothing about middleboxes.",
  advice: {
    client: ["A client that can write the prefix in two segments gets through; TLS is the way that RFC 9329 names."],
    gateway: [],
  },
  references: ["RFC 9329 §5", "RFC 9329 §9"],
  conclude: (view) =>
    view.paths.flatMap((path) => {
      const evaded = evasion(view, path);
      if (evaded === undefined || !INSPECTED.includes(streamCase(view, path)?.kind ?? "")) return [];
      const { splits, wholes, confidence } = evaded;
      return [{
        severity: "notice",
        confidence,
        paths: [path.id],
        summary: `${view.name(path)}: with the stream prefix split over two segments the exchange succeeds: ` +
          `${confidence === "certain" ? "proof" : "a sign"} of inspection, and a way past it`,
        evidence: trialsEvidence(view, [...wholes, ...splits]),
      }];
    }),
});

/** What may come of a stream whose prefix is inspected. */
const INSPECTED: readonly string[] = ["prefix-reset", "prefix-dropped", "hangup"];
