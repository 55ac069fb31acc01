/** The forms of a report, by the name of `--format`: one line here and one file each. */
import type { Format, Report } from "../model/mod.ts";
import { renderJson, renderJsonLine } from "./json.ts";
import { renderText, type TextStyle } from "./text/mod.ts";

/** Makes the output of a run, report by report. */
export interface Renderer {
  /** What is to be written when a report is there; empty where a form says everything at the end. */
  add(report: Report): string;
  /** What stands behind the last report. */
  end(): string;
}

/** One form. */
export interface Form {
  /** `input`: reports stand in the order of the hosts. `done`: each is written as soon as it is there. */
  readonly order: "input" | "done";
  /** One object for one host: there is no place for several. */
  readonly single?: true;
  renderer(style: TextStyle): Renderer;
}

/** A form whose reports stand one behind the other. */
function each(render: (report: Report, index: number, style: TextStyle) => string): Form["renderer"] {
  return (style) => {
    let index = 0;
    return { add: (report) => render(report, index++, style), end: () => "" };
  };
}

/** The forms. */
export const FORMS: Readonly<Record<Format, Form>> = {
  text: {
    order: "input",
    renderer: each((report, index, style) => (index === 0 ? "" : "\n") + renderText(report, style)),
  },
  json: { order: "input", single: true, renderer: each(renderJson) },
  jsonl: { order: "done", renderer: each(renderJsonLine) },
};
