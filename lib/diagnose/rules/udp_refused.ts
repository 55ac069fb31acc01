import { decisiveIcmp, icmpConfidence, isProhibited, senderOf } from "../icmp.ts";
import { leastSure } from "../least_sure.ts";
import { type Conclusion, defineRule } from "../rule.ts";
import { worstOf } from "../severity.ts";
import { groupBy } from "../words.ts";
import type { View } from "../view.ts";

/** `udp-refused`. */
export const udpRefused = defineRule({
  code: "udp-refused",
  title: "ICMP port unreachable from the gateway: nothing listens there",
  question: "Does anything listen on this UDP port?",
  meaning:
    "The gateway's own address answers that the port is closed. UDP passes in both directions; the IKE service is " +
    "not running, not bound to this address, or configured for another port.",
  established:
    "Two copies of a request, at least, met ICMP port unreachable, sent by the very address that was probed, and no " +
    "answer came (certain); likely where it was one or the system does not name the sender, possible beside an answer.",
  confusedWith:
    "A firewall that rejects in its own name: then the ICMP error has another sender (udp-prohibited). A firewall " +
    "that speaks in the gateway's name, such as a NAT in front of it, looks the same and stays possible.",
  advice: {
    client: [],
    gateway: ["Check that the IKE daemon runs and is bound to this address and port."],
  },
  references: ["RFC 1122 §4.1.3.1", "RFC 7296 §2"],
  conclude: (view) =>
    groupBy(view.paths.filter((path) => path.transport === "udp" && path.expected), (path) => path.address).flatMap(
      (here) => concludeAt(view, here),
    ),
});

function concludeAt(view: View, here: readonly View["paths"][number][]): Conclusion[] {
  const refused = here.filter((path) => path.state === "refused" && !isProhibited(view, path));
  if (refused.length === 0) return [];
  const named = refused.every((path) => {
    const icmp = decisiveIcmp(view, path);
    return icmp !== undefined && senderOf(icmp.event, path) === "gateway";
  });
  return [{
    severity: worstOf(view, refused),
    confidence: leastSure(refused.map((path) => icmpConfidence(view, path))),
    paths: refused.map((path) => path.id),
    summary: `${view.names(refused)}: ${named ? "the gateway says" : "an ICMP error says"} that nothing listens there`,
    evidence: refused.map((path) =>
      view.evidence(
        `${view.name(path)}: ICMP port unreachable${named ? ` from ${path.address}` : ""}`,
        view.events(path, "sent").slice(0, 3),
        view.events(path, "icmp"),
      )
    ),
  }];
}
