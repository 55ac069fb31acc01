/**
 * Who may begin: as many hosts side by side as are wanted and as there are file descriptors for, and nobody as long as
 * packets are owed. First come, first served.
 */
import type { Clock } from "../net/transport.ts";
import type { PacketRate } from "./rate.ts";

/** What there is to share out. */
export interface GateLimits {
  /** Hosts side by side. */
  readonly hosts: number;
  /** Sockets side by side. */
  readonly sockets: number;
  readonly rate: PacketRate;
}

interface Waiting {
  readonly sockets: number;
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
   * Waits until a host may begin that needs so many sockets; false: nobody begins any more. A host that needs more than
   * there are begins when it has all to itself.
   */
  enter(sockets: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.push({ sockets, answer: resolve });
    this.#serve();
    return promise;
  }

  /** A host has ended. */
  leave(sockets: number): void {
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
      if (!this.signal.aborted && !this.#mayEnter(next.sockets)) return;
      this.#waiting.shift();
      if (!this.signal.aborted) {
        this.#hosts++;
        this.#sockets += next.sockets;
      }
      next.answer(!this.signal.aborted);
    }
  }

  #mayEnter(sockets: number): boolean {
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
