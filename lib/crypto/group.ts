/** What every key exchange group offers, whatever its mathematics. */

/** A fresh key pair of one group. */
export interface KeyPair {
  /** IANA number of the group ("Key Exchange Method", transform type 4). */
  readonly group: number;
  /** What goes into the KE payload. */
  readonly publicValue: Uint8Array;
  /** Private; meaningful only to the group that made it. */
  readonly secret: Uint8Array;
}

/** A Diffie-Hellman group that a KE payload can carry (RFC 7296 §3.4). */
export interface KeyExchangeGroup {
  /** IANA number. */
  readonly id: number;
  /** Name as the registry of `lib/ike` spells it. */
  readonly name: string;
  /** Length of a public value, in octets; every value of the group has exactly this length. */
  readonly publicLength: number;
  /** Makes a key pair. `random(n)` answers `n` cryptographically random octets. */
  generate(random: (length: number) => Uint8Array): KeyPair;
  /** Why a peer's public value must not be used (RFC 6989, RFC 8031 §3.2), or undefined when it may be. */
  check(peer: Uint8Array): string | undefined;
  /**
   * The shared secret g^ir, as the group's RFC encodes it.
   *
   * @throws {RangeError} when the pair is of another group, or the peer's value does not pass {@linkcode check}
   */
  shared(pair: KeyPair, peer: Uint8Array): Uint8Array;
}

/** The first check of every group: RFC 7296 §3.4 and its successors fix the length. */
export function wrongLength(peer: Uint8Array, expected: number): string | undefined {
  return peer.length === expected ? undefined : `${peer.length} octets in place of ${expected}`;
}

/**
 * Common guard of every `shared`.
 *
 * @throws {RangeError} see {@linkcode KeyExchangeGroup.shared}
 */
export function assertUsable(group: KeyExchangeGroup, pair: KeyPair, peer: Uint8Array): void {
  if (pair.group !== group.id) {
    throw new RangeError(`Cannot compute the shared secret of ${group.name}: the key pair is of group ${pair.group}`);
  }
  const reason = group.check(peer);
  if (reason !== undefined) {
    throw new RangeError(`Cannot compute the shared secret of ${group.name}: the peer's public value is ${reason}`);
  }
}
