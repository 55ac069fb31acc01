/** A comparison that never was: for scripts that asked for JSON. */
import { type Diff, DIFF_SCHEMA_ID, type Tool } from "../../model/mod.ts";

/** Like `failureReport`: it loads no rules, so that nothing can fail again. */
export function failureDiff(error: string, tool: Tool): Diff {
  const none = { file: "", reports: 0 };
  return {
    schema: DIFF_SCHEMA_ID,
    tool,
    a: none,
    b: none,
    hosts: [],
    only_a: [],
    only_b: [],
    worse: 0,
    better: 0,
    different: 0,
    exit: 3,
    error,
  };
}
