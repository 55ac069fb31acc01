/** The targets that an exporter knows: bounded, the ones that nobody has asked for the longest time are forgotten. */
import type { ProbeSettings } from "../probe/settings.ts";
import { type Shared, Target } from "./target.ts";
import { nameOf } from "./allow.ts";

/** After so many milliseconds without a scrape nothing is remembered of a target. */
export const FORGET_MS = 3_600_000;

interface Known {
  readonly target: Target;
  /** The clock's reading at the last scrape. */
  used: number;
}

/** See the file's head. */
export class Targets {
  /** In the order of their last use. */
  readonly #known = new Map<string, Known>();

  /** @param limit how many are kept */
  constructor(readonly limit: number, readonly shared: Shared) {}

  /** How many are known. */
  get size(): number {
    return this.#known.size;
  }

  /** The target for a host and settings; equal ones are the same. */
  get(host: string, settings: ProbeSettings): Target {
    const now = this.shared.network.clock.now();
    const key = keyOf(host, settings);
    const target = this.#known.get(key)?.target ?? new Target(host, settings, this.shared);
    this.#known.delete(key);
    this.#known.set(key, { target, used: now });
    this.#forget(now);
    return target;
  }

  /** What half-open SAs stand anywhere is kept apart, so that nothing is lost with a target but what it looked like. */
  #forget(now: number): void {
    for (const [key, { target, used }] of this.#known) {
      if (this.#known.size <= this.limit && now - used < FORGET_MS) return;
      // The newest one is who asks just now.
      if (!target.busy && used < now) this.#known.delete(key);
    }
  }
}

function keyOf(host: string, settings: ProbeSettings): string {
  return JSON.stringify([nameOf(host), Object.entries(settings).toSorted(([a], [b]) => a < b ? -1 : 1)]);
}
