/** Keys of an SA, against a derivation written a second time with node:crypto. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { prfPlus } from "../../lib/crypto/mod.ts";
import { algorithmsOf, deriveKeys } from "../../lib/exchange/keys.ts";
import { ordinaryOffer, TYPE } from "../../lib/exchange/offer.ts";
import { hex } from "../../lib/wire/mod.ts";
import { captureName, CAPTURES, saOf, sharedOf, type Suite, transformsOf } from "./captures.ts";

const HASH: Readonly<Record<number, string>> = { 2: "sha1", 5: "sha256", 6: "sha384", 7: "sha512" };
const HASH_LENGTH: Readonly<Record<number, number>> = { 2: 20, 5: 32, 6: 48, 7: 64 };
/** Octets of integrity keys, by INTEG. */
const INTEG_KEY: Readonly<Record<number, number>> = { 2: 20, 12: 32, 13: 48, 14: 64 };

const hmac = (prf: number, key: Uint8Array, ...data: Uint8Array[]) =>
  createHmac(HASH[prf]!, key).update(Buffer.concat(data)).digest();

/** T1 | T2 | …, in one string of hex. */
function expand(prf: number, key: Uint8Array, seed: Uint8Array, blocks: number): string {
  let block: Uint8Array = new Uint8Array(0);
  let text = "";
  for (let n = 1; n <= blocks; n++) {
    block = hmac(prf, key, block, seed, Uint8Array.of(n));
    text += hex(block);
  }
  return text;
}

const proposal = (suite: Suite) => ({
  number: 1,
  protocolId: 1,
  spi: new Uint8Array(0),
  transforms: transformsOf(suite),
});

for (const capture of CAPTURES) {
  Deno.test(`keys: as derived independently (RFC 7296 §2.14), ${captureName(capture)}`, () => {
    const { prf, integ, encr, bits } = capture;
    const sa = saOf(capture);
    const keys = deriveKeys(sa, algorithmsOf(sa.proposal)!, sharedOf(capture));

    const seed = hmac(prf, Buffer.concat([sa.nonceI, sa.nonceR]), sharedOf(capture));
    const material = expand(prf, seed, Buffer.concat([sa.nonceI, sa.nonceR, sa.spiI, sa.spiR]), 12);
    const d = HASH_LENGTH[prf]!;
    const a = integ === undefined ? 0 : INTEG_KEY[integ]!;
    const e = (bits ?? 256) / 8 + (encr === 12 ? 0 : 4);
    const lengths = [d, a, a, e, e, d, d];
    const { d: skD, ai, ar, ei, er, pi, pr } = keys;
    assertEquals([skD, ai, ar, ei, er, pi, pr].map((key) => key.length), lengths);
    const total = lengths.reduce((sum, length) => sum + length, 0);
    assertEquals([skD, ai, ar, ei, er, pi, pr].map(hex).join(""), material.slice(0, 2 * total));
  });
}

Deno.test("keys: every combination that a probe offers has its algorithms", () => {
  const of = (offer: ReturnType<typeof ordinaryOffer>[number], type: number) =>
    offer.transforms.filter((transform) => transform.type === type);
  for (const offer of ordinaryOffer([31])) {
    const integ = of(offer, TYPE.INTEG);
    for (const encr of of(offer, TYPE.ENCR)) {
      for (const prf of of(offer, TYPE.PRF)) {
        for (const one of integ.length === 0 ? [[]] : integ.map((transform) => [transform])) {
          const transforms = [encr, prf, ...one];
          assert(algorithmsOf({ ...offer, transforms }) !== undefined, JSON.stringify(transforms));
        }
      }
    }
  }
});

Deno.test("keys: an explicit 'no integrity' beside a combined-mode cipher changes nothing (RFC 7296 §3.3.3)", () => {
  const algorithms = algorithmsOf(proposal({ encr: 20, bits: 256, prf: 5, integ: 0 }));
  assertEquals([algorithms?.encryption.tagLength, algorithms?.integrity], [16, undefined]);
});

Deno.test("keys: what is not supported is said before anything is derived", () => {
  const unsupported: Suite[] = [
    { encr: 3, prf: 5, integ: 12 },
    { encr: 12, bits: 512, prf: 5, integ: 12 },
    { encr: 20, prf: 5 },
    { encr: 20, bits: 256, prf: 4 },
    { encr: 12, bits: 128, prf: 5 },
    { encr: 12, bits: 128, prf: 5, integ: 1 },
  ];
  for (const suite of unsupported) assertEquals(algorithmsOf(proposal(suite)), undefined, JSON.stringify(suite));
});

Deno.test("prf+: ends after 255 blocks, as its counter is one octet (RFC 7296 §2.13)", () => {
  const key = Uint8Array.of(1);
  const seed = Uint8Array.of(2);
  assertEquals(hex(prfPlus(5, key, seed, 255 * 32)), expand(5, key, seed, 255));
  assertThrows(() => prfPlus(5, key, seed, 255 * 32 + 1), RangeError, "Cannot derive 8161 octets");
  assertThrows(() => prfPlus(4, key, seed, 1), RangeError, "PRF 4 is not supported");
});
