/** The reports in the form of `--format`: on standard output, or in the file of `--output`. */
import { failureLine } from "../lib/cli/failure.ts";
import { type Terminal, textWidth, wantsColor } from "../lib/cli/terminal.ts";
import { thisTool } from "../lib/cli/version.ts";
import { readablePaths, type Report, type Verdict } from "../lib/model/mod.ts";
import { digestOf } from "../lib/report/digest.ts";
import type { Form } from "../lib/report/renderer.ts";
import { countedVerdicts, Tally } from "../lib/report/tally.ts";
import { guard } from "../lib/report/text/style.ts";
import { count } from "../lib/report/units.ts";
import type { Output, OutputValues } from "./outputs.ts";

/** @throws {UsageError} when nothing can be written to the file */
export async function reportOutput(form: Form, options: OutputValues, terminal: Terminal): Promise<Output> {
  const { output } = options;
  if (output === undefined || output === "-") return rendered(form, options, terminal);
  return await inFile(output, form, options, terminal);
}

/** The reports of a run, written as they come. An output that has failed is left alone. */
function rendered(form: Form, options: OutputValues, terminal: Terminal): Output {
  const { color, verbose, details, paths, require = [] } = options;
  const specs = paths && readablePaths([...paths, ...require]);
  const style = {
    width: textWidth(terminal),
    color: wantsColor(color, terminal),
    verbose,
    cut: terminal.out.isTerminal,
    ...(details !== undefined && { details }),
    ...(specs !== undefined && { paths: specs }),
  };
  const renderer = form.renderer(style);
  let works = true;
  const write = (text: string) => {
    if (!works || text === "") return;
    works = false;
    terminal.out.write(text);
    works = true;
  };
  let added = 0;
  const add = (report: Report) => {
    if (form.single && added > 0) return;
    added++;
    write(renderer.add(report));
  };
  return {
    begin: (scope) => renderer.begin?.(scope),
    add,
    ...(form.everyHost && { addOther: add }),
    end(exit) {
      for (const piece of renderer.end(exit)) write(piece);
    },
  };
}

/** The file gets its name at the end, and only when there is something to say: nobody's report is replaced by nothing. */
async function inFile(path: string, form: Form, options: OutputValues, terminal: Terminal): Promise<Output> {
  const { openAtomic } = await import("../lib/cli/atomic_file.ts");
  const file = openAtomic(path);
  let isEmpty = true;
  const write = (text: string) => {
    isEmpty = false;
    file.write(text);
  };
  const { begin, add, addOther, end } = rendered(form, options, {
    ...terminal,
    out: { isTerminal: false, width: undefined, write },
  });
  const orDiscard = (work: () => void) => {
    try {
      work();
    } catch (error) {
      file.discard();
      throw error;
    }
  };
  const tally = new Tally();
  let last: Verdict | undefined;
  return {
    ...(begin && { begin }),
    ...(addOther && { addOther: (report) => orDiscard(() => addOther(report)) }),
    add(report) {
      tally.add(digestOf(report));
      last = report.verdict;
      orDiscard(() => add(report));
    },
    end(exit) {
      orDiscard(() => end(exit));
      if (isEmpty) return file.discard();
      file.commit();
      if (terminal.err.isTerminal && options.quiet !== true) {
        terminal.err.write(`${guard(path)}: ${summary(tally, last)}\n`);
      }
    },
  };
}

/** `12 reports: 10 ready, 2 blocked`: what is said to people whose reports go into a file; of a single one, its verdict. */
function summary(tally: Tally, last: Verdict | undefined): string {
  if (tally.total <= 1 && last !== undefined) return `${last.code.toUpperCase()}  ${guard(last.summary)}`;
  return [count(tally.total, "report"), countedVerdicts(tally.groups)].filter(Boolean).join(": ");
}

/** A failure before or beside the reports, as one of them. */
export async function addFailure(output: Output, error: unknown): Promise<void> {
  const { failureReport } = await import("../lib/report/failure.ts");
  output.add(failureReport(failureLine(error), thisTool(), new Date().toISOString()));
}
