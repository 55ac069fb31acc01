/**
 * Who may begin: as many hosts side by side as are wanted and as there are file descriptors for, and nobody as long as
 * packets are owed. First come, first served.
 */
import type { Clock } from "../net/transport.ts";
import type { PacketRate } from "./rate.ts";
import type { Need } from "./sockets.ts";

/** What there is to share out. */
export interface GateLimits {
  /** Hosts side by side. */
  readonly hosts: number;
  /** Sockets side by side. */
  readonly sockets: number;
  readonly rate: PacketRate;
}

interface Waiting {
  readonly need: Need;
  readonly answer: (entered: boolean) => void;
}

/** See the file's head. */
export class Gate {
  readonly #waiting: Waiting[] = [];
  #hosts = 0;
  #sockets = 0;
  #limit: number;
  #isSleeping = false;

  constructor(readonly limits: GateLimits, readonly clock: Clock, readonly signal: AbortSignal) {
    this.#limit = limits.sockets;
    signal.addEventListener("abort", () => this.#serve());
  }

  /**
   * Waits until a host may begin; false: nobody begins any more. A host that needs more sockets than there are begins when
   * it has all to itself. Its packets are owed from now on, or all that may be side by side would begin at once.
   */
  enter(need: Need): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.push({ need, answer: resolve });
    this.#serve();
    return promise;
  }

  /** A host has ended. */
  leave({ sockets }: Need): void {
    this.#hosts--;
    this.#sockets -= sockets;
    this.#limit = Math.min(this.limits.sockets, this.#limit + 1);
    this.#serve();
  }

  /** There are fewer sockets than was thought: a fifth less than now are used, and more again little by little. */
  narrow(): void {
    this.#limit = Math.min(this.#limit, Math.floor(this.#sockets * 0.8));
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (!this.signal.aborted && !this.#mayEnter(next.need)) return;
      this.#waiting.shift();
      if (!this.signal.aborted) {
        this.#hosts++;
        this.#sockets += next.need.sockets;
        this.limits.rate.owe(next.need.packets);
      }
      next.answer(!this.signal.aborted);
    }
  }

  #mayEnter({ sockets }: Need): boolean {
    if (this.#hosts >= this.limits.hosts) return false;
    if (this.#hosts > 0 && this.#sockets + sockets > this.#limit) return false;
    const { freeAt } = this.limits.rate;
    if (freeAt <= this.clock.now()) return true;
    this.#wakeAt(freeAt);
    return false;
  }

  async #wakeAt(time: number): Promise<void> {
    if (this.#isSleeping) return;
    this.#isSleeping = true;
    await this.clock.sleep(time, this.signal);
    this.#isSleeping = false;
    this.#serve();
  }
}
