/**
 * `--format markdown`: a report to paste into a ticket. The verdict stands first, as whoever opens the ticket reads it
 * first; several hosts end with a table of them.
 */
import { type ExitCode, type PathReport, type Report, VERDICT_EXIT } from "../../model/mod.ts";
import type { Renderer, RenderStyle, RunScope } from "../renderer.ts";
import { countedVerdicts } from "../tally.ts";
import { codeWords, worstFirst } from "../text/findings.ts";
import { groupPaths, ikeRows, type Row } from "../text/negotiated.ts";
import { candidateWords, failureWords, fullExchange, outcomeNote } from "../text/paths.ts";
import { guard } from "../text/style.ts";
import { tlsRows } from "../text/tls.ts";
import { addressWords, costWords, runWords } from "../text/verdict.ts";
import { count, formatMs } from "../units.ts";
import { verboseLines } from "../verbose.ts";
import { cell, code, inline } from "./inline.ts";
import { type Column, table } from "./table.ts";

/** See the file's head. */
export function markdownRenderer({ verbose, width }: RenderStyle): Renderer {
  const rows: string[][] = [];
  let worst: ExitCode = 0;
  let scope: RunScope | undefined;
  return {
    begin: (known) => scope = known,
    add(report) {
      const { target, verdict } = report;
      if (verdict.exit > worst) worst = verdict.exit;
      rows.push([cell(nameOf(target)), verdict.code, String(verdict.exit), cell(verdict.summary)]);
      const blocks = [...reportBlocks(report), ...(verbose ? [record(report, width)] : [])];
      return (rows.length === 1 ? "" : "\n") + text(blocks);
    },
    end(exit) {
      const beside = besideReports(scope, exit > worst ? exit : undefined);
      if (rows.length < 2 && beside.length === 0) return [];
      return [
        rows.length === 0 ? "" : "\n",
        text([["## All hosts"], rows.length === 0 ? [] : table(HOSTS, rows), beside]),
      ];
    },
  };
}

/** What no report says: hosts that were not begun, and those that an earlier run probed. */
function besideReports(scope: RunScope | undefined, exit: ExitCode | undefined): string[] {
  const { leftOut = 0, earlier } = scope ?? {};
  return [
    ...(leftOut === 0 ? [] : [`- **Interrupted**: ${count(leftOut, "host")} not begun`]),
    ...(earlier === undefined || earlier.total === 0 ? [] : [`- **Before**: ${countedVerdicts(earlier.groups)}`]),
    ...(exit === undefined ? [] : [`- **Exit code**: ${exit}`]),
  ];
}

/** Lines that belong together; an empty line parts them from others. */
type Block = readonly string[];

const HOSTS: readonly Column[] = [
  { heading: "host" },
  { heading: "verdict" },
  { heading: "exit", right: true },
  { heading: "summary" },
];
const PATHS: readonly Column[] = [
  { heading: "path" },
  { heading: "state" },
  { heading: "connect", right: true },
  { heading: "TLS", right: true },
  { heading: "answer", right: true },
  { heading: "outcome" },
];

function text(blocks: readonly Block[]): string {
  return `${blocks.filter((lines) => lines.length > 0).map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function nameOf({ input, host }: Report["target"]): string {
  return input || host || "no host";
}

function reportBlocks(report: Report): Block[] {
  const { target, verdict, paths, findings } = report;
  const note = candidateWords(paths);
  return [
    [`## ${inline(nameOf(target))}: ${verdict.code.toUpperCase()}`],
    verdictItems(report),
    ...section("Paths", paths.length === 0 ? [] : table(PATHS, paths.map((path) => pathRow(path, report)))),
    note === undefined ? [] : [inline(note)],
    ...section("Findings", worstFirst(findings).flatMap(findingItems)),
    ...section("Negotiated", [
      ...rowItems(paths, (path) => path.ike && ikeRows(path.ike)),
      ...rowItems(paths, (path) => path.tls && tlsRows(path.tls)),
    ]),
    ...section("Run", runItems(report)),
  ];
}

function section(heading: string, lines: Block): Block[] {
  return lines.length === 0 ? [] : [[`### ${heading}`], lines];
}

/** `- **label**: sentence`: words of ours stand first in every line, so that no sentence can begin a block. */
function item(label: string, sentence: string): string {
  return `- **${label}**: ${inline(sentence)}`;
}

function verdictItems({ verdict, target }: Report): string[] {
  const addresses = addressWords(target);
  const unmet = verdict.exit !== VERDICT_EXIT[verdict.code];
  return [
    item("Verdict", `${verdict.summary}${unmet ? ` (exit code ${verdict.exit})` : ""}`),
    ...(verdict.client === undefined ? [] : [item("Client", verdict.client)]),
    ...(verdict.recommended === null ? [] : [`- **Use**: ${code(guard(verdict.recommended))}`]),
    ...(addresses === undefined ? [] : [item("Host", addresses)]),
  ];
}

function pathRow(path: PathReport, { earlier }: Report): string[] {
  const { connect, tls, answer } = path.timing_ms;
  const times = [connect, tls, answer].map((ms) => ms === undefined ? "" : formatMs(ms));
  const note = outcomeNote(path, fullExchange(earlier));
  const outcome = path.state === "answered"
    ? [path.ike?.outcome ?? "", note].filter(Boolean).join(": ")
    : failureWords(path);
  return [code(guard(path.id).replaceAll("|", "\\x7c")), path.state, ...times, cell(outcome)];
}

function findingItems(finding: Report["findings"][number]): string[] {
  const { severity, summary, paths, evidence, advice, hop } = finding;
  return [
    `- **${severity}**: ${inline(summary)} (${code(codeWords(finding))})`,
    ...(paths.length === 0 ? [] : [`  - on: ${paths.map((id) => code(guard(id))).join(", ")}`]),
    ...evidence.map(({ text }) => `  - seen: ${inline(text)}`),
    ...(hop === undefined ? [] : [`  - by: ${inline(hop)}`]),
    ...advice.map((text) => `  - do: ${inline(text)}`),
  ];
}

/** One item for all paths that say the same, with a row each below it. */
function rowItems(paths: readonly PathReport[], rowsOf: (path: PathReport) => Row[] | undefined): string[] {
  const groups = groupPaths(paths, (path) => {
    const rows = rowsOf(path);
    return rows === undefined || rows.length === 0 ? undefined : JSON.stringify(rows);
  });
  return groups.flatMap((group) => [
    `- on ${group.map(({ id }) => code(guard(id))).join(", ")}`,
    ...rowsOf(group[0]!)!.map(([label, text]) => `  - ${label}: ${inline(text)}`),
  ]);
}

function runItems(report: Report): string[] {
  const { name, version, runtime, platform } = report.tool;
  return [
    ...(report.paths.length === 0 ? [] : [item("Cost", costWords(report))]),
    item("Run", `${runWords(report)}; began ${report.started}`),
    item("Tool", `${name} ${version} (${runtime}, ${platform})`),
  ];
}

/** Every message, as it is: nothing in a block of code means anything, but its end. */
function record(report: Report, width: number): Block {
  const lines = verboseLines(report, width);
  if (lines.length === 0) return [];
  const longest = Math.max(0, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return ["### Record", "", `${fence}text`, ...lines, fence];
}
