/**
 * The random ECP groups: the NIST curves P-256, P-384 and P-521 (RFC 5903).
 *
 * A public value is x|y, without the octet 04 that SEC 1 puts in front (RFC 5903 §7); the shared secret is x alone.
 * Each curve is built at first use, and without the table of multiples of the base point that noble makes by default
 * (20 to 60 ms), which pays only for whoever makes many keys.
 */
import { weierstrass, type WeierstrassPoint, type WeierstrassPointCons } from "@noble/curves/abstract/weierstrass.js";
import { bytesToNumberBE, numberToBytesBE } from "@noble/curves/utils.js";
import { assertUsable, type KeyExchangeGroup, wrongLength } from "./group.ts";

/** A curve y² = x³ - 3x + b over a prime field (SP 800-186 §3.2.1). */
interface Curve {
  readonly id: number;
  readonly name: string;
  /** Octets of a coordinate. */
  readonly length: number;
  /** The field's prime. */
  readonly p: bigint;
  /** Order of the base point; prime, and the cofactor is 1. */
  readonly n: bigint;
  readonly b: bigint;
  /** The base point. */
  readonly x: bigint;
  readonly y: bigint;
}

const P256: Curve = {
  id: 19,
  name: "ECP256",
  length: 32,
  p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
  n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
};

const P384: Curve = {
  id: 20,
  name: "ECP384",
  length: 48,
  p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
  n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  x: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
  y: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
};

/** The values of P-521 begin with zeros that a literal would lose sight of; in octets of 66. */
const P521: Curve = {
  id: 21,
  name: "ECP521",
  length: 66,
  p: 2n ** 521n - 1n,
  n: BigInt(
    "0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa" +
      "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
  ),
  b: BigInt(
    "0x0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e1" +
      "56193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
  ),
  x: BigInt(
    "0x00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dba" +
      "a14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
  ),
  y: BigInt(
    "0x011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c" +
      "97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
  ),
};

/** A curve in noble's hands. */
interface Arithmetic {
  readonly Point: WeierstrassPointCons<bigint>;
  /** The base point, without a table of its multiples. */
  readonly base: WeierstrassPoint<bigint>;
}

function arithmeticOf({ p, n, b, x, y }: Curve): Arithmetic {
  const Point = weierstrass({ p, n, h: 1n, a: p - 3n, b, Gx: x, Gy: y });
  return { Point, base: Point.fromAffine({ x, y }) };
}

function ecpGroup(curve: Curve): KeyExchangeGroup {
  const { id, name, length, n } = curve;
  let built: Arithmetic | undefined;
  const arithmetic = () => built ??= arithmeticOf(curve);
  /** SEC 1 form, which the curve's decoder wants and checks against its equation. */
  const decode = (value: Uint8Array) => arithmetic().Point.fromBytes(Uint8Array.of(4, ...value));

  const group: KeyExchangeGroup = {
    id,
    name,
    publicLength: 2 * length,
    generate(random) {
      // Eight octets more than the order has make the remainder's bias negligible (FIPS 186-5 §A.2.1).
      const scalar = bytesToNumberBE(random(length + 8)) % (n - 1n) + 1n;
      const publicValue = arithmetic().base.multiply(scalar).toBytes(false).slice(1);
      return { group: id, publicValue, secret: numberToBytesBE(scalar, length) };
    },
    check(peer) {
      const wrong = wrongLength(peer, 2 * length);
      if (wrong !== undefined) return wrong;
      try {
        decode(peer);
        return undefined;
      } catch {
        return "not a point of the curve";
      }
    },
    shared(pair, peer) {
      assertUsable(group, pair, peer);
      const point = decode(peer).multiply(bytesToNumberBE(pair.secret));
      return numberToBytesBE(point.toAffine().x, length);
    },
  };
  return group;
}

/** Group 19. */
export const ECP256: KeyExchangeGroup = ecpGroup(P256);

/** Group 20. */
export const ECP384: KeyExchangeGroup = ecpGroup(P384);

/** Group 21. */
export const ECP521: KeyExchangeGroup = ecpGroup(P521);
