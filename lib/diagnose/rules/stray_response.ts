import type { MessageEvent, PathReport } from "../../model/mod.ts";
import { escapeText } from "../../wire/mod.ts";
import { fitOf } from "../octets.ts";
import { modifications } from "../modified.ts";
import { type Conclusion, defineRule } from "../rule.ts";
import { worstOf } from "../severity.ts";
import { count, groupBy, unique } from "../words.ts";
import type { Seen, View } from "../view.ts";

/** `stray-response`. */
export const strayResponse = defineRule({
  code: "stray-response",
  title: "something answers, and not to our request",
  question: "What came back that is not an answer to us?",
  meaning:
    "IKE messages arrived that do not fit: another SPI, another message ID, another source address or port, or our " +
    "own packet echoed. Clients drop them. From another address of the same gateway it means asymmetric routing or a " +
    "missing source address in the daemon; an echo means a reflector or a loop.",
  established:
    "A datagram or message arrived on our socket and was compared with the request: SPI, exchange type, message ID, " +
    "Response flag, and the address and port that it came from.",
  confusedWith:
    "A late answer to an earlier request of this run: every path and experiment has a socket and an SPI of its own, " +
    "so it would arrive there. A message of ours that was damaged over TCP (stream-modified).",
  advice: {
    client: [],
    gateway: [
      "If answers come from another address: bind the daemon to the address that clients use, or fix the route back.",
      "If our packets come back: look for a loop or a reflector on the way.",
    ],
  },
  references: ["RFC 7296 §2.1", "RFC 7296 §2.11", "RFC 7296 §2.21.1"],
  conclude: (view) => {
    const heard = view.paths.flatMap((path) => {
      const kind = kindOf(view, path);
      return kind === undefined ? [] : [{ path, kind }];
    });
    return groupBy(heard, ({ path, kind }) => `${path.address} ${kind} ${view.works(path)}`).map((group) =>
      conclude(view, group.map(({ path }) => path), group[0]!.kind)
    );
  },
});

type Kind = "other-source" | "echo" | "stray" | "not-ike" | "esp";

/**
 * What kind of stray a path got: the most telling one. Octets that are no IKE count only beside an answer, as they are
 * foreign-protocol without one; ESP only without an answer, as late packets of a tunnel are nobody's fault.
 */
function kindOf(view: View, path: PathReport): Kind | undefined {
  if (modifications(view, path).length > 0 || path.state === "foreign") return undefined;
  const seen = view.messages(path).filter(({ event }) => event.data !== NAT_KEEPALIVE);
  const fits = seen.map(({ event }) => fitOf(event));
  const kind = (["other-source", "echo", "stray"] as const).find((fit) => fits.includes(fit));
  if (kind !== undefined || path.transport !== "udp") return kind;
  const last = path.ike === undefined ? "esp" : "not-ike";
  return fits.includes(last) ? last : undefined;
}

/** One octet FF (RFC 3948 §2.3), also where none belongs. */
const NAT_KEEPALIVE = "ff";

function conclude(view: View, paths: readonly PathReport[], kind: Kind): Conclusion {
  const working = paths.every((path) => view.works(path));
  const strays = (path: PathReport) => view.messages(path).filter(({ event }) => fitOf(event) === kind);
  return {
    severity: working ? "notice" : worstOf(view, paths),
    confidence: "certain",
    paths: paths.map((path) => path.id),
    summary: `${view.names(paths)}: ${words(kind, paths.flatMap(strays))}${working ? ", beside a genuine answer" : ""}`,
    evidence: paths.map((path) => {
      const seen = strays(path);
      const what = unique(seen.map(({ event }) => event.what)).slice(0, 3).map((text) => escapeText(text));
      return view.evidence(`${view.name(path)}: ${count(seen.length, "message")}: ${what.join("; ")}`, seen);
    }),
  };
}

function words(kind: Kind, seen: readonly Seen<MessageEvent>[]): string {
  switch (kind) {
    case "other-source": {
      const from = seen[0]?.event.from;
      return `answers come from ${from === undefined ? "another address" : `${from.address} port ${from.port}`}, ` +
        "where nothing was sent";
    }
    case "echo":
      return "our own packet comes back";
    case "stray":
      return "IKE messages arrive that answer no request of ours";
    case "not-ike":
      return "octets arrive that are no IKE message";
    case "esp":
      return "ESP packets arrive, and no answer";
  }
}
