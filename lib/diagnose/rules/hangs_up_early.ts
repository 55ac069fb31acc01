import type { EndEvent, MessageEvent, PathReport } from "../../model/mod.ts";
import { defineRule } from "../rule.ts";
import { time } from "../words.ts";
import { isStream, type Seen, type View } from "../view.ts";

/** After these answers the Responder keeps the connection for the corrected request. A cookie is none of them (§7.3). */
const OWED = ["group", "version"];

/** How soon behind the answer the end counts as a reaction to it. */
const AT_ONCE_MS = 500;

/** `hangs-up-early`. */
export const hangsUpEarly = defineRule({
  code: "hangs-up-early",
  title: "the TCP Responder closes behind an answer that asks for another request",
  question: "May the corrected request go out on the same connection?",
  meaning:
    "After INVALID_KE_PAYLOAD or INVALID_MAJOR_VERSION the connection stays open for the corrected request (RFC 9329 " +
    "§7.4). This gateway closes it: clients need a new connection, one round trip more, and those that do not expect " +
    "it fail.",
  established:
    "The answer came, and the other side ended the connection right behind it, before anything else was sent.",
  confusedWith:
    "A gateway that demands a cookie and closes, which RFC 9329 §7.3 allows. A final error, after which nothing is " +
    "owed. libreswan 4.10 is known for this.",
  advice: { client: [], gateway: ["Report it to its vendor, or update."] },
  references: ["RFC 9329 §7.4", "RFC 9329 §7.3"],
  conclude: (view) =>
    view.paths.flatMap((path) => {
      const early = earlyEnds(view, path);
      if (early.length === 0) return [];
      const { answer, end } = early[0]!;
      const gap = end.event.t_ms - answer.event.t_ms;
      const after = gap < 1 ? "at once" : `${time(gap)} later`;
      return [{
        severity: "notice",
        confidence: "certain",
        paths: [path.id],
        summary:
          `${view.name(path)}: the gateway closes the connection behind ${answer.event.notify ?? "its answer"}: a ` +
          "corrected request needs a new one",
        evidence: [
          view.evidence(
            `${answer.event.what}, and ${end.event.how === "rst" ? "RST" : "FIN"} ${after}`,
            answer,
            end,
          ),
        ],
      }];
    }),
});

function earlyEnds(view: View, path: PathReport): { answer: Seen<MessageEvent>; end: Seen<EndEvent> }[] {
  if (!isStream(path)) return [];
  const events = view.events(path);
  return view.messages(path).flatMap((answer) => {
    if (answer.event.fit !== "answer" || !OWED.includes(answer.event.result ?? "")) return [];
    const next = events.find(({ event, index }) =>
      index > answer.index && "flow" in event && event.flow === answer.event.flow &&
      (event.kind === "end" || event.kind === "sent")
    );
    if (next?.event.kind !== "end" || !["fin", "rst"].includes(next.event.how)) return [];
    if (next.event.t_ms - answer.event.t_ms > AT_ONCE_MS) return [];
    return [{ answer, end: next as Seen<EndEvent> }];
  });
}
