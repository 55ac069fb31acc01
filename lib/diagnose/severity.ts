/** How bad a failing path is: the contract's "Severity", in one place. */
import { type PathReport, SEVERITIES, type Severity } from "../model/mod.ts";
import { isDead } from "./life.ts";
import type { View } from "./view.ts";

/**
 * Of one path that does not work. Required: `problem`. A candidate that nobody named: `notice`. `warning` where clients
 * have a better way: another UDP port; UDP, for TCP and TLS; another address, for one where nothing is alive.
 */
export function severityOf(view: View, path: PathReport): Severity {
  if (path.required) return "problem";
  if (!path.expected) return "notice";
  if (view.worksOverUdp(path.address)) return "warning";
  const elsewhere = view.paths.some((other) => other.address !== path.address && view.works(other));
  return elsewhere && isDead(view, path.address) ? "warning" : "problem";
}

/** Of several paths: the worst of them. */
export function worstOf(view: View, paths: readonly PathReport[]): Severity {
  const severities = paths.map((path) => severityOf(view, path));
  return SEVERITIES.find((severity) => severities.includes(severity)) ?? "notice";
}
