/** What a scrape of `/probe` gets: the metrics of a report, and what only somebody who asks again and again can know. */
import type { PathSpec, Report } from "../model/mod.ts";
import type { MetricFamily } from "../report/prometheus/exposition.ts";
import { metricFamilies } from "../report/prometheus/families.ts";
import type { Round, RunKind } from "../watch/mod.ts";
import type { Scraped, Standing } from "./target.ts";

const RUN_KINDS: readonly RunKind[] = ["full", "ping", "confirm"];

/** Facts about an answer beside its reports. */
export interface AnswerFacts extends Standing {
  /** Since the end of the run, in milliseconds. */
  readonly ageMs: number;
  /** What was to be tried. */
  readonly paths: readonly PathSpec[];
}

/** All families of an answer. */
export function probeFamilies(
  { round, accepted }: Extract<Scraped, { kind: "report" }>,
  { ageMs, paths, fullExchanges, halfOpen }: AnswerFacts,
): MetricFamily[] {
  return [
    ...metricFamilies(shownReport(round, accepted), { target: false, paths }),
    {
      name: "ike_probe_run",
      help:
        "1 for what the last run was for: full exchanges, a ping that leaves no state, or a closer look at a change.",
      type: "gauge",
      samples: RUN_KINDS.map((kind) => ({ labels: { kind }, value: Number(kind === round.kind) })),
    },
    gauge(
      "ike_probe_report_age_seconds",
      "How old the report is: more than 0 where this scrape asked the gateway nothing.",
      Number((ageMs / 1000).toFixed(3)),
    ),
    gauge(
      "ike_probe_unconfirmed_changes",
      "Paths that look otherwise than before to a ping; the next scrape looks closely.",
      round.confirmed ? 0 : round.changes.length,
    ),
    gauge(
      "ike_probe_standing_half_open_sas",
      "Half-open SAs of this exporter that may still stand at one of the target's addresses: the most.",
      halfOpen,
    ),
    {
      name: "ike_probe_full_exchanges_total",
      help: "IKE_SA_INIT requests that the gateway may have accepted, since the exporter knows the target.",
      type: "counter",
      samples: [{ value: fullExchanges }],
    },
  ];
}

/**
 * The report whose figures are shown: the times of the last run, the findings of the last one that looked closely. Nothing may
 * change with the kind of a run: a path on which a ping is answered is as accepted as it was, and one that answers no ping
 * is as it was found by who asked in full.
 */
function shownReport({ report, standing, unheard }: Round, accepted: ReadonlySet<string>): Report {
  const before = new Map(standing.paths.map((path) => [path.id, path]));
  const latest = report.paths.map((path) => unheard.has(path.id) ? before.get(path.id) ?? path : path);
  const paths = latest.map((path) =>
    path.ike?.outcome === "alive" && accepted.has(path.id)
      ? { ...path, ike: { ...path.ike, outcome: "accepted" as const } }
      : path
  );
  return { ...report, paths, findings: standing.findings, verdict: standing.verdict };
}

function gauge(name: string, help: string, value: number): MetricFamily {
  return { name, help, type: "gauge", samples: [{ value }] };
}
