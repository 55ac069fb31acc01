/** From facts to findings and a verdict. Pure: a saved report can be diagnosed again, offline, and by a later version. */
import { type Facts, type Finding, type FindingCode, SEVERITIES, type Verdict } from "../model/mod.ts";
import { type Rule } from "./rule.ts";
import { RULES } from "./rules/mod.ts";
import { judge } from "./verdict.ts";
import { View } from "./view.ts";

export { type Advice, type Rule, type RuleText, standingAdvice } from "./rule.ts";
export { RULES };

/** What a run means. */
export interface Diagnosis {
  /** Problems first, then warnings, then notices; each in the contract's order of codes. */
  readonly findings: Finding[];
  readonly verdict: Verdict;
}

/** Runs all rules over the facts. Deterministic, and never throws for what a report says. */
export function diagnose(facts: Facts): Diagnosis {
  const view = new View(facts);
  const found: Finding[] = [];
  for (const rule of RULES) found.push(...rule.find(view, found));
  const findings = SEVERITIES.flatMap((severity) => found.filter((finding) => finding.severity === severity));
  return { findings, verdict: judge(view, findings) };
}

/** The rule of a code; undefined for codes whose measurements do not exist. */
export function rule(code: FindingCode): Rule | undefined {
  return RULES.find((candidate) => candidate.code === code);
}

/** What a finding comes to, in a phrase. */
export function titleOf(code: FindingCode): string | undefined {
  return rule(code)?.title;
}
