/** Findings, the worst first, each with what was seen and what to do. */
import { hang } from "../../cli/wrap.ts";
import { type Finding, type Report, SEVERITIES, type Severity } from "../../model/mod.ts";
import { pathNames } from "./negotiated.ts";
import { guard, type Ink, paint, type TextStyle } from "./style.ts";

const INK: Readonly<Record<Severity, readonly Ink[]>> = {
  problem: ["red", "bold"],
  warning: ["yellow", "bold"],
  notice: ["cyan"],
};
/** Columns of `problem  `. */
const LEAD = 9;

/** All findings of a report. */
export function findingLines(report: Report, style: TextStyle): string[] {
  return worstFirst(report.findings).flatMap((
    finding,
    i,
  ) => [...(i === 0 ? [] : [""]), ...oneFinding(finding, report, style)]);
}

/** Findings by severity, the others of equal severity in their own order. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
}

/** The code, and how sure the finding is where it is not certain. */
export function codeWords({ code, confidence }: Finding): string {
  return confidence === "certain" ? code : `${code}, ${confidence}`;
}

function oneFinding(finding: Finding, report: Report, style: TextStyle): string[] {
  const { severity, summary, evidence, advice, hop, paths } = finding;
  const about = report.paths.filter((path) => paths.includes(path.id));
  const [head, ...rest] = hang(
    `  ${severity.padEnd(LEAD)}`,
    `${guard(summary)} [${codeWords(finding)}]`,
    style.width,
    2 + LEAD,
  );
  const part = (label: string, text: string) =>
    hang(`    ${label}`, guard(text), style.width, 2 + LEAD).map((line, i) =>
      i === 0 ? line.replace(label, paint(style, label, "dim")) : line
    );
  return [
    head!.replace(severity, paint(style, severity, ...INK[severity])),
    ...rest,
    ...(about.length === 0 ? [] : part("on", pathNames(about))),
    ...evidence.flatMap(({ text, events }) => part("seen", style.verbose ? text + citation(events) : text)),
    ...(hop === undefined ? [] : part("by", hop)),
    ...advice.flatMap((text) => part("do", text)),
  ];
}

/** Numbers of the events that a verbose report shows. */
function citation(events: readonly number[]): string {
  return events.length === 0 ? "" : ` (#${events.join(", #")})`;
}
