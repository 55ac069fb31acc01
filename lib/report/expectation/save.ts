/** From a good run to the expectation that the next one be as good. */
import { unmetPaths } from "../../diagnose/demand.ts";
import { View } from "../../diagnose/view.ts";
import { keyBits, strongestGroup } from "../../ike/mod.ts";
import {
  type ChosenProposal,
  EVERY_FINDING,
  type Expectation,
  EXPECTATION_SCHEMA_ID,
  type ExpectedPath,
  formatPathSpec,
  type PathReport,
  type Report,
} from "../../model/mod.ts";
import { escapeText } from "../../wire/escape.ts";
import { assemble } from "../assemble.ts";
import { withExpectation } from "./apply.ts";

/**
 * What a later run has to show to be as good as this one; undefined when this one is not good (its exit code is 2 or 3).
 * A run with warnings may be somebody's normal: what was found in it is allowed.
 */
export function expectationOf(report: Report): Expectation | undefined {
  const { verdict, tool, target, started } = report;
  if (verdict.exit > 1) return undefined;
  const chosen = report.paths.flatMap(({ ike }) => ike?.proposal ?? []);
  const paths = expectedPaths(new View(report)).filter((path) => !isWorseExpected(path, report));
  const allowed = demanding(paths, report).findings
    .filter(({ code, severity }) => severity !== "notice" && code !== "expectation-unmet").map(({ code }) => code);
  const group = weakestGroup(chosen);
  const sizes = chosen.map(keyBits);
  const known = sizes.flatMap((bits) => bits ?? []);
  return {
    schema: EXPECTATION_SCHEMA_ID,
    note: `${tool.name} ${tool.version} saved this from a run against ${
      escapeText(target.input)
    } at ${started}: ${verdict.code}`,
    paths,
    ...(group !== undefined && { minimum_group: group }),
    ...(known.length > 0 && known.length === sizes.length && { minimum_key_bits: Math.min(...known) }),
    forbidden_findings: [EVERY_FINDING],
    allowed_findings: [...new Set(allowed)],
  };
}

/** The run as it would be, had these paths been expected. */
function demanding(paths: readonly ExpectedPath[], report: Report): Report {
  return assemble(withExpectation(report, { schema: EXPECTATION_SCHEMA_ID, paths }));
}

/** A path that was tried in passing, and with which the run would not be as good as it was: clients can hardly use it. */
function isWorseExpected(path: ExpectedPath, report: Report): boolean {
  const of = report.paths.filter((one) => formatPathSpec(one) === path.path);
  return !of.some(({ expected }) => expected) && demanding([path], report).verdict.exit > report.verdict.exit;
}

/** As text to be edited: a line for each key, and one for each path. */
export function formatExpectation(expectation: Expectation): string {
  const lines = Object.entries(expectation).map(([key, value]) => {
    const inline = Array.isArray(value) ? `[${value.map((item) => JSON.stringify(item)).join(", ")}]` : undefined;
    return `  "${key}": ${key === "paths" ? pathLines(expectation) : inline ?? JSON.stringify(value)}`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}

function pathLines({ paths = [] }: Expectation): string {
  const lines = paths.map((path) => {
    const pairs = Object.entries(path).map(([key, value]) => `"${key}": ${JSON.stringify(value)}`);
    return `    { ${pairs.join(", ")} }`;
  });
  return `[\n${lines.join(",\n")}\n  ]`;
}

function expectedPaths(view: View): ExpectedPath[] {
  const direct = view.facts.paths.filter((path) => path.redirected_from === undefined);
  const specs = [...new Set(direct.map((path) => formatPathSpec(path)))];
  return specs.flatMap((spec) => {
    const paths = direct.filter((path) => formatPathSpec(path) === spec);
    const working = paths.filter((path) => view.works(path));
    if (working.length === 0) return [];
    return [{
      path: spec,
      ...(unmetPaths(view, paths).length > 0 && { addresses: "any" as const }),
      ...(isTrusted(paths) && { certificate_trusted: true }),
    }];
  });
}

function isTrusted(paths: readonly PathReport[]): boolean {
  const shown = paths.flatMap(({ tls }) => tls ?? []);
  return shown.length > 0 && shown.every(({ trusted }) => trusted);
}

/** Undefined where the strength of one that was chosen is not known. */
function weakestGroup(chosen: readonly ChosenProposal[]): string | undefined {
  const rated = chosen.map(strongestGroup);
  const known = rated.flatMap((one) => one ?? []);
  return known.length < rated.length ? undefined : known.toSorted((a, b) => a.bits - b.bits)[0]?.name;
}
