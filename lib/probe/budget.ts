/**
 * What a run may cost the gateway: so many half-open SAs at each address, and of these one over TCP or TLS. A request
 * that could leave one is sent only after it has been reserved; it is given back when the answer shows that none was
 * made. Silence gives nothing back: the answer may have been lost on its way.
 */
import type { Budget } from "../model/mod.ts";

/** Of one address, at most this many over TCP or TLS. */
export const MAX_HALF_OPEN_TCP = 1;

interface Spending {
  halfOpen: number;
  overTcp: number;
  ended: number;
}

/** See the file's head. */
export class HalfOpenBudget {
  readonly #spent = new Map<string, Spending>();

  /** @param limit `--max-half-open`. */
  constructor(readonly limit: number) {}

  #of(address: string): Spending {
    const spending = this.#spent.get(address) ?? { halfOpen: 0, overTcp: 0, ended: 0 };
    this.#spent.set(address, spending);
    return spending;
  }

  /** Half-open SAs that may stand at an address by now. */
  spentAt(address: string): number {
    return this.#of(address).halfOpen;
  }

  /** Takes one from an address's budget; false when it is used up. */
  reserve(address: string, overTcp: boolean): boolean {
    const spending = this.#of(address);
    if (spending.halfOpen >= this.limit || (overTcp && spending.overTcp >= MAX_HALF_OPEN_TCP)) return false;
    spending.halfOpen++;
    if (overTcp) spending.overTcp++;
    return true;
  }

  /** The request turned out to leave no half-open SA. */
  giveBack(address: string, overTcp: boolean): void {
    const spending = this.#of(address);
    spending.halfOpen--;
    if (overTcp) spending.overTcp--;
  }

  /** The gateway has confirmed that one is no more. It stays spent: it was asked of the gateway all the same. */
  end(address: string): void {
    this.#of(address).ended++;
  }

  /** For the report. */
  toReport(): Budget {
    return {
      limit: this.limit,
      spent: [...this.#spent].map(([address, s]) => {
        return { address, half_open: s.halfOpen, over_tcp: s.overTcp, ended: s.ended };
      }),
    };
  }
}
