/**
 * So many packets in a second, in the long run. Nobody who sends is held up: that would falsify the times that are
 * measured. What was sent is owed, and as long as anything is owed, nothing new is begun.
 */
import type { Clock } from "../net/transport.ts";

/** So much of what was not sent before may be sent at once, in milliseconds. */
const BURST_MS = 100;

/** See the file's head. */
export class PacketRate {
  /** When everything that was sent will have been paid for. */
  #paid: number;

  /** @param perSecond above 0; Infinity: no limit */
  constructor(readonly perSecond: number, readonly clock: Pick<Clock, "now">) {
    this.#paid = clock.now() - BURST_MS;
  }

  /** Packets go out; fewer than 0: some that were counted did not. */
  owe(packets: number): void {
    this.#paid = Math.max(this.#paid, this.clock.now() - BURST_MS) + packets * 1000 / this.perSecond;
  }

  /** The clock's reading at which something may be begun. */
  get freeAt(): number {
    return this.#paid;
  }
}
