/**
 * One gateway with one set of settings, as scrapers ask for it again and again: scrapes that come together share a run, each
 * run is no more than the cadence allows, and where it allows none, or where a scrape comes a moment after the last run, that
 * one's report is given again.
 */
import { type Earlier, formatPathSpec, type Report } from "../model/mod.ts";
import type { Network } from "../net/transport.ts";
import { waitForOthers } from "../probe/asking.ts";
import type { ProbeSettings } from "../probe/settings.ts";
import { Cadence, type HalfOpenLedger, type Plan, type Round } from "../watch/mod.ts";
import type { AllowList, Refusal } from "./allow.ts";
import { Deadline, endOfRun } from "./deadline.ts";
import type { Gate, Turns } from "./gate.ts";
import { GuardedNetwork } from "./guarded_network.ts";

/** What a run is given beside its settings. */
export interface RunHooks {
  readonly signal: AbortSignal;
  readonly endBy: number;
  readonly earlier?: Earlier;
}

/** Runs one probe. Never rejects. */
export type Probe = (host: string, settings: ProbeSettings, network: Network, hooks: RunHooks) => Promise<Report>;

/** What all targets of an exporter share. */
export interface Shared {
  readonly network: Network;
  readonly probe: Probe;
  readonly allow: AllowList;
  readonly ledger: HalfOpenLedger;
  readonly gate: Gate;
  readonly turns: Turns;
  /** Ends all runs. */
  readonly stop: AbortSignal;
  /** Milliseconds between full exchanges while nothing changes. */
  readonly fullEveryMs: number;
  /** A report that is younger is given again, in milliseconds. */
  readonly minIntervalMs: number;
  /** How long a scrape may wait for others, in milliseconds. */
  readonly queueMs: number;
  /** Called for every run. */
  readonly onRun: (round: Round) => void;
}

/** What a scrape gets. */
export type Scraped =
  | {
    readonly kind: "report";
    /** Its reports carry no events: they are kept. */
    readonly round: Round;
    /** Ids of the paths that the last full exchange was accepted on. */
    readonly accepted: ReadonlySet<string>;
    /** The run's whole report, where this scrape made or shared the run. */
    readonly whole?: Report;
    /** The clock's reading at the end of the run. */
    readonly at: number;
  }
  | { readonly kind: "refused"; readonly why: Refusal }
  | { readonly kind: "busy"; readonly why: string; readonly retryMs: number };

type Kept = Extract<Scraped, { kind: "report" }>;

/** What is known of a target at the moment. */
export interface Standing {
  /** IKE_SA_INIT requests that a gateway may have accepted, since the target is known here. */
  readonly fullExchanges: number;
  /** Half-open SAs of ours that may stand at one of its addresses. */
  readonly halfOpen: number;
}

/** After so many milliseconds somebody who was turned away may come again. */
const RETRY_MS = 1000;
/** Part of a run's time that a path may take to be found silent; the rest is for experiments and farewells. */
const PATHS_PART = 0.75;
/** Experiments are over by then: a run that is cut off proves nothing, and would be made again. */
const EXPERIMENTS_PART = 0.85;
/** No path is given less, in milliseconds. */
const LEAST_TIMEOUT_MS = 50;

/** See the file's head. */
export class Target {
  readonly #cadence: Cadence;
  #kept: Kept | undefined;
  #running: { readonly deadline: Deadline; readonly result: Promise<Scraped> } | undefined;
  #fullExchanges = 0;

  constructor(readonly host: string, readonly settings: ProbeSettings, readonly shared: Shared) {
    const { maxHalfOpen, mode } = settings;
    this.#cadence = new Cadence({ maxHalfOpen, mode, fullEveryMs: shared.fullEveryMs }, shared.ledger);
  }

  /** Whether somebody waits for it. */
  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** See {@linkcode Standing}. */
  get standing(): Standing {
    const now = this.shared.network.clock.now();
    return { fullExchanges: this.#fullExchanges, halfOpen: this.#cadence.standing(now) };
  }

  /** The answer to a scrape that has until then. */
  async scrape(until: number): Promise<Scraped> {
    const { clock } = this.shared.network;
    if (this.#kept !== undefined && clock.now() - this.#kept.at < this.shared.minIntervalMs) return this.#kept;
    if (this.#running === undefined) this.#start(until);
    else this.#running.deadline.extend(endOfRun(clock.now(), until));
    const done = new AbortController();
    const late = clock.sleep(until, done.signal).then(() => undefined);
    const scraped = await Promise.race([this.#running!.result, late]);
    done.abort();
    return scraped ?? this.#kept ?? busy("A run that others began takes longer than this scrape");
  }

  #start(until: number): void {
    const { network: { clock }, stop } = this.shared;
    const deadline = new Deadline(clock, endOfRun(clock.now(), until), stop);
    const result = this.#run(deadline).finally(() => {
      deadline.release();
      this.#running = undefined;
    });
    // Who waits for it is told; nobody may wait any more.
    result.catch(() => {});
    this.#running = { deadline, result };
  }

  async #run(deadline: Deadline): Promise<Scraped> {
    const { network: outside, allow, turns, gate, queueMs } = this.shared;
    const { clock } = outside;
    const network = new GuardedNetwork(outside, allow);
    const resolved = await unlessAborted(network.resolve(this.host, this.settings.family), deadline.signal);
    const refused = resolved && network.refuses(this.host, resolved);
    if (refused !== undefined) return { kind: "refused", why: refused };
    const addresses = resolved?.ok ? resolved.addresses.map(({ address }) => address) : [];
    const leaveTurn = await turns.take(addresses, deadline.until, deadline.signal);
    if (leaveTurn === undefined) return this.#kept ?? busy("Other probes of its addresses are under way");
    try {
      const leave = await gate.enter(Math.min(deadline.until, clock.now() + queueMs), deadline.signal);
      if (leave === undefined) return busy("Too many probes at a time");
      try {
        return await this.#rounds(network, addresses, deadline);
      } finally {
        leave();
      }
    } finally {
      leaveTurn();
    }
  }

  /** A run, and where it found a change that it could not prove, the run that does, if there is time. */
  async #rounds(network: Network, addresses: readonly string[], deadline: Deadline): Promise<Scraped> {
    const { clock } = network;
    const plan = this.#cadence.plan(clock.now(), addresses);
    if (plan.kind === "pause") {
      const waitMs = plan.until - clock.now();
      const why =
        "Half-open SAs of other probes fill the budget at its addresses (--max-half-open): the next one ends in " +
        `${Math.ceil(waitMs / 1000)} s`;
      return this.#kept ?? busy(why, waitMs);
    }
    const first = await this.#once(plan, network, deadline);
    if (first.round.confirmed || first.round.report.interrupted) return first;
    // With less patience than before, silence would prove nothing.
    if (fittedTimeout(this.settings, deadline.until - clock.now()) < first.round.report.options.timeout_ms) {
      return first;
    }
    const next = this.#cadence.plan(clock.now(), addresses);
    return next.kind === "pause" ? first : await this.#once(next, network, deadline);
  }

  async #once(plan: Plan, network: Network, deadline: Deadline): Promise<Kept> {
    const { probe, onRun } = this.shared;
    const { clock } = network;
    const availableMs = deadline.until - clock.now();
    const timeoutMs = fittedTimeout(this.settings, availableMs);
    const settings = { ...this.settings, timeoutMs, ...plan.settings };
    const whole = await probe(this.host, settings, network, {
      signal: deadline.signal,
      endBy: clock.now() + availableMs * EXPERIMENTS_PART,
      ...(plan.earlier && { earlier: plan.earlier }),
    });
    const at = clock.now();
    const round = this.#cadence.note(plan, withoutEvents(whole), at);
    this.#fullExchanges += whole.budget.spent.reduce((sum, { half_open }) => sum + half_open, 0);
    onRun(round);
    const kept: Kept = { kind: "report", round, accepted: this.#accepted(plan, whole), at };
    if (!whole.interrupted || this.#kept === undefined) this.#kept = kept;
    return { ...kept, whole };
  }

  /** Where a run spares the gateway, what it would have accepted is known from before. */
  #accepted({ kind }: Plan, { paths }: Report): Set<string> {
    const now = paths.filter(({ ike }) => ike?.outcome === "accepted").map(({ id }) => id);
    if (kind === "full") return new Set(now);
    const before = this.#kept?.accepted ?? new Set<string>();
    const still = paths.filter(({ id, ike }) =>
      kind === "ping" ? before.has(id) : ike?.outcome === "alive" && before.has(id)
    );
    return new Set([...now, ...still.map(({ id }) => id)]);
  }
}

/** What is kept of thousands of reports: all that metrics and verdicts are made of. */
function withoutEvents(report: Report): Report {
  return { ...report, events: [], experiments: [] };
}

/** Paths are given what a scrape has time for, and what was asked for at most. */
function fittedTimeout({ timeoutMs, paths, require }: ProbeSettings, availableMs: number): number {
  const overUdp = new Set([...paths, ...require].filter(({ transport }) => transport === "udp").map(formatPathSpec));
  const others = Math.max(0, overUdp.size - 1);
  let fitted = Math.min(timeoutMs, availableMs * PATHS_PART);
  while (fitted > LEAST_TIMEOUT_MS && fitted + waitForOthers(others, fitted) > availableMs * 0.95) fitted *= 0.95;
  return Math.round(Math.max(LEAST_TIMEOUT_MS, fitted));
}

function busy(why: string, retryMs = RETRY_MS): Scraped {
  return { kind: "busy", why, retryMs: Math.max(retryMs, RETRY_MS) };
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const stop = () => resolve(undefined);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
