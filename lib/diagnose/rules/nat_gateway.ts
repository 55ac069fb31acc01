import { escapeText } from "../../wire/mod.ts";
import { mismatches, preimage, translated } from "../nat.ts";
import { defineRule } from "../rule.ts";

/** `nat-gateway`. */
export const natGateway = defineRule({
  code: "nat-gateway",
  title: "the gateway is behind a NAT",
  question: "Does the gateway know itself by the address that we use?",
  meaning:
    "The gateway's own address is not the one that we sent to: a NAT, a load balancer or a cloud's address mapping " +
    "stands before it. IKE copes, and moves to UDP 4500, which must be forwarded like UDP 500. Identities and " +
    "certificates must fit the outer address or name.",
  established:
    "The gateway's NAT_DETECTION_SOURCE_IP, a hash of its own address and port, does not match the address and port " +
    "that we sent to. Certain where the search for its preimage found the inner address.",
  confusedWith:
    "A gateway that sends a wrong hash on purpose, to force UDP encapsulation (strongSwan: encap = yes; libreswan: " +
    "encapsulation = yes): it has no preimage, so without one both remain possible.",
  advice: {
    client: [],
    gateway: ["Check that its NAT forwards UDP 500 and UDP 4500, and TCP 4500 where it is offered."],
  },
  references: ["RFC 7296 §2.23", "RFC 9329 §7.5"],
  conclude: (view) =>
    view.addresses.flatMap((address) => {
      const paths = translated(view, address, "gateway");
      if (paths.length === 0) return [];
      const found = preimage(view, address, "gateway");
      const port = found?.port === undefined || found.port === found.path.port ? "" : ` port ${found.port}`;
      return [{
        severity: "notice",
        confidence: found === undefined ? "likely" : "certain",
        paths: paths.map((path) => path.id),
        summary: found === undefined
          ? `The gateway at ${address} is behind a NAT, or says so to force UDP encapsulation`
          : found.address === address
          ? `Something before the gateway at ${address} changes the port: it knows itself by port ${found.port} (port ` +
            "forwarding, or TLS that is ended before it)"
          : `The gateway at ${address} is behind a NAT: it knows itself as ${escapeText(found.address)}${port}`,
        evidence: [
          view.evidence(
            `NAT_DETECTION_SOURCE_IP does not match the address that we sent to over ${view.names(paths)}`,
            mismatches(view, paths, "gateway"),
          ),
          ...(found === undefined ? [] : [
            view.trialEvidence(`the hash is that of ${escapeText(found.address)} port ${found.port}`, found.trial),
          ]),
        ],
      }];
    }),
});
