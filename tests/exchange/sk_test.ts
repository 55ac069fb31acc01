/** The Encrypted payload: RFC 7634's own example, every suite both ways, and damage of every kind. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { encryption } from "../../lib/crypto/encryption.ts";
import { algorithmsOf, deriveKeys, type Protection, protections } from "../../lib/exchange/keys.ts";
import { statusNotify } from "../../lib/exchange/request.ts";
import { openMessage, sealMessage } from "../../lib/exchange/sk.ts";
import { decodeMessage, encodeMessage, FLAG, type OutgoingMessage, type Payload } from "../../lib/ike/mod.ts";
import { concatBytes, hex, unhex } from "../../lib/wire/mod.ts";
import { SeededRandom } from "../sim/random.ts";
import { type Capture, captureName, CAPTURES, saOf, sharedOf } from "./captures.ts";

const seeded = new SeededRandom(11);
const random = (length: number) => seeded.octets(length);

function sides(capture: Capture) {
  const sa = saOf(capture);
  const algorithms = algorithmsOf(sa.proposal)!;
  return protections(algorithms, deriveKeys(sa, algorithms, sharedOf(capture)));
}

const message = (payloads: Payload[]): OutgoingMessage => ({
  initiatorSpi: unhex("0102030405060708"),
  responderSpi: unhex("1112131415161718"),
  exchangeType: 37,
  flags: FLAG.INITIATOR,
  messageId: 7,
  payloads,
});

/** One of each form of protection: combined mode, and cipher with integrity. */
const AEAD = sides(CAPTURES[0]!).initiator;
const CBC = sides(CAPTURES.find(({ encr }) => encr === 12)!).initiator;

const opened = (bytes: Uint8Array, protection: Protection) => {
  const result = openMessage(bytes, protection);
  return result.ok ? result.decoded.payloads : result.why;
};

Deno.test("SK: the message of RFC 7634 Appendix B, sealed and opened", () => {
  const protection: Protection = {
    encryption: encryption(28)!,
    encryptionKey: unhex("808182838485868788898a8b8c8d8e8f 909192939495969798999a9b9c9d9e9f a0a1a2a3"),
    integrityKey: new Uint8Array(0),
  };
  const payloads = [statusNotify(16385, unhex("0000000a"))];
  const request: OutgoingMessage = {
    initiatorSpi: unhex("c0c1c2c3c4c5c6c7"),
    responderSpi: unhex("d0d1d2d3d4d5d6d7"),
    exchangeType: 37,
    flags: 0,
    messageId: 9,
    payloads,
  };
  const sealed = sealMessage(request, protection, () => unhex("1011121314151617"));
  assertEquals(
    hex(sealed),
    "c0c1c2c3c4c5c6c7d0d1d2d3d4d5d6d72e202500000000090000004529000029" + "1011121314151617" +
      "610394701f8d017f7c12924889" + "6b71bfe25236efd7cdc67066906315b2",
  );
  assertEquals(opened(sealed, protection), payloads);
});

for (const capture of CAPTURES) {
  Deno.test(`SK: what one side seals the other opens, and nobody else, ${captureName(capture)}`, () => {
    const { initiator, responder } = sides(capture);
    for (let octets = 0; octets < 40; octets++) {
      const payloads = [statusNotify(16384, random(octets)), statusNotify(1)];
      const sealed = sealMessage(message(payloads), initiator, random);
      assertEquals(opened(sealed, initiator), payloads);
      assertEquals(opened(sealed, responder), "not protected with the SA's keys");
      assertEquals(decodeMessage(sealed).faults, [], "well-formed from outside");
    }
    assertEquals(opened(sealMessage(message([]), responder, random), responder), []);
  });
}

for (const [name, protection] of [["combined mode", AEAD], ["cipher and integrity", CBC]] as const) {
  Deno.test(`SK: one flipped bit anywhere, header included, and the message does not open (${name})`, () => {
    const sealed = sealMessage(message([statusNotify(24, random(5))]), protection, random);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const damaged = sealed.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      assertEquals(openMessage(damaged, protection).ok, false, `bit ${bit}`);
    }
  });

  Deno.test(`SK: cut anywhere, the message does not open (${name})`, () => {
    const sealed = sealMessage(message([statusNotify(24, random(5))]), protection, random);
    for (let length = 0; length < sealed.length; length++) {
      assertEquals(openMessage(sealed.slice(0, length), protection).ok, false, `${length} octets`);
    }
  });

  Deno.test(`SK: any octets in it are refused or read, never thrown at (${name})`, () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(255), (data, inner) => {
      const sealed = encodeMessage(message([{ kind: "unknown", critical: false, type: 46, inner, data }]));
      assertEquals(openMessage(sealed, protection).ok, false);
    }));
  });
}

Deno.test("SK: the Initialization Vector is fresh for each message", () => {
  const once = sealMessage(message([]), CBC, random);
  assertNotEquals(hex(once), hex(sealMessage(message([]), CBC, random)));
});

Deno.test("SK: padding that is longer than the contents is told (RFC 7296 §3.14)", () => {
  const data = new Uint8Array(16).fill(200);
  const iv = random(16);
  const empty = new Uint8Array(CBC.integrity!.length);
  const parts = concatBytes(iv, CBC.encryption.encrypt(CBC.encryptionKey, iv, data, empty), empty);
  const sealed = encodeMessage(message([{ kind: "unknown", critical: false, type: 46, data: parts }]));
  const covered = sealed.length - empty.length;
  sealed.set(CBC.integrity!.checksum(CBC.integrityKey, sealed.subarray(0, covered)), covered);
  assertEquals(opened(sealed, CBC), "padding longer than the contents");
});

Deno.test("SK: payloads in front of it do not count as protected", () => {
  const inside = encodeMessage(message([statusNotify(24)])).subarray(28);
  const plain = concatBytes(inside, Uint8Array.of(0));
  const iv = random(8);
  const outer = message([
    statusNotify(14),
    { kind: "unknown", critical: false, type: 46, inner: 41, data: new Uint8Array(8 + plain.length + 16) },
  ]);
  const sealed = encodeMessage(outer);
  const body = sealed.length - plain.length - 16 - 8;
  sealed.set(iv, body);
  sealed.set(AEAD.encryption.encrypt(AEAD.encryptionKey, iv, plain, sealed.subarray(0, body)), body + 8);
  assertEquals(opened(sealed, AEAD), [statusNotify(24)]);
});

Deno.test("SK: a message without it is no protected message", () => {
  assertEquals(opened(encodeMessage(message([statusNotify(24)])), AEAD), "no Encrypted payload");
  assertEquals(opened(encodeMessage(message([])), AEAD), "no Encrypted payload");
  const twice = sealMessage(message([]), AEAD, random);
  assert(!openMessage(concatBytes(twice, Uint8Array.of(0)), AEAD).ok, "octets behind it");
});
