/** What a watch has seen so far: figures for each path, the changes, what it cost. Bounded, for watches of weeks. */
import type { Finding, PathReport, Verdict } from "../model/mod.ts";
import type { Round, RunKind } from "./cadence.ts";
import type { Change, Look } from "./picture.ts";
import { sampleOf, Statistics } from "./statistics.ts";

/** Changes that are kept. */
const KEPT_CHANGES = 50;
/** Paths that figures are kept for: names can stand for other addresses each time. */
const KEPT_PATHS = 64;

/** Something that happened, and when: RFC 3339, UTC. */
export interface Happening {
  readonly time: string;
  readonly change?: Change;
  /** What was concluded about it, the worst first; only for changes that were looked at closely. */
  readonly findings: readonly Pick<Finding, "code" | "severity" | "confidence" | "summary">[];
  /** For what is no change of a path: a name that does not resolve, a machine that slept. */
  readonly note?: string;
}

/** A path as it was in the last round that had it. */
export interface WatchedPath {
  readonly path: PathReport;
  readonly look: Look;
  readonly statistics: Statistics;
  /** Number of that round. */
  readonly round: number;
}

/** See the file's head. */
export class WatchLog {
  readonly #paths = new Map<string, WatchedPath>();
  readonly #happenings: Happening[] = [];
  readonly #runs: Record<RunKind, number> = { full: 0, ping: 0, confirm: 0 };
  #rounds = 0;
  #changes = 0;
  #happenedCount = 0;
  #verdict: Verdict | undefined;
  #trouble: string | undefined;

  constructor(readonly host: string) {}

  /** Paths of the last round, in its order. */
  get paths(): readonly WatchedPath[] {
    return [...this.#paths.values()].filter(({ round }) => round === this.#rounds);
  }

  /** The last of what happened, the oldest first. */
  get happenings(): readonly Happening[] {
    return this.#happenings;
  }

  /** How many there were since the start. */
  get happened(): number {
    return this.#happenedCount;
  }

  /** Changes that were looked at closely, since the start. */
  get changes(): number {
    return this.#changes;
  }

  /** Rounds that were completed. */
  get rounds(): number {
    return this.#rounds;
  }

  /** Runs by what they were for. */
  get runs(): Readonly<Record<RunKind, number>> {
    return this.#runs;
  }

  /** The verdict that stands; undefined before the first round. */
  get verdict(): Verdict | undefined {
    return this.#verdict;
  }

  /** Writes down a round; what an interruption cut off does not count. */
  note(round: Round, time: string): void {
    const { kind, report, picture, unheard, standing, changes, confirmed } = round;
    if (report.interrupted) return;
    this.#rounds++;
    this.#runs[kind]++;
    this.#verdict = standing.verdict;
    for (const path of report.paths) {
      const before = this.#paths.get(path.id);
      const statistics = before?.statistics ?? new Statistics();
      const isNews = !unheard.has(path.id);
      if (isNews) statistics.add(sampleOf(path, report.events, path.ike?.outcome === "accepted"));
      const shown = isNews ? path : before?.path ?? path;
      this.#paths.delete(path.id);
      this.#paths.set(path.id, { path: shown, look: picture.get(path.id)!, statistics, round: this.#rounds });
    }
    for (const id of [...this.#paths.keys()].slice(0, Math.max(0, this.#paths.size - KEPT_PATHS))) {
      this.#paths.delete(id);
    }
    this.#noteTrouble(report.error, time);
    if (!confirmed) return;
    this.#changes += changes.length;
    const told = new Set<Finding>();
    for (const change of changes) {
      const findings = about(change, round).filter((finding) => !told.has(finding));
      for (const finding of findings) told.add(finding);
      this.#happened({ time, change, findings });
    }
  }

  /** Something else that happened. */
  tell(note: string, time: string): void {
    this.#happened({ time, note, findings: [] });
  }

  /** A run without paths has one reason for all of them, which is told when it begins and when it ends. */
  #noteTrouble(error: string | undefined, time: string): void {
    if (error === this.#trouble) return;
    this.tell(error ?? "the host can be asked again", time);
    this.#trouble = error;
  }

  #happened(happening: Happening): void {
    this.#happenedCount++;
    this.#happenings.push(happening);
    if (this.#happenings.length > KEPT_CHANGES) this.#happenings.shift();
  }
}

/** Problems and warnings on a path that has changed. */
function about({ path }: Change, { report }: Round): readonly Finding[] {
  return report.findings.filter(({ severity, paths }) => severity !== "notice" && paths.includes(path));
}
