/**
 * X25519 and X448 (RFC 7748, RFC 8031).
 *
 * Built from noble's Montgomery ladder alone: its ready-made `x25519` brings the Edwards curves along and fills a table
 * of multiples of the base point at first use (some 35 ms together), which pays only for whoever makes many keys.
 */
import { pow } from "@noble/curves/abstract/modular.js";
import { montgomery } from "@noble/curves/abstract/montgomery.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { assertUsable, type KeyExchangeGroup, wrongLength } from "./group.ts";

/** One curve, in the words of RFC 7748 §4 and §5. */
interface Curve {
  readonly id: number;
  readonly name: string;
  readonly type: "x25519" | "x448";
  /** Octets of a secret and of a u-coordinate. */
  readonly length: number;
  readonly prime: bigint;
  /** Secret octets to scalar octets ("decodeScalar"), in place. */
  clamp(scalar: Uint8Array): void;
  /** Bits of the last octet of a u-coordinate that count. */
  readonly lastOctetMask: number;
  /** u-coordinates that lead every secret to an all-zero result (https://cr.yp.to/ecdh.html#validate). */
  readonly lowOrder: readonly bigint[];
}

const P25519 = 2n ** 255n - 19n;
const P448 = 2n ** 448n - 2n ** 224n - 1n;

const CURVE25519: Curve = {
  id: 31,
  name: "X25519",
  type: "x25519",
  length: 32,
  prime: P25519,
  clamp(scalar) {
    scalar[0]! &= 248;
    scalar[31]! &= 127;
    scalar[31]! |= 64;
  },
  lastOctetMask: 0x7f,
  lowOrder: [
    0n,
    1n,
    P25519 - 1n,
    // The two of order 8.
    325606250916557431795983626356110631294008115727848805560023387167927233504n,
    39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  ],
};

const CURVE448: Curve = {
  id: 32,
  name: "X448",
  type: "x448",
  length: 56,
  prime: P448,
  clamp(scalar) {
    scalar[0]! &= 252;
    scalar[55]! |= 128;
  },
  lastOctetMask: 0xff,
  lowOrder: [0n, 1n, P448 - 1n],
};

function montgomeryGroup(curve: Curve): KeyExchangeGroup {
  const { id, name, type, length, prime } = curve;
  const ladder = montgomery({
    P: prime,
    type,
    adjustScalarBytes(octets: Uint8Array) {
      curve.clamp(octets);
      return octets;
    },
    powPminus2: (x: bigint) => pow(x, prime - 2n, prime),
  });
  const group: KeyExchangeGroup = {
    id,
    name,
    publicLength: length,
    generate(random) {
      const secret = random(length).slice();
      return { group: id, publicValue: ladder.getPublicKey(secret), secret };
    },
    check(peer) {
      const wrong = wrongLength(peer, length);
      if (wrong !== undefined) return wrong;
      const u = peer.slice();
      u[length - 1]! &= curve.lastOctetMask;
      // Values from the prime upwards are allowed and stand for their remainder (RFC 7748 §5).
      const reduced = bytesToNumberLE(u) % prime;
      return curve.lowOrder.includes(reduced) ? "of low order: every shared secret would be zero" : undefined;
    },
    shared(pair, peer) {
      assertUsable(group, pair, peer);
      return ladder.getSharedSecret(pair.secret, peer);
    },
  };
  return group;
}

/** Group 31. */
export const X25519: KeyExchangeGroup = montgomeryGroup(CURVE25519);

/** Group 32. */
export const X448: KeyExchangeGroup = montgomeryGroup(CURVE448);
