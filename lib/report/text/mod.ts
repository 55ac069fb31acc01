/**
 * `--format text`: what an engineer reads in ten seconds. The verdict stands last, where the eye is; with --verbose the
 * record of the run comes first, so that the conclusions are still at the end.
 */
import type { Report } from "../../model/mod.ts";
import { verboseLines } from "../verbose.ts";
import { findingLines } from "./findings.ts";
import { negotiatedLines } from "./negotiated.ts";
import { pathLines } from "./paths.ts";
import type { TextStyle } from "./style.ts";
import { tlsLines } from "./tls.ts";
import { targetLine, verdictLines } from "./verdict.ts";

export { textRenderer } from "./run.ts";
export type { TextStyle } from "./style.ts";

/** The report as text with a final newline: sections, with an empty line between them. */
export function renderText(report: Report, style: TextStyle): string {
  const sections = [
    targetLine(report, style),
    style.verbose ? verboseLines(report, style.width) : [],
    pathLines(report, style),
    negotiatedLines(report.paths, style),
    tlsLines(report.paths, style),
    findingLines(report, style),
    verdictLines(report, style),
  ];
  return `${sections.filter((lines) => lines.length > 0).map((lines) => lines.join("\n")).join("\n\n")}\n`;
}
