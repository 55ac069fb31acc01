/** `ike-tcp diagnose FILE`: the rules of this version over a saved report. */
import { defineCommand, type Invocation } from "../lib/cli/command.ts";
import { EXIT_CODES } from "../lib/cli/help.ts";
import { readText, unreadable } from "../lib/cli/read_file.ts";
import { PROGRAM } from "../lib/cli/version.ts";
import { widest } from "../lib/cli/wrap.ts";
import type { ExitCode, Facts, Report } from "../lib/model/mod.ts";
import { count } from "../lib/report/units.ts";
import { checkSaving, EXPECT_OPTIONS, readExpectation } from "./expect_options.ts";
import { checkFormat, withOutputs } from "./outputs.ts";
import { REPORT_OPTIONS } from "./report_options.ts";

const { format, output, pcap, verbose, details, color } = REPORT_OPTIONS;
const OPTIONS = { ...EXPECT_OPTIONS, format, output, pcap, verbose, details, color } as const;

/** See the file's head. */
export const command = defineCommand({
  name: "diagnose",
  summary: "run the rules again over a saved report",
  operands: "FILE",
  operandCount: [1, 1],
  description: [
    "Reads what --format json or jsonl wrote, and says what this version of the program concludes from the same facts. " +
    "Nothing is sent. FILE - is standard input.",
  ],
  options: OPTIONS,
  examples: [
    { args: "diagnose report.json", what: "read a colleague's report as text" },
    { args: "diagnose --verbose report.json", what: "the same, with every message field by field" },
    { args: "diagnose --format markdown report.json", what: "the same, for a ticket" },
    { args: "diagnose --expect good.json report.json", what: "was it as it should be?" },
  ],
  sections: [EXIT_CODES],
  run: diagnoseFile,
});

function diagnoseFile({ options, operands, terminal }: Invocation<typeof OPTIONS>): Promise<ExitCode> {
  return withOutputs(options, terminal, async (output) => {
    const { assemble } = await import("../lib/report/assemble.ts");
    const { titleOf } = await import("../lib/diagnose/mod.ts");
    const { withExpectation } = await import("../lib/report/expectation/apply.ts");
    const expectation = options.expect === undefined ? undefined : await readExpectation(options.expect);
    const saved = await readReports(operands[0]!);
    const all = saved.map((facts) => assemble(expectation === undefined ? facts : withExpectation(facts, expectation)));
    const reports = lastCounts(all);
    const passed = all.length - reports.length;
    if (passed > 0) {
      const why = "of a host that has a later one in the file";
      terminal.err.write(`${PROGRAM}: left out ${count(passed, "unknown report")} ${why}\n`);
    }
    checkSaving(options["save-expectation"], reports.length);
    await checkFormat(
      options.format,
      reports.length,
      (format) => `Cannot write ${reports.length} reports with --format ${format}: use --format jsonl`,
    );
    const columns = widest(reports.map(({ target }) => target.input));
    output.begin({ hosts: reports.length, columns, leftOut: 0, titleOf });
    for (const report of reports) output.add(report);
    return Math.max(...reports.map((report) => report.verdict.exit)) as ExitCode;
  });
}

/**
 * The file of --resume has what ended unknown, and later what came of it: then the later one counts. Reports that show
 * something all stay: the same host can have been asked over other ways.
 */
function lastCounts(reports: readonly Report[]): readonly Report[] {
  const last = new Map(reports.map(({ target }, i) => [target.input, i]));
  return reports.filter(({ verdict, target }, i) => verdict.code !== "unknown" || last.get(target.input) === i);
}

/**
 * The facts of all reports in a file.
 *
 * @throws {UsageError}
 */
export async function readReports(file: string): Promise<Facts[]> {
  const { parseReports, UnreadableReport } = await import("../lib/report/read.ts");
  const text = await readText(file);
  try {
    return parseReports(text);
  } catch (error) {
    if (error instanceof UnreadableReport) throw unreadable(file, error.message);
    throw error;
  }
}
