/** `--resume FILE`: reports are kept in a file as they come, and hosts that have one there are not probed again. */
import { OutputError, UsageError } from "../lib/cli/failure.ts";
import { fileTrouble } from "../lib/cli/file_trouble.ts";
import { type ExitCode, formatPathSpec, type Report, SCHEMA_ID } from "../lib/model/mod.ts";
import { pathsToTry, runOptions } from "../lib/probe/settings.ts";
import { digestOf } from "../lib/report/digest.ts";
import { renderJsonLine } from "../lib/report/json.ts";
import { Tally } from "../lib/report/tally.ts";
import { Journal, NoJournal } from "../lib/targets/journal.ts";
import type { Target } from "../lib/targets/mod.ts";
import { escapeText } from "../lib/wire/escape.ts";

/** A run that goes on where another one ended. */
export interface Resumed {
  /** The hosts that are still to be probed. */
  readonly targets: readonly Target[];
  /** What came of the others. */
  readonly earlier: Tally;
  /** The worst exit code of these. */
  readonly worst: ExitCode;
  /** Keeps a report. @throws {OutputError} */
  add(report: Report): void;
  close(): void;
}

/**
 * Reads the file, and opens it for what comes.
 *
 * @param others takes the reports that stand for their hosts, as this version sees them
 * @throws {UsageError} when it cannot be had, or holds something else
 */
export async function resume(
  path: string,
  targets: readonly Target[],
  others?: (report: Report) => void,
): Promise<Resumed> {
  const done = new Done(targets, others && await retelling(others));
  const journal = await openJournal(path, done);
  if (journal.isStandardOutput()) {
    journal.close();
    throw new UsageError(`Cannot resume ${escapeText(path)}: standard output goes there too, and it is written anyway`);
  }
  return {
    targets: targets.filter((target) => !done.takes(target)),
    earlier: done.tally,
    worst: done.worst,
    add(report) {
      // What was cut off is not kept: the next run has it whole.
      if (report.interrupted) return;
      try {
        journal.add(renderJsonLine(report));
      } catch (error) {
        throw new OutputError(`Cannot write ${escapeText(path)}: ${fileTrouble(error)}`);
      }
    },
    close: () => journal.close(),
  };
}

async function retelling(tell: (report: Report) => void): Promise<(saved: Report) => boolean> {
  const [{ factsOf, UnreadableReport }, { assemble }] = await Promise.all([
    import("../lib/report/read.ts"),
    import("../lib/report/assemble.ts"),
  ]);
  return (saved) => {
    try {
      tell(assemble(factsOf(saved)));
      return true;
    } catch (error) {
      if (error instanceof UnreadableReport) return false;
      throw error;
    }
  };
}

async function openJournal(path: string, done: Done): Promise<Journal> {
  const beginning = `{"schema":"${SCHEMA_ID}"`;
  try {
    return await Journal.open(path, { beginning, take: (value) => done.read(value) });
  } catch (error) {
    const why = error instanceof NoJournal ? error.message : fileTrouble(error, "folder");
    throw new UsageError(`Cannot resume ${escapeText(path)}: ${why}`);
  }
}

/** Which hosts have a report already: by what was asked for, not by what it is called in the list. */
class Done {
  readonly tally = new Tally();
  worst: ExitCode = 0;
  readonly #asked: ReadonlyMap<string, readonly Target[]>;
  readonly #done = new Set<Target>();

  /** @param retell Takes a report that stands for its host; false: it is damaged. */
  constructor(targets: readonly Target[], readonly retell: (saved: Report) => boolean = () => true) {
    this.#asked = Map.groupBy(targets, ({ host, settings }) => questionOf(host, pathsToTry(settings).keys()));
  }

  /** A report of the file; false: it is none. */
  read(value: unknown): boolean {
    if (!isReport(value)) return false;
    if (value.interrupted || value.error !== undefined || value.verdict.code === "unknown") return true;
    const own = value.paths.filter((path) => path.redirected_from === undefined).map(formatPathSpec);
    const asked = this.#asked.get(questionOf(value.target.input, own)) ?? [];
    // Lines of one host over the same ways differ in what else they say.
    const target = asked.find((one) => !this.#done.has(one) && (asked.length === 1 || isAskedIn(value, one)));
    if (target === undefined) return true;
    this.#done.add(target);
    this.tally.add(digestOf(value));
    this.worst = Math.max(this.worst, value.verdict.exit) as ExitCode;
    return this.retell(value);
  }

  /** Whether a host has its report; each report is that of one. */
  takes(target: Target): boolean {
    return this.#done.has(target);
  }
}

/** Host and paths: the same host may be probed twice, over other ways. */
function questionOf(host: string, paths: Iterable<string>): string {
  return `${host} ${[...new Set(paths)].toSorted().join()}`;
}

function isAskedIn({ options, expectation }: Report, { settings }: Target): boolean {
  return JSON.stringify([options, expectation]) === JSON.stringify([runOptions(settings), settings.expectation]);
}

/** As far as this file relies on it: a run's file may be large, and is not `diagnose`'s business here. */
function isReport(value: unknown): value is Report {
  const report = value as Partial<Report> | null;
  return report?.schema === SCHEMA_ID && typeof report.target?.input === "string" && Array.isArray(report.paths) &&
    Array.isArray(report.findings) && [0, 1, 2, 3].includes(report.verdict?.exit as number) &&
    typeof report.verdict!.summary === "string";
}
