/** Short ways to read a report in an assertion. */
import { assertEquals } from "@std/assert";
import type { PathReport, Report } from "../../lib/model/mod.ts";

/** The path with this spec (`tcp-4500`), on the first address that has it. */
export function pathOf(report: Report, spec: string): PathReport {
  const path = report.paths.find((p) => p.id.startsWith(`${spec}@`));
  if (path === undefined) throw new Error(`Cannot find ${spec}: paths are ${report.paths.map((p) => p.id)}`);
  return path;
}

/** The paths that the gateway accepted; fails unless there are `count`, when given. */
export function accepted(report: Report, count?: number): PathReport[] {
  const paths = report.paths.filter((path) => path.ike?.outcome === "accepted");
  if (count !== undefined) assertEquals(paths.length, count, JSON.stringify(summaries(report)));
  return paths;
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
