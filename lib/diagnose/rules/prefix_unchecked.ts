import { defineRule } from "../rule.ts";
import { trialsEvidence } from "../trial_evidence.ts";

/** `prefix-unchecked`. */
export const prefixUnchecked = defineRule({
  code: "prefix-unchecked",
  title: "the TCP Responder takes any six octets for the stream prefix",
  question: "Does the gateway look at the stream prefix?",
  meaning:
    "A stream that does not begin with IKETCP must be closed; this gateway goes on and answers IKE. It works for " +
    "clients, and makes the port harder to share with other protocols.",
  established:
    "A connection that began with six other octets in place of the prefix got an IKE answer to the request behind " +
    "them.",
  confusedWith: "A proxy that writes the prefix anew for us, which would look the same.",
  advice: { client: [], gateway: ["Report it to its vendor; nothing else needs to be done."] },
  references: ["RFC 9329 §5"],
  conclude: (view) =>
    view.paths.flatMap((path) => {
      const answered = [...view.trialsOf(path, "tcp-other-stream"), ...view.trialsOf(path, "tcp-other-prefix")]
        .filter((trial) => trial.result === "answered");
      return answered.length === 0 ? [] : [{
        severity: "notice",
        confidence: "certain",
        paths: [path.id],
        summary: `${view.name(path)}: the gateway answers a stream that does not begin with IKETCP`,
        evidence: trialsEvidence(view, answered),
      }];
    }),
});
