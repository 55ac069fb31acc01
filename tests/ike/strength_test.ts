/** "At least as strong as", over the registry's names. */
import { assert, assertEquals } from "@std/assert";
import { KEY_EXCHANGE_GROUPS } from "../../lib/crypto/mod.ts";
import { ENCR, GROUP, groupStrength, keyBits, RATED_GROUPS, strongestGroup } from "../../lib/ike/mod.ts";

Deno.test("strength: every rated name is one of the registry, and every group that is offered is rated", () => {
  const known = GROUP.map(({ name }) => name);
  assertEquals(RATED_GROUPS.filter((name) => !known.includes(name)), []);
  assertEquals(KEY_EXCHANGE_GROUPS.filter(({ name }) => groupStrength(name) === undefined), []);
});

Deno.test("strength: the weakest first", () => {
  const bits = RATED_GROUPS.map((name) => groupStrength(name)!);
  assertEquals(bits, bits.toSorted((a, b) => a - b));
});

Deno.test("strength: as NIST SP 800-56A and the RFCs have it", () => {
  const bits = (...names: string[]) => names.map(groupStrength);
  assertEquals(bits("MODP2048", "MODP3072", "ECP256", "X25519"), [112, 128, 128, 128]);
  assertEquals(bits("ECP384", "X448", "ECP521"), [192, 224, 256]);
  assertEquals(bits("MODP768", "65000", "toString"), [undefined, undefined, undefined]);
});

Deno.test("strength: several key exchanges are as strong as the strongest", () => {
  assertEquals(strongestGroup({ dh: "X25519", additional: ["ML-KEM-768"] })?.name, "ML-KEM-768");
  assertEquals(strongestGroup({ dh: "ECP384", additional: ["ML-KEM-512", "65000"] })?.bits, 192);
  assertEquals([strongestGroup({}), strongestGroup({ dh: "65000" })], [undefined, undefined]);
});

Deno.test("strength: the size of a key is stated, or the cipher has one", () => {
  const names = ENCR.map(({ name }) => name);
  for (const encr of ["CHACHA20-POLY1305", "3DES", "DES"]) {
    assert(names.includes(encr));
    assert(keyBits({ encr })! > 0, encr);
  }
  assertEquals([keyBits({ encr: "AES-CBC", key_bits: 128 }), keyBits({ encr: "AES-CBC" })], [128, undefined]);
});
