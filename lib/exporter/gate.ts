/** Who may go in: so many at a time, and no more than so many who wait. */
import type { Clock } from "../net/transport.ts";

/** What is to be called when the one who went in is done; once. */
export type Leave = () => void;

interface Waiting {
  readonly enter: () => void;
}

/** See the file's head. Waiters go in in the order in which they came. */
export class Gate {
  #inside = 0;
  readonly #waiting = new Set<Waiting>();

  /** @param limit at a time @param queue who wait */
  constructor(readonly clock: Clock, readonly limit: number, readonly queue: number) {}

  /** How many are inside. */
  get inside(): number {
    return this.#inside;
  }

  /** Nobody is inside, and nobody waits. */
  get empty(): boolean {
    return this.#inside === 0 && this.#waiting.size === 0;
  }

  /** Goes in, now or until a time; undefined: there was no room. */
  async enter(until: number, signal: AbortSignal): Promise<Leave | undefined> {
    if (this.#inside < this.limit) this.#inside++;
    else if (!await this.#wait(until, signal)) return undefined;
    let isInside = true;
    return () => {
      if (isInside) this.#leave();
      isInside = false;
    };
  }

  /** The first who waits takes the place over before anybody else can come by. */
  #leave(): void {
    const [first] = this.#waiting;
    if (first === undefined) {
      this.#inside--;
      return;
    }
    this.#waiting.delete(first);
    first.enter();
  }

  /** True: a place was handed over. */
  async #wait(until: number, signal: AbortSignal): Promise<boolean> {
    if (this.#waiting.size >= this.queue || signal.aborted) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiting = { enter: () => resolve(true) };
    this.#waiting.add(waiting);
    const done = new AbortController();
    const stop = () => done.abort();
    signal.addEventListener("abort", stop);
    const late = this.clock.sleep(until, done.signal).then(() => false);
    const entered = await Promise.race([promise, late]);
    signal.removeEventListener("abort", stop);
    done.abort();
    // Whose time ended at the moment in which a place became free hands it on.
    if (!entered && !this.#waiting.delete(waiting)) this.#leave();
    return entered;
  }
}

/**
 * One run at a time at each address: what a run may leave there depends on what others have left, and two of them would
 * disturb each other's times.
 */
export class Turns {
  readonly #gates = new Map<string, Gate>();

  constructor(readonly clock: Clock) {}

  /** Takes the turn at all of the addresses; undefined: it could not be had in time. */
  async take(addresses: readonly string[], until: number, signal: AbortSignal): Promise<Leave | undefined> {
    const taken: Leave[] = [];
    const release = () => {
      for (const leave of taken.splice(0)) leave();
    };
    // Always in the same order, so that no two wait for each other.
    for (const address of new Set(addresses.toSorted())) {
      const gate = this.#gates.get(address) ?? new Gate(this.clock, 1, Infinity);
      this.#gates.set(address, gate);
      const leave = await gate.enter(until, signal);
      if (leave === undefined) {
        release();
        return undefined;
      }
      taken.push(() => {
        leave();
        if (gate.empty) this.#gates.delete(address);
      });
    }
    return release;
  }
}
