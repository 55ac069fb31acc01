import { assertEquals, assertStringIncludes } from "@std/assert";
import { decodeMessage } from "../../lib/ike/mod.ts";
import { formatFault, unhex } from "../../lib/wire/mod.ts";

/** SA with two transforms at 28, KE at 60, Nonce at 72, Notify at 80. */
const SOUND = `
  0123456789abcdef 0000000000000000 21 20 22 08 00000000 00000058
  22 00 0020
    00 00 001c  01 01 00 02
      03 00 000c  01 00 0014  800e 0100
      00 00 0008  02 00 0005
  28 00 000c  001f 0000 a1a2a3a4
  29 00 0008  c1c2c3c4
  00 00 0008  00 00 402e
`;

/** Octets to put at offsets, and the faults that must come of it, with what is left. */
interface Case {
  readonly name: string;
  readonly change: Readonly<Record<number, string>>;
  readonly length?: number;
  readonly faults: readonly string[];
  readonly kinds: readonly string[];
}

const ALL = ["SA", "KE", "Nonce", "N"];

const CASES: readonly Case[] = [
  { name: "nothing", change: {}, faults: [], kinds: ALL },
  {
    name: "a header Length that is too large",
    change: { 24: "00000059" },
    faults: ["header.length @24: says 89 octets, the message has 88"],
    kinds: ALL,
  },
  {
    name: "a header Length that ends within the Nonce",
    change: { 24: "0000004e" },
    faults: [
      "header.length @24: says 78 octets, the message has 88",
      "payloads[2].length @74: says 8 octets, 6 are there",
      "payloads[2].data @76: cut off after 2 octets",
    ],
    kinds: ["SA", "KE"],
  },
  {
    name: "a header Length that is smaller than the header",
    change: { 24: "0000001b" },
    faults: ["header.length @24: says 27 octets, a header has 28"],
    kinds: [],
  },
  {
    name: "a payload length of 3",
    change: { 62: "0003" },
    faults: ["payloads[1].length @62: says 3 octets, the structure has at least 4"],
    kinds: ["SA"],
  },
  {
    name: "a payload length of 0",
    change: { 62: "0000" },
    faults: ["payloads[1].length @62: says 0 octets, the structure has at least 4"],
    kinds: ["SA"],
  },
  {
    name: "a payload length beyond the message",
    change: { 62: "0100" },
    faults: [
      "payloads[1].length @62: says 256 octets, 28 are there",
      "payloads[1].data @68: cut off after 20 octets",
    ],
    kinds: ["SA"],
  },
  {
    name: "a payload length too small for the payload's fields",
    change: { 62: "0006" },
    // What follows is read from the wrong place: the rest of the KE is taken for payloads.
    faults: [
      "payloads[1].reserved @66: needs 2 octets, none left",
      "payloads[2].length @68: says 41378 octets, 22 are there",
      "payloads[2].data @70: cut off after 18 octets",
    ],
    kinds: ["SA"],
  },
  {
    name: "a Next Payload where the message ends",
    change: { 80: "2b" },
    faults: ["payloads[4] @88: V is announced, and the message ends"],
    kinds: ALL,
  },
  {
    name: "octets behind the last payload",
    change: { 72: "00" },
    faults: ["payloads @80: 8 octets behind the last payload"],
    kinds: ["SA", "KE", "Nonce"],
  },
  {
    name: "a proposal length beyond the payload",
    change: { 34: "0020" },
    faults: ["payloads[0].proposals[0].length @34: says 32 octets, 28 are there"],
    kinds: ALL,
  },
  {
    name: "a proposal length of 7",
    change: { 34: "0007" },
    faults: [
      "payloads[0].proposals[0].numTransforms @39: needs 1 octet, none left",
      "payloads[0].proposals[0].lastSubstruc @32: says last, 21 octets follow",
    ],
    kinds: ALL,
  },
  {
    name: "a transform length beyond the proposal",
    change: { 54: "0009" },
    faults: [
      "payloads[0].proposals[0].transforms[1].length @54: says 9 octets, 8 are there",
    ],
    kinds: ALL,
  },
  {
    name: "a transform length that ends within an attribute",
    change: { 42: "000a" },
    faults: [
      "payloads[0].proposals[0].transforms[0].attributes[0].value @50: needs 2 octets, none left",
      "payloads[0].proposals[0].transforms[1].lastSubstruc @50: is 1, 0 and 3 are defined",
      "payloads[0].proposals[0].transforms[1].length @52: says 0 octets, the structure has at least 4",
    ],
    kinds: ALL,
  },
  {
    name: "an attribute in the long form that is longer than its transform",
    change: { 48: "000e00ff" },
    faults: ["payloads[0].proposals[0].transforms[0].attributes[0].value @52: needs 255 octets, none left"],
    kinds: ALL,
  },
  {
    name: "a Last Substruc of 0 before the last transform",
    change: { 40: "00" },
    faults: ["payloads[0].proposals[0].transforms[0].lastSubstruc @40: says last, 8 octets follow"],
    kinds: ALL,
  },
  {
    name: "a Last Substruc of 3 in the last transform",
    change: { 52: "03" },
    faults: ["payloads[0].proposals[0].transforms[1].lastSubstruc @52: says that more follow, none does"],
    kinds: ALL,
  },
  {
    name: "a Last Substruc that is not defined",
    change: { 40: "09" },
    faults: ["payloads[0].proposals[0].transforms[0].lastSubstruc @40: is 9, 0 and 3 are defined"],
    kinds: ALL,
  },
  {
    name: "a Num Transforms that is not the number of transforms",
    change: { 39: "03" },
    faults: ["payloads[0].proposals[0].numTransforms @39: says 3, 2 are there"],
    kinds: ALL,
  },
  {
    name: "an SPI Size beyond the proposal",
    change: { 38: "ff" },
    faults: ["payloads[0].proposals[0].spi @40: needs 255 octets, 20 left"],
    kinds: ALL,
  },
  {
    name: "an SPI Size beyond the notification",
    change: { 85: "01" },
    faults: ["payloads[3].spi @88: needs 1 octet, none left"],
    kinds: ["SA", "KE", "Nonce"],
  },
];

for (const { name, change, faults, kinds } of CASES) {
  Deno.test(`faults: ${name}`, () => {
    const bytes = unhex(SOUND);
    for (const [at, octets] of Object.entries(change)) bytes.set(unhex(octets), Number(at));
    const decoded = decodeMessage(bytes);
    assertEquals(decoded.faults.map(formatFault), faults);
    assertEquals(decoded.payloads.map((p) => p.kind), kinds);
    assertEquals(decoded.offsets?.length, kinds.length);
  });
}

Deno.test("faults: transforms before a broken one are kept", () => {
  const bytes = unhex(SOUND);
  bytes.set(unhex("0007"), 54);
  const { payloads, faults } = decodeMessage(bytes);
  assertStringIncludes(formatFault(faults[0]!), "transforms[1].id @58: needs 2 octets, 1 left");
  const sa = payloads[0];
  assertEquals(sa?.kind === "SA" && sa.proposals[0]?.transforms, [
    { type: 1, id: 20, attributes: [{ type: 14, value: 256 }] },
  ]);
});
