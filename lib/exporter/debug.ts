/** `/probe?debug=true`: for people, what the metrics are made of. */
import type { Report } from "../model/mod.ts";
import { renderText } from "../report/text/mod.ts";
import { DEFAULT_WIDTH } from "../cli/terminal.ts";
import type { Scraped } from "./target.ts";

/** Report, further report where the verdict is another one's, and metrics; escaped as on a terminal. */
export function debugText(scraped: Extract<Scraped, { kind: "report" }>, metrics: string, ageMs: number): string {
  const { round: { kind, report, standing, confirmed, changes }, whole } = scraped;
  const age = whole === undefined ? `of ${(ageMs / 1000).toFixed(1)} s ago, given again` : "of now";
  const parts = [
    `Report ${age} (${kind}):\n\n${text(whole ?? report)}`,
    ...(confirmed
      ? []
      : [`Not confirmed yet: ${changes.map(({ path, from, to }) => `${path} ${from} > ${to}`).join(", ")}\n`]),
    ...(standing === report ? [] : [`Findings and verdict are those of ${standing.started}:\n\n${text(standing)}`]),
    `Metrics that would have been returned:\n\n${metrics}`,
  ];
  return parts.join("\n\n");
}

function text(report: Report): string {
  return renderText(report, { width: DEFAULT_WIDTH, color: false, verbose: false });
}
