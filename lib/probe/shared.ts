/**
 * What the runs for several hosts share, as two names can mean one gateway: it is spared for all of them together, not for
 * each ("What a probe may cost").
 */
import { KeyRing } from "./key_ring.ts";
import { StreamTurn } from "./turn.ts";

/** Of one address, at most this many over TCP or TLS. */
export const MAX_HALF_OPEN_TCP = 1;

/** What was asked of an address. */
interface Asked {
  halfOpen: number;
  overTcp: number;
}

/** See the file's head. It holds a few numbers for each address, and lives as long as the invocation. */
export class SharedAddresses {
  readonly #asked = new Map<string, Asked>();
  readonly #turns = new Map<string, StreamTurn>();
  /** Of all addresses: one pair serves many. */
  readonly keys = new KeyRing();

  /** Half-open SAs that may have been left at an address so far. */
  of(address: string): Asked {
    const asked = this.#asked.get(address) ?? { halfOpen: 0, overTcp: 0 };
    this.#asked.set(address, asked);
    return asked;
  }

  /** The turn of an address's streams. */
  turn(address: string): StreamTurn {
    const turn = this.#turns.get(address) ??
      new StreamTurn(this.of(address).overTcp < MAX_HALF_OPEN_TCP ? "nothing" : "accepted");
    this.#turns.set(address, turn);
    return turn;
  }

  /** Nobody is at this address now: what can be made again is forgotten. What was spent there is not. */
  leave(address: string): void {
    this.#turns.delete(address);
  }
}
