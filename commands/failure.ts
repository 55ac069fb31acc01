/** What a script gets on standard output when a command fails before it has opened its output: a report that says so. */
import { DEFAULT_WIDTH, type Terminal } from "../lib/cli/terminal.ts";
import { thisTool } from "../lib/cli/version.ts";
import type { Format } from "../lib/model/mod.ts";
import { failureReport } from "../lib/report/failure.ts";
import { type Form, FORMS } from "../lib/report/render.ts";

/** The form of the last `--format` of arguments that could not be parsed, or that of the environment. */
function askedForm(args: readonly string[], terminal: Terminal): Form | undefined {
  const end = args.indexOf("--");
  const lines = (end === -1 ? args : args.slice(0, end)).join("\n");
  const given = [...lines.matchAll(/^(?:--format[=\n]|-[a-zA-Z0-9]*f[=\n])(.*)$/gm)].at(-1)?.[1];
  const name = given ?? terminal.environment("IKE_TCP_FORMAT") ?? "";
  return Object.hasOwn(FORMS, name) ? FORMS[name as Format] : undefined;
}

/** Prints the document, when the arguments ask for a form that scripts read. A file that they name is left as it is. */
export function reportFailure(message: string, args: readonly string[], terminal: Terminal): void {
  const form = askedForm(args, terminal);
  if (form?.forScripts !== true) return;
  const renderer = form.renderer({ width: DEFAULT_WIDTH, color: false, verbose: false });
  terminal.out.write(renderer.add(failureReport(message, thisTool(), new Date().toISOString())));
  for (const piece of renderer.end(3)) terminal.out.write(piece);
}
