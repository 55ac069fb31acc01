/** The lines below the status line: what an engineer reads who was woken by it. */
import type { Report } from "../../model/mod.ts";
import { codeWords, worstFirst } from "../text/findings.ts";
import { pathWords } from "../text/paths.ts";
import { runWords } from "../text/verdict.ts";
import { clean } from "./clean.ts";

/** Findings first, the worst of them first, as it is the end that is cut off. */
export function longText(report: Report): string[] {
  const { verdict, paths, earlier } = report;
  return [
    ...findingLines(report),
    ...(verdict.client === undefined ? [] : [`client: ${verdict.client}`]),
    ...(verdict.recommended === null ? [] : [`use: ${verdict.recommended}`]),
    ...paths.map((path) => `${path.id}: ${pathWords(path, earlier)}`),
    ...(paths.length === 0 ? [] : [`run: ${runWords(report)}`]),
  ].map(clean);
}

function findingLines({ findings }: Report): string[] {
  return worstFirst(findings).flatMap((finding) => [
    `${finding.severity}: ${finding.summary} [${codeWords(finding)}]`,
    ...(finding.paths.length === 0 ? [] : [`- on: ${finding.paths.join(", ")}`]),
    ...finding.evidence.map(({ text }) => `- seen: ${text}`),
    ...(finding.hop === undefined ? [] : [`- by: ${finding.hop}`]),
    ...finding.advice.map((text) => `- do: ${text}`),
  ]);
}
