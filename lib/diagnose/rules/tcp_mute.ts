import type { PathReport } from "../../model/mod.ts";
import { limitAt } from "../limits.ts";
import { defineRule } from "../rule.ts";
import { severityOf } from "../severity.ts";
import { type StreamCase, streamCase } from "../stream_case.ts";
import { trialsEvidence } from "../trial_evidence.ts";
import { numberFact, type View } from "../view.ts";
import { count } from "../words.ts";

/** `tcp-mute`. */
export const tcpMute = defineRule({
  code: "tcp-mute",
  title: "the connection is accepted and nothing reacts to anything",
  question: "Who accepts our connection and says nothing?",
  meaning:
    "The connection stands, and neither the stream prefix with a request nor anything else gets a reaction: a proxy " +
    "that waits for something else, a tarpit, a wrong or a hanging service, or a path that lets handshakes pass and " +
    "no data, or no IKE messages.",
  established:
    "The path stayed silent until its deadline. Certain when other octets, an impossible frame and an HTTP request " +
    "got no reaction either; or when an impossible frame was closed, and the other side's TCP acknowledged, each time, " +
    "the stream prefix and not the IKE message behind it, on a network that lost nothing else. Where the system " +
    "tells, the finding says whether the other side's TCP acknowledged our octets.",
  confusedWith:
    "A middlebox that swallows the prefix alone: prefix-dropped, as the control gets a reaction. A Responder that " +
    "closes impossible frames and answers no request is told apart in the summary, and only possible: its answers may " +
    "be lost on the way back. Proxy, tarpit and wrong service cannot be told apart from here.",
  advice: {
    client: ["Try from another network: if it is the same there, it is the gateway."],
    gateway: [
      "Check which process listens on this port, whether it hangs, and capture there while the probe is repeated.",
    ],
  },
  references: ["RFC 9329 §5", "RFC 9329 §7.1"],
  conclude: (view) =>
    view.paths.flatMap((path) => {
      const found = streamCase(view, path);
      if (found === undefined || !["mute", "waits", "cut", "later", "unfinished"].includes(found.kind)) return [];
      // A gateway that has stopped answering us altogether reads on, and keeps silent.
      if (found.kind === "waits" && limitAt(view, path.address) !== undefined) return [];
      return [{
        severity: severityOf(view, path),
        confidence: found.confidence,
        paths: [path.id],
        summary: `${view.name(path)}: ${words(view, path, found)}`,
        evidence: [
          view.evidence(
            `${view.name(path)}: connected, and no answer to ${count(path.attempts, "request")}`,
            view.events(path, "connected"),
            view.events(path, "received"),
            view.events(path, "timeout"),
          ),
          ...trialsEvidence(view, [...found.subject, ...found.control]),
        ],
      }];
    }),
});

function words(view: View, path: PathReport, found: StreamCase): string {
  if (found.kind === "unfinished") return "an answer begins as a frame of RFC 9329 and is never completed";
  if (found.kind === "later") return "IKE gets no answer, and gets one on a later connection: by chance, or by load";
  if (found.kind === "cut") {
    return "the stream prefix is acknowledged, and the IKE message behind it never is: it is dropped on the way, or " +
      "by a packet filter before the listener";
  }
  if (found.kind === "waits") {
    return "the listener reads RFC 9329's frames, and no answer to an IKE message comes: it gives none, or answers " +
      "are lost on the way back";
  }
  const acked = [...found.subject, ...found.control].map((trial) => numberFact(trial, "acked"));
  const own = view.events(path, "end").flatMap(({ event }) => event.acked ?? []);
  const known = [...acked, ...own].filter((octets) => octets !== undefined);
  if (known.length > 0 && known.every((octets) => octets === 0)) {
    return "the handshake succeeds and not one octet of data is acknowledged: data is dropped on the way";
  }
  const taken = known.some((octets) => octets > 0) ? "; somebody's TCP acknowledges our octets" : "";
  return found.confidence === "certain"
    ? `the connection is accepted, and nothing reacts to anything${taken}`
    : `the connection is accepted, and IKE gets no answer${taken}`;
}
