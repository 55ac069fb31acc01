/** The forms of a report, by the name of `--format`: one line here and one file each. */
import type { Format, Report } from "../model/mod.ts";
import { renderJson, renderJsonLine } from "./json.ts";
import { markdownRenderer } from "./markdown/mod.ts";
import { nagiosRenderer } from "./nagios/mod.ts";
import { prometheusRenderer } from "./prometheus/mod.ts";
import type { Form, RenderStyle } from "./renderer.ts";
import { textRenderer } from "./text/mod.ts";

export type { Form, Renderer, RenderStyle } from "./renderer.ts";

/** A form whose reports stand one behind the other. */
function each(render: (report: Report, index: number, style: RenderStyle) => string): Form["renderer"] {
  return (style) => {
    let index = 0;
    return { add: (report) => render(report, index++, style), end: () => [] };
  };
}

/** The forms. */
export const FORMS: Readonly<Record<Format, Form>> = {
  text: { order: "input", renderer: textRenderer },
  json: { order: "input", single: true, everyHost: true, forScripts: true, renderer: each(renderJson) },
  jsonl: { order: "done", forScripts: true, renderer: each(renderJsonLine) },
  markdown: { order: "input", renderer: markdownRenderer },
  nagios: { order: "input", forScripts: true, renderer: nagiosRenderer },
  prometheus: { order: "done", everyHost: true, forScripts: true, renderer: prometheusRenderer },
};
