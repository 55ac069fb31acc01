import type { PathReport } from "../../model/mod.ts";
import { escapeText } from "../../wire/mod.ts";
import { silentAfterDemand } from "../limits.ts";
import { defineRule } from "../rule.ts";
import { worstOf } from "../severity.ts";
import { groupBy } from "../words.ts";
import type { View } from "../view.ts";

/** `negotiation-loop`. */
export const negotiationLoop = defineRule({
  code: "negotiation-loop",
  title: "the gateway asks for one more request without end",
  question: "Does IKE_SA_INIT come to an end?",
  meaning:
    "The gateway answers each corrected request with another demand (a cookie, another group), or redirects in a " +
    "circle. Behind a load balancer the usual cause is members that do not share their cookie secret or their " +
    "configuration.",
  established:
    "The exchange was ended by its bound on rounds, or a chain of redirects came back to where it had been, or went " +
    "on for too long.",
  confusedWith:
    "One cookie and one other group in turn, which is legitimate (RFC 7296 §2.6.1) and below the bound. Silence " +
    "after a demand is rate-limited; a puzzle that takes too long is puzzle-demanded.",
  advice: {
    client: [],
    gateway: [
      "If several machines share this address, let them share the cookie secret, or let the balancer keep an " +
      "initiator's requests together by its address.",
      "Look for a group that is preferred and refused at the same time, or for gateways that redirect to each other.",
    ],
  },
  references: ["RFC 7296 §2.6", "RFC 7296 §2.6.1", "RFC 5685 §3"],
  conclude: (view) => {
    const endless = view.paths.filter((path) => isEndless(view, path));
    return groupBy(endless, (path) => `${path.address} ${ending(path)}`).map((paths) => ({
      severity: worstOf(view, paths),
      confidence: "certain",
      paths: paths.map((path) => path.id),
      summary: `${view.names(paths)}: ${ending(paths[0]!)}`,
      evidence: paths.map((path) => {
        const demands = view.messages(path).filter(({ event }) => event.fit === "answer");
        return view.evidence(`${view.name(path)}: ${demands.length} answers, ${path.attempts} requests`, demands);
      }),
    }));
  },
});

function isEndless(view: View, path: PathReport): boolean {
  if (path.ike?.outcome !== "unsolved" || silentAfterDemand(view, path) !== undefined) return false;
  if (path.ike.redirects !== undefined) return isCircle(path);
  return path.ike.puzzle === undefined && view.messages(path).filter(({ event }) => event.fit === "answer").length > 2;
}

/** More redirects than are followed, or back to where it had been; a name that does not resolve is neither. */
export function isCircle({ address, ike }: PathReport): boolean {
  const gateways = ike?.redirects ?? [];
  if (ike?.outcome !== "unsolved") return false;
  return gateways.length > 5 || new Set([address, ...gateways]).size <= gateways.length;
}

function ending(path: PathReport): string {
  if (isCircle(path)) return "redirects lead in a circle, or on and on";
  return escapeText(path.ike!.error ?? "one more request is asked for, without end");
}
