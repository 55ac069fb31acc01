import { defineRule } from "../rule.ts";
import { concludeBlocked } from "../udp.ts";

/** `udp-500-blocked`. */
export const udp500Blocked = defineRule({
  code: "udp-500-blocked",
  title: "UDP 500 is silent, and just that",
  question: "Why does UDP 500 not answer when the gateway does?",
  meaning:
    "Most clients begin on UDP 500. Where it is dropped they fail or wait for their fallback to TCP, although UDP " +
    "4500 may be fine: a client that can begin on UDP 4500 connects at once (RFC 7296 §2.23 allows it).",
  established:
    "All requests to UDP 500 went unanswered, without an ICMP error, and IKE answered on another path of the same " +
    "address in the same run.",
  confusedWith:
    "A gateway that ignores us after our own requests (rate-limited: told by asking once more); a filter that wants " +
    "our source port to be 500 (told by sending from there, where that is permitted). What remains possible: a " +
    "filter on the way in either direction, or at the gateway.",
  advice: {
    client: [
      "Ask the network's administrator to allow UDP 500 out, and the answers in.",
      "Some clients can be told to begin on UDP 4500.",
    ],
    gateway: ["Check that its firewall allows UDP 500, and capture there while the probe is repeated."],
  },
  references: ["RFC 7296 §2", "RFC 7296 §2.23", "RFC 9329 §6.1"],
  conclude: (view) => concludeBlocked(view, "udp-500-blocked"),
});
