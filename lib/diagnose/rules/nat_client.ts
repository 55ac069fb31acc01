import { mismatches, preimage, translated } from "../nat.ts";
import { defineRule } from "../rule.ts";
import { escapeText } from "../../wire/mod.ts";
import type { View } from "../view.ts";
import { translatedOverTcpAlone } from "./transparent_proxy.ts";

/** `nat-client`. */
export const natClient = defineRule({
  code: "nat-client",
  title: "we are behind a NAT",
  question: "Does the gateway see our address as it is?",
  meaning:
    "Our address or port is translated on the way to the gateway. IKE copes: over UDP it moves to port 4500 after " +
    "IKE_SA_INIT, ESP travels there, and keepalives hold the mapping; over TCP nothing changes (RFC 9329 §7.5).",
  established:
    "The gateway's NAT_DETECTION_DESTINATION_IP, a hash of where it saw our request come from, matches none of our " +
    "addresses with the socket's port. Where the search for its preimage succeeded, it names the address and port.",
  confusedWith:
    "A proxy that ends TCP: it shows over TCP alone (transparent-proxy). A gateway that sends wrong hashes on " +
    "purpose, to force UDP encapsulation, does so for its own side as a rule (nat-gateway).",
  advice: { client: ["Nothing to do, as long as UDP 4500 works."], gateway: [] },
  references: ["RFC 7296 §2.23", "RFC 3948 §2", "RFC 9329 §7.5"],
  conclude: (view) =>
    view.addresses.flatMap((address) => {
      const proxied = translatedOverTcpAlone(view, address);
      const paths = translated(view, address, "client").filter((path) => !proxied.includes(path));
      if (paths.length === 0) return [];
      const found = preimage(view, address, "client");
      return [{
        severity: "notice",
        confidence: found === undefined && hasUnknownLocal(view, address) ? "likely" : "certain",
        paths: paths.map((path) => path.id),
        summary: found === undefined
          ? `We are behind a NAT, as ${address} sees us`
          : `We are behind a NAT: ${address} sees us as ${escapeText(found.address)} port ${found.port}`,
        evidence: [
          view.evidence(
            `NAT_DETECTION_DESTINATION_IP does not match our socket over ${view.names(paths)}`,
            mismatches(view, paths, "client"),
          ),
          ...(found === undefined ? [] : [
            view.trialEvidence(`the hash is that of ${escapeText(found.address)} port ${found.port}`, found.trial),
          ]),
        ],
      }];
    }),
});

/** A socket that does not know its own address can compare only with a list of candidates. */
function hasUnknownLocal(view: View, address: string): boolean {
  return view.at(address).some(({ local }) => local?.address === "0.0.0.0" || local?.address === "::");
}
