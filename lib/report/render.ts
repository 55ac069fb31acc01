/** The forms of a report, by the name of `--format`. */
import type { Report } from "../model/mod.ts";
import { renderJson, renderJsonLine } from "./json.ts";
import { renderText, type TextStyle } from "./text/mod.ts";

/** Names of the forms. */
export const FORMATS = ["text", "json", "jsonl"] as const;
/** One of {@linkcode FORMATS}. */
export type Format = (typeof FORMATS)[number];

/** Makes the output of one report; `index` counts the reports before it. */
export type Renderer = (report: Report, index: number) => string;

/** The renderer of a form. */
export function rendererOf(format: Format, style: TextStyle): Renderer {
  switch (format) {
    case "json":
      return renderJson;
    case "jsonl":
      return renderJsonLine;
    case "text":
      return (report, index) => (index === 0 ? "" : "\n") + renderText(report, style);
  }
}
