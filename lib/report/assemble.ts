/** Facts and opinions together, in the order of the contract. */
import { diagnose } from "../diagnose/mod.ts";
import type { Facts, Report } from "../model/mod.ts";

/** The report of a run: its facts, and what the rules say of them. Deterministic: the same facts give the same report. */
export function assemble(facts: Facts): Report {
  const { findings, verdict } = diagnose(facts);
  const { host, error: unresolved } = facts.target;
  const error = facts.error ?? (unresolved === undefined ? undefined : `Cannot resolve ${host}: ${unresolved}`);
  return {
    schema: facts.schema,
    tool: facts.tool,
    target: facts.target,
    options: facts.options,
    started: facts.started,
    duration_ms: facts.duration_ms,
    ...(facts.interrupted !== undefined && { interrupted: facts.interrupted }),
    ...(error !== undefined && { error }),
    ...(facts.earlier !== undefined && { earlier: facts.earlier }),
    ...(facts.expectation !== undefined && { expectation: facts.expectation }),
    paths: facts.paths,
    findings,
    verdict,
    budget: facts.budget,
    experiments: facts.experiments,
    events: facts.events,
  };
}
