/** The report of one host: what `--format json` prints, and what `diagnose` reads again. */
import type { Event } from "./event.ts";
import type { Expectation } from "./expectation.ts";
import type { ExperimentName, ExperimentResult } from "./experiment.ts";
import type { Finding } from "./finding.ts";
import type { Milliseconds, PathReport } from "./path.ts";

/** Names this form of the report; additive changes keep it. */
export const SCHEMA_ID = "ike-tcp/report/1";

/** The verdicts, with the exit code of each (monitoring plugins use the same four numbers). */
export const VERDICT_EXIT = {
  ready: 0,
  fallback: 1,
  degraded: 1,
  rejected: 2,
  blocked: 2,
  unknown: 3,
} as const;
/** One of the verdicts. */
export type VerdictCode = keyof typeof VERDICT_EXIT;
/** 0 OK, 1 warning, 2 critical, 3 unknown. */
export type ExitCode = 0 | 1 | 2 | 3;

/** The verdict of a run. `exit` differs from the verdict's own where `--require` was not met. */
export interface Verdict {
  readonly code: VerdictCode;
  readonly exit: ExitCode;
  /** One sentence. */
  readonly summary: string;
  /** Id of the path that a client would use, by RFC 9329 §6.1; null when there is none. */
  readonly recommended: string | null;
  /** What a client that follows RFC 9329 §6.1 would do on this network, and after how long, in one or two sentences. */
  readonly client?: string;
}

/** An address of the target. */
export interface TargetAddress {
  readonly address: string;
  readonly family: 4 | 6;
  readonly canonical_name?: string;
}

/** What was probed. */
export interface Target {
  /** As the user wrote it. */
  readonly input: string;
  /** Name or address, without brackets. */
  readonly host: string;
  readonly addresses: readonly TargetAddress[];
  /** Further addresses of the name, which were not tried. Absent: none. */
  readonly omitted?: number;
  readonly resolve_ms?: Milliseconds;
  /** Why there are no addresses. */
  readonly error?: string;
}

/** The program that made a report. */
export interface Tool {
  readonly name: string;
  readonly version: string;
  /** `deno 2.5.7`. */
  readonly runtime: string;
  /** `linux x86_64`. */
  readonly platform: string;
}

/** One control experiment: what was done differently, and what came of it. Its events carry its index. */
export interface Experiment {
  readonly name: ExperimentName;
  /** Path id that the question is about. */
  readonly path: string;
  readonly started_ms: Milliseconds;
  readonly ended_ms: Milliseconds;
  readonly result: ExperimentResult;
  /** From the experiment's decisive packet to what came back, where something did. */
  readonly ms?: Milliseconds;
  /** Further facts, by name. */
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>;
  /** Which go of the same experiment this is, from 1. */
  readonly round: number;
}

/** What the run cost one address of the gateway in half-open SAs. */
export interface Spent {
  readonly address: string;
  readonly half_open: number;
  /** Of these, over TCP or TLS. */
  readonly over_tcp: number;
  /** Of these, ended by the probe, as the gateway has confirmed; the others expire. Absent: none. */
  readonly ended?: number;
  /** Beside these, as many at the same address were asked for by the runs for other hosts of the same invocation. */
  readonly others?: number;
}

/** What the run cost the gateway. */
export interface Budget {
  /** `--max-half-open`. */
  readonly limit: number;
  readonly spent: readonly Spent[];
}

/** The settings of a run that its diagnosis depends on. */
export interface RunOptions {
  readonly timeout_ms: Milliseconds;
  readonly retries: number;
  /** What was to be tried on each address, as `--paths` has it. Absent: nobody came to know. */
  readonly paths?: readonly string[];
  /** `TRANSPORT-PORT` of `--require`. */
  readonly require: readonly string[];
  /** Groups offered, by IANA name, in order. */
  readonly groups: readonly string[];
  readonly mode: "quick" | "normal" | "deep";
  readonly public_address?: string;
  /** `-4`, `-6`: only addresses of this family. */
  readonly family?: 4 | 6;
  /** `--source`. */
  readonly source?: string;
  /** `--server-name`. */
  readonly server_name?: string;
}

/**
 * What earlier runs found out with the full exchange: those of the same watch, or one for another name of the same gateway.
 * A run that asks with messages that leave no state finds paths `alive`; they count as accepted where the full exchange
 * was accepted when it last was answered.
 */
export interface Earlier {
  /** When the last of them began: RFC 3339, UTC. */
  readonly started: string;
  /** Ids of the paths on which IKE was accepted. */
  readonly accepted: readonly string[];
}

/** What rules may look at: all of a report but opinions. */
export interface Facts {
  readonly schema: typeof SCHEMA_ID;
  readonly tool: Tool;
  readonly target: Target;
  readonly options: RunOptions;
  /** RFC 3339, UTC. */
  readonly started: string;
  readonly duration_ms: Milliseconds;
  /** The run was ended early (Ctrl-C). */
  readonly interrupted?: boolean;
  /** A usage or internal error that ended the run before it measured anything. */
  readonly error?: string;
  /** Only in the runs of a watch. */
  readonly earlier?: Earlier;
  /** `--expect`: what the run had to show. */
  readonly expectation?: Expectation;
  readonly paths: readonly PathReport[];
  readonly budget: Budget;
  readonly experiments: readonly Experiment[];
  readonly events: readonly Event[];
}

/** The whole report. */
export interface Report extends Facts {
  readonly findings: readonly Finding[];
  readonly verdict: Verdict;
}
