/**
 * `--format nagios`: what a monitoring plugin prints (https://www.monitoring-plugins.org/doc/guidelines.html). One status
 * line for all hosts of a run, so nothing is written before it ends.
 */
import { type ExitCode, VERDICT_EXIT, type VerdictCode } from "../../model/mod.ts";
import type { Renderer, RunScope } from "../renderer.ts";
import { countedVerdicts } from "../tally.ts";
import { count } from "../units.ts";
import { clean, octets } from "./clean.ts";
import { longText } from "./long_text.ts";
import { perfdata, PerfdataLine } from "./perfdata.ts";

/** The words of the four exit codes. */
const STATUS = ["OK", "WARNING", "CRITICAL", "UNKNOWN"] as const;

/** Nagios reads so many octets, older versions cut off what follows; half an item of performance data is a wrong one. */
const MOST = 4000;
/** Of these, for performance data, and for the text before it. */
const MOST_PERFDATA = 2000;
const MOST_SUMMARY = 400;
/** Hosts that the status line names. */
const NAMED = 5;
/** Hosts of each exit code whose details are kept: those of more have no room. */
const DETAILED = 50;

/** What is kept of a report until the run ends. */
interface Host {
  readonly name: string;
  readonly exit: ExitCode;
  readonly code: VerdictCode;
  readonly summary: string;
  readonly details: readonly string[];
}

/** See the file's head. */
export function nagiosRenderer(): Renderer {
  const hosts: Host[] = [];
  const detailed = [0, 0, 0, 0];
  const alone = new PerfdataLine(MOST_PERFDATA);
  const among = new PerfdataLine(MOST_PERFDATA);
  let scope: RunScope | undefined;
  return {
    begin: (known) => scope = known,
    add(report) {
      const { target, verdict } = report;
      if (hosts.length === 0) alone.add(perfdata(report, false));
      among.add(perfdata(report, true));
      hosts.push({
        name: clean(target.input || target.host),
        exit: verdict.exit,
        code: verdict.code,
        summary: clean(verdict.summary),
        details: detailed[verdict.exit]!++ < DETAILED ? longText(report) : [],
      });
      return "";
    },
    end: (exit) => [write(hosts, hosts.length === 1 ? alone : among, exit, scope)],
  };
}

function write(hosts: readonly Host[], data: PerfdataLine, exit: ExitCode, scope?: RunScope): string {
  const worst = hosts.reduce((worst, host) => host.exit > worst ? host.exit : worst, exit);
  const sorted = hosts.toSorted((a, b) => b.exit - a.exit);
  const beside = besideReports(scope);
  if (beside.length === 0 && hosts.every((host) => host.exit < worst)) beside.push("the run did not come to its end");
  const summary = [...beside, ...summarize(sorted)].join("; ");
  const status = `IKE ${STATUS[worst]} - ${cutText(summary, MOST_SUMMARY)}`;
  const first = [status, String(data)].filter(Boolean).join(" | ");
  const rest = [
    ...(data.left === 0 ? [] : [`(without the performance data of ${count(data.left, "path")}: too much for a line)`]),
    ...belowStatus(sorted),
  ];
  return `${[first, ...cutLines(rest, MOST - octets(first))].join("\n")}\n`;
}

/** What the exit code rests on and no report says: hosts that were not begun, and those that an earlier run probed. */
function besideReports(scope: RunScope | undefined): string[] {
  const { leftOut = 0, earlier } = scope ?? {};
  return [
    ...(leftOut === 0 ? [] : [`interrupted, ${count(leftOut, "host")} not begun`]),
    ...(earlier === undefined || earlier.total === 0 ? [] : [`before: ${countedVerdicts(earlier.groups)}`]),
  ];
}

/** One host's sentence, or who is how among several. */
function summarize(sorted: readonly Host[]): string[] {
  if (sorted.length === 0) return [];
  if (sorted.length === 1) return [sorted[0]!.summary];
  const bad = sorted.filter(({ exit }) => exit > 0);
  const named = bad.slice(0, NAMED).map((host) => `${host.name} ${verdictWords(host)}`);
  if (bad.length > NAMED) named.push(`${bad.length - NAMED} more`);
  const good = sorted.length - bad.length;
  const parts = [...(named.length === 0 ? [] : [named.join(", ")]), ...(good === 0 ? [] : [`${good} ready`])];
  return [`${count(sorted.length, "host")}: ${parts.join("; ")}`];
}

/** A host can be ready and still not be what `--require` or an expectation demands. */
function verdictWords({ code, exit }: Host): string {
  return VERDICT_EXIT[code] === exit ? code : `${code}, not as required`;
}

/** The details of one host, or a line for each of several and then the details of those that are not well. */
function belowStatus(sorted: readonly Host[]): string[] {
  if (sorted.length === 1) return [...sorted[0]!.details];
  const lines = sorted.map((host) => `${host.name}: ${verdictWords(host)}: ${host.summary}`);
  const bad = sorted.filter(({ exit, details }) => exit > 0 && details.length > 0);
  return [...lines, ...bad.flatMap(({ name, details }) => [`--- ${name}`, ...details])];
}

/** Text of at most so many octets. */
function cutText(text: string, most: number): string {
  if (octets(text) <= most) return text;
  const kept = new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, most - 3));
  return `${kept.replace(/\uFFFD+$/, "")}...`;
}

/** Whole lines as far as they fit, and a word where there are more. */
function cutLines(lines: readonly string[], most: number): string[] {
  let room = most - 60;
  const fitting = lines.findIndex((line) => (room -= octets(line) + 1) < 0);
  if (fitting === -1) return [...lines];
  return [...lines.slice(0, fitting), `(${count(lines.length - fitting, "more line")}: see ike-tcp probe)`];
}
