/** What a script gets on standard output when a command fails before it has opened its output: a report that says so. */
import { DEFAULT_WIDTH, type Terminal } from "../lib/cli/terminal.ts";
import { thisTool } from "../lib/cli/version.ts";
import { failureDocument } from "../lib/decode/json.ts";
import type { Format } from "../lib/model/mod.ts";
import { failureDiff } from "../lib/report/diff/failure.ts";
import { failureReport } from "../lib/report/failure.ts";
import { renderJson } from "../lib/report/json.ts";
import { FORMS } from "../lib/report/render.ts";

/** The last `--format` of arguments that could not be parsed, or that of the environment. */
function askedFormat(args: readonly string[], terminal: Terminal): string {
  const end = args.indexOf("--");
  const lines = (end === -1 ? args : args.slice(0, end)).join("\n");
  const given = [...lines.matchAll(/^(?:--format[=\n]|-[a-zA-Z0-9]*f[=\n])(.*)$/gm)].at(-1)?.[1];
  return given ?? terminal.environment("IKE_TCP_FORMAT") ?? "";
}

/** Prints the document, when the arguments ask for a form that scripts read. A file that they name is left as it is. */
export function reportFailure(message: string, args: readonly string[], terminal: Terminal): void {
  const format = askedFormat(args, terminal);
  if (args[0] === "decode") {
    const indent = format === "json" ? 2 : 0;
    if (format !== "json" && format !== "jsonl") return;
    return terminal.out.write(`${JSON.stringify(failureDocument(message, thisTool()), null, indent)}\n`);
  }
  if (args[0] === "diff") {
    // A comparison is a document of its own.
    if (format === "json") terminal.out.write(renderJson(failureDiff(message, thisTool())));
    return;
  }
  const form = Object.hasOwn(FORMS, format) ? FORMS[format as Format] : undefined;
  if (form?.forScripts !== true) return;
  const renderer = form.renderer({ width: DEFAULT_WIDTH, color: false, verbose: false });
  terminal.out.write(renderer.add(failureReport(message, thisTool(), new Date().toISOString())));
  for (const piece of renderer.end(3)) terminal.out.write(piece);
}
