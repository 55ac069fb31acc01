/** A report of a run that never was: usage and internal errors, for scripts that asked for JSON. */
import { type Report, SCHEMA_ID, type Tool } from "../model/mod.ts";

/**
 * The report of a run that ended before it measured anything; it loads no rules, so that nothing can fail again.
 *
 * @param about the host, and what was to be tried, where that is known
 */
export function failureReport(
  error: string,
  tool: Tool,
  started: string,
  { host = "", paths }: { readonly host?: string; readonly paths?: readonly string[] } = {},
): Report {
  return {
    schema: SCHEMA_ID,
    tool,
    target: { input: host, host, addresses: [] },
    options: { timeout_ms: 0, retries: 0, ...(paths && { paths }), require: [], groups: [], mode: "normal" },
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
