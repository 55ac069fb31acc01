import { defineRule } from "../rule.ts";
import { concludeBlocked } from "../udp.ts";

/** `udp-4500-blocked`. */
export const udp4500Blocked = defineRule({
  code: "udp-4500-blocked",
  title: "UDP 4500 is silent, and just that",
  question: "Why does UDP 4500 not answer when the gateway does?",
  meaning:
    "Where a NAT is on the way, IKE moves from UDP 500 to UDP 4500 after IKE_SA_INIT, and ESP travels there. With " +
    "UDP 4500 dropped, a client behind a NAT gets its first answer and then hangs. Without NAT the tunnel can work.",
  established:
    "All requests to UDP 4500 went unanswered, without an ICMP error, and IKE answered on another path of the same " +
    "address in the same run.",
  confusedWith:
    "A gateway that ignores us after our own requests (rate-limited: told by asking once more); a gateway that " +
    "expects no non-ESP marker (told by sending without it). What remains possible: a filter on the way in either " +
    "direction, or at the gateway.",
  advice: {
    client: ["Ask the network's administrator to allow UDP 4500 out, and the answers in."],
    gateway: ["Check that its firewall and its NAT forward UDP 4500 as well as UDP 500, and capture there."],
  },
  references: ["RFC 7296 §2.23", "RFC 3948 §2.2", "RFC 9329 §6.1"],
  conclude: (view) => concludeBlocked(view, "udp-4500-blocked"),
});
