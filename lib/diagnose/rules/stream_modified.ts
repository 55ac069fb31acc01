import { modifications } from "../modified.ts";
import { defineRule } from "../rule.ts";
import { severityOf } from "../severity.ts";

/** `stream-modified`. */
export const streamModified = defineRule({
  code: "stream-modified",
  title: "bytes of the stream were changed on the way",
  question: "Did the octets arrive as they were sent?",
  meaning:
    "Something in the stream is damaged: an SPI that is ours but for a bit, a Length that disagrees with the message " +
    "in the frame, a non-ESP marker that is not zero, an answer that parses over UDP and not over TCP. TCP's own " +
    "checksum rules out the wire; a proxy that ends TCP and writes it anew can do it.",
  established:
    "Values that are known to us came back with a few different bits, or two lengths of one frame disagree, or the " +
    "same exchange is well-formed over UDP at the same address.",
  confusedWith:
    "An answer to somebody else: its SPI differs in about half of its bits (stray-response). A gateway that writes " +
    "broken messages: it would do so over UDP as well, unless only its TCP part is at fault, which stays possible. " +
    "Inside TLS nobody on the way can change octets unseen: there it is the gateway, or who ends TLS.",
  advice: {
    client: ["Ask the network's administrator for a device that proxies or optimises TCP, and to exempt the gateway."],
    gateway: ["Capture there and compare octet by octet with this report's events (--verbose)."],
  },
  references: ["RFC 9329 §4", "RFC 9329 §5", "RFC 7296 §3.1"],
  conclude: (view) =>
    view.paths.flatMap((path) => {
      const signs = modifications(view, path);
      if (signs.length === 0) return [];
      const likely = path.transport === "tcp" && signs.some((sign) => sign.kind === "bits");
      return [{
        severity: severityOf(view, path),
        confidence: likely ? "likely" : "possible",
        paths: [path.id],
        summary: `${view.name(path)}: the stream is damaged: ${signs[0]!.text}`,
        evidence: signs.slice(0, 3).map((sign) => view.evidence(sign.text, sign.seen)),
      }];
    }),
});
