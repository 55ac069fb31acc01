import { defineRule } from "../rule.ts";
import { worstOf } from "../severity.ts";
import { groupBy } from "../words.ts";

/** `puzzle-demanded`. */
export const puzzleDemanded = defineRule({
  code: "puzzle-demanded",
  title: "the gateway demands a puzzle",
  question: "Did the gateway make us compute before it answered?",
  meaning:
    "The gateway defends itself against floods: whoever solves a puzzle is served first (RFC 8019). Each bit of " +
    "difficulty doubles a client's work; clients that know no puzzles are served last, or not at all.",
  established: "The gateway answered with a PUZZLE notify beside its cookie.",
  confusedWith:
    "A cookie alone (cookie-demanded). A puzzle that is not solved before the deadline says how far this machine " +
    "got, not that the gateway is broken.",
  advice: {
    client: ["Repeat with a longer --timeout; phones may take minutes for what a server solves in seconds."],
    gateway: ["It believes that it is under attack: look at its half-open SAs, or lower the difficulty."],
  },
  references: ["RFC 8019 §4", "RFC 8019 §7.1", "RFC 9329 §7.3"],
  conclude: (view) => {
    const demanded = view.paths.filter((path) => path.ike?.puzzle !== undefined);
    return groupBy(demanded, (path) => String(view.works(path))).map((paths) => {
      const solved = view.works(paths[0]!);
      const bits = Math.max(...paths.map((path) => path.ike!.puzzle!));
      return {
        severity: solved ? "notice" : worstOf(view, paths),
        confidence: "certain",
        paths: paths.map((path) => path.id),
        summary: `The gateway demands a puzzle of ${bits} bits over ${view.names(paths)}` +
          (solved ? "; it was solved" : `; it was not solved in ${view.facts.options.timeout_ms / 1000} s`),
        evidence: [
          view.sharedEvidence(
            paths,
            `PUZZLE of ${bits} bits`,
            (path) => view.messages(path).filter(({ event }) => event.result === "puzzle"),
          ),
        ],
      };
    });
  },
});
