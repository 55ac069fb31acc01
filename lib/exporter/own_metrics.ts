/** `/metrics`: how the exporter itself is doing. */
import { type Report, VERDICT_EXIT, type VerdictCode } from "../model/mod.ts";
import type { MetricFamily, Sample } from "../report/prometheus/exposition.ts";
import type { Round, RunKind } from "../watch/mod.ts";

/** What the process says of itself, by the conventional names; absent: not known here. */
export interface ProcessFigures {
  /** Seconds since 1970. */
  readonly started: number;
  readonly residentOctets: number;
  readonly cpuSeconds?: number;
}

/** What stands at the moment. */
export interface Levels {
  readonly inFlight: number;
  readonly targets: number;
  readonly connections: number;
  readonly halfOpen: number;
}

/** Why a scrape of `/probe` got no report. */
export const TURNED_AWAY = ["parameters", "target", "busy"] as const;
/** One of {@linkcode TURNED_AWAY}. */
export type TurnedAway = (typeof TURNED_AWAY)[number];

/** Upper bounds of the histogram's buckets, in seconds. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, Infinity];

const KINDS: readonly RunKind[] = ["full", "ping", "confirm"];

/** Counts. */
export class OwnMetrics {
  readonly #verdicts = new Map<VerdictCode, number>();
  readonly #kinds = new Map<RunKind, number>();
  readonly #turnedAway = new Map<TurnedAway, number>();
  readonly #answers = new Map<number, number>();
  readonly #buckets = BUCKETS.map(() => 0);
  #seconds = 0;
  #again = 0;
  #defects = 0;

  constructor(readonly tool: Report["tool"]) {}

  /** A run has ended. */
  run({ kind, report }: Round): void {
    add(this.#kinds, kind);
    add(this.#verdicts, report.verdict.code);
    const seconds = report.duration_ms / 1000;
    this.#seconds += seconds;
    this.#buckets[BUCKETS.findIndex((bound) => seconds <= bound)]!++;
  }

  /** A scrape got a report that was there already. */
  again(): void {
    this.#again++;
  }

  turnedAway(why: TurnedAway): void {
    add(this.#turnedAway, why);
  }

  /** A request was answered with this status. */
  answer(status: number): void {
    add(this.#answers, status);
  }

  /** A defect of ours was met. */
  defect(): void {
    this.#defects++;
  }

  /** All families. */
  families(levels: Levels, process: ProcessFigures): MetricFamily[] {
    const { version, runtime } = this.tool;
    return [
      one("process_start_time_seconds", "When the process began, in seconds since 1970.", "gauge", process.started),
      one("process_resident_memory_bytes", "Resident memory of the process.", "gauge", process.residentOctets),
      ...(process.cpuSeconds === undefined
        ? []
        : [one("process_cpu_seconds_total", "User and system time of the process.", "counter", process.cpuSeconds)]),
      many("ike_exporter_build_info", "Always 1.", "gauge", [{ labels: { version, runtime }, value: 1 }]),
      many(
        "ike_exporter_probes_total",
        "Runs by verdict.",
        "counter",
        counts("verdict", Object.keys(VERDICT_EXIT) as VerdictCode[], this.#verdicts),
      ),
      many(
        "ike_exporter_runs_total",
        "Runs by what they were for: full exchanges, pings that leave no state, closer looks at a change.",
        "counter",
        counts("kind", KINDS, this.#kinds),
      ),
      this.#durations(),
      one(
        "ike_exporter_repeated_reports_total",
        "Scrapes that were answered with a report that was there already.",
        "counter",
        this.#again,
      ),
      many(
        "ike_exporter_probes_refused_total",
        "Scrapes that got no report: parameters that cannot be (400), a target that is not allowed (403), too busy (503).",
        "counter",
        counts("reason", TURNED_AWAY, this.#turnedAway),
      ),
      many(
        "ike_exporter_http_answers_total",
        "Answers by status.",
        "counter",
        counts("code", [...this.#answers.keys()].toSorted((a, b) => a - b), this.#answers),
      ),
      one("ike_exporter_defects_total", "Internal errors: each is in the log.", "counter", this.#defects),
      one("ike_exporter_probes_in_flight", "Runs at the moment.", "gauge", levels.inFlight),
      one("ike_exporter_targets", "Targets, each with its settings, that are remembered.", "gauge", levels.targets),
      one("ike_exporter_http_connections", "Connections at the moment.", "gauge", levels.connections),
      one(
        "ike_exporter_standing_half_open_sas",
        "Half-open SAs that runs have left and that may still stand, at all gateways.",
        "gauge",
        levels.halfOpen,
      ),
    ];
  }

  #durations(): MetricFamily {
    let sum = 0;
    const buckets = BUCKETS.map((bound, i): Sample => ({
      suffix: "_bucket",
      labels: { le: bound === Infinity ? "+Inf" : String(bound) },
      value: sum += this.#buckets[i]!,
    }));
    return many("ike_exporter_probe_duration_seconds", "How long runs took.", "histogram", [
      ...buckets,
      { suffix: "_sum", value: Number(this.#seconds.toFixed(6)) },
      { suffix: "_count", value: sum },
    ]);
  }
}

function add<K>(map: Map<K, number>, key: K): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

function counts<K extends string | number>(label: string, keys: readonly K[], map: ReadonlyMap<K, number>): Sample[] {
  return keys.map((key) => ({ labels: { [label]: String(key) }, value: map.get(key) ?? 0 }));
}

function many(name: string, help: string, type: MetricFamily["type"], samples: readonly Sample[]): MetricFamily {
  return { name, help, type, samples };
}

function one(name: string, help: string, type: "gauge" | "counter", value: number): MetricFamily {
  return many(name, help, type, [{ value }]);
}
