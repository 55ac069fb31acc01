import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { keyExchangeGroup } from "../../lib/crypto/mod.ts";
import { MODP_GROUPS, powerModulo, rfc3526Prime } from "../../lib/crypto/modp.ts";
import { unhex } from "../../lib/wire/mod.ts";
import { counter, random, sha256Hex } from "./octets.ts";

/** RFC 3526's k of each group, and SHA-256 of the prime's octets as OpenSSL has them. */
const PRIMES = [
  { id: 14, k: 124476n, digest: "d66436f79bbd6b2e38c0ffbd079be904d2641415e2e67140e09448be9a60890e" },
  { id: 15, k: 1690314n, digest: "48cf8b092fbce4359d9871abf74f98e25b6163379eaa15cd9087e800c6d1c55c" },
  { id: 16, k: 240904n, digest: "4ee95187682bcb230ad26a95205f6920e84708f6251b3894329b09ec23919e33" },
  { id: 17, k: 929484n, digest: "d1bfe6d0925ce7e4da262b62861514a7755e35831e429f343e7b864848657efd" },
  { id: 18, k: 4743158n, digest: "39ab4feab950a3128fb71accb9fc3965d857012e081998a85996e3ea8b3c3bcf" },
];

function octetsOf(value: bigint, length: number): Uint8Array {
  return unhex(value.toString(16).padStart(2 * length, "0"));
}

for (const { id, k, digest } of PRIMES) {
  const group = keyExchangeGroup(id)!;
  const prime = rfc3526Prime(8 * group.publicLength, k);

  Deno.test(`${group.name}: the prime is the one of RFC 3526`, async () => {
    assertEquals(await sha256Hex(octetsOf(prime, group.publicLength)), digest);
  });

  Deno.test(`${group.name}: 0, 1, p - 1 and what is not below p are refused (RFC 6989 §2.1)`, () => {
    const value = (n: bigint) => octetsOf(n, group.publicLength);
    const pair = group.generate(random);
    for (const n of [0n, 1n, prime - 1n, prime, prime + 1n, 2n ** BigInt(8 * group.publicLength) - 1n]) {
      assertEquals(group.check(value(n)), "not between 1 and the prime minus 1");
      assertThrows(() => group.shared(pair, value(n)), RangeError, "not between 1 and the prime minus 1");
    }
    for (const n of [2n, prime - 2n]) assertEquals(group.check(value(n)), undefined);
  });

  Deno.test(`${group.name}: secrets have at least twice the group's strength (RFC 3526 §8)`, () => {
    const strength = { 14: 110, 15: 130, 16: 150, 17: 170, 18: 190 }[id]!;
    const { secret } = group.generate(counter(1));
    assert(8 * secret.length >= 2 * strength);
    assertEquals(secret[0]! & 0x80, 0x80);
  });
}

Deno.test("MODP: leading zeros of public values and secrets are kept (RFC 7296 §2.14, §3.4)", async () => {
  const group = keyExchangeGroup(14)!;
  // These secrets were searched for.
  const zeroFirst = group.generate(counter(94));
  assertEquals([zeroFirst.publicValue.length, zeroFirst.publicValue[0]], [256, 0]);
  const peer = group.generate((length) => new Uint8Array(length).fill(7));
  const pair = group.generate(counter(229));
  const shared = group.shared(pair, peer.publicValue);
  assertEquals([shared.length, shared[0]], [256, 0]);
  assertEquals(group.shared(peer, pair.publicValue), shared);
  assertEquals(await sha256Hex(shared), "c4dac27ce07fff3ae0e8ad74d3300328426d42f1a010b3ec3e45ea5930564fbb");
});

Deno.test("MODP: known powers of 2, computed by OpenSSL", async () => {
  const digests: Record<number, string> = {
    14: "1b582b106579ed7638fc83cc9b6aafafa233ee7767e4f94640732094b505fc5b",
    18: "5dd70e994161cdeed71fe0f6810d2b283187cb8db6f11fc8eb3c8ed7000dda24",
  };
  const exponent = BigInt(`0x80${"11".repeat(31)}`);
  for (const group of MODP_GROUPS.filter(({ id }) => id in digests)) {
    const { k } = PRIMES.find(({ id }) => id === group.id)!;
    const power = powerModulo(2n, exponent, rfc3526Prime(8 * group.publicLength, k));
    assertEquals(await sha256Hex(octetsOf(power, group.publicLength)), digests[group.id]);
  }
});

Deno.test("powerModulo: is repeated multiplication", () => {
  const natural = fc.bigInt({ min: 0n, max: 2n ** 64n });
  fc.assert(
    fc.property(natural, fc.integer({ min: 0, max: 300 }), fc.bigInt(2n, 2n ** 64n), (base, exponent, modulus) => {
      let expected = 1n;
      for (let i = 0; i < exponent; i++) expected = expected * base % modulus;
      assertEquals(powerModulo(base, BigInt(exponent), modulus), expected);
    }),
  );
});
