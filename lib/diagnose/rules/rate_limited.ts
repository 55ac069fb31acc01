import { limitAt } from "../limits.ts";
import { defineRule, standingAdvice } from "../rule.ts";
import { worstOf } from "../severity.ts";
import { streamCase } from "../stream_case.ts";
import { unique } from "../words.ts";

const GATEWAY_ADVICE = [
  "Look at its half-open SAs and its limits for one address; several clients behind one NAT share them.",
];

/** `rate-limited`. */
export const rateLimited = defineRule({
  code: "rate-limited",
  title: "the gateway stopped answering after our own requests",
  question: "Is it blocked, or did we ask too much?",
  meaning: "Answers came, and then silence. Gateways protect themselves: strongSwan ignores an address that has five " +
    "half-open SAs until they expire (30 s). What is silent here need not be blocked, and the next minutes may be " +
    "silent, too.",
  established:
    "A port that had answered is silent when asked once more after everything else, and nothing else over UDP is " +
    "answered meanwhile; or requests that leave no state are answered where full ones are not, by every socket that " +
    "asked (likely); or a request with the demanded cookie, group or puzzle solution stayed " +
    "unanswered.",
  confusedWith:
    "A blocked port: it never answered anything. Loss: every question is repeated before it counts; where some sockets " +
    "are answered and others are not, a link or a member of a cluster is dead. A gateway that keeps silent to a " +
    "proposal that it cannot accept: then the finding is only possible, and so is the block of a silent port beside it.",
  advice: {
    client: ["Wait a minute and probe again with fewer paths (--paths) or a smaller --max-half-open."],
    gateway: GATEWAY_ADVICE,
  },
  references: ["RFC 7296 §2.6", "RFC 8019 §7"],
  conclude: (view) =>
    view.addresses.flatMap((address) => {
      const limit = limitAt(view, address);
      if (limit === undefined) return [];
      const waiting = view.at(address).filter((path) => streamCase(view, path)?.kind === "waits");
      const paths = unique([...limit.paths, ...waiting]);
      const failing = paths.filter((path) => !view.works(path));
      return [{
        severity: failing.length > 0 ? worstOf(view, failing) : "warning",
        confidence: limit.confidence,
        paths: paths.map((path) => path.id),
        summary: `${address} may limit us, and need not be blocked: ${limit.because}`,
        evidence: limit.evidence,
        ...(limit.confidence === "possible" && { advice: doubtfulAdvice() }),
      }];
    }),
});

/** Where loss looks the same, waiting alone is no advice. */
function doubtfulAdvice(): string[] {
  return [
    "Here: wait a minute and probe again, more than once: a limit is the same each time, and less with fewer paths " +
    "(--paths); loss by chance is not.",
    "Here: if each time only small datagrams are answered (--verbose has the sizes), look for an MTU that is too small.",
    ...standingAdvice({ client: [], gateway: GATEWAY_ADVICE }),
  ];
}
