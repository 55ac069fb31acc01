import { assertEquals, assertThrows } from "@std/assert";
import { type Attribute, decodeMessage, encodeMessage, type Proposal, type Transform } from "../../lib/ike/mod.ts";
import { concatBytes, unhex } from "../../lib/wire/mod.ts";

const NONE = new Uint8Array(0);
const HEADER = unhex("0123456789abcdef 0000000000000000 21 20 22 08 00000000");

/** A message whose only payload is an SA with these contents. */
function withSa(contents: Uint8Array): Uint8Array {
  const sizes = new Uint8Array(8);
  new DataView(sizes.buffer).setUint32(0, 28 + 4 + contents.length);
  new DataView(sizes.buffer).setUint16(6, 4 + contents.length);
  return concatBytes(HEADER, sizes, contents);
}

function encodeSa(proposals: Proposal[]): Uint8Array {
  return encodeMessage({
    initiatorSpi: unhex("0123456789abcdef"),
    responderSpi: new Uint8Array(8),
    exchangeType: 34,
    flags: 8,
    messageId: 0,
    payloads: [{ kind: "SA", critical: false, proposals }],
  });
}

function transform(type: number, id: number, keyLength?: number): Transform {
  return { type, id, attributes: keyLength === undefined ? [] : [{ type: 14, value: keyLength }] };
}

/** The two ESP proposals that RFC 7296 §3.3 gives as its example. */
const EXAMPLE: Proposal[] = [
  {
    number: 1,
    protocolId: 3,
    spi: unhex("052357bb"),
    transforms: [
      transform(1, 12, 128),
      transform(1, 12, 192),
      transform(1, 12, 256),
      transform(3, 2),
      transform(3, 5),
      transform(5, 1),
      transform(5, 0),
    ],
  },
  {
    number: 2,
    protocolId: 3,
    spi: unhex("35a1d6f2"),
    transforms: [transform(1, 18, 128), transform(1, 18, 256), transform(5, 1), transform(5, 0)],
  },
];

const EXAMPLE_OCTETS = unhex(`
  02 00 0050  01 03 04 07  052357bb
    03 00 000c  01 00 000c  800e 0080
    03 00 000c  01 00 000c  800e 00c0
    03 00 000c  01 00 000c  800e 0100
    03 00 0008  03 00 0002
    03 00 0008  03 00 0005
    03 00 0008  05 00 0001
    00 00 0008  05 00 0000
  00 00 0034  02 03 04 04  35a1d6f2
    03 00 000c  01 00 0012  800e 0080
    03 00 000c  01 00 0012  800e 0100
    03 00 0008  05 00 0001
    00 00 0008  05 00 0000
`);

Deno.test("SA: the example of RFC 7296 §3.3, octet by octet", () => {
  const bytes = withSa(EXAMPLE_OCTETS);
  assertEquals(encodeSa(EXAMPLE), bytes);
  const { payloads, faults } = decodeMessage(bytes);
  assertEquals(faults, []);
  assertEquals(payloads, [{ kind: "SA", critical: false, proposals: EXAMPLE }]);
});

Deno.test("SA: attributes in the short and in the long form (RFC 7296 §3.3.5)", () => {
  const attributes: Attribute[] = [
    { type: 14, value: 256 },
    { type: 14, value: unhex("0100") },
    { type: 0x7fff, value: NONE },
    { type: 16384, value: unhex("aabbccddee") },
  ];
  const octets = unhex(`
    00 00 0027  01 01 00 01
      00 00 001f  01 00 0014
        800e 0100
        000e 0002 0100
        7fff 0000
        4000 0005 aabbccddee
  `);
  const bytes = withSa(octets);
  assertEquals(
    encodeSa([{ number: 1, protocolId: 1, spi: NONE, transforms: [{ type: 1, id: 20, attributes }] }]),
    bytes,
  );
  const sa = decodeMessage(bytes).payloads[0];
  assertEquals(sa?.kind === "SA" && sa.proposals[0]?.transforms[0]?.attributes, attributes);
});

Deno.test("SA: unknown transform types and private numbers survive (RFC 7296 §3.3.6)", () => {
  const proposals: Proposal[] = [{
    number: 1,
    protocolId: 1,
    spi: NONE,
    transforms: [transform(250, 65535), transform(6, 36), transform(1, 64917, 256)],
  }];
  const decoded = decodeMessage(encodeSa(proposals));
  assertEquals(decoded.faults, []);
  assertEquals(decoded.payloads, [{ kind: "SA", critical: false, proposals }]);
});

Deno.test("SA: reserved octets that are not zero are no fault, and survive", () => {
  const bytes = withSa(unhex("00 07 0010  01 01 00 01  00 08 0008  02 09 0005"));
  const { payloads, faults } = decodeMessage(bytes);
  assertEquals(faults, []);
  assertEquals(payloads[0], {
    kind: "SA",
    critical: false,
    proposals: [{
      number: 1,
      protocolId: 1,
      spi: NONE,
      reserved: 7,
      transforms: [{ type: 2, id: 5, attributes: [], reserved: 8, reserved2: 9 }],
    }],
  });
});

Deno.test("SA: values that no field can hold are refused", () => {
  const proposal = (change: Partial<Proposal>): Proposal[] => [
    { number: 1, protocolId: 1, spi: NONE, transforms: [], ...change },
  ];
  assertThrows(() => encodeSa(proposal({ number: 256 })), RangeError, "Cannot encode number: 256");
  assertThrows(() => encodeSa(proposal({ spi: new Uint8Array(256) })), RangeError, "Cannot encode spiSize: 256");
  const many = Array.from({ length: 256 }, () => transform(2, 5));
  assertThrows(() => encodeSa(proposal({ transforms: many })), RangeError, "Cannot encode numTransforms: 256");
  const wide: Attribute = { type: 0x8000, value: 1 };
  assertThrows(
    () => encodeSa(proposal({ transforms: [{ type: 1, id: 1, attributes: [wide] }] })),
    RangeError,
    "attribute type",
  );
});
