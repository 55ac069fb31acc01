/**
 * Hosts that share an address are probed one after the other: side by side they would disturb what they measure, and the
 * later ones can be told what the first has found out. The order is that of asking, as far as addresses are free.
 */

interface Waiting {
  readonly addresses: readonly string[];
  readonly grant: () => void;
}

/** See the file's head. */
export class Claims {
  readonly #taken = new Set<string>();
  #waiting: Waiting[] = [];

  /** Waits until nobody is at any of the addresses, and takes them all. */
  take(addresses: readonly string[]): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ addresses, grant: resolve });
    this.#grant();
    return promise;
  }

  /** Gives addresses back. */
  release(addresses: readonly string[]): void {
    for (const address of addresses) this.#taken.delete(address);
    if (this.#waiting.length > 0) this.#grant();
  }

  /** Whoever came first, and nobody past one who waits for the same address, lest that one wait for ever. */
  #grant(): void {
    const wanted = new Set<string>();
    this.#waiting = this.#waiting.filter(({ addresses, grant }) => {
      const isFree = !addresses.some((address) => this.#taken.has(address) || wanted.has(address));
      for (const address of addresses) (isFree ? this.#taken : wanted).add(address);
      if (isFree) grant();
      return !isFree;
    });
  }
}
