/** A line for each probe: for people, or as JSON Lines. */
import type { VerdictCode } from "../model/mod.ts";
import type { RunKind } from "../watch/mod.ts";
import { guard } from "../report/text/style.ts";
import { escapeText } from "../wire/mod.ts";

/** What happened to a request for a probe. */
export interface ProbeLogged {
  readonly kind: "probe";
  /** As it was asked for. */
  readonly target: string;
  readonly module?: string;
  readonly from: string;
  readonly status: number;
  /** From the request to its answer, in milliseconds. */
  readonly ms: number;
  /** What the run was for; `none`: the report was there already. */
  readonly run?: RunKind | "none";
  readonly verdict?: VerdictCode;
  /** The verdict in a sentence, or why there is no report. */
  readonly summary: string;
}

/** Something that is no probe: a defect of ours, the begin and the end. */
export interface Told {
  readonly kind: "error" | "note";
  readonly what: string;
}

/** A line of the log. */
export type Logged = ProbeLogged | Told;

/** One line without its time; nothing from the network in it can control a terminal. */
export function formatLogged(logged: Logged): string {
  if (logged.kind !== "probe") return escapeText(logged.what);
  const { target, module, from, status, ms, run, verdict, summary } = logged;
  return [
    `${from} ${escapeText(target)}${module === undefined ? "" : ` (module ${escapeText(module)})`}:`,
    `${status}, ${ms.toFixed(0)} ms${run === undefined ? "" : run === "none" ? ", no new run" : `, ${run}`}:`,
    // A verdict's sentence has its quotations escaped already.
    `${verdict === undefined ? "" : `${verdict}: `}${guard(summary)}`,
  ].join(" ");
}

/** One JSON object on one line. */
export function jsonLogged(logged: Logged, time: string): string {
  return JSON.stringify({ time, ...logged });
}
