import type { MessageEvent, PathReport } from "../../model/mod.ts";
import { defineRule } from "../rule.ts";
import { worstOf } from "../severity.ts";
import { groupBy, list, unique } from "../words.ts";
import type { Seen, View } from "../view.ts";

/** `conflicting-responses`. */
export const conflictingResponses = defineRule({
  code: "conflicting-responses",
  title: "several answers to one request contradict each other",
  question: "Is there more than one who answers for the gateway?",
  meaning: "One request got several final answers that differ: an error and an acceptance, or two acceptances with " +
    "different keys. Somebody forges answers, or two machines have the address. A client that takes the first answer " +
    "as final fails or not by chance; RFC 7296 §2.21.1 tells it to wait for a better one.",
  established:
    "More final answers with our SPI, different in kind, payloads or size, than copies of the request were sent " +
    "(likely). With as many copies as answers, or with answers that are alike but for their keys, a gateway that " +
    "answers each copy anew would look the same, as networks copy datagrams (possible).",
  confusedWith:
    "A cookie or another group in answer to a first copy: those are no final answers and do not count. The same " +
    "answer repeated, which is what retransmissions get (RFC 7296 §2.1).",
  advice: {
    client: ["Compare the answers in --verbose: sizes, vendor IDs and times tell who is nearer."],
    gateway: ["Check that no second machine answers for this address (cluster, leftover instance, NAT to two hosts)."],
  },
  references: ["RFC 7296 §2.1", "RFC 7296 §2.21.1", "RFC 9329 §7.4"],
  conclude: (view) => {
    const found = view.paths.flatMap((path) => conflictOn(view, path) ?? []);
    return groupBy(found, (one) => `${one.path.address} ${kinds(one)} ${isTelling(one)}`).map((group) => {
      const paths = group.map(({ path }) => path);
      const expected = paths.some((path) => path.expected);
      const telling = isTelling(group[0]!);
      const working = paths.every((path) => view.works(path));
      return {
        severity: !telling || !expected ? "notice" : working ? "warning" : worstOf(view, paths),
        confidence: telling ? "likely" : "possible",
        paths: paths.map((path) => path.id),
        summary: `${view.names(paths)}: several answers to one request contradict each other (${kinds(group[0]!)})`,
        evidence: group.map(({ path, finals }) => {
          const what = finals.slice(0, 3).map(({ event }) => `${event.what}, ${event.octets} octets`);
          return view.evidence(`${view.name(path)}: ${what.join("; ")}`, finals);
        }),
      };
    });
  },
});

interface Conflict {
  readonly path: PathReport;
  readonly finals: readonly Seen<MessageEvent>[];
  /** How often the request was sent. */
  readonly copies: number;
}

/**
 * More answers than a gateway that answers each copy anew would give, and not of one kind: networks copy datagrams, and
 * such a gateway then answers each copy with other keys, and otherwise alike.
 */
function isTelling({ finals, copies }: Conflict): boolean {
  return finals.length > copies && unique(finals.map(({ event }) => `${event.what} ${event.octets}`)).length > 1;
}

function kinds({ finals }: Conflict): string {
  const results = unique(finals.map(({ event }) => event.notify ?? event.result ?? "answer")).sort();
  return results.length > 1 ? list(results) : `${finals.length} times ${results[0]}, each different`;
}

/** Results that end an exchange. */
const FINAL = ["accepted", "error", "redirect", "version", "malformed"];

/** The first exchange of a path that got different final answers. */
function conflictOn(view: View, path: PathReport): Conflict | undefined {
  let copies = 0;
  let finals: Seen<MessageEvent>[] = [];
  for (const seen of view.events(path)) {
    const { event } = seen;
    if (event.kind === "sent" && event.what.startsWith("IKE_SA_INIT")) {
      if ((event.retransmission ?? 0) === 0) {
        if (finals.length > 1) break;
        [copies, finals] = [0, []];
      }
      copies++;
    } else if (event.kind === "message" && event.fit === "answer" && FINAL.includes(event.result ?? "")) {
      if (!finals.some((known) => known.event.data === event.data)) finals.push(seen as Seen<MessageEvent>);
    }
  }
  return finals.length > 1 ? { path, finals, copies } : undefined;
}
