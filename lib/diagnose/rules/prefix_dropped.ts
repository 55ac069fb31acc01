import { inspectionAdvice } from "../capture.ts";
import { defineRule } from "../rule.ts";
import { severityOf } from "../severity.ts";
import { evasion, streamCase } from "../stream_case.ts";
import { trialsEvidence } from "../trial_evidence.ts";
import { numberFact } from "../view.ts";

/** `prefix-dropped`. */
export const prefixDropped = defineRule({
  code: "prefix-dropped",
  title: "streams that begin with IKETCP are swallowed, a control stream is not",
  question: "Does somebody on the way read our streams and drop those of RFC 9329?",
  meaning:
    "The TCP handshake succeeds, and from the stream prefix on nothing comes back, while six other octets in its " +
    "place reach somebody who reacts. Something looks at content: a middlebox with application control (RFC 9329 §9).",
  established:
    "The path and each repetition with the prefix stayed silent, and the control was closed, reset or answered. " +
    "Besides: the other side's TCP acknowledged not one octet of the prefix (certain: a TCP acknowledges whatever " +
    "its application thinks); or the same exchange succeeded with the prefix split (certain when it did twice); or, where octets were " +
    "acknowledged or the system does not tell, not even a frame of impossible length moved it, which whoever reads " +
    "frames must close (possible).",
  confusedWith:
    "A healthy Responder, which waits in silence behind the prefix and closes a wrong one at once: it acknowledges " +
    "the octets, and closes an impossible frame. A mute listener: it is silent to the control as well (tcp-mute). " +
    "Large segments that vanish: the prefix has six octets.",
  advice: {
    client: [
      "Ask the network's administrator whether a firewall inspects applications; IPsec or VPN must be allowed on " +
      "this port.",
      "Use TLS (RFC 9329 Appendix A) if the gateway offers it.",
    ],
    gateway: ["Offer TLS on TCP 443 for clients in such networks."],
  },
  references: ["RFC 9329 §5", "RFC 9329 §7.1", "RFC 9329 §9", "RFC 9329 Appendix A"],
  conclude: (view) =>
    view.paths.flatMap((path) => {
      const found = streamCase(view, path);
      if (found?.kind !== "prefix-dropped") return [];
      const evaded = evasion(view, path);
      const taken = found.subject.some((trial) => (numberFact(trial, "acked") ?? 0) > 0);
      return [{
        severity: severityOf(view, path),
        confidence: found.confidence,
        paths: [path.id],
        summary:
          `${view.name(path)}: streams that begin with IKETCP are ${taken ? "swallowed" : "dropped"}, other streams ` +
          (found.confidence === "certain"
            ? "are not: a middlebox inspects content"
            : "are not: a middlebox may inspect content, or the gateway hangs behind the prefix"),
        evidence: [
          view.evidence(
            `${view.name(path)}: connected, then silence`,
            view.events(path, "connected"),
            view.events(path, "timeout"),
          ),
          ...trialsEvidence(view, [...found.subject, ...found.control]),
          ...trialsEvidence(view, evaded?.splits ?? []),
        ],
        advice: inspectionAdvice(path, found.confidence),
      }];
    }),
});
