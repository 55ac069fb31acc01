/**
 * Key pairs for runs that go on side by side. Making one takes as long as all the rest of a run over UDP, and RFC 7296 §2.12
 * allows one to serve several exchanges; peers' public values are checked before they meet it (RFC 6989). All that is ever
 * protected with it is a farewell that names nobody.
 */
import type { KeyPair } from "../crypto/mod.ts";
import type { Network } from "../net/transport.ts";

/** How long a pair is handed out, in milliseconds. Who has it by then keeps it until its run ends. */
const LIFE_MS = 5_000;

/** IANA number of the group that most gateways take, and that runtimes have. */
const X25519 = 31;

/** What makes key pairs: see `lib/crypto`. */
export type Groups = Pick<typeof import("../crypto/mod.ts"), "keyExchangeGroup">;

/** What a ring needs of the world. */
type World = Pick<Network, "clock" | "random" | "x25519">;

/** See the file's head. It holds one pair for each group. */
export class KeyRing {
  readonly #pairs = new Map<number, { readonly pair: KeyPair; readonly until: number }>();
  #preparing: Promise<void> | undefined;

  /** A pair of a group, made within the last {@linkcode LIFE_MS} milliseconds. */
  pair(group: number, groups: Groups, network: World): KeyPair {
    const known = this.#known(group, network);
    if (known !== undefined) return known;
    return this.#keep(groups.keyExchangeGroup(group)!.generate((length) => network.random(length)), network);
  }

  /** Lets the runtime make the pair that a group will need, where it is quicker; never rejects. */
  async prepare(group: number, network: World): Promise<void> {
    if (group !== X25519 || network.x25519 === undefined || this.#known(group, network) !== undefined) return;
    this.#preparing ??= network.x25519.generate()
      .then((pair) => void this.#keep({ group, ...pair }, network))
      // A runtime without the curve: ours will serve.
      .catch(() => {})
      .finally(() => this.#preparing = undefined);
    await this.#preparing;
  }

  #known(group: number, network: World): KeyPair | undefined {
    const known = this.#pairs.get(group);
    return known !== undefined && network.clock.now() < known.until ? known.pair : undefined;
  }

  #keep(pair: KeyPair, network: World): KeyPair {
    this.#pairs.set(pair.group, { pair, until: network.clock.now() + LIFE_MS });
    return pair;
  }
}

/**
 * What a pair and a peer's public value have in common.
 *
 * @throws {RangeError} when the value must not be used
 */
export async function sharedSecret(
  pair: KeyPair,
  peer: Uint8Array,
  groups: Groups,
  network: World,
): Promise<Uint8Array> {
  const ours = () => groups.keyExchangeGroup(pair.group)!.shared(pair, peer);
  if (pair.group !== X25519 || network.x25519 === undefined) return ours();
  return await network.x25519.shared(pair.secret, peer).catch(ours);
}
