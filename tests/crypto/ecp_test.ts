import { assert, assertEquals, assertThrows } from "@std/assert";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import type { KeyExchangeGroup } from "../../lib/crypto/mod.ts";
import { ECP256, ECP384, ECP521 } from "../../lib/crypto/ecp.ts";
import { hex, unhex } from "../../lib/wire/mod.ts";
import { random } from "./octets.ts";

/** RFC 5903 §8.1 to §8.3: the secrets i and r, KEr and the shared x. */
const VECTORS = [
  {
    group: ECP256,
    i: "c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433",
    peer: "d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf63" +
      "56fbf3ca366cc23e8157854c13c58d6aac23f046ada30f8353e74f33039872ab",
    shared: "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de",
  },
  {
    group: ECP384,
    i: "099f3c7034d4a2c699884d73a375a67f7624ef7c6b3c0f160647b67414dce655e35b538041e649ee3faef896783ab194",
    peer: "e558dbef53eecde3d3fccfc1aea08a89a987475d12fd950d83cfa41732bc509d0d1ac43a0336def96fda41d0774a3571" +
      "dcfbec7aacf3196472169e838430367f66eebe3c6e70c416dd5f0c68759dd1fff83fa40142209dff5eaad96db9e6386c",
    shared: "11187331c279962d93d604243fd592cb9d0a926f422e47187521287e7156c5c4d603135569b9e9d09cf5d4a270f59746",
  },
  {
    group: ECP521,
    i: "0037ade9319a89f4dabdb3ef411aaccca5123c61acab57b5393dce47608172a095aa85a30fe1c2952c6771d937ba9777f5957b26" +
      "39bab072462f68c27a57382d4a52",
    peer: "00d0b3975ac4b799f5bea16d5e13e9af971d5e9b984c9f39728b5e5739735a219b97c356436adc6e95bb0352f6be64a6c2912d4e" +
      "f2d0433ced2b6171640012d9460f" +
      "015c68226383956e3bd066e797b623c27ce0eac2f551a10c2c724d9852077b87220b6536c5c408a1d2aebb8e86d678ae49cb5709" +
      "1f4732296579ab44fcd17f0fc56a",
    shared: "01144c7d79ae6956bc8edb8e7c787c4521cb086fa64407f97894e5e6b2d79b04d1427e73ca4baa240a34786859810c06b3c715a3" +
      "a8cc3151f2bee417996d19f3ddea",
  },
];

/** A pair of a known secret, whose public value does not matter. */
function pairOf(group: KeyExchangeGroup, secret: string) {
  return { group: group.id, publicValue: new Uint8Array(), secret: unhex(secret) };
}

for (const { group, i, peer, shared } of VECTORS) {
  Deno.test(`${group.name}: the example of RFC 5903 §8`, () => {
    assertEquals(hex(group.shared(pairOf(group, i), unhex(peer))), shared);
  });

  Deno.test(`${group.name}: a value that is no point, or off by one bit, is refused (RFC 6989 §2.3)`, () => {
    const { publicValue } = group.generate(random);
    const length = publicValue.length;
    const beyond = new Uint8Array(length).fill(0xff);
    for (const at of [1, length / 2 - 1, length / 2 + 1, length - 1]) {
      const bad = publicValue.slice();
      bad[at]! ^= 1;
      assertEquals(group.check(bad), "not a point of the curve");
      assertThrows(() => group.shared(group.generate(random), bad), RangeError, "not a point of the curve");
    }
    assertEquals(group.check(beyond), "not a point of the curve");
    assertEquals(group.check(Uint8Array.of(...publicValue.subarray(1), 0)), "not a point of the curve");
  });
}

Deno.test("ECP: the curves are the ones of noble's own table", () => {
  for (const [group, curve] of [[ECP256, p256], [ECP384, p384], [ECP521, p521]] as const) {
    const pair = group.generate(random);
    assertEquals(Uint8Array.of(4, ...pair.publicValue), curve.getPublicKey(pair.secret, false));
  }
});

Deno.test("ECP: a secret is never 0 or the order, whatever the randomness", () => {
  for (const [group, curve] of [[ECP256, p256], [ECP384, p384], [ECP521, p521]] as const) {
    const order = curve.Point.Fn.ORDER;
    for (const fill of [0, 0xff]) {
      const { secret } = group.generate((length) => new Uint8Array(length).fill(fill));
      const scalar = BigInt(`0x${hex(secret)}`);
      assert(scalar > 0n && scalar < order);
    }
  }
});

for (const [group, namedCurve] of [[ECP256, "P-256"], [ECP384, "P-384"]] as const) {
  Deno.test(`${group.name}: the same secrets as WebCrypto's`, async () => {
    const ecdh = { name: "ECDH", namedCurve };
    const theirs = await crypto.subtle.generateKey(ecdh, true, ["deriveBits"]);
    const theirPublic = new Uint8Array(await crypto.subtle.exportKey("raw", theirs.publicKey)).subarray(1);
    const ours = group.generate(random);
    const sec1 = Uint8Array.of(4, ...ours.publicValue);
    const ourPublic = await crypto.subtle.importKey("raw", sec1, ecdh, true, []);
    const derived = await crypto.subtle.deriveBits(
      { name: "ECDH", public: ourPublic },
      theirs.privateKey,
      4 * group.publicLength,
    );
    assertEquals(group.shared(ours, theirPublic), new Uint8Array(derived));
  });
}
