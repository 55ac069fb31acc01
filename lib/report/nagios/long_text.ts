/** The lines below the status line: what an engineer reads who was woken by it. */
import { type Report, SEVERITIES } from "../../model/mod.ts";
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
  const sorted = SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  return sorted.flatMap(({ severity, code, confidence, paths, summary, evidence, advice, hop }) => [
    `${severity}: ${summary} [${confidence === "certain" ? code : `${code}, ${confidence}`}]`,
    ...(paths.length === 0 ? [] : [`- on: ${paths.join(", ")}`]),
    ...evidence.map(({ text }) => `- seen: ${text}`),
    ...(hop === undefined ? [] : [`- by: ${hop}`]),
    ...advice.map((text) => `- do: ${text}`),
  ]);
}
