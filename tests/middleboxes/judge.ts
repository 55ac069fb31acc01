/** Holds a report against what its row expects, and against what holds for every report. */
import {
  type Confidence,
  CONFIDENCES,
  type Finding,
  type PathReport,
  type Report,
  VERDICT_EXIT,
} from "../../lib/model/mod.ts";
import { rule } from "../../lib/diagnose/mod.ts";
import { assemble } from "../../lib/report/assemble.ts";
import { parseReports } from "../../lib/report/read.ts";
import { renderText } from "../../lib/report/text/mod.ts";
import { assertSound } from "../testbed/report.ts";
import type { Expectation, Expected, Outcome } from "./row.ts";

/** A host with every path failing is done by then, experiments included, unless options ask for more. */
const LONGEST_MS = 8_000;

/** What a row's way of running it allows for. */
export interface Leeway {
  /** Its options ask for more time. */
  readonly patient?: boolean;
  /** Its clock is the machine's, which may be under load. */
  readonly realTime?: boolean;
}

/** All that is wrong with what came of a row, a line each; none: the row is right. */
export function judge(expect: Expectation, { report, code }: Outcome, leeway: Leeway = {}): string[] {
  const { patient = false, realTime = false } = leeway;
  return [
    ...judgeFindings(expect, report, realTime),
    ...judgeVerdict(expect, report),
    ...judgePaths(expect, report),
    ...judgeEvery(report, code),
    ...(patient || report.duration_ms <= LONGEST_MS ? [] : [`it took ${report.duration_ms} ms`]),
  ];
}

function judgeFindings(expect: Expectation, { findings }: Report, realTime: boolean): string[] {
  const must = expect.findings ?? [];
  const missing = must.filter((one) => !findings.some((found) => misses(one, found).length === 0));
  const known = [...must, ...expect.may ?? []];
  const extra = findings.filter((found) => !known.some((one) => misses(one, found).length === 0))
    .filter((found) => !(realTime && isByChance(found)));
  return [
    ...missing.map((one) => {
      const near = findings.filter((found) => one.codes.includes(found.code)).flatMap((found) => misses(one, found));
      return `expected ${formatExpected(one)}${near.length === 0 ? "" : ` (${near.join("; ")})`}`;
    }),
    ...extra.map((found) => `not expected: ${formatFinding(found)}`),
  ];
}

/** A machine under load is late by itself now and then: a single repeated request is then true, and only a notice. */
function isByChance({ code, severity, confidence }: Finding): boolean {
  return code === "loss" && severity === "notice" && confidence === "possible";
}

/** In what a finding differs from what is expected. */
function misses(one: Expected, found: Finding): string[] {
  if (!one.codes.includes(found.code)) return ["another code"];
  const { severity, least, most, hop, paths, says } = one;
  const texts = [found.summary, ...found.evidence.map(({ text }) => text), ...found.advice].join("\n");
  return [
    ...(severity === undefined || severity.includes(found.severity) ? [] : [`is a ${found.severity}`]),
    ...(least === undefined || rank(found.confidence) <= rank(least) ? [] : [`is only ${found.confidence}`]),
    ...(most === undefined || rank(found.confidence) >= rank(most) ? [] : [`is ${found.confidence}`]),
    ...(hop === undefined || found.hop === hop ? [] : [`names ${found.hop ?? "no hop"}`]),
    ...(paths === undefined || covers(paths, found.paths) ? [] : [`is about ${found.paths.join(", ")}`]),
    ...(says === undefined || says.test(texts) ? [] : [`does not say ${says.source}: ${found.summary}`]),
  ];
}

function rank(confidence: Confidence): number {
  return CONFIDENCES.indexOf(confidence);
}

/** Whether each id has its beginning among the expected ones, and each expected one an id. */
function covers(beginnings: readonly string[], ids: readonly string[]): boolean {
  return ids.every((id) => beginnings.some((beginning) => begins(id, beginning))) &&
    beginnings.every((beginning) => ids.some((id) => begins(id, beginning)));
}

function begins(id: string, beginning: string): boolean {
  return id === beginning || (id.startsWith(beginning) && /[-@/]/.test(id[beginning.length]!));
}

function judgeVerdict(expect: Expectation, { verdict }: Report): string[] {
  const exits = expect.exit === undefined ? expect.verdict.map((code) => VERDICT_EXIT[code]) : [expect.exit];
  const { recommended } = expect;
  const right = recommended === undefined ||
    (recommended === null ? verdict.recommended === null : begins(verdict.recommended ?? "", recommended));
  return [
    ...(expect.verdict.includes(verdict.code)
      ? []
      : [`expected the verdict ${expect.verdict.join(" or ")}, came ${verdict.code}: ${verdict.summary}`]),
    ...((exits as number[]).includes(verdict.exit)
      ? []
      : [`expected exit ${exits.join(" or ")}, came ${verdict.exit}`]),
    ...(right ? [] : [`expected to recommend ${recommended}, came ${verdict.recommended}`]),
  ];
}

function judgePaths(expect: Expectation, { paths }: Report): string[] {
  return Object.entries(expect.paths ?? {}).flatMap(([beginning, state]) => {
    const about = paths.filter((path) => begins(path.id, beginning));
    if (about.length === 0) return [`expected a path ${beginning}`];
    return about.filter((path) => stateOf(path) !== state)
      .map((path) => `expected ${path.id} to be ${state}, came ${stateOf(path)}: ${path.reason ?? ""}`);
  });
}

function stateOf(path: PathReport): string {
  return path.ike?.outcome ?? path.state;
}

/** What holds for every report, whatever the row. */
function judgeEvery(report: Report, code: number): string[] {
  const wrong: string[] = [];
  try {
    assertSound(report, code);
  } catch (error) {
    wrong.push((error as Error).message);
  }
  for (const found of report.findings) {
    if (rule(found.code) === undefined) wrong.push(`explain does not know ${found.code}`);
    if (found.paths.length === 0 || found.evidence.length === 0) wrong.push(`${found.code} rests on nothing`);
    if (found.severity !== "notice" && found.advice.length === 0) wrong.push(`${found.code} advises nothing`);
  }
  const again = assemble(parseReports(JSON.stringify(report))[0]!);
  if (JSON.stringify([again.findings, again.verdict]) !== JSON.stringify([report.findings, report.verdict])) {
    wrong.push(`diagnosed again, it says: ${again.findings.map(formatFinding).join("; ")} (${again.verdict.code})`);
  }
  for (const verbose of [false, true]) {
    const text = renderText(report, { width: 100, color: false, verbose });
    // Nothing of the network may reach a terminal as it is: line feeds are our own.
    // deno-lint-ignore no-control-regex
    const control = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/.exec(text);
    if (control !== null) wrong.push(`control character ${JSON.stringify(control[0])} in the text report`);
  }
  return wrong;
}

/** `udp-blocked (problem, at least likely)`, for messages and the table. */
export function formatExpected({ codes, severity, least, most, hop, says }: Expected): string {
  const details = [
    severity?.join(" or ") ?? [],
    least === undefined ? [] : least === "certain" ? "certain" : `at least ${least}`,
    most === undefined ? [] : most === "possible" ? "possible" : `at most ${most}`,
    hop === undefined ? [] : `by ${hop}`,
    says === undefined ? [] : `says "${says.source}"`,
  ].flat();
  return codes.join(" or ") + (details.length === 0 ? "" : ` (${details.join(", ")})`);
}

function formatFinding({ code, severity, confidence, paths, summary }: Finding): string {
  return `${code} (${severity}, ${confidence}, ${paths.join(" ")}): ${summary}`;
}
