/** Facts and opinions together, in the order of the contract. */
import { diagnose } from "../diagnose/mod.ts";
import { type Facts, type Report, SCHEMA_ID, type Tool } from "../model/mod.ts";

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
    paths: facts.paths,
    findings,
    verdict,
    budget: facts.budget,
    experiments: facts.experiments,
    events: facts.events,
  };
}

/** The report of a run that ended before it measured anything: usage and internal errors. */
export function failureReport(error: string, input: string, tool: Tool, started: string): Report {
  return {
    schema: SCHEMA_ID,
    tool,
    target: { input, host: input, addresses: [], error },
    options: { timeout_ms: 0, retries: 0, require: [], groups: [], mode: "normal" },
    started,
    duration_ms: 0,
    error,
    paths: [],
    findings: [],
    verdict: { code: "unknown", exit: 3, summary: error, recommended: null },
    budget: { limit: 0, spent: [] },
    experiments: [],
    events: [],
  };
}
