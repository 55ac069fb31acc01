import type { PathReport } from "../../model/mod.ts";
import { escapeText } from "../../wire/mod.ts";
import { modifications } from "../modified.ts";
import { defineRule } from "../rule.ts";
import { worstOf } from "../severity.ts";
import { groupBy, unique } from "../words.ts";
import type { View } from "../view.ts";

/** `malformed-response`. */
export const malformedResponse = defineRule({
  code: "malformed-response",
  title: "an answer does not parse, or breaks a rule that clients check",
  question: "Is the gateway's answer one that a client can use?",
  meaning:
    "An answer to our request came and is broken: lengths that lie, a payload that is missing, an algorithm that was " +
    "not offered, a public value that must not be used. Clients drop it and retransmit, or give up.",
  established:
    "The message has our SPI, message ID and exchange type, and the decoder names the field, its offset and the fault.",
  confusedWith:
    "An answer to another request (stray-response). Octets that were changed on the way: over TCP, a well-formed " +
    "answer over UDP speaks for that (stream-modified); otherwise gateway and way cannot be told apart from here.",
  advice: {
    client: ["Look at the message field by field: --verbose, or ike-tcp decode."],
    gateway: ["Update it, or report the message in this report's events to its vendor."],
  },
  references: ["RFC 7296 §2.21.1", "RFC 7296 §3", "RFC 6989 §2"],
  conclude: (view) => {
    const broken = view.paths.filter((path) => faultsOf(view, path).length > 0);
    return groupBy(broken, (path) => `${faultsOf(view, path)[0]} ${view.works(path)}`).map((paths) => {
      const [first] = paths;
      const faults = faultsOf(view, first!);
      return {
        severity: view.works(first!) ? "notice" : worstOf(view, paths),
        confidence: "certain",
        paths: paths.map((path) => path.id),
        summary: `${view.names(paths)}: the answer is malformed: ${escapeText(faults[0]!)}`,
        evidence: paths.map((path) =>
          view.evidence(
            `${view.name(path)}: ${faultsOf(view, path).slice(0, 3).map((fault) => escapeText(fault)).join("; ")}`,
            view.messages(path).filter(({ event }) => event.fit === "answer" && (event.faults?.length ?? 0) > 0),
          )
        ),
      };
    });
  },
});

function faultsOf(view: View, path: PathReport): string[] {
  // Where the frame's own Length is wrong, the message in it is the least of it.
  if (path.ike === undefined || modifications(view, path).some(({ kind }) => kind === "length")) return [];
  const heard = view.messages(path).filter(({ event }) => event.fit === "answer").flatMap(({ event }) =>
    event.faults ?? []
  );
  return unique([...(path.ike.faults ?? []), ...heard]);
}
