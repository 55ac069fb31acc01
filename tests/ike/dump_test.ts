import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { dumpMessage, encodeMessage, hexdump } from "../../lib/ike/mod.ts";
import { unhex } from "../../lib/wire/mod.ts";
import { message } from "./arbitraries.ts";
import * as captures from "./captures.ts";

Deno.test("dump: every field with its offset, its name and the name of its value", () => {
  assertEquals(dumpMessage(captures.STRONGSWAN_WANTS_31), [
    "0000 header",
    "0000   initiatorSpi: a9c21b558b67d7e0",
    "0008   responderSpi: 0000000000000000",
    "0010   nextPayload: N (41)",
    "0011   version: 2.0",
    "0012   exchangeType: IKE_SA_INIT (34)",
    "0013   flags: Response (32)",
    "0014   messageId: 0",
    "0018   length: 58",
    "001c payloads[0]: N",
    "001c   nextPayload: V (43)",
    "001d   critical: no",
    "001e   length: 10",
    "0020   protocolId: NONE (0)",
    "0021   spiSize: 0",
    "0022   type: INVALID_KE_PAYLOAD (17)",
    "0024   spi: empty",
    "0024   data: 001f",
    "       = wants group 31 (X25519)",
    "0026 payloads[1]: V",
    "0026   nextPayload: NONE (0)",
    "0027   critical: no",
    "0028   length: 20",
    "002a   data: 882fe56d6fd20dbc2251613b2ebe5beb",
    "       = strongSwan",
  ]);
});

Deno.test("dump: substructures are indented, transforms in words", () => {
  const lines = dumpMessage(captures.OPENIKED_ACCEPTS);
  const from = lines.indexOf("0028     transforms[0]");
  assertEquals(lines.slice(from, from + 9), [
    "0028     transforms[0]",
    "0028       lastSubstruc: 3 (more follow)",
    "0029       reserved: 0",
    "002a       length: 12",
    "002c       type: ENCR (1)",
    "002d       reserved2: 0",
    "002e       id: AES-GCM-16 (20)",
    "0030       attributes[0]",
    "0030         Key Length: 128",
  ]);
});

Deno.test("dump: long data stand in rows with their offsets", () => {
  const bytes = encodeMessage({
    initiatorSpi: unhex("0123456789abcdef"),
    responderSpi: new Uint8Array(8),
    exchangeType: 34,
    flags: 8,
    messageId: 0,
    payloads: [{ kind: "Nonce", critical: false, data: new Uint8Array(40).fill(0xab) }],
  });
  assertEquals(dumpMessage(bytes).slice(-3), [
    "0020   data: 40 octets",
    `0020     ${"ab".repeat(32)}`,
    `0040     ${"ab".repeat(8)}`,
  ]);
});

Deno.test("dump: a fault is marked where the decoder met it, and what is left is shown as octets", () => {
  const bytes = captures.STRONGSWAN_WANTS_31.slice();
  bytes[0x29] = 3;
  assertEquals(dumpMessage(bytes).slice(-6), [
    "0026 payloads[1]: V",
    "0026   nextPayload: NONE (0)",
    "0027   critical: no",
    "0028   length: 3",
    "!!!! payloads[1].length @40: says 3 octets, the structure has at least 4",
    '002a  88 2f e5 6d 6f d2 0d bc  22 51 61 3b 2e be 5b eb  ./.mo..."Qa;..[.',
  ]);
});

Deno.test("dump: too short for a header", () => {
  assertEquals(dumpMessage(unhex("47 45 54 20")), [
    "0000 header",
    "!!!! header.initiatorSpi @0: needs 8 octets, 4 left",
    `0000  47 45 54 20${" ".repeat(39)}GET `,
  ]);
});

Deno.test("dump: of IKEv1 the header in its own words, and octets", () => {
  const lines = dumpMessage(captures.STRONGSWAN_IKEV1);
  assertEquals(lines.slice(3, 10), [
    "0010   nextPayload: N of IKEv1 (11)",
    "0011   version: 1.0",
    "0012   exchangeType: Informational (5)",
    "0013   flags: none (0)",
    "0014   messageId: 432222380",
    "0018   length: 40",
    "001c  00 00 00 0c 00 00 00 01  01 00 00 0e              ............",
  ]);
});

Deno.test("dump: whatever it is, lines of printable ASCII", () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    message.map((m) => encodeMessage(m)),
    fc.tuple(message, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([m, at, octet]) => {
      const bytes = encodeMessage(m);
      bytes[at % bytes.length] = octet;
      return bytes;
    }),
  );
  fc.assert(fc.property(anything, (bytes) => {
    for (const line of dumpMessage(bytes)) assertMatch(line, /^(?:[0-9a-f]{4,}|!!!!| {4}) [ -~]*$/);
  }));
});

Deno.test("hexdump: offset, octets, ASCII", () => {
  const bytes = Uint8Array.from({ length: 18 }, (_, i) => i + 0x38);
  assertEquals(hexdump(bytes), [
    "0000  38 39 3a 3b 3c 3d 3e 3f  40 41 42 43 44 45 46 47  89:;<=>?@ABCDEFG",
    `0010  48 49${" ".repeat(45)}HI`,
  ]);
  assertEquals(hexdump(new Uint8Array(0)), []);
  assert(hexdump(bytes, 17)[0]?.startsWith("0011  49 "));
});
