/**
 * Compares runs, A with B. Both are diagnosed by the rules of this version and under the same demands, so that only what the
 * network showed can differ. Turned round, `worse` and `better` change places and nothing else.
 */
import type {
  Change,
  Counts,
  Diff,
  DiffSide,
  Direction,
  Facts,
  HostDiff,
  Report,
  Tool,
  Verdict,
} from "../../model/mod.ts";
import { ASPECTS, DIFF_SCHEMA_ID, DIRECTIONS } from "../../model/mod.ts";
import { assemble } from "../assemble.ts";
import { guard } from "../text/style.ts";
import { findingChanges } from "./findings.ts";
import { level } from "./level.ts";
import { pairPaths } from "./pair.ts";
import { pathChanges } from "./paths.ts";
import { merged, sideOf, type Sides } from "./sides.ts";
import { timeChanges } from "./times.ts";

/** A file's name, as the user wrote it, and what stands in it. */
export interface ReportFile {
  readonly file: string;
  readonly reports: readonly Facts[];
}

/** The files have no host in common. The message is safe to show. */
export class NothingToCompare extends Error {
  override readonly name = "NothingToCompare";
}

/** Compares two files. One report each is a pair, whatever their hosts; several are matched by host. @throws {NothingToCompare} */
export function compareFiles(a: ReportFile, b: ReportFile, tool: Tool): Diff {
  const single = a.reports.length === 1 && b.reports.length === 1;
  const [byHostA, byHostB] = [a, b].map(({ reports }) => hosts(reports, single)) as [Hosts, Hosts];
  const both = [...byHostA.keys()].filter((host) => byHostB.has(host));
  if (both.length === 0) throw new NothingToCompare("Nothing to compare: A and B have no host in common");
  const found = both.map((host) => compareHosts(byHostA.get(host)!, byHostB.get(host)!));
  const counts = (direction: Direction) => found.reduce((sum, host) => sum + host[direction], 0);
  const worse = counts("worse");
  return {
    schema: DIFF_SCHEMA_ID,
    tool,
    a: { file: a.file, reports: a.reports.length },
    b: { file: b.file, reports: b.reports.length },
    hosts: found,
    only_a: [...byHostA.keys()].filter((host) => !byHostB.has(host)),
    only_b: [...byHostB.keys()].filter((host) => !byHostA.has(host)),
    worse,
    better: counts("better"),
    different: counts("different"),
    exit: worse > 0 ? 1 : 0,
  };
}

/** Several reports of one host, as a watch writes them: the last one counts. */
interface Host {
  readonly last: Facts;
  readonly reports: number;
}
type Hosts = ReadonlyMap<string, Host>;

function hosts(reports: readonly Facts[], single: boolean): Hosts {
  const found = new Map<string, Host>();
  for (const last of reports) {
    const host = single ? "" : last.target.host;
    found.set(host, { last, reports: (found.get(host)?.reports ?? 0) + 1 });
  }
  return found;
}

function compareHosts(a: Host, b: Host): HostDiff {
  const pairing = pairPaths(a.last, b.last);
  const levelled = level(a.last, b.last, pairing);
  const [reportA, reportB] = [assemble(levelled.a), assemble(levelled.b)];
  const sides: Sides = { a: sideOf(reportA), b: sideOf(reportB), pairing };
  const changes = inOrder([
    ...runChanges(sides),
    ...merged([...pathChanges(sides), ...timeChanges(sides)]),
    ...findingChanges(sides),
  ]);
  return {
    host: reportB.target.input || reportA.target.input,
    a: sideWords(reportA),
    b: sideWords(reportB),
    remarks: [...repeated("A", a), ...repeated("B", b), ...levelled.remarks],
    changes,
    ...count(changes),
  };
}

function repeated(name: string, { reports }: Host): string[] {
  return reports === 1 ? [] : [`${name} has ${reports} reports of this host: the last one counts.`];
}

function sideWords({ started, tool, verdict }: Report): DiffSide {
  return { started, version: tool.version, verdict: verdict.code, exit: verdict.exit };
}

/** What has changed of the run as a whole. */
function runChanges(sides: Sides): Change[] {
  const { a: { report: a }, b: { report: b }, pairing } = sides;
  const inB = new Map(pairing.paths);
  const recommended = a.verdict.recommended;
  const change = (aspect: Change["aspect"], direction: Direction, before: string | null, after: string | null) => [
    { direction, aspect, paths: [], a: before, b: after },
  ];
  const sameUse = (recommended === null ? null : inB.get(recommended) ?? recommended) === b.verdict.recommended;
  return [
    ...(a.verdict.code === b.verdict.code && a.verdict.exit === b.verdict.exit
      ? []
      : change("verdict", verdictDirection(a.verdict, b.verdict), verdictWords(a.verdict), verdictWords(b.verdict))),
    ...(sameUse ? [] : change("use", "different", shown(recommended), shown(b.verdict.recommended))),
    ...(addresses(a) === addresses(b) ? [] : change("addresses", "different", addresses(a), addresses(b))),
  ];
}

/** A run without a verdict is worse than one in which IKE was accepted; whether it is worse than a bad one nobody knows. */
function verdictDirection(a: Verdict, b: Verdict): Direction {
  const change = Math.min(b.exit, 2) - Math.min(a.exit, 2);
  return change > 0 ? "worse" : change < 0 ? "better" : "different";
}

function shown(id: string | null): string | null {
  return id === null ? null : guard(id);
}

function verdictWords({ code, exit, summary }: Verdict): string {
  return `${code}, exit code ${exit}: ${guard(summary)}`;
}

function addresses({ target }: Report): string {
  return guard(target.addresses.map(({ address }) => address).toSorted().join(", ") || "none");
}

/** The worst first, and each in the order of aspects. */
function inOrder(changes: readonly Change[]): Change[] {
  return DIRECTIONS.flatMap((direction) =>
    ASPECTS.flatMap((aspect) => changes.filter((one) => one.direction === direction && one.aspect === aspect))
  );
}

function count(changes: readonly Change[]): Counts {
  const of = (direction: Direction) => changes.filter((change) => change.direction === direction).length;
  return { worse: of("worse"), better: of("better"), different: of("different") };
}
