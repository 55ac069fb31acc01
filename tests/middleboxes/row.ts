/**
 * One row of the fault matrix: something that is wrong (or right) between a client and a gateway, and what `probe` has to
 * say of it. What a row expects comes from the contract and from what an engineer could know at the client's end, never from
 * what the rules happen to say.
 */
import type {
  Confidence,
  ExitCode,
  FindingCode,
  IkeOutcome,
  PathState,
  Report,
  Severity,
  VerdictCode,
} from "../../lib/model/mod.ts";

/**
 * Where a row runs. `sim`: the whole program over the simulated network. `loopback`: the program and `serve`, over the
 * system's network stack. `netns`: the program as a process, and real gateways behind a real middlebox, in namespaces.
 */
export const VENUES = ["sim", "loopback", "netns"] as const;
/** One of {@linkcode VENUES}. */
export type Venue = (typeof VENUES)[number];

/** A finding that must be there, or may be. What is not given may be anything. */
export interface Expected {
  /** One of these codes. */
  readonly codes: readonly FindingCode[];
  readonly severity?: readonly Severity[];
  /** No less sure than this. */
  readonly least?: Confidence;
  /** No surer than this. */
  readonly most?: Confidence;
  readonly hop?: string;
  /** The beginnings of the ids of the paths that it is about: `udp-500`, `tcp-4500@203.0.113.3`, `udp`. */
  readonly paths?: readonly string[];
  /** In its summary, its evidence or its advice. */
  readonly says?: RegExp;
}

/** What a report has to say. */
export interface Expectation {
  readonly verdict: readonly VerdictCode[];
  /** Where it is not the verdict's own (`--require`). */
  readonly exit?: ExitCode;
  /** All of them must be there. */
  readonly findings?: readonly Expected[];
  /** These may be there: true as well, or not decided by the row. Any other code is a false accusation. */
  readonly may?: readonly Expected[];
  /** The beginning of the id of the path that a client would use; null: none. */
  readonly recommended?: string | null;
  /** By the beginning of the path's id: its IKE outcome, or where there is none its state. */
  readonly paths?: Readonly<Record<string, IkeOutcome | PathState>>;
}

/** A row without what its venue needs to run it. */
export interface RowBase {
  /** What is wrong, in words. Unique. */
  readonly name: string;
  /** Options of `probe`, without the target. */
  readonly options?: readonly string[];
  readonly expect: Expectation;
  /** Chance is in it: it runs so many times, and has to be right each time. Only simulated rows. */
  readonly seeds?: number;
}

/** A row, however it is run. */
export interface Row extends RowBase {
  readonly venue: Venue;
  /** How the fault is made, for the table. */
  readonly madeBy: string;
  /** Runs it. */
  run(seed?: number): Promise<Outcome>;
}

/** What came of a row. */
export interface Outcome {
  readonly report: Report;
  readonly code: number;
}

type Details = Omit<Expected, "codes" | "severity">;

function expected(
  severity: readonly Severity[] | undefined,
  code: FindingCode | readonly FindingCode[],
  more?: Details,
) {
  return { codes: [code].flat(), ...(severity && { severity }), ...more };
}

/** A finding that is a problem. */
export function problem(code: FindingCode | readonly FindingCode[], more?: Details): Expected {
  return expected(["problem"], code, more);
}

/** A finding that is a warning. */
export function warning(code: FindingCode | readonly FindingCode[], more?: Details): Expected {
  return expected(["warning"], code, more);
}

/** A finding that is a notice. */
export function notice(code: FindingCode | readonly FindingCode[], more?: Details): Expected {
  return expected(["notice"], code, more);
}

/** A finding of any severity. */
export function finding(code: FindingCode | readonly FindingCode[], more?: Details): Expected {
  return expected(undefined, code, more);
}
