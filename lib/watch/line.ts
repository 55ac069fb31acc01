/** A round of a watch as one line of JSON, for scripts; with the whole report where the run looked closely. */
import type { Report } from "../model/mod.ts";
import { renderJsonLine } from "../report/json.ts";
import type { Round, RunKind } from "./cadence.ts";
import type { Look } from "./picture.ts";
import { sampleOf } from "./statistics.ts";

/** Names this form. */
export const WATCH_SCHEMA_ID = "ike-tcp/watch/1";

/** One path in one round. */
export interface WatchLinePath {
  readonly id: string;
  readonly look: Look;
  readonly state: Report["paths"][number]["state"];
  readonly outcome?: string;
  readonly answer_ms?: number;
  readonly connect_ms?: number;
  readonly tls_ms?: number;
  /** Requests sent, and the ones without an answer. */
  readonly sent: number;
  readonly lost: number;
}

/** One line. */
export interface WatchLine {
  readonly schema: typeof WATCH_SCHEMA_ID;
  readonly host: string;
  /** When the round began: RFC 3339, UTC. */
  readonly time: string;
  readonly round: number;
  readonly kind: RunKind;
  /** The verdict that stands, and the exit code that goes with it. */
  readonly verdict: { readonly code: string; readonly exit: number; readonly recommended: string | null };
  /** Codes of the findings that stand. */
  readonly findings: readonly string[];
  readonly paths: readonly WatchLinePath[];
  readonly changes: readonly { readonly path: string; readonly from: Look | null; readonly to: Look | null }[];
  /** The changes were looked at closely. */
  readonly confirmed: boolean;
  /** Half-open SAs that stand at the gateway. */
  readonly half_open: number;
  /** The run's report (`ike-tcp/report/1`), of full exchanges and closer looks. */
  readonly report?: Report;
}

/** What is known of a round beside itself. */
export interface LineContext {
  readonly host: string;
  readonly round: number;
  readonly halfOpen: number;
}

/** The object of a round. */
export function watchLine(round: Round, { host, round: number, halfOpen }: LineContext): WatchLine {
  const { kind, report, picture, standing, changes, confirmed } = round;
  const { code, exit, recommended } = standing.verdict;
  return {
    schema: WATCH_SCHEMA_ID,
    host,
    time: report.started,
    round: number,
    kind,
    verdict: { code, exit, recommended },
    findings: standing.findings.map((finding) => finding.code),
    paths: report.paths.map((path) => {
      const { answer, connect, tls } = path.timing_ms;
      const { sent, lost } = sampleOf(path, report.events, false);
      return {
        id: path.id,
        look: picture.get(path.id)!,
        state: path.state,
        ...(path.ike !== undefined && { outcome: path.ike.outcome }),
        ...(answer !== undefined && { answer_ms: answer }),
        ...(connect !== undefined && { connect_ms: connect }),
        ...(tls !== undefined && { tls_ms: tls }),
        sent,
        lost,
      };
    }),
    changes: changes.map(({ path, from, to }) => ({ path, from: from ?? null, to: to ?? null })),
    confirmed,
    half_open: halfOpen,
    ...(kind !== "ping" && { report }),
  };
}

/** The line, with its end. */
export function renderWatchLine(round: Round, context: LineContext): string {
  return renderJsonLine(watchLine(round, context));
}
