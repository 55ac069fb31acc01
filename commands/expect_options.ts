/** The options that hold a run against an expectation, or make one of it. */
import { OutputError, UsageError } from "../lib/cli/failure.ts";
import type { OptionTable } from "../lib/cli/option.ts";
import { readText, unreadable } from "../lib/cli/read_file.ts";
import type { Expectation, Report } from "../lib/model/mod.ts";
import { escapeText } from "../lib/wire/escape.ts";
import type { Output } from "./outputs.ts";

/** See `ike-tcp probe --help`. */
export const EXPECT_OPTIONS = {
  expect: {
    type: "string",
    value: "FILE",
    help: "exit 2 unless the run is as this expectation says; its paths are tried even when --paths lacks them",
  },
  "save-expectation": {
    type: "string",
    value: "FILE",
    help: "write down what makes this run a good one, for --expect",
  },
} as const satisfies OptionTable;

/** Nobody writes a longer one. */
const MAX_EXPECTATION = 1024 * 1024;

/**
 * The expectation in a file.
 *
 * @throws {UsageError} when it cannot be read, or when something in it has no meaning
 */
export async function readExpectation(file: string): Promise<Expectation> {
  const { parseExpectation, UnreadableExpectation } = await import("../lib/report/expectation/read.ts");
  const text = await readText(file, MAX_EXPECTATION);
  try {
    return parseExpectation(text);
  } catch (error) {
    if (error instanceof UnreadableExpectation) throw unreadable(file, error.message);
    throw error;
  }
}

/** @throws {UsageError} an expectation is of one run, and there are to be several */
export function checkSaving(file: string | undefined, runs: number): void {
  if (file !== undefined && runs > 1) throw new UsageError("--save-expectation is for one HOST");
}

/** Writes the expectation that follows from a run, when that is a good one; the file is left alone otherwise. */
export async function expectationOutputs(file: string | undefined): Promise<Output[]> {
  if (file === undefined) return [];
  if (file === "-") {
    throw new UsageError("--save-expectation needs the name of a file: standard output is for the report");
  }
  const { expectationOf, formatExpectation } = await import("../lib/report/expectation/save.ts");
  const { openAtomic } = await import("../lib/cli/atomic_file.ts");
  const target = openAtomic(file);
  const reports: Report[] = [];
  return [{
    add: (report) => {
      reports.push(report);
    },
    end() {
      const [report] = reports;
      const expectation = reports.length === 1 ? expectationOf(report!) : undefined;
      if (expectation === undefined) {
        target.discard();
        throw new OutputError(`No expectation saved to ${escapeText(file)}: ${refusal(reports)}`);
      }
      target.write(formatExpectation(expectation));
      target.commit();
    },
  }];
}

function refusal([report, ...more]: readonly Report[]): string {
  if (report === undefined) return "there is no report";
  if (more.length > 0) return "it is for one HOST";
  const { code, exit } = report.verdict;
  return `it needs a run with exit code 0 or 1, and this one has ${exit} (${code})`;
}
