import type { PathReport } from "../../model/mod.ts";
import { defineRule } from "../rule.ts";
import { severityOf } from "../severity.ts";
import { evasion, type StreamCase, streamCase } from "../stream_case.ts";
import { trialsEvidence } from "../trial_evidence.ts";
import { allAre, type View } from "../view.ts";

/** `tcp-hangup`. */
export const tcpHangup = defineRule({
  code: "tcp-hangup",
  title: "the connection is accepted and closed, whatever is said",
  question: "Who accepts our connection only to end it?",
  meaning:
    "The connection stands and is closed or reset by the other side without an answer, and the stream prefix makes " +
    "no difference. A gateway whose system cannot do RFC 9329 does that (libreswan on a kernel without espintcp), so " +
    "does a proxy without a way to the gateway, and a wrong service.",
  established:
    "The path was closed or reset after the request. Certain when the experiments show the same for the stream " +
    "prefix and for six other octets in its place, or even when nothing is said; otherwise only possible, as no " +
    "control was made or the controls ended differently.",
  confusedWith:
    "A middlebox that resets the prefix alone: prefix-reset, as it spares the control. A Responder that closes a " +
    "wrong prefix is healthy; here it closes the right one, too. What remains possible: gateway, proxy and wrong " +
    "service look the same from here.",
  advice: {
    client: ["Try from another network: if it is the same there, it is the gateway."],
    gateway: [
      "On libreswan, check the kernel: CONFIG_INET_ESPINTCP (and CONFIG_INET6_ESPINTCP) must be set; pluto's log " +
      "says so.",
      "Check which process listens on this port, and its log at this time.",
    ],
  },
  references: ["RFC 9329 §5", "RFC 9329 §7.1"],
  conclude: (view) =>
    view.paths.flatMap((path) => {
      const found = streamCase(view, path);
      if (found?.kind !== "hangup") return [];
      const how = path.state === "reset" ? "reset" : "closed";
      const why = clause(view, path, found);
      const inTls = view.trialsOf(path, "tcp-inside-tls").filter((trial) => trial.result === "answered");
      return [{
        severity: severityOf(view, path),
        confidence: found.confidence,
        paths: [path.id],
        summary: `${view.name(path)}: the connection is accepted and then ${how}${why}`,
        evidence: [
          view.evidence(
            `${view.name(path)}: connected, then ${how}`,
            view.events(path, "connected"),
            view.events(path, "end"),
          ),
          ...trialsEvidence(view, [...found.subject, ...found.control, ...inTls]),
        ],
      }];
    }),
});

function clause(view: View, path: PathReport, { confidence, subject }: StreamCase): string {
  if (evasion(view, path)?.confidence === "certain") {
    return " when the stream prefix comes in one segment, and not when it comes in two: somebody acts on single packets";
  }
  // Whatever it was, it is not what was sent.
  if (subject.some(({ result }) => result === "answered")) {
    return ", and later ones are answered: by chance, by load, or by one of several machines behind this address";
  }
  if (allAre(view.trialsOf(path, "tcp-silence"), "closed", "reset")) return ", even when nothing is said";
  if (confidence === "certain") {
    return ", with the stream prefix and with other octets alike: a gateway that cannot do RFC 9329, a proxy or a wrong service";
  }
  const waits = allAre(view.trialsOf(path, "tcp-prefix"), "silent");
  return waits
    ? " when a complete IKE message arrives: the gateway, or somebody who reads along"
    : " without an answer";
}
