import { assert, assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { type DecodedMessage, decodeMessage, dumpMessage, encodeMessage, type Payload } from "../../lib/ike/mod.ts";
import { summarizeMessage } from "../../lib/ike/mod.ts";
import { MAX_FAULTS } from "../../lib/wire/mod.ts";
import { message } from "./arbitraries.ts";
import * as captures from "./captures.ts";

/** Everything that reads a message: none of it may throw. */
function readAll(bytes: Uint8Array): DecodedMessage {
  const decoded = decodeMessage(bytes);
  summarizeMessage(decoded);
  dumpMessage(bytes);
  return decoded;
}

/** The longest list in a value is cut to what a prefix of it can have: payloads, proposals, transforms, attributes. */
function assertPrefix(part: readonly Payload[], whole: readonly Payload[]): void {
  assertLessOrEqual(part.length, whole.length);
  part.forEach((payload, i) => {
    const other = whole[i]!;
    if (i < part.length - 1 || payload.kind !== "SA" || other.kind !== "SA") return assertEquals(payload, other);
    payload.proposals.forEach((proposal, p) => {
      const { transforms, ...rest } = proposal;
      const { transforms: otherTransforms, ...otherRest } = other.proposals[p]!;
      assertEquals(rest, otherRest);
      transforms.forEach((transform, t) => {
        const { attributes, ...restOfIt } = transform;
        const { attributes: otherAttributes, ...restOfOther } = otherTransforms[t]!;
        assertEquals(restOfIt, restOfOther);
        assertEquals(attributes, otherAttributes.slice(0, attributes.length));
      });
    });
  });
}

Deno.test("message: cut at every octet, there is a fault, and what came before the cut is there", () => {
  for (const bytes of Object.values(captures)) {
    const whole = decodeMessage(bytes);
    for (let length = 0; length < bytes.length; length++) {
      const decoded = readAll(bytes.slice(0, length));
      assertGreater(decoded.faults.length, 0, `no fault at ${length} octets`);
      assertPrefix(decoded.payloads, whole.payloads);
      assertEquals(decoded.header, length < 28 ? undefined : whole.header);
      const complete = (whole.offsets ?? []).filter((_, i, all) => (all[i + 1] ?? bytes.length) <= length).length;
      assertLessOrEqual(complete, decoded.payloads.length, `a payload before ${length} is lost`);
    }
  }
});

Deno.test("message: cut at every octet with a header Length that agrees, the same", () => {
  for (const bytes of [captures.STRONGSWAN_ACCEPTS, captures.REQUEST_X25519]) {
    const whole = decodeMessage(bytes);
    for (let length = 28; length < bytes.length; length++) {
      const cut = bytes.slice(0, length);
      new DataView(cut.buffer).setUint32(24, length);
      const decoded = readAll(cut);
      assertGreater(decoded.faults.length, 0);
      assertPrefix(decoded.payloads, whole.payloads);
    }
  }
});

Deno.test("message: any octets are decoded, dumped and summarized without an exception", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
    const { faults } = readAll(bytes);
    for (const fault of faults) assertLessOrEqual(fault.offset, bytes.length);
  }));
});

Deno.test("message: any octets behind a sound header are decoded without an exception", () => {
  const types = fc.constantFrom(33, 34, 38, 40, 41, 43, 46, 53, 54, 200);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), types, (body, type) => {
    const bytes = new Uint8Array(28 + body.length);
    bytes.set(body, 28);
    bytes.set([type, 0x20, 34, 0x20], 16);
    new DataView(bytes.buffer).setUint32(24, bytes.length);
    for (const fault of readAll(bytes).faults) assertLessOrEqual(fault.offset, bytes.length);
  }));
});

Deno.test("message: octets outside of the view are never read", () => {
  fc.assert(fc.property(message, fc.nat(), fc.integer({ min: 0, max: 255 }), (sent, at, octet) => {
    const bytes = encodeMessage(sent);
    bytes[at % bytes.length] = octet;
    const surrounded = new Uint8Array(bytes.length + 600).fill(0x21);
    surrounded.set(bytes, 300);
    assertEquals(decodeMessage(surrounded.subarray(300, 300 + bytes.length)), decodeMessage(bytes));
  }));
});

Deno.test("message: what was decoded does not change with the buffer it came from", () => {
  const buffer = captures.STRONGSWAN_ACCEPTS.slice();
  const decoded = decodeMessage(buffer);
  buffer.fill(0);
  assertEquals(decoded, decodeMessage(captures.STRONGSWAN_ACCEPTS));
});

Deno.test("message: 64 kB of the smallest payloads, and of faults, are bounded", () => {
  const bytes = new Uint8Array(65_532);
  bytes.set(captures.REQUEST_X25519.subarray(0, 28));
  bytes[16] = 200;
  new DataView(bytes.buffer).setUint32(24, bytes.length);
  for (let at = 28; at < bytes.length; at += 4) bytes.set([at + 4 < bytes.length ? 200 : 0, 0, 0, 4], at);
  const { payloads, faults } = decodeMessage(bytes);
  assertEquals(payloads.length, (bytes.length - 28) / 4);
  assertEquals(faults, []);
  // An SA of proposals that are too short for their fields, each of which can be left behind.
  const proposals = new Uint8Array(65_532);
  proposals.set(bytes.subarray(0, 28));
  proposals.set([33], 16);
  proposals.set([0, 0, (65_532 - 28) >> 8, (65_532 - 28) & 0xff], 28);
  for (let at = 32; at < proposals.length; at += 4) proposals.set([2, 0, 0, 4], at);
  const hostile = decodeMessage(proposals);
  assertEquals(hostile.faults.length, MAX_FAULTS);
  assert(dumpMessage(proposals).length > 0);
});
