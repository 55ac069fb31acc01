/**
 * A clock whose time passes only when everybody waits. Nothing has to be driven by hand: as long as somebody on the
 * client's side waits for something, the clock drains all microtasks, jumps to the next timer and fires it. A second of
 * waiting costs microseconds, and two runs are equal.
 */
import type { Clock } from "../../lib/net/transport.ts";

/** A callback at a virtual time; `cancel` is idempotent. */
export interface Timer {
  readonly at: number;
  cancel(): void;
}

interface Entry extends Timer {
  readonly order: number;
  readonly run: () => void;
  dead: boolean;
}

/** Options of {@linkcode VirtualClock}. */
export interface VirtualClockOptions {
  /** First value of `now()`, in milliseconds. Default 1000: a clock's start means nothing, so it is not zero. */
  readonly start?: number;
  /** Turns of the real event loop before each jump: more, for code that does real asynchronous work in between. */
  readonly turns?: number;
}

/** Time for tests. `sleep` counts as a wait of the client; {@linkcode VirtualClock.background} is for the other side. */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  #waiting = 0;
  #held = 0;
  #pumping = false;
  #timers: Entry[] = [];
  readonly #turns: number;
  /** The same time for servers: their sleeping alone does not make time pass. */
  readonly background: Clock;

  constructor(options: VirtualClockOptions = {}) {
    this.#now = options.start ?? 1000;
    this.#turns = options.turns ?? 1;
    this.background = {
      now: () => this.#now,
      sleep: (until, signal) => this.#sleep(until, signal),
    };
  }

  /** Virtual milliseconds. */
  now(): number {
    return this.#now;
  }

  /** Calls `run` once `now()` has reached `at`; timers of the same time fire in the order of their making. */
  schedule(at: number, run: () => void): Timer {
    const entry: Entry = {
      at: Math.max(at, this.#now),
      order: this.#order++,
      run,
      dead: false,
      cancel: () => {
        entry.dead = true;
      },
    };
    this.#insert(entry);
    this.#pump();
    return entry;
  }

  sleep(until: number, signal?: AbortSignal): Promise<void> {
    return this.wait(this.#sleep(until, signal));
  }

  /** Makes time pass until the promise is settled. */
  async wait<T>(promise: Promise<T>): Promise<T> {
    this.#waiting++;
    this.#pump();
    try {
      return await promise;
    } finally {
      this.#waiting--;
    }
  }

  /** Stops time until the promise is settled: for real asynchronous work such as a worker or a dynamic import. */
  async hold<T>(promise: Promise<T>): Promise<T> {
    this.#held++;
    try {
      return await promise;
    } finally {
      this.#held--;
      this.#pump();
    }
  }

  #sleep(until: number, signal?: AbortSignal): Promise<void> {
    if (until <= this.#now || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        timer?.cancel();
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = until === Infinity ? undefined : this.schedule(until, done);
      signal?.addEventListener("abort", done);
    });
  }

  #insert(entry: Entry): void {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#timers[middle]!;
      if (other.at < entry.at || (other.at === entry.at && other.order < entry.order)) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, entry);
  }

  /** The first live timer, taken out of the queue. */
  #next(): Entry | undefined {
    for (;;) {
      const entry = this.#timers.shift();
      if (entry === undefined || !entry.dead) return entry;
    }
  }

  async #pump(): Promise<void> {
    if (this.#pumping || this.#waiting === 0 || this.#held > 0) return;
    this.#pumping = true;
    const loop = new Turns();
    try {
      for (;;) {
        for (let turn = 0; turn < this.#turns; turn++) await loop.turn();
        if (this.#waiting === 0 || this.#held > 0) break;
        const entry = this.#next();
        if (entry === undefined) break;
        this.#now = Math.max(this.#now, entry.at);
        entry.run();
      }
    } finally {
      loop.close();
      this.#pumping = false;
    }
    // Between the last look and here somebody may have begun to wait.
    if (this.#waiting > 0 && this.#held === 0 && this.#timers.some((entry) => !entry.dead)) this.#pump();
  }
}

/** So many promises may hang on one another between two jumps of time, whatever the runtime's event loop does. */
const LONGEST_CHAIN = 512;

/**
 * Turns of the real event loop: all microtasks run between two of them. A timer of 0 ms takes one to two real
 * milliseconds, so a message channel is used; as some runtimes deliver its messages before all microtasks have run, a
 * turn ends only when a long chain of promises has.
 */
class Turns {
  readonly #channel = new MessageChannel();
  #resolve: (() => void) | undefined;

  constructor() {
    this.#channel.port1.onmessage = () => this.#resolve?.();
  }

  async turn(): Promise<void> {
    let drained = false;
    const chain = async () => {
      for (let i = 0; i < LONGEST_CHAIN; i++) await undefined;
      drained = true;
    };
    const running = chain();
    while (!drained) await this.#message();
    await running;
  }

  #message(): Promise<void> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#channel.port2.postMessage(0);
    });
  }

  close(): void {
    this.#channel.port1.close();
    this.#channel.port2.close();
  }
}
