/**
 * How a gateway is asked again and again without wearing it out ("What a probe may cost"): one full exchange at the start
 * and a few in an hour; between them messages that leave no state; and a full exchange at once, with the experiments,
 * on the paths that look otherwise than before, as silence to a message that leaves no state proves nothing. Sans-IO: it
 * says what the next run may do, and is told what came of it.
 */
import type { Earlier, Report } from "../model/mod.ts";
import type { ProbeSettings } from "../probe/settings.ts";
import type { HalfOpenLedger } from "./ledger.ts";
import { type Change, changes, type Picture, pictureOf } from "./picture.ts";

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

/** So often in a row a path answers the full exchange and no message without state, until such messages are given up. */
const MUTE_AFTER = 2;

/** One target's. Times are a monotonic clock's, in milliseconds. */
export class Cadence {
  #known: { readonly report: Report; readonly picture: Picture } | undefined;
  #lastFull = -Infinity;
  #fullCost = 0;
  #addresses: readonly string[] = [];
  #doubts: ReadonlySet<string> = new Set();
  /** How often in a row a path was found to answer only the full exchange. */
  readonly #mute = new Map<string, number>();

  /** @param ledger shared by all targets of the process */
  constructor(readonly settings: CadenceSettings, readonly ledger: HalfOpenLedger) {}

  /** What to do next. */
  plan(now: number): Plan | Pause {
    const { maxHalfOpen: limit, mode, fullEveryMs } = this.settings;
    const left = limit - this.ledger.standing(this.#addresses, now);
    const known = this.#known;
    if (known === undefined) {
      return left > 0 ? { kind: "full", settings: { maxHalfOpen: left, mode } } : this.#pause(now);
    }
    const afford = left >= Math.max(1, this.#fullCost);
    const isMute = [...this.#mute.values()].some((times) => times >= MUTE_AFTER);
    if (afford && (isMute || now - this.#lastFull >= fullEveryMs)) {
      return { kind: "full", settings: { maxHalfOpen: left, mode } };
    }
    if (isMute) return this.#pause(now);
    const earlier = { started: known.report.started, accepted: lookingLike(known.picture, "works") };
    if (this.#doubts.size > 0 && left > 0) {
      const sparing = new Set([...known.picture.keys()].filter((id) => !this.#doubts.has(id)));
      return { kind: "confirm", settings: { maxHalfOpen: left, mode, sparing }, earlier };
    }
    // A gateway that refuses leaves no state, and only the full exchange tells when it stops refusing.
    const sparing = new Set([...known.picture].filter(([, look]) => look !== "answers").map(([id]) => id));
    return { kind: "ping", settings: { maxHalfOpen: Math.max(left, 0), mode: "quick", sparing }, earlier };
  }

  /** Tells what came of a run that was planned. */
  note({ kind }: Plan, report: Report, now: number): Round {
    this.ledger.note(report, now);
    // Where a name does not resolve for a while, what was left at its addresses stands there all the same.
    if (report.paths.length > 0) this.#addresses = [...new Set(report.paths.map(({ address }) => address))];
    const picture = pictureOf(report);
    const known = this.#known;
    const differs = known === undefined ? [] : changes(known.picture, picture);
    if (report.interrupted) return { kind, report, standing: report, changes: [], confirmed: false };
    if (kind === "ping" && known !== undefined) {
      this.#doubts = new Set(differs.map(({ path }) => path));
      if (differs.length > 0) return { kind, report, standing: report, changes: differs, confirmed: false };
      this.#mute.clear();
      return { kind, report, standing: known.report, changes: [], confirmed: true };
    }
    if (kind === "confirm") {
      this.#countMute(picture);
      // Most of its paths were only pinged, so that less is known of them than a full run tells.
      if (differs.length > 0) this.#lastFull = -Infinity;
    } else {
      this.#lastFull = now;
      this.#fullCost = Math.max(0, ...report.budget.spent.map(({ half_open, ended = 0 }) => half_open - ended));
    }
    this.#doubts = new Set();
    this.#known = { report, picture };
    return { kind, report, standing: report, changes: differs, confirmed: true };
  }

  /** Paths that a ping found silent, and that work all the same. */
  #countMute(picture: Picture): void {
    for (const id of this.#doubts) {
      if (picture.get(id) === "works") this.#mute.set(id, (this.#mute.get(id) ?? 0) + 1);
      else this.#mute.delete(id);
    }
  }

  #pause(now: number): Pause {
    return { kind: "pause", until: this.ledger.nextEnd(this.#addresses, now) ?? now };
  }
}

function lookingLike(picture: Picture, look: string): string[] {
  return [...picture].filter(([, other]) => other === look).map(([id]) => id);
}
