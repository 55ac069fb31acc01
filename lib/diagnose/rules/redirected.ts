import type { PathReport } from "../../model/mod.ts";
import { escapeText } from "../../wire/mod.ts";
import { type Conclusion, defineRule } from "../rule.ts";
import { worstOf } from "../severity.ts";
import { groupBy, list } from "../words.ts";
import { isCircle } from "./negotiation_loop.ts";
import type { View } from "../view.ts";

/** `redirected`. */
export const redirected = defineRule({
  code: "redirected",
  title: "the gateway redirects to another one",
  question: "Where does the gateway send its clients, and does that work?",
  meaning:
    "The gateway answers REDIRECT (RFC 5685): clients that announced that they follow go to another gateway, with " +
    "the same transport rules (RFC 9329 §8.2). If the new one cannot be reached from here, they do not connect.",
  established:
    "The answer carried REDIRECT with our own nonce, which only who saw our request can know. The new gateway was " +
    "probed over the same transport and port, and the report has that path.",
  confusedWith:
    "A forged REDIRECT by somebody on the way: the nonce does not rule that out, IKE_AUTH with the new gateway " +
    "does. A new gateway that answers and refuses is no-proposal there.",
  advice: {
    client: ["Allow the new gateway's address in the network's filter as well."],
    gateway: ["Check that the gateway redirected to is up, reachable from clients' networks and configured for them."],
  },
  references: ["RFC 5685 §3", "RFC 5685 §7.2", "RFC 9329 §8.2"],
  conclude: (view) => {
    const paths = view.paths.filter((path) => path.ike?.redirects !== undefined && path.redirected_from === undefined);
    return groupBy(paths, (path) => `${path.ike!.redirects!.join()} ${ending(view, path)}`)
      .map((group) => conclude(view, group));
  },
});

function conclude(view: View, paths: readonly PathReport[]): Conclusion {
  const [first] = paths;
  const accepted = view.accepts(first!);
  const chain = list(first!.ike!.redirects!.map((gateway) => escapeText(gateway)), "and then");
  const failed = view.path(first!.ike!.followed ?? "")?.state === "failed";
  return {
    ...(failed &&
      { advice: ["Here: the new gateway was not asked at all; probe it from where the reason does not hold."] }),
    severity: accepted ? "notice" : worstOf(view, paths),
    confidence: "certain",
    paths: paths.map((path) => path.id),
    summary: `${view.names(paths)}: the gateway redirects to ${chain}: ${ending(view, first!)}`,
    evidence: paths.map((path) => {
      const answers = view.messages(path).filter(({ event }) => event.result === "redirect");
      const to = path.ike!.followed === undefined ? "" : `; it leads to ${path.ike!.followed}`;
      return view.evidence(`${view.name(path)}: REDIRECT${to}`, answers);
    }),
  };
}

/** How following went, as a clause. */
function ending(view: View, path: PathReport): string {
  const ike = path.ike!;
  if (isCircle(path)) return "the redirects lead in a circle, or on and on";
  if (ike.error !== undefined) return escapeText(ike.error);
  const last = ike.followed === undefined ? undefined : view.path(ike.followed);
  if (last === undefined) return "it was not followed";
  if (last.ike?.outcome === "accepted") return "accepted there";
  if (last.state === "failed") return `not tried: ${escapeText(last.reason ?? last.state)}`;
  if (last.ike === undefined) return `no answer there (${last.state})`;
  return `answered there, not accepted (${escapeText(last.ike.error ?? last.ike.outcome)})`;
}
