/**
 * Key pairs for runs that go on side by side. Making one takes as long as all the rest of a run over UDP, and RFC 7296 §2.12
 * allows one to serve several exchanges; peers' public values are checked before they meet it (RFC 6989). All that is ever
 * protected with it is a farewell that names nobody.
 */
import type { KeyPair } from "../crypto/mod.ts";
import type { Network } from "../net/transport.ts";

/** How long a pair is handed out, in milliseconds. Who has it by then keeps it until its run ends. */
const LIFE_MS = 5_000;

/** What makes key pairs: see `lib/crypto`. */
export type Groups = Pick<typeof import("../crypto/mod.ts"), "keyExchangeGroup">;

/** See the file's head. It holds one pair for each group. */
export class KeyRing {
  readonly #pairs = new Map<number, { readonly pair: KeyPair; readonly until: number }>();

  /** A pair of a group, made within the last {@linkcode LIFE_MS} milliseconds. */
  pair(group: number, groups: Groups, network: Pick<Network, "clock" | "random">): KeyPair {
    const now = network.clock.now();
    const known = this.#pairs.get(group);
    if (known !== undefined && now < known.until) return known.pair;
    const pair = groups.keyExchangeGroup(group)!.generate((length) => network.random(length));
    this.#pairs.set(group, { pair, until: now + LIFE_MS });
    return pair;
  }
}
