/**
 * How a gateway is asked again and again without wearing it out ("What a probe may cost"): one full exchange at the start
 * and a few in an hour; between them messages that leave no state; and a full exchange at once, with the experiments,
 * on the paths that look otherwise than before, as silence to a message that leaves no state proves nothing. Sans-IO: it
 * says what the next run may do, and is told what came of it.
 */
import type { Earlier, Report } from "../model/mod.ts";
import type { ProbeSettings } from "../probe/settings.ts";
import type { HalfOpenLedger } from "./ledger.ts";
import { type Change, changes, type Look, type Picture, pictureOf } from "./picture.ts";

/** What the next run is for. `ping`: is it as before; `confirm`: it was not, so look closely. */
export type RunKind = "full" | "ping" | "confirm";

/** What the next run does. */
export interface Plan {
  readonly kind: RunKind;
  /** To be laid over the user's settings. */
  readonly settings: Pick<ProbeSettings, "maxHalfOpen" | "mode" | "sparing">;
  /** For the run's hooks. */
  readonly earlier?: Earlier;
}

/** Nothing that would prove anything may be asked before this time. */
export interface Pause {
  readonly kind: "pause";
  readonly until: number;
}

/** What came of a run. */
export interface Round {
  readonly kind: RunKind;
  /** The run itself: its times are the latest. */
  readonly report: Report;
  /** What it found each path to be. */
  readonly picture: Picture;
  /** Paths whose silence tells nothing: the picture has them as they were. */
  readonly unheard: ReadonlySet<string>;
  /** Whose findings and verdict hold: the last run that looked closely, while everything is as it was then. */
  readonly standing: Report;
  /** What is otherwise than in the last run that looked closely. */
  readonly changes: readonly Change[];
  /** The changes were looked at closely; false: `plan` asks for that next, when the budget allows. */
  readonly confirmed: boolean;
}

/** What the user asks for. */
export interface CadenceSettings extends Pick<ProbeSettings, "maxHalfOpen" | "mode"> {
  /** Milliseconds between full exchanges while nothing changes. */
  readonly fullEveryMs: number;
}

/** So often in a row a path answers the full exchange and no message without state, until silence to these is no news. */
const MUTE_AFTER = 2;

/**
 * So many half-open SAs of one client leave a strongSwan at peace, which by default demands cookies of everybody while
 * there are more, and for ten seconds after.
 */
const PEACEFUL = 2;

/** The last run that looked closely. */
interface Known {
  readonly report: Report;
  readonly picture: Picture;
}

/** One target's. Times are a monotonic clock's, in milliseconds. */
export class Cadence {
  #known: Known | undefined;
  #lastFull = -Infinity;
  #fullCost = 0;
  #addresses: readonly string[] = [];
  /** Paths that a ping found to look otherwise, and how. */
  #doubts: ReadonlyMap<string, Look | undefined> = new Map();
  /** Paths whose last answer to a full exchange was an acceptance: what they were when they were last heard. */
  readonly #accepted = new Set<string>();
  /** How often in a row a path was found to answer only the full exchange. */
  readonly #mute = new Map<string, number>();

  /** @param ledger shared by all targets of the process */
  constructor(readonly settings: CadenceSettings, readonly ledger: HalfOpenLedger) {}

  /**
   * What to do next.
   *
   * @param addresses the target's, where they are known before a run: others may have left something there
   */
  plan(now: number, addresses: readonly string[] = []): Plan | Pause {
    const { maxHalfOpen: limit, mode, fullEveryMs } = this.settings;
    this.#addresses = [...new Set([...this.#addresses, ...addresses])];
    const left = limit - this.standing(now);
    const known = this.#known;
    if (known === undefined) {
      return left > 0 ? { kind: "full", settings: { maxHalfOpen: left, mode } } : this.#pause(now);
    }
    const earlier = { started: known.report.started, accepted: [...this.#accepted] };
    const full: Plan = { kind: "full", settings: { maxHalfOpen: left, mode }, earlier };
    // Without paths (a name that did not resolve) there is nothing to compare with, as at the start.
    if (known.picture.size === 0) return left > 0 ? full : this.#pause(now);
    const afford = left >= Math.max(1, this.#fullCost) && this.#keepsPeace(this.#fullCost, now);
    const isMute = [...this.#mute.keys()].some((id) => this.#isMute(id));
    if (afford && (isMute || now - this.#lastFull >= fullEveryMs)) return full;
    const lookers = Math.min(left, this.#lookers(now));
    if (lookers > 0) {
      const sparing = new Set([...known.picture.keys()].filter((id) => !this.#doubts.has(id)));
      return { kind: "confirm", settings: { maxHalfOpen: lookers, mode, sparing }, earlier };
    }
    // A gateway that refuses leaves no state, and only the full exchange tells when it stops refusing.
    const sparing = new Set([...known.picture].filter(([, look]) => look !== "answers").map(([id]) => id));
    return { kind: "ping", settings: { maxHalfOpen: Math.max(left, 0), mode: "quick", sparing }, earlier };
  }

  /** Half-open SAs that may stand at the target now. */
  standing(now: number): number {
    return this.ledger.standing(this.#addresses, now);
  }

  /** Whether so many more half-open SAs, or the first ones, would go unnoticed by others. */
  #keepsPeace(more: number, now: number): boolean {
    const young = this.ledger.young(this.#addresses, now);
    return young === 0 || young + more <= PEACEFUL;
  }

  /** On how many paths a closer look may make the full exchange; none where it has to wait. */
  #lookers(now: number): number {
    // A connection's half-open SA is ended with the run, and where nothing answers there hardly will be one.
    const leavesOne = ([id, look]: [string, Look | undefined]) =>
      id.startsWith("udp-") && (look === "works" || look === "answers");
    const lasting = [...this.#doubts].filter(leavesOne).length;
    const room = PEACEFUL - this.ledger.young(this.#addresses, now);
    if (lasting > 0 && room <= 0) return 0;
    return this.#doubts.size - lasting + Math.min(lasting, Math.max(0, room));
  }

  /** Tells what came of a run that was planned. */
  note({ kind }: Plan, report: Report, now: number): Round {
    this.ledger.note(report, now);
    // Where a name does not resolve for a while, what was left at its addresses stands there all the same.
    if (report.paths.length > 0) this.#addresses = [...new Set(report.paths.map(({ address }) => address))];
    const found = pictureOf(report);
    const known = this.#known;
    const unheard = kind === "ping" && known !== undefined ? this.#unheard(report, found, known) : new Set<string>();
    const picture = new Map([...found].map(([id, look]) => [id, unheard.has(id) ? known!.picture.get(id)! : look]));
    const round = { kind, report, picture, unheard } as const;
    const differs = known === undefined ? [] : changes(known.picture, picture);
    if (report.interrupted) return { ...round, standing: report, changes: [], confirmed: false };
    this.#learn(report, found);
    if (kind === "ping" && known !== undefined) return this.#notePing(round, known, differs);
    if (kind === "confirm") {
      this.#countMute(picture);
      // Most of its paths were only pinged, so that less is known of them than a full run tells.
      if (differs.length > 0) this.#lastFull = -Infinity;
    } else {
      this.#lastFull = now;
      this.#fullCost = Math.max(0, ...report.budget.spent.map(({ half_open, ended = 0 }) => half_open - ended));
    }
    this.#doubts = new Map();
    this.#known = { report, picture };
    return { ...round, standing: report, changes: differs, confirmed: true };
  }

  /** Silent paths of which that proves nothing: they are mute to such questions, or were given less time than before. */
  #unheard({ options }: Report, found: Picture, known: Known): Set<string> {
    const isHasty = options.timeout_ms < known.report.options.timeout_ms;
    const silent = [...found].flatMap(([id, look]) => look === "silent" && known.picture.has(id) ? [id] : []);
    return new Set(silent.filter((id) => isHasty || this.#isMute(id)));
  }

  #isMute(id: string): boolean {
    return (this.#mute.get(id) ?? 0) >= MUTE_AFTER;
  }

  #notePing(
    heard: Pick<Round, "kind" | "report" | "picture" | "unheard">,
    known: Known,
    differs: readonly Change[],
  ): Round {
    const round = { ...heard, changes: differs };
    const { report, picture, unheard } = heard;
    this.#doubts = new Map(differs.map(({ path, to }) => [path, to]));
    // Who answers has found its voice.
    for (const id of this.#mute.keys()) if (!unheard.has(id) && !this.#doubts.has(id)) this.#mute.delete(id);
    if (differs.length === 0) return { ...round, standing: known.report, confirmed: true };
    // A path that was not there before (the name stands for another address now) has had the full exchange already.
    const expected = new Set(report.paths.filter((path) => path.expected).map(({ id }) => id));
    const isClear = ({ path, from, to }: Change) => from === undefined && (to === "works" || !expected.has(path));
    if (!differs.every(isClear)) return { ...round, standing: report, confirmed: false };
    this.#doubts = new Map();
    this.#lastFull = -Infinity;
    this.#known = { report, picture };
    return { ...round, standing: report, confirmed: true };
  }

  #learn({ paths }: Report, picture: Picture): void {
    for (const { id, ike } of paths) {
      if (picture.get(id) === "works") this.#accepted.add(id);
      else if (ike?.outcome === "rejected") this.#accepted.delete(id);
    }
  }

  /** Paths that a ping found silent, and that work all the same. */
  #countMute(picture: Picture): void {
    for (const id of this.#doubts.keys()) {
      if (picture.get(id) === "works") this.#mute.set(id, (this.#mute.get(id) ?? 0) + 1);
      else this.#mute.delete(id);
    }
  }

  /** Until the budget allows more. */
  #pause(now: number): Pause {
    return { kind: "pause", until: this.ledger.nextEnd(this.#addresses, now) ?? now };
  }
}
