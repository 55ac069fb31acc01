/** `diff --format text`: for each host what is worse, better and different, each with what A and what B has. */
import { hang, wrap } from "../../cli/wrap.ts";
import {
  ASPECT_NAMES,
  type Change,
  type Counts,
  type Diff,
  type DiffSide,
  type Direction,
  DIRECTIONS,
  type HostDiff,
} from "../../model/mod.ts";
import { pathNames } from "../text/negotiated.ts";
import { guard, type Ink, paint, type TextStyle } from "../text/style.ts";
import { count } from "../units.ts";

const INK: Readonly<Record<Direction, readonly Ink[]>> = {
  worse: ["red", "bold"],
  better: ["green", "bold"],
  different: ["cyan"],
};
/** Columns of `different  `. */
const LEAD = 11;
const INDENT = 2;

/** The comparison as text with a final newline. */
export function renderDiff(diff: Diff, style: TextStyle): string {
  const [single] = diff.hosts.length === 1 ? diff.hosts : [];
  const shown = diff.hosts.filter((host) => host === single || host.changes.length > 0);
  const same = diff.hosts.filter((host) => !shown.includes(host)).map(({ host }) => host);
  const blocks = [
    ...shown.map((host) => hostLines(host, diff, style)),
    listLines("No difference", same, style),
    listLines(`Only in A (${guard(diff.a.file)})`, diff.only_a, style),
    listLines(`Only in B (${guard(diff.b.file)})`, diff.only_b, style),
    summaryLines(diff, style),
  ];
  return `${blocks.filter((lines) => lines.length > 0).map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function hostLines(host: HostDiff, { a, b }: Diff, style: TextStyle): string[] {
  return [
    ...wrap(paint(style, guard(host.host) || "no host", "bold"), style.width),
    ...sideLines("- A", a.file, host.a, style),
    ...sideLines("+ B", b.file, host.b, style),
    ...host.remarks.flatMap((remark) => hang("  ", remark, style.width).map((line) => paint(style, line, "dim"))),
    "",
    ...(host.changes.length === 0
      ? ["  No difference."]
      : host.changes.flatMap((change) => changeLines(change, style))),
  ];
}

function sideLines(mark: string, file: string, side: DiffSide, style: TextStyle): string[] {
  const name = file === "-" ? "standard input" : guard(file);
  const when = guard(side.started).replace(/(?:\.\d+)?Z$/, " UTC").replace("T", " ");
  return hang(`  ${mark}  `, `${name}: ${when}, ${side.verdict}`, style.width);
}

function changeLines(change: Change, style: TextStyle): string[] {
  const { direction, a, b } = change;
  const [head, ...rest] = hang("  " + direction.padEnd(LEAD), headOf(change), style.width, INDENT + LEAD);
  return [
    head!.replace(direction, paint(style, direction, ...INK[direction])),
    ...rest,
    ...(a === null ? [] : sideOf("-", a, style)),
    ...(b === null ? [] : sideOf("+", b, style)),
  ];
}

function sideOf(mark: string, words: string, style: TextStyle): string[] {
  const lead = `${" ".repeat(INDENT + LEAD)}${mark} `;
  return hang(lead, guard(words), style.width).map((line, i) =>
    i === 0 ? line.replace(mark, paint(style, mark, "bold")) : line
  );
}

/** `state of tcp-4500 at 192.0.2.7`, `finding prefix-reset on …, only in B`. */
function headOf({ aspect, code, paths, a, b }: Change): string {
  const what = code === undefined ? ASPECT_NAMES[aspect] : `${ASPECT_NAMES[aspect]} ${code}`;
  const about = paths.map((id) => ({ id, address: id.slice(id.indexOf("@") + 1) }));
  const where = about.length === 0 ? "" : `: ${pathNames(about)}`;
  const lacks = aspect === "state" ? ["not tried in A", "not tried in B"] : ["only in B", "only in A"];
  const side = a === null ? `, ${lacks[0]}` : b === null ? `, ${lacks[1]}` : "";
  return what + where + side;
}

/** Hosts of a list are named as far as anybody reads. */
const MOST_NAMED = 50;

function listLines(what: string, hosts: readonly string[], style: TextStyle): string[] {
  if (hosts.length === 0) return [];
  const more = hosts.length - MOST_NAMED;
  const names = [...hosts.slice(0, MOST_NAMED).map(guard), ...(more > 0 ? [`and ${more} more`] : [])];
  return wrap(`${what}: ${names.join(", ")}`, style.width);
}

function summaryLines(diff: Diff, style: TextStyle): string[] {
  const worst = DIRECTIONS.find((direction) => diff[direction] > 0);
  const nothing = diff.only_a.length + diff.only_b.length === 0
    ? "No difference"
    : "No difference where both have a report";
  if (worst === undefined) return [nothing];
  const word = worst.toUpperCase();
  const hosts = diff.hosts.filter((host) => host[worst] > 0).length;
  const of = diff.hosts.length === 1 ? "" : `, at ${hosts} of ${count(diff.hosts.length, "host")}`;
  return wrap(`${word}  B against A: ${countWords(diff)}${of}; exit code ${diff.exit}`, style.width)
    .map((line, i) => i === 0 ? line.replace(word, paint(style, word, ...INK[worst])) : line);
}

/** `2 worse, 1 different`. */
function countWords(counts: Counts): string {
  return DIRECTIONS.filter((direction) => counts[direction] > 0)
    .map((direction) => `${counts[direction]} ${direction}`).join(", ");
}
