/** `ike-tcp diff A B`: what changed between two saved reports. */
import { defineCommand, type Invocation } from "../lib/cli/command.ts";
import { UsageError } from "../lib/cli/failure.ts";
import type { OptionTable } from "../lib/cli/option.ts";
import { thisTool } from "../lib/cli/version.ts";
import type { Diff, ExitCode } from "../lib/model/mod.ts";
import type { ReportFile } from "../lib/report/diff/compare.ts";
import { readReports } from "./diagnose.ts";
import { withDocument } from "./document_output.ts";
import { REPORT_OPTIONS } from "./report_options.ts";

const OPTIONS = {
  format: {
    type: "string",
    short: "f",
    value: "FORMAT",
    default: "text",
    choices: ["text", "json"],
    help: "form of the comparison",
  },
  output: { type: "string", short: "o", value: "FILE", help: "write the comparison to a file, whole or not at all" },
  color: REPORT_OPTIONS.color,
} as const satisfies OptionTable;

/** See the file's head. */
export const command = defineCommand({
  name: "diff",
  summary: "say what changed between two saved reports",
  operands: "A B",
  operandCount: [2, 2],
  description: [
    "Compares saved reports (--format json) of the same gateway: from the office and from home, before a change and after " +
    "it. Both are judged by this version's rules. Files with several reports (--format jsonl) are matched by host. One of " +
    "the files can be -, standard input.",
    "Worse is: a verdict with a higher exit code, a path that no longer works, a problem or warning that is new, more " +
    "severe or more certain, a certificate that is no longer trusted. Better is the reverse; all else is different, as is " +
    "a bad verdict that became unknown. Times are told where they changed by half at least, and by more than two runs of " +
    "the same thing commonly differ.",
  ],
  options: OPTIONS,
  examples: [
    { args: "diff office.json home.json", what: "what does the network at home do?" },
    { args: "diff --format json before.json after.json", what: "for scripts: exit code 1 when something got worse" },
  ],
  sections: [{
    heading: "Exit codes",
    terms: [
      ["0", "nothing is worse"],
      ["1", "something is worse in B"],
      ["3", "usage error, or a file that holds no report"],
    ],
  }],
  run: runDiff,
});

async function runDiff({ options, operands, terminal }: Invocation<typeof OPTIONS>): Promise<ExitCode> {
  const [a, b] = operands as [string, string];
  const { renderJson } = await import("../lib/report/json.ts");
  const { renderDiff } = await import("../lib/report/diff/text.ts");
  const { failureDiff } = await import("../lib/report/diff/failure.ts");
  const isJson = options.format === "json";
  return await withDocument(options, terminal, async (style) => {
    if (a === "-" && b === "-") throw new UsageError("Only one of the two can be standard input");
    const diff = await compare(await reportFile(a), await reportFile(b));
    return { text: isJson ? renderJson(diff) : renderDiff(diff, style), exit: diff.exit };
  }, isJson ? (message) => renderJson(failureDiff(message, thisTool())) : undefined);
}

async function compare(a: ReportFile, b: ReportFile): Promise<Diff> {
  const { compareFiles, NothingToCompare } = await import("../lib/report/diff/compare.ts");
  try {
    return compareFiles(a, b, thisTool());
  } catch (error) {
    throw error instanceof NothingToCompare ? new UsageError(error.message) : error;
  }
}

async function reportFile(file: string): Promise<ReportFile> {
  return { file, reports: await readReports(file) };
}
