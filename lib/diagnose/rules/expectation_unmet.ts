import { deviations } from "../expectation.ts";
import { defineRule } from "../rule.ts";
import { verdictCode } from "../verdict.ts";

/** `expectation-unmet`. */
export const expectationUnmet = defineRule({
  code: "expectation-unmet",
  title: "the run is not what --expect says it should be",
  question:
    "Does the gateway still do what the expectation says: these paths, these algorithms, none of these findings?",
  meaning:
    "Somebody keeps a file of what a good run looks like (--save-expectation), and this run differs from it: a path that " +
    "should accept IKE does not, the gateway chose something weaker, a certificate is no longer trusted, an answer is too " +
    "late, or there is a finding or a verdict that should not be. Why it is so, the other findings say.",
  established:
    "Each line of the expectation is held against the run. Groups are compared by their bits of security, as NIST and the " +
    "RFCs rate them; a finding counts as it was found, however sure it is.",
  confusedWith:
    "An expectation that was saved elsewhere: another network has other paths that work. A gateway that was changed on " +
    "purpose: then the expectation is out of date. A run that could not measure (no name, no network, interrupted) is not " +
    "held against it.",
  advice: {
    client: [
      "Look at the other findings first: they say what is in the way.",
      "Compare with the report of a good run, if you have one: `ike-tcp diff GOOD.json NOW.json`.",
      "If the change is meant, edit the expectation, or save a new one with --save-expectation.",
    ],
    gateway: [],
  },
  references: ["RFC 8247 §2.4", "RFC 9329 §6.1"],
  conclude: (view, found) => {
    const { expectation } = view.facts;
    const verdict = verdictCode(view, found);
    if (expectation === undefined || verdict === "unknown") return [];
    return deviations({ view, expectation, found, verdict }).map(({ paths, ...deviation }) => ({
      severity: "problem",
      confidence: "certain",
      paths: [...new Set(paths.map(({ id }) => id))],
      ...deviation,
    }));
  },
});
