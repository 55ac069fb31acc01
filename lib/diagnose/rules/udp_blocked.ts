import { defineRule } from "../rule.ts";
import { concludeBlocked } from "../udp.ts";

/** `udp-blocked`. */
export const udpBlocked = defineRule({
  code: "udp-blocked",
  title: "no UDP port of IKE answers, while the gateway is alive on another path",
  question: "Nothing comes back over UDP. Is it UDP, or is it the gateway?",
  meaning:
    "Neither UDP 500 nor UDP 4500 gets an answer, and something else at the same address does. Clients that know " +
    "only UDP cannot connect from here; those with TCP encapsulation turn to it after their retransmissions (RFC " +
    "9329 §6.1).",
  established:
    "Every request and every retransmission on every UDP path of the address went unanswered until the deadline, no " +
    "datagram and no ICMP error came, and IKE answered over TCP or TLS at the same address in the same run " +
    "(certain), or at least its host reacted (possible).",
  confusedWith:
    "A dead gateway: ruled out by its answers elsewhere. A gateway that ignores us after our own requests: " +
    "rate-limited, told by asking once more. A refusal that this socket cannot see: said where ICMP is not visible. " +
    "What remains possible: a filter on the way out, one on the way back, one at the gateway; one end cannot tell " +
    "them apart.",
  advice: {
    client: [
      "Ask the network's administrator to allow UDP 500 and UDP 4500 out, and the answers in.",
      "Until then, use TCP encapsulation if a TCP or TLS path of this report is accepted.",
    ],
    gateway: ["Capture on UDP 500 and UDP 4500 while the probe is repeated, to see whether requests arrive."],
  },
  references: ["RFC 7296 §2 (UDP 500 and 4500)", "RFC 7296 §2.4", "RFC 9329 §6.1"],
  conclude: (view) => concludeBlocked(view, "udp-blocked"),
});
