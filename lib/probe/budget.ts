/**
 * What a run may cost the gateway: so many half-open SAs at each address, and of these one over TCP or TLS. A request
 * that could leave one is sent only after it has been reserved; it is given back when it is certain that none was made: by
 * the answer, or as nobody has got the request. Silence gives nothing back, nor does a RST: the answer may have been lost
 * on its way.
 */
import type { Budget, Spent } from "../model/mod.ts";
import { MAX_HALF_OPEN_TCP, SharedAddresses } from "./shared.ts";

interface Spending {
  halfOpen: number;
  overTcp: number;
  ended: number;
}

/** See the file's head. What the runs for other hosts spend at the same addresses counts towards the limit. */
export class HalfOpenBudget {
  readonly #spent = new Map<string, Spending>();

  /** @param limit `--max-half-open`. */
  constructor(readonly limit: number, readonly shared: SharedAddresses = new SharedAddresses()) {}

  #of(address: string): Spending {
    const spending = this.#spent.get(address) ?? { halfOpen: 0, overTcp: 0, ended: 0 };
    this.#spent.set(address, spending);
    return spending;
  }

  /** Whether one more may be asked of an address. */
  hasRoom(address: string, overTcp: boolean): boolean {
    const asked = this.shared.of(address);
    return asked.halfOpen < this.limit && !(overTcp && asked.overTcp >= MAX_HALF_OPEN_TCP);
  }

  /** Takes one from an address's budget; false when it is used up. */
  reserve(address: string, overTcp: boolean): boolean {
    this.#of(address);
    if (!this.hasRoom(address, overTcp)) return false;
    this.#count(address, overTcp, 1);
    return true;
  }

  /** The request turned out to leave no half-open SA. */
  giveBack(address: string, overTcp: boolean): void {
    this.#count(address, overTcp, -1);
  }

  /** One was made after all, by a request that had been given up and given back: whatever the limit, it is said. */
  countAgain(address: string, overTcp: boolean): void {
    this.#count(address, overTcp, 1);
  }

  #count(address: string, overTcp: boolean, by: number): void {
    for (const spending of [this.#of(address), this.shared.of(address)]) {
      spending.halfOpen += by;
      if (overTcp) spending.overTcp += by;
    }
  }

  /** The gateway has confirmed that one is no more. It stays spent: it was asked of the gateway all the same. */
  end(address: string): void {
    this.#of(address).ended++;
  }

  /** For the report: what this run spent, and beside it what others did at the same addresses. */
  toReport(): Budget {
    return { limit: this.limit, spent: [...this.#spent].map(([address, spending]) => this.#report(address, spending)) };
  }

  #report(address: string, { halfOpen, overTcp, ended }: Spending): Spent {
    const others = this.shared.of(address).halfOpen - halfOpen;
    return { address, half_open: halfOpen, over_tcp: overTcp, ended, ...(others > 0 && { others }) };
  }
}
