/** One line for each path: state, outcome, and where the time went. */
import { columns, hang } from "../../cli/wrap.ts";
import type { PathReport, Report } from "../../model/mod.ts";
import { formatMs } from "../units.ts";
import { guard, type Ink, paint, type TextStyle } from "./style.ts";

/** Columns of one time, such as `12.3 ms`. */
const TIME = 9;
const STATE = 12;
const OUTCOME = 12;
/** Columns that a reason needs at least to be readable. */
const REASON = 24;
const TIMES = ["connect", "tls", "answer"] as const;
const HEADING: Readonly<Record<typeof TIMES[number], string>> = { connect: "connect", tls: "TLS", answer: "answer" };

/** The table of paths, under a line of headings. */
export function pathLines({ paths, earlier }: Pick<Report, "paths" | "earlier">, style: TextStyle): string[] {
  if (paths.length === 0) return [];
  const widest = Math.max(...paths.map((path) => columns(guard(path.id))));
  const answered = paths.some((path) => path.state === "answered");
  const behindState = answered ? OUTCOME + TIME * TIMES.length : REASON;
  const narrow = 4 + widest + STATE + behindState > style.width;
  const layout = { id: widest, narrow, full: fullExchange(earlier) };
  const heading = layout.narrow || !answered ? [] : [paint(style, headingLine(layout.id), "dim")];
  return [...heading, ...paths.flatMap((path) => pathLine(path, layout, style)), ...candidateNote(paths, style)];
}

function candidateNote(paths: readonly PathReport[], style: TextStyle): string[] {
  const note = candidateWords(paths);
  return note === undefined ? [] : hang("  ", note, style.width).map((line) => paint(style, line, "dim"));
}

interface Layout {
  /** Columns of the longest id. */
  readonly id: number;
  /** Not wide enough for the table: what is behind the id goes to a line of its own. */
  readonly narrow: boolean;
  /** Where or when the full exchange took place, for paths that were asked without leaving state. */
  readonly full: string;
}

function headingLine(id: number): string {
  const times = TIMES.map((name) => HEADING[name].padStart(TIME)).join("");
  return `  ${"path".padEnd(id)}  ${"state".padEnd(STATE)}${"outcome".padEnd(OUTCOME)}${times}`;
}

function inkOf(path: PathReport): readonly Ink[] {
  const outcome = path.ike?.outcome;
  if (outcome === "accepted" || outcome === "alive") return ["green"];
  if (path.state === "answered") return ["yellow"];
  return path.expected ? ["red"] : ["dim"];
}

/** Times of a path that got somewhere and then failed, for the end of its reason. */
function partialTimes(path: PathReport): string {
  const parts = TIMES.flatMap((name) => {
    const ms = path.timing_ms[name];
    return ms === undefined ? [] : [`${HEADING[name]} ${formatMs(ms)}`];
  });
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

function answeredCells(path: PathReport, { narrow, full }: Omit<Layout, "id">): string {
  const outcome = path.ike?.outcome ?? "";
  const note = outcomeNote(path, full);
  if (narrow) return `${outcome}${note === "" ? "" : `: ${note}`}${partialTimes(path)}`;
  const times = TIMES.map((name) => path.timing_ms[name]).map((ms) => (ms === undefined ? "-" : formatMs(ms)));
  return `${outcome.padEnd(OUTCOME)}${times.map((time) => time.padStart(TIME)).join("")}`;
}

/** What became of a path, in a phrase: `answered, accepted (answer 12.3 ms)`, `silent: no answer to 3 requests in 3 s`. */
export function pathWords(path: PathReport, earlier: Report["earlier"]): string {
  if (path.state === "answered") {
    return `answered, ${answeredCells(path, { narrow: true, full: fullExchange(earlier) })}`;
  }
  return `${path.state}: ${failureCells(path)}`;
}

/** Where or when the full exchange took place, for paths that were asked without leaving state. */
export function fullExchange(earlier: Report["earlier"]): string {
  return earlier === undefined ? "went over another path" : `was made at ${guard(earlier.started)}`;
}

/** Why a path has no answer. */
export function failureWords({ reason }: PathReport): string {
  return guard(reason ?? "no reason known");
}

function failureCells(path: PathReport): string {
  return `${failureWords(path)}${partialTimes(path)}`;
}

function pathLine(path: PathReport, layout: Layout, style: TextStyle): string[] {
  const { id, narrow, full } = layout;
  const name = guard(path.id);
  const state = path.state.padEnd(STATE);
  const isAnswer = path.state === "answered";
  const said = isAnswer ? answeredCells(path, layout) : failureCells(path);
  const indent = narrow ? 4 + STATE : 4 + id + STATE;
  const first = narrow ? `    ${state}` : `  ${name}${" ".repeat(id - columns(name))}  ${state}`;
  const lines = isAnswer && !narrow
    ? withNote(first + said, outcomeNote(path, full), style.width, indent)
    : hang(first, said, style.width, indent);
  const painted = lines.map((line) => line.replace(` ${path.state}`, ` ${paint(style, path.state, ...inkOf(path))}`));
  return narrow ? [`  ${name}`, ...painted] : painted;
}

/** A row of the table, and what is to be said of it: behind it, or below it where there is no room. */
function withNote(row: string, note: string, width: number, indent: number): string[] {
  if (note === "") return [row];
  const whole = `${row}  ${note}`;
  return columns(whole) <= width ? [whole] : [row, ...hang("", note, width, indent)];
}

/**
 * What is to be known of an answer beside its outcome's name.
 *
 * @param full where or when the full exchange took place, for a path that was asked without leaving state
 */
export function outcomeNote({ state, ike }: PathReport, full: string): string {
  if (state !== "answered" || ike === undefined) return "";
  const hops = (ike.redirects ?? []).map(guard).join(", then ");
  switch (ike.outcome) {
    case "rejected":
    case "unsolved":
      return guard(ike.error ?? "");
    case "redirected":
      return `to ${hops}${ike.followed === undefined ? "" : `, followed as ${guard(ike.followed)}`}`;
    case "version":
      return `speaks IKE version ${ike.major_version ?? "other than 2"}`;
    case "malformed":
      return guard(ike.faults?.[0] ?? "");
    case "alive":
      return `it answers; the full exchange ${full}`;
    case "accepted":
      return "";
  }
}

/** Why the failure of paths that were tried in passing is no problem, where there are such. */
export function candidateWords(paths: readonly PathReport[]): string | undefined {
  const failing = paths.filter((path) => !path.expected && path.state !== "answered");
  if (failing.length === 0) return undefined;
  const ports = [...new Set(failing.map((path) => `${path.transport}-${path.port}`))].join(" and ");
  return `${ports}: tried in passing; no problem unless --paths or --require names ${
    failing.length > 1 ? "them" : "it"
  }.`;
}
