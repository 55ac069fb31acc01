import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { X25519, X448 } from "../../lib/crypto/montgomery.ts";
import { hex, unhex } from "../../lib/wire/mod.ts";
import { random } from "./octets.ts";

/** RFC 7748 §6.1 and §6.2. */
const VECTORS = [
  {
    group: X25519,
    secrets: [
      "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
      "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
    ],
    publicValues: [
      "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
      "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
    ],
    shared: "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
  },
  {
    group: X448,
    secrets: [
      "9a8f4925d1519f5775cf46b04b5800d4ee9ee8bae8bc5565d498c28dd9c9baf574a9419744897391006382a6f127ab1d9ac2d8c0a598726b",
      "1c306a7ac2a0e2e0990b294470cba339e6453772b075811d8fad0d1d6927c120bb5ee8972b0d3e21374c9c921b09d1b0366f10b65173992d",
    ],
    publicValues: [
      "9b08f7cc31b7e3e67d22d5aea121074a273bd2b83de09c63faa73d2c22c5d9bbc836647241d953d40c5b12da88120d53177f80e532c41fa0",
      "3eb7a829b0cd20f5bcfc0b599b6feccf6da4627107bdb0d4f345b43027d8b972fc3e34fb4232a13ca706dcb57aec3dae07bdc1c67bf33609",
    ],
    shared:
      "07fff4181ac6cc95ec1c16a94a0f74d12da232ce40a77552281d282bb60c0b56fd2464c335543936521c24403085d59a449a5037514a879d",
  },
];

for (const { group, secrets, publicValues, shared } of VECTORS) {
  Deno.test(`${group.name}: Alice and Bob of RFC 7748 §6`, () => {
    const [alice, bob] = secrets.map((secret) => group.generate(() => unhex(secret)));
    assertEquals([alice, bob].map((pair) => hex(pair!.publicValue)), publicValues);
    assertEquals(hex(group.shared(alice!, bob!.publicValue)), shared);
    assertEquals(hex(group.shared(bob!, alice!.publicValue)), shared);
  });

  Deno.test(`${group.name}: the same secrets as WebCrypto's`, async () => {
    const theirs = await crypto.subtle.generateKey({ name: group.name }, true, ["deriveBits"]) as CryptoKeyPair;
    const theirPublic = new Uint8Array(await crypto.subtle.exportKey("raw", theirs.publicKey));
    const ours = group.generate(random);
    const ourPublic = await crypto.subtle.importKey(
      "raw",
      Uint8Array.from(ours.publicValue),
      { name: group.name },
      true,
      [],
    );
    const derived = await crypto.subtle.deriveBits(
      { name: group.name, public: ourPublic },
      theirs.privateKey,
      8 * group.publicLength,
    );
    assertEquals(group.shared(ours, theirPublic), new Uint8Array(derived));
  });
}

/** Little-endian octets of a u-coordinate. */
function octetsOf(u: bigint, length: number): Uint8Array {
  return unhex(u.toString(16).padStart(2 * length, "0")).reverse();
}

const P25519 = 2n ** 255n - 19n;
const P448 = 2n ** 448n - 2n ** 224n - 1n;

Deno.test("X25519: values that make every shared secret zero are refused, however they are spelt (RFC 8031 §3.2)", () => {
  const ofOrder8 = [
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  ].map((text) => unhex(text));
  const others = [0n, 1n, P25519 - 1n, P25519, P25519 + 1n].map((u) => octetsOf(u, 32));
  const pair = X25519.generate(random);
  for (const value of [...ofOrder8, ...others]) {
    const withTopBit = value.slice();
    withTopBit[31]! |= 0x80;
    for (const spelling of [value, withTopBit]) {
      assertMatch(X25519.check(spelling) ?? "", /low order/);
      assertThrows(() => X25519.shared(pair, spelling), RangeError, "low order");
    }
  }
});

Deno.test("X448: values that make every shared secret zero are refused (RFC 8031 §3.2)", () => {
  for (const u of [0n, 1n, P448 - 1n, P448, P448 + 1n]) assertMatch(X448.check(octetsOf(u, 56)) ?? "", /low order/);
});

Deno.test("X25519: the top bit does not count, and values from the prime upwards are reduced (RFC 7748 §5)", () => {
  const pair = X25519.generate(random);
  const nine = octetsOf(9n, 32);
  const expected = X25519.shared(pair, nine);
  const withTopBit = nine.slice();
  withTopBit[31] = 0x80;
  assertEquals(X25519.shared(pair, withTopBit), expected);
  assertEquals(X25519.shared(pair, octetsOf(P25519 + 9n, 32)), expected);
});
