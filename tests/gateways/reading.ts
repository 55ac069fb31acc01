/** Short ways to read a report in an assertion. */
import type { PathReport, Report } from "../../lib/model/mod.ts";

/** The path with this spec (`tcp-4500`), on the first address that has it. */
export function pathOf(report: Report, spec: string): PathReport {
  const path = report.paths.find((p) => p.id.startsWith(`${spec}@`));
  if (path === undefined) throw new Error(`Cannot find ${spec}: paths are ${report.paths.map((p) => p.id)}`);
  return path;
}

/** The paths that the gateway accepted. */
export function accepted(report: Report): PathReport[] {
  return report.paths.filter((path) => path.ike?.outcome === "accepted");
}

/** Path id to state and outcome: `answered accepted`, `refused`. */
export function summaries(report: Report): Record<string, string> {
  return Object.fromEntries(
    report.paths.map((p) => [p.id, p.ike === undefined ? p.state : `${p.state} ${p.ike.outcome}`]),
  );
}

/** Severities of the findings with this code. */
export function codes(report: Report, code: string): string[] {
  return report.findings.filter((finding) => finding.code === code).map((finding) => finding.severity);
}
