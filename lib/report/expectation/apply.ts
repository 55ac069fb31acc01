/** Holds a saved run against an expectation. */
import { type Expectation, type Facts, formatPathSpec } from "../../model/mod.ts";

/** The facts as they would be, had the run been made with `--expect`; what it did not try stays untried. */
export function withExpectation(facts: Facts, expectation: Expectation): Facts {
  const specs = new Set((expectation.paths ?? []).map(({ path }) => path));
  return {
    ...facts,
    expectation,
    paths: facts.paths.map((path) => specs.has(formatPathSpec(path)) ? { ...path, expected: true } : path),
  };
}
