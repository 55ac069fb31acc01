/** Where the reports of a run go: standard output, and what other options ask for. A further place is a line here. */
import { UsageError } from "../lib/cli/failure.ts";
import { type Terminal, textWidth, wantsColor } from "../lib/cli/terminal.ts";
import type { Format, Report } from "../lib/model/mod.ts";
import { captureOutputs } from "./capture_output.ts";
import { type EXPECT_OPTIONS, expectationOutputs } from "./expect_options.ts";
import type { REPORT_OPTIONS } from "./report_options.ts";
import type { OptionValues } from "../lib/cli/option.ts";

/** Takes the reports of a run, one after the other, each as soon as its turn has come. */
export interface Output {
  add(report: Report): void;
  /** The run is over, or was interrupted: what there is, is kept. */
  end(): void;
}

type ReportValues = Pick<OptionValues<typeof REPORT_OPTIONS>, "format" | "verbose" | "color" | "pcap">;
type PlaceValues = Partial<Pick<OptionValues<typeof EXPECT_OPTIONS>, "save-expectation">>;

/** Refuses a form that has no place for so many reports. */
export async function checkFormat(format: Format, reports: number, say: (format: Format) => string): Promise<void> {
  if (reports > 1 && (await formOf(format)).single) throw new UsageError(say(format));
}

/** What is known of a form. */
export async function formOf(format: Format) {
  return (await import("../lib/report/render.ts")).FORMS[format];
}

/** Opens all places that the options ask for: what cannot be written is said before anything is sent. */
export async function openOutputs(options: ReportValues & PlaceValues, terminal: Terminal): Promise<Output> {
  const outputs = [
    await formatted(options, terminal),
    ...await captureOutputs(options.pcap),
    ...await expectationOutputs(options["save-expectation"]),
  ];
  return {
    add: (report) => outputs.forEach((output) => output.add(report)),
    end: () => outputs.forEach((output) => output.end()),
  };
}

/** The reports in the form of `--format`, on standard output. */
async function formatted({ format, verbose, color }: ReportValues, terminal: Terminal): Promise<Output> {
  const style = { width: textWidth(terminal), color: wantsColor(color, terminal), verbose };
  const renderer = (await formOf(format)).renderer(style);
  const write = (text: string) => text === "" ? undefined : terminal.out.write(text);
  return { add: (report) => write(renderer.add(report)), end: () => write(renderer.end()) };
}
