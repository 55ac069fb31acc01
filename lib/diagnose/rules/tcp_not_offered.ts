import { defineRule } from "../rule.ts";
import { refusedAt } from "../syn.ts";
import { bareName } from "../view.ts";
import { list } from "../words.ts";
import { notOffered, refusalEvidence } from "./tcp_refused.ts";

/** `tcp-not-offered`. */
export const tcpNotOffered = defineRule({
  code: "tcp-not-offered",
  title: "the gateway has no TCP: no fallback for clients on networks that block UDP",
  question: "Is there a way for clients whose network blocks UDP?",
  meaning:
    "IKE answers over UDP, and every TCP port that was expected to carry RFC 9329 answers RST. From here all is " +
    "well; from a network that drops UDP, nobody can connect.",
  established:
    "IKE answered over UDP; the TCP ports answered RST, no sooner than the gateway's round trip allows; no TCP or " +
    "TLS path of the address answered IKE.",
  confusedWith:
    "A filter that drops the SYN (tcp-filtered). A firewall that sends RST in the gateway's name cannot be told " +
    "apart when it is near the gateway, or when round trips are too short to compare; another network's view decides.",
  advice: {
    client: [],
    gateway: [
      "To serve clients without UDP, enable TCP encapsulation (libreswan 4 and later: listen-tcp=yes; port 4500).",
    ],
  },
  references: ["RFC 9329 §3", "RFC 9329 §6.1"],
  conclude: (view) =>
    view.addresses.flatMap((address) => {
      const paths = refusedAt(view, address);
      if (paths.length === 0 || !notOffered(view, address)) return [];
      const required = paths.filter((path) => path.required);
      return [{
        severity: required.length > 0 ? "problem" : "notice",
        confidence: "certain",
        paths: paths.map((path) => path.id),
        summary: `The gateway answers over UDP and refuses ${list(paths.map(bareName))}: no fallback for clients on ` +
          `networks that block UDP${view.addresses.length > 1 ? ` (${address})` : ""}`,
        evidence: paths.map((path) => refusalEvidence(view, path)),
      }];
    }),
});
