import { defineRule } from "../rule.ts";
import { worstOf } from "../severity.ts";

/** `ikev1-only`. */
export const ikev1Only = defineRule({
  code: "ikev1-only",
  title: "it speaks IKEv1",
  question: "Which version does the gateway speak?",
  meaning:
    "The gateway answers an IKEv2 request with an IKEv1 message. Clients that speak IKEv2 cannot connect, and there " +
    "is no TCP encapsulation for IKEv1 (RFC 9329 is for IKEv2).",
  established: "The answer carries our initiator SPI and major version 1.",
  confusedWith:
    "A gateway of a later version, which answers with its own number (version-mismatch). An IKEv1 error does not " +
    "prove that IKEv2 is switched off for everybody: it may be off for this address alone.",
  advice: {
    client: [],
    gateway: ["Enable IKEv2 (libreswan: ikev2=yes; strongSwan: version = 2). IKEv1 is obsolete (RFC 9395)."],
  },
  references: ["RFC 7296 §2.5", "RFC 9395 §3"],
  conclude: (view) => {
    const paths = view.paths.filter((path) => path.ike?.outcome === "version" && path.ike.major_version === 1);
    if (paths.length === 0) return [];
    return [{
      severity: worstOf(view, paths),
      confidence: "certain",
      paths: paths.map((path) => path.id),
      summary: `${view.names(paths)}: the gateway answers IKEv2 with IKEv1`,
      evidence: [
        view.sharedEvidence(
          paths,
          "major version 1",
          (path) => view.messages(path).filter(({ event }) => event.result === "version"),
        ),
      ],
    }];
  },
});
