/** What has changed in the findings: new, gone, more or less severe or certain, or with another story. */
import { type Change, CONFIDENCES, type Direction, type Finding, FINDING_CODES, SEVERITIES } from "../../model/mod.ts";
import { guard } from "../text/style.ts";
import { merged, type Side, type Sides, steady } from "./sides.ts";

/** All changes of findings, by code, in the contract's order. */
export function findingChanges(sides: Sides): Change[] {
  return FINDING_CODES.flatMap((code) => {
    const of = ({ report }: Side) => report.findings.filter((finding) => finding.code === code);
    const [a, b] = [of(sides.a), of(sides.b)];
    const changes = merged([...pairedChanges(a, b, sides), ...oneSided(a, b, sides)]);
    return changes.length > 0 ? changes : notices(a, b);
  });
}

/** A place at which a finding can be: a path of both runs. */
function pairedChanges(a: readonly Finding[], b: readonly Finding[], sides: Sides): Change[] {
  return sides.pairing.paths.flatMap(([from, to]) =>
    pairedFindings(ofPath(a, from), ofPath(b, to), sides).flatMap(([before, after]): Change[] => {
      // Whether a notice names one path more or less can be chance: see below.
      if (rank(before) <= NOTICE && rank(after) <= NOTICE) return [];
      const direction = directionOf(before, after);
      if (direction === "different" && isSameStory(before!, after!, sides)) return [];
      return [changed(direction, before, after, [to])];
    })
  );
}

type FindingPair = readonly [before: Finding | undefined, after: Finding | undefined];

/** Which finding of a path took which one's place: an expectation can be unmet in several ways at the same time. */
function pairedFindings(before: readonly Finding[], after: readonly Finding[], sides: Sides): FindingPair[] {
  if (before.length <= 1 && after.length <= 1) return [[before[0], after[0]]];
  const left = [...after];
  const gone = before.filter((one) => {
    const same = left.findIndex((other) => rank(one) === rank(other) && isSameStory(one, other, sides));
    if (same !== -1) left.splice(same, 1);
    return same === -1;
  });
  return Array.from({ length: Math.max(gone.length, left.length) }, (_, i) => [gone[i], left[i]]);
}

/** Problems and warnings of paths that the other run did not try: it cannot have found them. */
function oneSided(a: readonly Finding[], b: readonly Finding[], { a: sideA, b: sideB, pairing }: Sides): Change[] {
  if (sideA.view.paths.length === 0 || sideB.view.paths.length === 0) return [];
  const only = (findings: readonly Finding[], ids: readonly string[], told: (one: Finding, id: string) => Change) =>
    ids.flatMap((id) => {
      const [finding] = ofPath(findings, id);
      return rank(finding) > NOTICE ? [told(finding!, id)] : [];
    });
  return [
    ...only(a, pairing.onlyA, (finding, id) => changed("different", finding, undefined, [id])),
    ...only(b, pairing.onlyB, (finding, id) => changed("different", undefined, finding, [id])),
  ];
}

/** A code that only one run has, as a notice. */
function notices(a: readonly Finding[], b: readonly Finding[]): Change[] {
  if (a.length > 0 === b.length > 0) return [];
  const one = a[0] ?? b[0]!;
  if (one.severity !== "notice") return [];
  return [changed("different", a[0], b[0], one.paths)];
}

function changed(
  direction: Direction,
  a: Finding | undefined,
  b: Finding | undefined,
  paths: readonly string[],
): Change {
  const words = (finding: Finding | undefined) => finding === undefined ? null : findingWords(finding);
  return { direction, aspect: "finding", code: (a ?? b)!.code, paths, a: words(a), b: words(b) };
}

/** `warning (likely): TCP 4500: …`, and who does it. */
function findingWords({ severity, confidence, summary, hop }: Finding): string {
  const sure = confidence === "certain" ? "" : ` (${confidence})`;
  return guard(`${severity}${sure}: ${summary}${hop === undefined ? "" : ` (by ${hop})`}`);
}

/** Those of a path, the worst first. */
function ofPath(findings: readonly Finding[], path: string): Finding[] {
  return findings.filter(({ paths }) => paths.includes(path)).toSorted((a, b) => rank(b) - rank(a));
}

/** Severity first, then how sure it is; 0: not found. */
function rank(finding: Finding | undefined): number {
  if (finding === undefined) return 0;
  const severity = SEVERITIES.length - SEVERITIES.indexOf(finding.severity);
  return severity * CONFIDENCES.length - CONFIDENCES.indexOf(finding.confidence);
}

/** The highest rank of a notice. */
const NOTICE = CONFIDENCES.length;

function directionOf(before: Finding | undefined, after: Finding | undefined): Direction {
  const change = rank(after) - rank(before);
  return change > 0 ? "worse" : change < 0 ? "better" : "different";
}

/** Summaries name the paths that they are about: they can be compared only where those are the same. */
function isSameStory(a: Finding, b: Finding, { pairing }: Sides): boolean {
  const inB = new Map(pairing.paths);
  const paths = a.paths.map((id) => inB.get(id));
  if (paths.toSorted().join() !== b.paths.toSorted().join()) return true;
  const story = ({ summary, hop }: Finding) => JSON.stringify([steady(summary), hop]);
  const renamed = pairing.moved.reduce((text, [from, to]) => text.replaceAll(from, to), story(a));
  return renamed === story(b);
}
