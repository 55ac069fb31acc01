/** What a form of the report is: how it is named stands in `lib/model/format.ts`, which ones there are in `render.ts`. */
import type { ExitCode, FindingCode, PathSpec, Report } from "../model/mod.ts";
import type { Tally } from "./tally.ts";
import type { TextStyle } from "./text/mod.ts";

/** What a renderer needs to know beside the reports. */
export interface RenderStyle extends TextStyle {
  /** What was to be tried, for forms that name paths even where a report has none. Absent: the default. */
  readonly paths?: readonly PathSpec[];
}

/** What is known of a run as a whole, beside its reports. It grows while the run goes on. */
export interface RunScope {
  /** Hosts that this run is to probe. */
  readonly hosts: number;
  /** Columns of the longest of their names. */
  readonly columns: number;
  /** What came of hosts that an earlier run has probed, whose work this one continues. */
  readonly earlier?: Tally;
  /** Hosts that the run did not come to, as it was interrupted. */
  leftOut: number;
  /** Milliseconds; not before the end. */
  durationMs?: number;
  /** What a finding comes to, in a phrase: for who sums up several hosts. The rules weigh much; not before the end. */
  titleOf?: (code: FindingCode) => string | undefined;
}

/** Makes the output of a run, report by report. */
export interface Renderer {
  /** Several hosts are to be reported, and not all of them may be. Not called for a form's single report. */
  begin?(scope: RunScope): void;
  /** What is to be written when a report is there; empty where a form says everything at the end. */
  add(report: Report): string;
  /**
   * What stands behind the last report, in pieces. An interrupted run ends as well, with what there is.
   *
   * @param exit The run's exit code. It can be worse than every report when the run did not come to all of its hosts.
   */
  end(exit: ExitCode): Iterable<string>;
}

/** One form. */
export interface Form {
  /** `input`: reports stand in the order of the hosts. `done`: each is written as soon as it is there. */
  readonly order: "input" | "done";
  /** One object for one host: there is no place for several. */
  readonly single?: true;
  /** Something is to be said of every host of a run, also of those that an earlier run has probed, or that nobody came to. */
  readonly everyHost?: true;
  /** Scripts read it, on every way out: a failure before there is a report has this form as well. */
  readonly forScripts?: true;
  renderer(style: RenderStyle): Renderer;
}
