import { inspectionAdvice } from "../capture.ts";
import { earlyResets } from "../early_reset.ts";
import { defineRule } from "../rule.ts";
import { severityOf } from "../severity.ts";
import { evasion, streamCase } from "../stream_case.ts";
import { trialsEvidence } from "../trial_evidence.ts";
import { time } from "../words.ts";

/** `prefix-reset`. */
export const prefixReset = defineRule({
  code: "prefix-reset",
  title: "streams that begin with IKETCP are reset, a control stream is not",
  question: "Does somebody on the way read our streams and reset those of RFC 9329?",
  meaning:
    "The TCP handshake succeeds, and the connection is reset once the stream prefix has been sent. Six other octets " +
    "in its place, of the same size and cut, are not reset. Something looks at content: a middlebox with application " +
    "control (RFC 9329 §9), or a gateway that itself resets what it should accept.",
  established:
    "The path was reset after the prefix; so was each repetition with the prefix alone; the control with other " +
    "octets was closed in order, answered or left waiting. Certain, when besides the same exchange succeeded with " +
    "the prefix split over segments, each time, or most RSTs came in less than half of the round trip to whoever " +
    "completed the handshake.",
  confusedWith:
    "A gateway that closes whatever it gets (libreswan on a kernel without espintcp): tcp-hangup, as it treats the " +
    "control alike. libreswan's RST for unread octets: the control has the same size and cut. What remains possible " +
    "unless it is certain: a gateway that resets the right prefix by itself. A capture at the gateway decides.",
  advice: {
    client: [
      "Ask the network's administrator whether a firewall inspects applications; IPsec or VPN must be allowed on " +
      "this port.",
      "Use TLS (RFC 9329 Appendix A) if the gateway offers it.",
    ],
    gateway: ["Offer TLS on TCP 443 for clients in such networks."],
  },
  references: ["RFC 9329 §5", "RFC 9329 §9", "RFC 9329 Appendix A"],
  conclude: (view) =>
    view.paths.flatMap((path) => {
      const found = streamCase(view, path);
      if (found?.kind !== "prefix-reset") return [];
      const early = earlyResets(view, path);
      const evaded = evasion(view, path);
      const whole = found.subject[0]?.name === "tcp-prefix" ? "the stream prefix" : "stream prefix and frame";
      return [{
        severity: severityOf(view, path),
        confidence: found.confidence,
        paths: [path.id],
        summary:
          `${view.name(path)}: connections are reset after ${whole}, and not after other octets of the same size: ` +
          (found.confidence === "certain"
            ? "a middlebox inspects content"
            : "a middlebox inspects content, unless the gateway itself resets"),
        evidence: [
          view.evidence(
            `${view.name(path)}: connected, then reset`,
            view.events(path, "connected"),
            view.events(path, "end"),
          ),
          ...trialsEvidence(view, [...found.subject, ...found.control]),
          ...trialsEvidence(view, evaded?.splits ?? []),
          ...(early === undefined ? [] : [
            view.evidence(
              `RST ${time(early.resets[0]!.ms)} after the handshake; a round trip takes ${time(early.roundTrip.ms)}`,
              early.resets.flatMap((one) => one.seen),
              early.roundTrip.seen,
            ),
          ]),
        ],
        advice: inspectionAdvice(path, found.confidence),
      }];
    }),
});
