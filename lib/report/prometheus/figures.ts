/** What the metrics say of one report, without the rest: ten thousand of these are kept until a run ends. */
import {
  type ExitCode,
  type FindingCode,
  formatPathSpec,
  type IkeOutcome,
  type PathReport,
  type PathSpec,
  type PathState,
  readablePaths,
  type Report,
  type Severity,
  type VerdictCode,
} from "../../model/mod.ts";
import { guard } from "../text/style.ts";

/** One path. Times are seconds, and 0 where there is none. */
export interface PathFigures {
  readonly path: string;
  readonly transport: string;
  readonly port: string;
  readonly address: string;
  readonly state?: PathState;
  readonly outcome?: IkeOutcome;
  readonly connect: number;
  readonly tls: number;
  readonly answer: number;
}

/** One report. Times are seconds. */
export interface ReportFigures {
  readonly target: string;
  readonly version: string;
  readonly exit: ExitCode;
  readonly verdict: VerdictCode;
  readonly duration: number;
  readonly resolve: number;
  /** What was asked for beside the host: over which ways, and of whom. */
  readonly question: string;
  readonly paths: readonly PathFigures[];
  readonly findings: readonly { readonly code: FindingCode; readonly severity: Severity }[];
  /** Over all addresses. */
  readonly halfOpen: number;
  /** Seconds since 1970, where a certificate was seen. */
  readonly certificateExpiry?: number;
}

/**
 * The figures of a report.
 *
 * A name that does not resolve has no address, and so no path: its series then have what was to be tried, an empty
 * `address` and only zeros, so that a rule over `transport` and `port` sees a failure as one.
 *
 * @param specs What was to be tried, where the report does not say it
 */
export function figuresOf(report: Report, specs: readonly PathSpec[]): ReportFigures {
  const { target, verdict, tool, options, paths, findings, budget } = report;
  const expiry = earliestExpiry(paths);
  const asked = options.paths === undefined ? specs : readablePaths(options.paths);
  const ofPaths = paths.length === 0 ? asked.map(unaddressed) : paths.map(measured);
  return {
    target: target.input,
    version: tool.version,
    exit: verdict.exit,
    verdict: verdict.code,
    duration: seconds(report.duration_ms),
    resolve: seconds(target.resolve_ms),
    question: JSON.stringify([
      asked.map(formatPathSpec).toSorted(),
      ...[options.family, options.source, options.server_name],
    ]),
    paths: unrepeated(ofPaths),
    findings: findings.map(({ code, severity }) => ({ code, severity })),
    halfOpen: budget.spent.reduce((sum, { half_open }) => sum + half_open, 0),
    ...(expiry !== undefined && { certificateExpiry: expiry }),
  };
}

/** The figures of a host that was probed over several ways, each in a run of its own: one series has place for one. */
export function merged(runs: readonly ReportFigures[]): ReportFigures {
  const worst = runs.reduce((one, other) => other.exit > one.exit ? other : one);
  const ends = runs.flatMap(({ certificateExpiry }) => certificateExpiry ?? []);
  return {
    ...worst,
    duration: Math.max(...runs.map(({ duration }) => duration)),
    resolve: Math.max(...runs.map(({ resolve }) => resolve)),
    paths: unrepeated(runs.flatMap(({ paths }) => paths)),
    findings: runs.flatMap(({ findings }) => findings),
    halfOpen: runs.reduce((sum, { halfOpen }) => sum + halfOpen, 0),
    ...(ends.length > 0 && { certificateExpiry: Math.min(...ends) }),
  };
}

/** A saved report can come from anybody: an id that stands there twice would spoil the whole exposition. */
function unrepeated(paths: readonly PathFigures[]): PathFigures[] {
  return [...new Map(paths.map((path) => [guard(path.path), path])).values()];
}

function measured({ id, transport, port, address, state, ike, timing_ms }: PathReport): PathFigures {
  return {
    path: id,
    transport,
    port: String(port),
    address,
    state,
    ...(ike !== undefined && { outcome: ike.outcome }),
    connect: seconds(timing_ms.connect),
    tls: seconds(timing_ms.tls),
    answer: seconds(timing_ms.answer),
  };
}

function unaddressed(spec: PathSpec): PathFigures {
  const path = formatPathSpec(spec);
  const { transport, port } = spec;
  return { path, transport, port: String(port), address: "", connect: 0, tls: 0, answer: 0 };
}

/** Milliseconds with microsecond digits, as seconds without the noise of a division. */
function seconds(ms = 0): number {
  return Number((ms / 1000).toFixed(6));
}

/** What serves HTTPS beside the gateway, on a port that was tried in passing, is none of its business. */
function earliestExpiry(paths: readonly PathReport[]): number | undefined {
  const ends = paths.filter((path) => path.expected || path.state === "answered")
    .flatMap((path) => path.tls?.chain ?? [])
    .map(({ not_after }) => Date.parse(not_after) / 1000)
    .filter((end) => !Number.isNaN(end));
  return ends.length === 0 ? undefined : Math.min(...ends);
}
