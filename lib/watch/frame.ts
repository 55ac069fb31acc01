/** What a watch shows on a terminal: a line for each path, what happened last, and the verdict. */
import { columns, hang } from "../cli/wrap.ts";
import { count, formatMs } from "../report/units.ts";
import { guard, type Ink, paint, type TextStyle } from "../report/text/style.ts";
import type { Figures } from "./statistics.ts";
import type { WatchedPath, WatchLog } from "./log.ts";
import { strip } from "./strip.ts";
import { happeningWords } from "./words.ts";

/** How a frame is laid out. */
export interface FrameStyle extends Pick<TextStyle, "width" | "color"> {
  /** Rows of the terminal; undefined: as many as it takes. */
  readonly height?: number;
  /** No characters beyond ASCII. */
  readonly ascii: boolean;
}

/** What a frame tells beside the log. */
export interface FrameState {
  /** How the rounds go: `every 5 s, next at 18:41:07`. */
  readonly pace: string;
  /** Half-open SAs that stand at the gateway because of us. */
  readonly halfOpen: number;
  /** Of `happenings`, so many are shown at most. */
  readonly shown: number;
}

const TIME = 9;
const LOSS = 7;
const STATE = 11;
const FIGURES = ["last", "best", "median", "worst", "jitter"] as const;
type Time = typeof FIGURES[number];
/** What is left out first where a terminal is narrow. */
const LEAST_WANTED: readonly Time[] = ["best", "jitter", "worst", "median", "last"];
/** Columns of the history strip, where there is room. */
const STRIP = { least: 8, most: 60 } as const;

/** The lines of a frame: none is wider than the terminal, and there are not more than it has rows. */
export function frameLines(log: WatchLog, state: FrameState, style: FrameStyle): string[] {
  const head = [paint(plain(style), guard(log.host), "bold") + `  ${state.pace}`, ""];
  const paths = pathLines(log.paths, style);
  const foot = footLines(log, state, style);
  // The cursor stands in the last row.
  const rows = style.height === undefined ? Infinity : Math.max(1, style.height - 1);
  const room = rows - head.length - foot.length;
  const shown = cut(paths, Math.max(1, room));
  const changes = happeningLines(log, state.shown, style, room - shown.length);
  return [...head, ...shown, ...changes, ...foot].slice(0, rows).map((line) => clip(line, style.width));
}

/** The first lines, and how many more there are; not more than so many altogether. */
function cut(lines: readonly string[], room: number): readonly string[] {
  if (lines.length <= room) return lines;
  const kept = lines.slice(0, room - 1);
  return [...kept, `  and ${count(lines.length - kept.length, "more line")}`];
}

function plain({ width, color }: FrameStyle): TextStyle {
  return { width, color, verbose: false };
}

function pathLines(paths: readonly WatchedPath[], style: FrameStyle): string[] {
  const id = Math.max(4, ...paths.map(({ path }) => columns(guard(path.id))));
  const first = `  ${"path".padEnd(id)}  ${"state".padEnd(STATE)}${"loss".padStart(LOSS)}`;
  const shown = timesThatFit(style.width - columns(first));
  const heading = first + shown.map((name) => name.padStart(TIME)).join("");
  const room = Math.min(STRIP.most, style.width - columns(heading) - 2);
  const strips = room >= STRIP.least ? room : 0;
  return [
    paint(plain(style), heading, "dim"),
    ...paths.map((watched) => {
      const { path, look, statistics } = watched;
      const figures = statistics.figures();
      const name = guard(path.id);
      const state = paint(plain(style), look, ...inkOf(watched)) + " ".repeat(Math.max(1, STATE - look.length));
      const times = shown.map((figure) => time(figures, figure)).join("");
      const history = strips === 0 ? "" : `  ${strip(statistics.samples, strips, style.ascii)}`;
      return `  ${name}${" ".repeat(id - columns(name))}  ${state}${percent(figures.loss)}${times}${history}`;
    }),
  ];
}

function inkOf({ look, path }: WatchedPath): readonly Ink[] {
  if (look === "works") return ["green"];
  if (look === "answers") return ["yellow"];
  return path.expected ? ["red"] : ["dim"];
}

function timesThatFit(room: number): readonly Time[] {
  const out = LEAST_WANTED.slice(0, Math.max(0, FIGURES.length - Math.floor(room / TIME)));
  return FIGURES.filter((name) => !out.includes(name));
}

function percent(share: number | undefined): string {
  if (share === undefined) return "-".padStart(LOSS);
  const text = share === 0 || share === 1 ? `${share * 100}` : (share * 100).toFixed(1);
  return `${text} %`.padStart(LOSS);
}

function time(figures: Figures, name: Time): string {
  const ms = figures[name];
  return (ms === undefined ? "-" : formatMs(ms)).padStart(TIME);
}

/** The last of what happened, as many as there is room for. */
function happeningLines(log: WatchLog, most: number, style: FrameStyle, room: number): string[] {
  const heading = ["", "  changes (UTC)"];
  let lines: string[] = [];
  for (const happening of most > 0 ? log.happenings.slice(-most).toReversed() : []) {
    const [first, ...findings] = happeningWords(happening);
    const clock = happening.time.slice(11, 19);
    const more = [
      ...hang(`  ${clock}  `, first!, style.width),
      ...findings.flatMap((text) => hang(" ".repeat(12), text, style.width)),
    ];
    if (heading.length + more.length + lines.length > room) break;
    lines = [...more, ...lines];
  }
  return lines.length === 0 ? [] : [...heading, ...lines];
}

function footLines(log: WatchLog, state: FrameState, style: FrameStyle): string[] {
  const { full, confirm, ping } = log.runs;
  const made = [
    count(full, "full exchange"),
    ...(confirm > 0 ? [count(confirm, "closer look")] : []),
    count(ping, "ping"),
  ].join(", ");
  const { verdict } = log;
  const word = verdict?.code.toUpperCase() ?? "";
  const [first, ...rest] = verdict === undefined
    ? ["no round yet"]
    : hang(word.padEnd(10), guard(verdict.summary), style.width);
  return [
    "",
    first!.replace(word, paint(plain(style), word, verdict?.exit === 0 ? "green" : "yellow", "bold")),
    ...rest,
    ...hang(
      "cost".padEnd(10),
      `${count(state.halfOpen, "half-open SA")} at the gateway now; so far ${made}`,
      style.width,
    ),
  ];
}

/** Cuts a line to the terminal's width; colour codes take no columns. */
function clip(line: string, width: number): string {
  if (columns(line) <= width) return line;
  let kept = "";
  let used = 0;
  // deno-lint-ignore no-control-regex
  for (const piece of line.match(/\x1b\[[0-9;]*m|[^\x1b]/gu) ?? []) {
    const wide = columns(piece);
    if (used + wide > width) continue;
    used += wide;
    kept += piece;
  }
  return kept;
}
