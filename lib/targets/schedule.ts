/**
 * Probes many hosts: when each begins, beside which others, and what they share. It never holds up a run that has begun, as
 * that would falsify what it measures; hosts wait before they begin, for a name, for an address that another one is at, for
 * sockets, and for packets that are owed.
 *
 * Its memory does not grow with the number of hosts, but for a few numbers for each address: hosts are taken from their
 * list one by one, reports are handed on, and who would be too far ahead of the first report that is owed waits.
 */
import type { Earlier, Report } from "../model/mod.ts";
import type { Network, Resolved } from "../net/transport.ts";
import { hostName, type ProbeSettings } from "../probe/settings.ts";
import { SharedAddresses } from "../probe/shared.ts";
import { Claims } from "./claims.ts";
import { Gate } from "./gate.ts";
import { InOrder } from "./in_order.ts";
import { KnownPaths } from "./known.ts";
import { metered } from "./metered.ts";
import { PacketRate } from "./rate.ts";
import { needOf, socketLimit } from "./sockets.ts";

/** Hosts that are taken from the list and have not ended. Those that wait cost next to nothing. */
const AT_HAND = 1_024;

/** In the order of the list: so far ahead of the first report that is owed others are probed, beside those at work. */
const AHEAD = 256;

/** One host, and how it is probed. */
export interface Target {
  readonly host: string;
  readonly settings: ProbeSettings;
}

/** What a host's run is given. */
export interface HostRun {
  readonly network: Network;
  readonly resolved: Resolved;
  readonly shared: SharedAddresses;
  readonly earlier?: Earlier;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** How many hosts are probed. */
export interface ScheduleOptions {
  readonly network: Network;
  /** Hosts side by side. */
  readonly concurrency: number;
  /** Packets in a second; Infinity: as many as may be. */
  readonly rate: number;
  /** The longest that a host waits by chance before it begins, in milliseconds. */
  readonly jitterMs: number;
  /** Reports in the order of the list, or as hosts end. */
  readonly order: "input" | "done";
  /** Ends the runs at work, and begins no other. */
  readonly signal: AbortSignal;
  /** Sockets that may be open; default: what this process may have. */
  readonly sockets?: number;
}

/** What is done with the hosts. Whatever one of these throws ends the schedule. */
export interface ScheduleWork<T extends Target> {
  /** Probes one. */
  readonly probe: (target: T, run: HostRun) => Promise<Report>;
  /** The report of one that could not be probed, for want of something here (a string), or for a defect of ours. */
  readonly fail: (target: T, why: unknown) => Promise<Report>;
  /** A host has ended. */
  readonly onEnd: (report: Report, target: T) => void;
  /** A report's turn has come: at once, or when those before it have had theirs. */
  readonly onReport: (report: Report, target: T) => void;
}

/**
 * Probes the hosts; over when all have ended.
 *
 * @returns those that were left out, as the signal came before they began
 */
export async function runSchedule<T extends Target>(
  targets: Iterable<T>,
  options: ScheduleOptions,
  work: ScheduleWork<T>,
): Promise<readonly T[]> {
  return await new Schedule(options, work).run(targets);
}

class Schedule<T extends Target> {
  readonly #stop = new AbortController();
  readonly #atWork = new Set<AbortController>();
  readonly #rate: PacketRate;
  readonly #gate: Gate;
  readonly #claims = new Claims();
  readonly #shared = new SharedAddresses();
  readonly #known = new KnownPaths();
  readonly #order: InOrder<{ readonly report: Report; readonly target: T }>;
  #trouble: { readonly error: unknown } | undefined;
  readonly #leftOut: T[] = [];
  #atHand = 0;
  #onEnd: (() => void) | undefined;

  constructor(readonly options: ScheduleOptions, readonly work: ScheduleWork<T>) {
    const { network, concurrency, rate, sockets = socketLimit() } = options;
    this.#rate = new PacketRate(rate, network.clock);
    this.#gate = new Gate({ hosts: concurrency, sockets, rate: this.#rate }, network.clock, this.#stop.signal);
    this.#order = new InOrder(({ report, target }) => work.onReport(report, target), AHEAD + concurrency);
  }

  async run(targets: Iterable<T>): Promise<readonly T[]> {
    const { signal } = this.options;
    const stop = () => this.#end();
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
    try {
      await this.#takeAll(targets);
    } finally {
      signal.removeEventListener("abort", stop);
    }
    if (this.#trouble !== undefined) throw this.#trouble.error;
    return this.#leftOut;
  }

  async #takeAll(targets: Iterable<T>): Promise<void> {
    let index = 0;
    for (const target of targets) {
      if (this.#stop.signal.aborted) {
        this.#leftOut.push(target);
        continue;
      }
      this.#atHand++;
      this.#one(target, index++);
      if (this.options.order === "input") await this.#order.room(index);
      await this.#untilAtHand(AT_HAND - 1);
    }
    await this.#untilAtHand(0);
  }

  async #untilAtHand(count: number): Promise<void> {
    while (this.#atHand > count) await new Promise<void>((resolve) => this.#onEnd = resolve);
  }

  /** One host, from the list to its report. Never rejects. */
  async #one(target: T, index: number): Promise<void> {
    try {
      const report = await this.#probe(target);
      if (report === undefined) this.#leftOut.push(target);
      else this.work.onEnd(report, target);
      if (this.options.order === "input") this.#order.put(index, report && { report, target });
      else if (report !== undefined) this.work.onReport(report, target);
    } catch (error) {
      this.#trouble ??= { error };
      this.#end();
      this.#order.put(index, undefined);
    }
    this.#atHand--;
    this.#onEnd?.();
  }

  /** Begins nothing more, and ends what is at work. */
  #end(): void {
    this.#stop.abort();
    for (const controller of this.#atWork) controller.abort();
  }

  /** Undefined: it has not begun. */
  async #probe(target: T): Promise<Report | undefined> {
    await this.#jitter();
    let resolved: Resolved | undefined;
    try {
      resolved = await this.#resolve(target);
    } catch (error) {
      return await this.work.fail(target, error);
    }
    return resolved && await this.#claim(target, resolved);
  }

  async #claim(target: T, resolved: Resolved): Promise<Report | undefined> {
    const addresses = resolved.ok ? resolved.addresses.map(({ address }) => address) : [];
    const need = needOf(addresses.length, target.settings);
    await this.#claims.take(addresses);
    try {
      if (!(await this.#gate.enter(need))) return undefined;
      try {
        return await this.#begin(target, resolved, addresses, need.packets);
      } finally {
        this.#gate.leave(need);
      }
    } finally {
      for (const address of addresses) this.#shared.leave(address);
      this.#claims.release(addresses);
    }
  }

  async #jitter(): Promise<void> {
    const { jitterMs, network } = this.options;
    if (jitterMs <= 0) return;
    const chance = new DataView(network.random(4).buffer).getUint32(0) / 2 ** 32;
    await network.clock.sleep(network.clock.now() + chance * jitterMs, this.#stop.signal);
  }

  /** Undefined when the schedule ends meanwhile: a resolver cannot be told to stop, but it need not be waited for. */
  async #resolve({ host, settings }: T): Promise<Resolved | undefined> {
    const { signal } = this.#stop;
    if (signal.aborted) return undefined;
    const { promise: stopped, resolve } = Promise.withResolvers<undefined>();
    const stop = () => resolve(undefined);
    signal.addEventListener("abort", stop);
    try {
      return await Promise.race([this.options.network.resolve(hostName(host), settings.family), stopped]);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** @param packets What is owed for it already; the meter counts from there. */
  async #begin(target: T, resolved: Resolved, addresses: readonly string[], packets: number): Promise<Report> {
    const { network } = this.options;
    let prepaid = packets;
    let starved = false;
    const meter = {
      sent: (packets: number) => {
        const covered = Math.min(packets, prepaid);
        prepaid -= covered;
        if (packets > covered) this.#rate.owe(packets - covered);
      },
      short: () => this.#gate.narrow(),
      starved: () => starved = true,
    };
    const controller = new AbortController();
    this.#atWork.add(controller);
    const earlier = this.#known.at(addresses);
    try {
      const report = await this.work.probe(target, {
        network: metered(network, meter),
        resolved,
        shared: this.#shared,
        signal: controller.signal,
        ...(earlier && { earlier }),
      });
      if (starved) return await this.work.fail(target, "too many files are open (EMFILE): fewer hosts side by side");
      this.#known.note(report);
      return report;
    } finally {
      this.#atWork.delete(controller);
      this.#rate.owe(-prepaid);
    }
  }
}
