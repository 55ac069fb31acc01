/**
 * The MODP groups 14 to 18: powers of 2 modulo a safe prime (RFC 3526).
 *
 * Public values and shared secrets are left-padded with zeros to the prime's length (RFC 7296 §3.4, §2.14).
 */
import { bytesToNumberBE, numberToBytesBE } from "@noble/curves/utils.js";
import { assertUsable, type KeyExchangeGroup, wrongLength } from "./group.ts";

/** What RFC 3526 says of a group. */
interface Modulus {
  readonly id: number;
  /** Length of the prime. */
  readonly bits: number;
  /** The smallest number that makes the formula of {@linkcode rfc3526Prime} a safe prime. */
  readonly k: bigint;
  /**
   * Octets of a secret exponent: at least twice the group's strength (RFC 3526 §8), as short as that allows, for time
   * grows with it (RFC 7919 Appendix A: 225, 275, 325, 375 and 400 bits).
   */
  readonly secretLength: number;
}

const MODULI: readonly Modulus[] = [
  { id: 14, bits: 2048, k: 124476n, secretLength: 32 },
  { id: 15, bits: 3072, k: 1690314n, secretLength: 36 },
  { id: 16, bits: 4096, k: 240904n, secretLength: 42 },
  { id: 17, bits: 6144, k: 929484n, secretLength: 48 },
  { id: 18, bits: 8192, k: 4743158n, secretLength: 52 },
];

/** The integer part of 2^bits · arctan(1/x), give or take the terms' rounding. */
function arctanOfInverse(x: bigint, bits: number): bigint {
  let power = (1n << BigInt(bits)) / x;
  let sum = power;
  for (let divisor = 3n; power !== 0n; divisor += 2n) {
    power /= -(x * x);
    sum += power / divisor;
  }
  return sum;
}

/** The integer part of 2^bits · π, by Machin's formula. */
function scaledPi(bits: number): bigint {
  const guard = 32;
  const precise = bits + guard;
  return (16n * arctanOfInverse(5n, precise) - 4n * arctanOfInverse(239n, precise)) >> BigInt(guard);
}

/** 2^n - 2^(n-64) - 1 + 2^64 · ([2^(n-130) · π] + k), the form of all primes of RFC 3526 §3 to §7. */
export function rfc3526Prime(bits: number, k: bigint): bigint {
  const n = BigInt(bits);
  return (1n << n) - (1n << (n - 64n)) - 1n + ((scaledPi(bits - 130) + k) << 64n);
}

/** base^exponent mod modulus, four bits of the exponent at a time. */
export function powerModulo(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const powers = [1n];
  for (let i = 1; i < 16; i++) powers.push(powers[i - 1]! * base % modulus);
  let result = 1n;
  for (const digit of exponent.toString(16)) {
    for (let i = 0; i < 4; i++) result = result * result % modulus;
    if (digit !== "0") result = result * powers[parseInt(digit, 16)]! % modulus;
  }
  return result;
}

function modpGroup({ id, bits, k, secretLength }: Modulus): KeyExchangeGroup {
  const length = bits / 8;
  let known: bigint | undefined;
  const prime = () => known ??= rfc3526Prime(bits, k);
  const group: KeyExchangeGroup = {
    id,
    name: `MODP${bits}`,
    publicLength: length,
    generate(random) {
      const secret = random(secretLength).slice();
      // An exponent that begins with zeros would be a weaker one than promised.
      secret[0]! |= 0x80;
      const value = powerModulo(2n, bytesToNumberBE(secret), prime());
      return { group: id, publicValue: numberToBytesBE(value, length), secret };
    },
    check(peer) {
      const wrong = wrongLength(peer, length);
      if (wrong !== undefined) return wrong;
      const value = bytesToNumberBE(peer);
      // RFC 6989 §2.1: with a safe prime, 1 < y < p - 1 excludes both small subgroups.
      return value > 1n && value < prime() - 1n ? undefined : "not between 1 and the prime minus 1";
    },
    shared(pair, peer) {
      assertUsable(group, pair, peer);
      return numberToBytesBE(powerModulo(bytesToNumberBE(peer), bytesToNumberBE(pair.secret), prime()), length);
    },
  };
  return group;
}

/** Groups 14 to 18; each prime is computed at first use. */
export const MODP_GROUPS: readonly KeyExchangeGroup[] = MODULI.map(modpGroup);
