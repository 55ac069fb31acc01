/** What earlier runs have left at gateways: half-open SAs, until they have expired there. */
import type { Report } from "../model/mod.ts";

/** How long a half-open SA may stand at a gateway, in milliseconds: libreswan 4.10 keeps one for 200 s, others less. */
export const HALF_OPEN_LIFE_MS = 200_000;

/** How long strongSwan, which counts what one client has left, keeps one by default (30 s), and a second for its clock. */
export const HALF_OPEN_YOUTH_MS = 31_000;

interface Entry {
  readonly until: number;
  readonly count: number;
}

/** Kept for all runs of a process, as several of them may meet at one address. Times are a monotonic clock's. */
export class HalfOpenLedger {
  readonly #left = new Map<string, readonly Entry[]>();

  /** Writes down what a run that ended now has left; what it has ended itself is gone. */
  note({ budget }: Pick<Report, "budget">, now: number): void {
    for (const { address, half_open, ended = 0 } of budget.spent) {
      const standing = this.#standing(address, now);
      const count = half_open - ended;
      const entries = count > 0 ? [...standing, { until: now + HALF_OPEN_LIFE_MS, count }] : standing;
      if (entries.length > 0) this.#left.set(address, entries);
      else this.#left.delete(address);
    }
  }

  /** Half-open SAs that may stand at one of the addresses: the most. */
  standing(addresses: readonly string[], now: number): number {
    const counts = addresses.map((address) => this.#standing(address, now).reduce((sum, { count }) => sum + count, 0));
    return Math.max(0, ...counts);
  }

  /** Half-open SAs that may stand anywhere. What has expired is forgotten. */
  total(now: number): number {
    let sum = 0;
    for (const address of [...this.#left.keys()]) {
      const standing = this.#standing(address, now);
      if (standing.length === 0) this.#left.delete(address);
      sum += standing.reduce((all, { count }) => all + count, 0);
    }
    return sum;
  }

  /** When the next of them will be gone; undefined where there are none. */
  nextEnd(addresses: readonly string[], now: number): number | undefined {
    const ends = addresses.flatMap((address) => this.#standing(address, now).map(({ until }) => until));
    return ends.length === 0 ? undefined : Math.min(...ends);
  }

  /** The most of them at one of the addresses that even the quickest gateway may not have dropped yet. */
  young(addresses: readonly string[], now: number): number {
    return this.standing(addresses, now + HALF_OPEN_LIFE_MS - HALF_OPEN_YOUTH_MS);
  }

  #standing(address: string, now: number): readonly Entry[] {
    return (this.#left.get(address) ?? []).filter(({ until }) => until > now);
  }
}
