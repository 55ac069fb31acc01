import { defineRule } from "../rule.ts";

/** `cookie-demanded`. */
export const cookieDemanded = defineRule({
  code: "cookie-demanded",
  title: "the gateway demands a cookie",
  question: "Did the gateway make us prove our address?",
  meaning:
    "The gateway answered COOKIE before it spent anything on us: always, by configuration, or because it has many " +
    "half-open SAs now. It costs a client one round trip; it is a sign of load, or of an attack, only if it is new.",
  established: "The gateway answered a request with a COOKIE notify.",
  confusedWith:
    "A gateway that demands cookies without end (negotiation-loop), or goes silent behind one (rate-limited).",
  advice: {
    client: [],
    gateway: ["If cookies are not configured always, look at its half-open SAs and whose they are."],
  },
  references: ["RFC 7296 §2.6", "RFC 9329 §7.3"],
  conclude: (view) => {
    const paths = view.paths.filter((path) => path.ike?.cookie && path.ike.puzzle === undefined);
    if (paths.length === 0) return [];
    return [{
      severity: "notice",
      confidence: "certain",
      paths: paths.map((path) => path.id),
      summary: `The gateway demands a cookie over ${view.names(paths)}: by configuration, or because it is busy`,
      evidence: [
        view.sharedEvidence(
          paths,
          "COOKIE",
          (path) => view.messages(path).filter(({ event }) => event.result === "cookie"),
        ),
      ],
    }];
  },
});
