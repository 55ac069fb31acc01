import { assertEquals, assertThrows } from "@std/assert";
import { decodeHeader, decodeMessage, encodeMessage, FLAG, HEADER_LENGTH, type Payload } from "../../lib/ike/mod.ts";
import { unhex } from "../../lib/wire/mod.ts";
import * as captures from "./captures.ts";

const SPI_I = unhex("0123456789abcdef");
const SPI_R = unhex("fedcba9876543210");
const NOBODY = new Uint8Array(8);
const NONE = new Uint8Array(0);

Deno.test("header: fields in the order and size of RFC 7296 §3.1", () => {
  const bytes = unhex(`
    01 23 45 67 89 ab cd ef
    fe dc ba 98 76 54 32 10
    00 20 25 28
    00 00 00 07
    00 00 00 1c
  `);
  assertEquals(bytes.length, HEADER_LENGTH);
  assertEquals(decodeHeader(bytes), {
    initiatorSpi: SPI_I,
    responderSpi: SPI_R,
    nextPayload: 0,
    majorVersion: 2,
    minorVersion: 0,
    exchangeType: 37,
    flags: FLAG.INITIATOR | FLAG.RESPONSE,
    messageId: 7,
    length: 28,
  });
  assertEquals(
    encodeMessage({
      initiatorSpi: SPI_I,
      responderSpi: SPI_R,
      exchangeType: 37,
      flags: FLAG.INITIATOR | FLAG.RESPONSE,
      messageId: 7,
      payloads: [],
    }),
    bytes,
  );
});

Deno.test("header: 27 octets are none", () => {
  assertEquals(decodeHeader(captures.STRONGSWAN_ACCEPTS.subarray(0, 27)), undefined);
  assertEquals(decodeHeader(captures.STRONGSWAN_ACCEPTS.subarray(0, 28))?.exchangeType, 34);
});

Deno.test("header: SPIs that are not 8 octets, and numbers that do not fit, are refused", () => {
  const message = { initiatorSpi: SPI_I, responderSpi: NOBODY, exchangeType: 34, flags: 8, messageId: 0, payloads: [] };
  assertThrows(() => encodeMessage({ ...message, initiatorSpi: new Uint8Array(7) }), RangeError, "initiatorSpi");
  assertThrows(() => encodeMessage({ ...message, messageId: -1 }), RangeError, "Cannot encode messageId: -1");
  assertThrows(() => encodeMessage({ ...message, exchangeType: 256 }), RangeError, "exchangeType");
  assertThrows(() => encodeMessage({ ...message, majorVersion: 16 }), RangeError, "Cannot encode version: 16.0");
});

/** One payload of each kind with its octets, as the figures of the RFCs draw them; Next Payload is 0. */
const VECTORS: readonly (readonly [string, Payload, number, string])[] = [
  [
    "KE (RFC 7296 §3.4)",
    { kind: "KE", critical: false, group: 31, data: unhex("a1a2a3a4") },
    34,
    "00 00 000c 001f 0000 a1a2a3a4",
  ],
  [
    "CERTREQ (RFC 7296 §3.7)",
    { kind: "CERTREQ", critical: false, encoding: 4, data: unhex("b1b2") },
    38,
    "00 00 0007 04 b1b2",
  ],
  ["Nonce (RFC 7296 §3.9)", { kind: "Nonce", critical: false, data: unhex("c1c2c3") }, 40, "00 00 0007 c1c2c3"],
  [
    "Notify with an SPI (RFC 7296 §3.10)",
    { kind: "N", critical: false, protocolId: 3, spi: unhex("d1d2d3d4"), type: 11, data: unhex("e1") },
    41,
    "00 00 000d 03 04 000b d1d2d3d4 e1",
  ],
  [
    "IKEV2_FRAGMENTATION_SUPPORTED (RFC 7383 §2.3)",
    { kind: "N", critical: false, protocolId: 0, spi: NONE, type: 16430, data: NONE },
    41,
    "00 00 0008 00 00 402e",
  ],
  ["Vendor ID (RFC 7296 §3.12)", { kind: "V", critical: false, data: unhex("f1f2f3f4") }, 43, "00 00 0008 f1f2f3f4"],
  [
    "Puzzle Solution (RFC 8019 §8.2)",
    { kind: "PS", critical: false, data: unhex("0102030405") },
    54,
    "00 00 0009 0102030405",
  ],
  [
    "a critical payload of a private type (RFC 7296 §3.2)",
    { kind: "unknown", critical: true, type: 200, data: unhex("99") },
    200,
    "00 80 0005 99",
  ],
  [
    "Encrypted (RFC 7296 §3.14): Next Payload is that of the first payload inside",
    { kind: "unknown", critical: false, type: 46, data: unhex("0011223344556677"), inner: 35 },
    46,
    "23 00 000c 0011223344556677",
  ],
];

for (const [name, payload, type, body] of VECTORS) {
  Deno.test(`payload: ${name}`, () => {
    const octets = unhex(body);
    const length = (28 + octets.length).toString(16).padStart(8, "0");
    const bytes = unhex(`
      0123456789abcdef 0000000000000000
      ${type.toString(16).padStart(2, "0")} 20 22 08 00000000 ${length}
      ${body}
    `);
    const message = {
      initiatorSpi: SPI_I,
      responderSpi: NOBODY,
      exchangeType: 34,
      flags: FLAG.INITIATOR,
      messageId: 0,
      payloads: [payload],
    };
    assertEquals(encodeMessage(message), bytes);
    const decoded = decodeMessage(bytes);
    assertEquals(decoded.faults, []);
    assertEquals(decoded.payloads, [payload]);
    assertEquals(decoded.offsets, [28]);
  });
}

Deno.test("message: Next Payload fields chain the payloads (RFC 7296 §3.2)", () => {
  const bytes = encodeMessage({
    initiatorSpi: SPI_I,
    responderSpi: NOBODY,
    exchangeType: 34,
    flags: FLAG.INITIATOR,
    messageId: 0,
    payloads: [
      { kind: "Nonce", critical: false, data: unhex("01") },
      { kind: "unknown", critical: false, type: 240, data: NONE },
      { kind: "V", critical: true, data: unhex("02 03") },
    ],
  });
  assertEquals(bytes.subarray(16, 20), unhex("28 20 22 08"));
  assertEquals(bytes.subarray(28), unhex("f0 00 0005 01  2b 00 0004  00 80 0006 0203"));
});

Deno.test("message: an accepting response of strongSwan", () => {
  const { header, payloads, offsets, faults } = decodeMessage(captures.STRONGSWAN_ACCEPTS);
  assertEquals(faults, []);
  assertEquals(header?.exchangeType, 34);
  assertEquals(header?.flags, FLAG.RESPONSE);
  assertEquals(payloads.map((p) => p.kind), ["SA", "KE", "Nonce", "N", "N", "N", "N", "N", "N", "V"]);
  assertEquals(payloads[0], {
    kind: "SA",
    critical: false,
    proposals: [{
      number: 1,
      protocolId: 1,
      spi: NONE,
      transforms: [
        { type: 1, id: 20, attributes: [{ type: 14, value: 256 }] },
        { type: 2, id: 7, attributes: [] },
        { type: 4, id: 31, attributes: [] },
      ],
    }],
  });
  assertEquals(offsets?.slice(0, 3), [28, 68, 108]);
  const notifies = payloads.flatMap((p) => p.kind === "N" ? [[p.type, p.data.length]] : []);
  assertEquals(notifies, [[16388, 20], [16389, 20], [16430, 0], [16431, 8], [16418, 0], [16404, 0]]);
});

Deno.test("message: of another major version only the header is read (RFC 7296 §2.5)", () => {
  const { header, payloads, faults, isakmp } = decodeMessage(captures.REQUEST_VERSION_3);
  assertEquals([header?.majorVersion, header?.minorVersion], [3, 0]);
  assertEquals(payloads, []);
  assertEquals(faults, []);
  assertEquals(isakmp, undefined);
});

Deno.test("message: a known type in an unknown payload is encoded as it is, for whoever tests a decoder", () => {
  const bytes = encodeMessage({
    initiatorSpi: SPI_I,
    responderSpi: NOBODY,
    exchangeType: 34,
    flags: FLAG.INITIATOR,
    messageId: 0,
    payloads: [{ kind: "unknown", critical: false, type: 34, data: unhex("001f") }],
  });
  const { payloads, faults } = decodeMessage(bytes);
  assertEquals(payloads, []);
  assertEquals(faults.map((fault) => fault.path), ["payloads[0].reserved"]);
});

Deno.test("message: a payload of more than 65535 octets is refused", () => {
  const message = { initiatorSpi: SPI_I, responderSpi: NOBODY, exchangeType: 34, flags: 8, messageId: 0 };
  const payload = (size: number): Payload => ({ kind: "V", critical: false, data: new Uint8Array(size) });
  assertEquals(encodeMessage({ ...message, payloads: [payload(65_531)] }).length, 28 + 65_535);
  assertThrows(
    () => encodeMessage({ ...message, payloads: [payload(65_532)] }),
    RangeError,
    "Cannot encode length: 65536",
  );
});
