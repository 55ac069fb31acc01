/** What a script gets on standard output when a command fails before it has a report: a report that says so. */
import type { Terminal } from "../lib/cli/terminal.ts";
import { thisTool } from "../lib/cli/version.ts";
import { failureReport } from "../lib/report/failure.ts";
import { renderJson, renderJsonLine } from "../lib/report/json.ts";

/** The last `--format` of arguments that could not be parsed, or that of the environment. */
function askedFormat(args: readonly string[], terminal: Terminal): string | undefined {
  const end = args.indexOf("--");
  const lines = (end === -1 ? args : args.slice(0, end)).join("\n");
  const given = [...lines.matchAll(/^(?:--format[=\n]|-[a-zA-Z0-9]*f[=\n])(.*)$/gm)].at(-1)?.[1];
  return given ?? terminal.environment("IKE_TCP_FORMAT");
}

/** Prints the document, when the arguments ask for JSON. */
export function reportFailure(message: string, args: readonly string[], terminal: Terminal): void {
  const format = askedFormat(args, terminal);
  if (format !== "json" && format !== "jsonl") return;
  const report = failureReport(message, thisTool(), new Date().toISOString());
  terminal.out.write(format === "json" ? renderJson(report) : renderJsonLine(report));
}
