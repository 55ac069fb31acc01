/** What came of all hosts of a run: counts, the hosts that need somebody, and what is wrong most often. */
import { columns, hang } from "../../cli/wrap.ts";
import type { ExitCode } from "../../model/mod.ts";
import type { Digest } from "../digest.ts";
import type { RunScope } from "../renderer.ts";
import { countedVerdicts, type Group, Tally } from "../tally.ts";
import { count, formatMs } from "../units.ts";
import { padded } from "./host_line.ts";
import { guard, paint, type TextStyle } from "./style.ts";
import { VERDICT_INK } from "./verdict.ts";

/** Findings that are counted out. */
const FINDINGS = 5;
/** Columns of a host's name at most; a longer one has a line of its own. */
const NAME = 32;
/** Columns before the text of the last lines. */
const LEAD = 10;

/** The lines of the summary. Hosts of each verdict are named as far as it is useful, and the others are counted. */
export function summaryLines(tally: Tally, scope: RunScope, exit: ExitCode, style: TextStyle): string[] {
  const all = scope.earlier === undefined ? tally : Tally.sum(scope.earlier, tally);
  const failing = all.groups.filter(({ code }) => code !== "ready").toReversed();
  const row = (label: string, text: string) => hang(label.padEnd(LEAD), text, style.width, LEAD);
  const { findings } = all;
  const most = findings.slice(0, FINDINGS).map(([code, hosts]) => `${code} (${count(hosts, "host")})`);
  if (findings.length > most.length) most.push(`${findings.length - most.length} others`);
  return [
    ...failing.flatMap((group) => [...groupLines(group, style), ""]),
    ...row("hosts", [count(all.total + scope.leftOut, "host"), counts(all, scope)].join(": ")),
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

function groupLines({ code, count: total, named }: Group, style: TextStyle): string[] {
  const widest = Math.min(Math.max(...named.map(({ host }) => columns(guard(host)))), NAME);
  const more = total - named.length;
  return [
    paint(style, code.toUpperCase(), VERDICT_INK[code], "bold"),
    ...named.flatMap((digest) => troubleLines(digest, widest, style)),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

/** A host, and what is wrong with it beside or below its name. */
function troubleLines({ host, trouble = "" }: Digest, widest: number, style: TextStyle): string[] {
  const name = guard(host);
  const indent = widest + 4;
  if (columns(name) > widest) return [`  ${name}`, ...hang("", guard(trouble), style.width, indent)];
  return hang(`  ${padded(name, widest)}  `, guard(trouble), style.width);
}
