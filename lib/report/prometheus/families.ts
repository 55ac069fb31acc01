/**
 * The metric families of reports. Names beginning with `probe_` are those of blackbox_exporter, so that its dashboards and
 * rules work; what is particular to IKE begins with `ike_probe_`.
 *
 * Every series is there in every report, with zeros where nothing happened, so that a rule never waits for a series that
 * a failure has removed. The one exception is the expiry of a certificate: a zero there would look like one that expired
 * in 1970. How many series there are is bounded by the paths: states and outcomes for each path, findings by code for the
 * target. A label with the paths of a finding would make 49 series for each path, nearly all of them 0 for ever, and the
 * states tell already which path fails.
 */
import {
  FINDING_CODES,
  IKE_OUTCOMES,
  PATH_STATES,
  type PathSpec,
  type Report,
  SEVERITIES,
  VERDICT_EXIT,
} from "../../model/mod.ts";
import type { Labels, MetricFamily, Sample } from "./exposition.ts";
import { figuresOf, type PathFigures, type ReportFigures } from "./figures.ts";

/** A family before it is known which reports it is made of. */
interface Definition {
  readonly name: string;
  readonly help: string;
  samples(figures: ReportFigures): readonly Sample[];
}

const PHASES = ["connect", "tls", "answer"] as const;

const DEFINITIONS: readonly Definition[] = [
  single(
    "probe_success",
    "Whether IKE is accepted, and on every path that --require names: 1 with exit code 0 or 1, else 0.",
    ({ exit }) => Number(exit <= 1),
  ),
  single("probe_duration_seconds", "How long the probe took.", ({ duration }) => duration),
  single("probe_dns_lookup_time_seconds", "How long the name's resolution took.", ({ resolve }) => resolve),
  single("ike_probe_exit_code", "The exit code: 0 to 3, as monitoring plugins use them.", ({ exit }) => exit),
  {
    name: "ike_probe_verdict",
    help: "1 for the verdict of the probe, 0 for every other.",
    samples: ({ verdict }) => oneOf("verdict", Object.keys(VERDICT_EXIT), verdict),
  },
  {
    name: "ike_probe_path_state",
    help: "1 for the state in which the path ended, 0 for every other; all 0 when there was no address to try.",
    samples: ({ paths }) => paths.flatMap((path) => oneOf("state", PATH_STATES, path.state, pathLabels(path))),
  },
  {
    name: "ike_probe_ike_outcome",
    help: "1 for how IKE_SA_INIT ended on the path, 0 for every other; all 0 when no answer came.",
    samples: ({ paths }) => paths.flatMap((path) => oneOf("outcome", IKE_OUTCOMES, path.outcome, pathLabels(path))),
  },
  {
    name: "ike_probe_phase_seconds",
    help:
      "How long the TCP handshake, the TLS handshake and the answer to IKE_SA_INIT took; 0 for what did not happen.",
    samples: ({ paths }) =>
      paths.flatMap((path) => PHASES.map((phase) => ({ labels: { ...pathLabels(path), phase }, value: path[phase] }))),
  },
  {
    name: "ike_probe_finding",
    help: "1 for what was found, by code (ike-tcp explain CODE), 0 for what was not.",
    samples: ({ findings }) => {
      const found = new Set(findings.map(({ code }) => code));
      return FINDING_CODES.map((code) => ({ labels: { code }, value: Number(found.has(code)) }));
    },
  },
  {
    name: "ike_probe_findings",
    help: "How many findings there are of each severity; a notice never changes the exit code.",
    samples: ({ findings }) =>
      SEVERITIES.map((severity) => ({
        labels: { severity },
        value: findings.filter((finding) => finding.severity === severity).length,
      })),
  },
  single(
    "ike_probe_half_open_sas",
    "Half-open SAs that the probe has made at the gateway's addresses, those that it ended again included.",
    ({ halfOpen }) => halfOpen,
  ),
  {
    name: "probe_ssl_earliest_cert_expiry",
    help: "When the first certificate of the TLS paths expires, in seconds since 1970; absent where none was seen.",
    samples: ({ certificateExpiry }) => certificateExpiry === undefined ? [] : [{ value: certificateExpiry }],
  },
  {
    name: "ike_probe_info",
    help: "Always 1: the version of ike-tcp that made the report.",
    samples: ({ version }) => [{ labels: { version }, value: 1 }],
  },
];

/** How metrics are made of a report. */
export interface MetricOptions {
  /**
   * Whether each sample carries a label `target`: where one exposition is about several targets. Behind an HTTP exporter
   * Prometheus adds `instance` by relabelling.
   */
  readonly target: boolean;
  /** What was to be tried: the paths of a report that has none, because there was no address. */
  readonly paths: readonly PathSpec[];
}

/** The families of one report. */
export function metricFamilies(report: Report, { target, paths }: MetricOptions): MetricFamily[] {
  return familiesOf([figuresOf(report, paths)], target);
}

/** The families of several reports: each family once, with the samples of all of them. */
export function familiesOf(reports: readonly ReportFigures[], target: boolean): MetricFamily[] {
  return DEFINITIONS.map(({ name, help, samples }) => ({
    name,
    help,
    type: "gauge",
    samples: {
      *[Symbol.iterator]() {
        for (const report of reports) {
          for (const sample of samples(report)) {
            yield target ? { ...sample, labels: { target: report.target, ...sample.labels } } : sample;
          }
        }
      },
    },
  }));
}

function single(name: string, help: string, value: (figures: ReportFigures) => number): Definition {
  return { name, help, samples: (figures) => [{ value: value(figures) }] };
}

/** A sample for each name, 1 for the one that is. */
function oneOf(label: string, names: readonly string[], is: string | undefined, labels: Labels = {}): Sample[] {
  return names.map((name) => ({ labels: { ...labels, [label]: name }, value: Number(name === is) }));
}

function pathLabels({ path, transport, port, address }: PathFigures): Labels {
  return { path, transport, port, address };
}
