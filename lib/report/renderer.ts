/** What a form of the report is: how it is named stands in `lib/model/format.ts`, which ones there are in `render.ts`. */
import type { ExitCode, PathSpec, Report } from "../model/mod.ts";
import type { TextStyle } from "./text/mod.ts";

/** What a renderer needs to know beside the reports. */
export interface RenderStyle extends TextStyle {
  /** What was to be tried, for forms that name paths even where a report has none. Absent: the default. */
  readonly paths?: readonly PathSpec[];
}

/** Makes the output of a run, report by report. */
export interface Renderer {
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
  /** Scripts read it, on every way out: a failure before there is a report has this form as well. */
  readonly forScripts?: true;
  renderer(style: RenderStyle): Renderer;
}
