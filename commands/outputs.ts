/** Where the reports of a run go: standard output or a file, and what other options ask for. A further place is a line here. */
import { OutputError, ToldFailure, UsageError } from "../lib/cli/failure.ts";
import { unlessInterrupted } from "../lib/cli/interrupt.ts";
import type { OptionValues } from "../lib/cli/option.ts";
import type { Terminal } from "../lib/cli/terminal.ts";
import type { ExitCode, Format, Report } from "../lib/model/mod.ts";
import type { RunScope } from "../lib/report/renderer.ts";
import { captureOutputs } from "./capture_output.ts";
import { type EXPECT_OPTIONS, expectationOutputs } from "./expect_options.ts";
import { escapeText } from "../lib/wire/escape.ts";
import { addFailure, reportOutput } from "./report_output.ts";
import type { REPORT_OPTIONS } from "./report_options.ts";

/** Takes the reports of a run, one after the other, each as soon as its turn has come. */
export interface Output {
  /** Several reports will come, and not all of them may. */
  begin?(scope: RunScope): void;
  add(report: Report): void;
  /**
   * The report of a host that this run has not probed, as it did not come to it, or an earlier run has: for places where
   * nobody may be missing. It can come before `begin`.
   */
  addOther?(report: Report): void;
  /**
   * The run is over, or was interrupted: what there is, is kept.
   *
   * @param exit The exit code of the run; it can be worse than that of every report.
   */
  end(exit: ExitCode): void;
}

/** All places together, as a command sees them. */
export type Places =
  & Required<Pick<Output, "begin" | "add">>
  /** Absent: nobody wants them. */
  & Pick<Output, "addOther">;

/** The options that say where reports go, and how they look there. */
export type OutputValues =
  & Omit<OptionValues<typeof REPORT_OPTIONS>, "quiet">
  & Partial<Pick<OptionValues<typeof EXPECT_OPTIONS>, "save-expectation">>
  & {
    readonly quiet?: boolean;
    readonly resume?: string;
    readonly paths?: readonly string[];
    readonly require?: readonly string[];
  };

/** Refuses a form that has no place for so many reports. */
export async function checkFormat(format: Format, reports: number, say: (format: Format) => string): Promise<void> {
  if (reports > 1 && (await formOf(format)).single) throw new UsageError(say(format));
}

/** What is known of a form. */
export async function formOf(format: Format) {
  return (await import("../lib/report/render.ts")).FORMS[format];
}

/** Options that name a file in which something else would be lost, or that would be lost itself. */
const PLACES = ["output", "pcap", "save-expectation", "resume", "targets"] as const;

/** @throws {UsageError} when one file is to take two things */
function checkPlaces(options: Partial<Record<(typeof PLACES)[number], string | undefined>>): void {
  const taken = new Map<string, string>();
  for (const name of PLACES) {
    const path = options[name];
    if (path === undefined || path === "-") continue;
    const place = placeOf(path);
    const other = taken.get(place);
    if (other !== undefined) throw new UsageError(`--${other} and --${name} name the same file: ${escapeText(path)}`);
    taken.set(place, name);
  }
}

/** Where a file is or will be, whatever way its name goes. What cannot be found is said by who opens it. */
function placeOf(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    const [, folder = ".", name = path] = /^(.*[/\\])?([^/\\]*)$/.exec(path) ?? [];
    try {
      return `${Deno.realPathSync(folder)}/${name}`;
    } catch {
      return path;
    }
  }
}

/**
 * Opens all places that the options ask for, so that what cannot be written is said before anything is sent; lets a
 * command work, and ends them. Where the command fails, those who read a form for scripts find the failure in it, at the
 * same place, behind what was measured until then.
 */
export async function withOutputs(
  options: OutputValues,
  terminal: Terminal,
  work: (output: Places) => Promise<ExitCode>,
): Promise<ExitCode> {
  checkPlaces(options);
  const form = await formOf(options.format);
  const outputs: Output[] = [await reportOutput(form, options, terminal)];
  let exit: ExitCode;
  try {
    outputs.push(...await captureOutputs(options.pcap));
    outputs.push(...await expectationOutputs(options["save-expectation"]));
    const takers = outputs.filter((output) => output.addOther !== undefined);
    exit = await unlessInterrupted(() =>
      work({
        ...(takers.length > 0 &&
          { addOther: (report: Report) => takers.forEach((output) => output.addOther?.(report)) }),
        begin: (scope) => outputs.forEach((output) => output.begin?.(scope)),
        add: (report) => outputs.forEach((output) => output.add(report)),
      })
    );
  } catch (error) {
    const isTold = form.forScripts === true && !(error instanceof OutputError);
    try {
      if (isTold) await addFailure(outputs[0]!, error);
    } finally {
      endAll(outputs, 3); // what troubles they have now is the lesser one
    }
    throw isTold ? new ToldFailure(error) : error;
  }
  const [trouble] = endAll(outputs, exit);
  if (trouble !== undefined) throw trouble;
  return exit;
}

/**
 * Ends all of them, whatever becomes of one, and the reports last: they say how it went.
 *
 * @returns what was thrown
 */
function endAll(outputs: readonly Output[], exit: ExitCode): unknown[] {
  const troubles: unknown[] = [];
  for (const output of outputs.toReversed()) {
    try {
      output.end(troubles.length > 0 ? 3 : exit);
    } catch (error) {
      troubles.push(error);
    }
  }
  return troubles;
}
