/** What came of all hosts of a run: who needs somebody and why, what is wrong most often, and the counts. */
import { hang } from "../../cli/wrap.ts";
import type { ExitCode } from "../../model/mod.ts";
import type { RunScope } from "../renderer.ts";
import { countedVerdicts, type Group, Tally, type Trouble } from "../tally.ts";
import { count, formatMs } from "../units.ts";
import { guard, paint, type TextStyle } from "./style.ts";
import { VERDICT_INK } from "./verdict.ts";

/** Findings that are counted out. */
const FINDINGS = 5;
/** Columns before the text of the last lines. */
const LEAD = 10;

/** The lines of the summary. Hosts with the same trouble stand together; of many, some are named, and all are counted. */
export function summaryLines(tally: Tally, scope: RunScope, exit: ExitCode, style: TextStyle): string[] {
  const all = new Tally();
  if (scope.earlier !== undefined) all.addAll(scope.earlier);
  all.addAll(tally);
  const failing = all.groups.filter(({ troubles }) => troubles.length > 0).toReversed();
  const row = (label: string, text: string) => hang(label.padEnd(LEAD), text, style.width, LEAD);
  const { findings } = all;
  const most = findings.slice(0, FINDINGS).map(([code, hosts]) => `${code} (${count(hosts, "host")})`);
  if (findings.length > most.length) most.push(`${findings.length - most.length} others`);
  return [
    ...failing.flatMap((group) => [...groupLines(group, scope, style), ""]),
    ...row("hosts", `${all.total + scope.leftOut}: ${counts(all, scope)}`),
    ...(most.length === 0 ? [] : row("findings", most.join(", "))),
    ...row("run", run(tally, scope, exit)),
  ];
}

function counts(all: Tally, { leftOut }: RunScope): string {
  return [countedVerdicts(all.groups), ...(leftOut === 0 ? [] : [`${leftOut} not begun`])].filter(Boolean).join(", ");
}

function run(tally: Tally, { earlier, durationMs, leftOut }: RunScope, exit: ExitCode): string {
  const resumed = earlier === undefined || earlier.total === 0
    ? []
    : [`${count(tally.total, "host")} probed now, ${earlier.total} before`];
  const time = durationMs === undefined ? [] : [formatMs(durationMs)];
  return [...time, ...resumed, ...(leftOut > 0 ? ["interrupted"] : []), `exit code ${exit}`].join(", ");
}

function groupLines({ code, count: total, troubles }: Group, scope: RunScope, style: TextStyle): string[] {
  const others = total - troubles.reduce((sum, { count }) => sum + count, 0);
  return [
    paint(style, code.toUpperCase(), VERDICT_INK[code], "bold"),
    ...troubles.flatMap((trouble) => troubleLines(trouble, scope, style)),
    ...(others > 0 ? [`  ${count(others, "more host")}`] : []),
  ];
}

function troubleLines(trouble: Trouble, scope: RunScope, style: TextStyle): string[] {
  const { count, named } = trouble;
  const more = count > named.length ? ` and ${count - named.length} more` : "";
  return [
    ...hang("  ", `${named.map(guard).join(", ")}${more}`, style.width),
    ...hang("    ", guard(wordsFor(trouble, scope)), style.width),
  ];
}

/** Of one host, what was said of it; of several, what it comes to, as their addresses and numbers differ. */
function wordsFor({ text, main, count }: Trouble, scope: RunScope): string {
  const title = main && scope.titleOf?.(main.code);
  if (count === 1 || main === undefined || title === undefined) return text;
  const on = main.on.length === 0 ? "" : `${main.on.join(", ")}: `;
  return `${on}${title} [${main.code}]`;
}
