import { escapeText } from "../../wire/mod.ts";
import { preimage } from "../nat.ts";
import { defineRule } from "../rule.ts";

/** Source ports that helpers look for. */
const IKE_PORTS = [500, 4500];

/** `port-rewritten`. */
export const portRewritten = defineRule({
  code: "port-rewritten",
  title: "a helper changes the source port",
  question: "Is it an ordinary NAT, or does a helper touch the ports of IKE?",
  meaning:
    "Our address arrives as it is and only the port is changed, or the port arrives as 500 or 4500 although we did " +
    "not send from there: a helper for IPsec (pass-through, ALG) is at work. Such helpers let one client through at " +
    "a time, mix up several, or break the move to UDP 4500.",
  established:
    "The search for the preimage of NAT_DETECTION_DESTINATION_IP found our own address with another port, or another " +
    "address with port 500 or 4500, which our socket did not have.",
  confusedWith: "An ordinary NAT, which changes address and port (nat-client).",
  advice: { client: ["Switch off IPsec pass-through (VPN helper, IKE ALG) in the router."], gateway: [] },
  references: ["RFC 3947 §4", "RFC 7296 §2.23"],
  conclude: (view) =>
    view.addresses.flatMap((address) => {
      const found = preimage(view, address, "client");
      const local = found?.path.local;
      if (found?.port === undefined || local === undefined || found.port === local.port) return [];
      const sameAddress = found.address === local.address;
      if (!sameAddress && !IKE_PORTS.includes(found.port)) return [];
      return [{
        severity: "notice",
        confidence: sameAddress ? "certain" : "likely",
        paths: [found.path.id],
        summary: `${view.name(found.path)}: we sent from port ${local.port}, and the gateway saw port ${found.port}: ` +
          (sameAddress ? "somebody changes the port alone" : "a helper for IPsec is at work"),
        evidence: [
          view.trialEvidence(
            `NAT_DETECTION_DESTINATION_IP is the hash of ${escapeText(found.address)} port ${found.port}`,
            found.trial,
          ),
        ],
        advice: ["Here: switch off IPsec pass-through (VPN helper, IKE ALG) in the router."],
      }];
    }),
});
