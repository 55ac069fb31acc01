import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodeMessage, encodeMessage } from "../../lib/ike/mod.ts";
import { message } from "./arbitraries.ts";
import * as captures from "./captures.ts";

Deno.test("message: whatever is encoded is decoded to the same", () => {
  fc.assert(fc.property(message, (sent) => {
    const bytes = encodeMessage(sent);
    const { header, payloads, faults } = decodeMessage(bytes);
    assertEquals(faults, []);
    assertEquals<unknown>(payloads, sent.payloads);
    const { initiatorSpi, responderSpi, exchangeType, flags, messageId, majorVersion, minorVersion } = sent;
    assertEquals<unknown>(
      { ...header, nextPayload: 0 },
      {
        initiatorSpi,
        responderSpi,
        exchangeType,
        flags,
        messageId,
        majorVersion,
        minorVersion,
        nextPayload: 0,
        length: bytes.length,
      },
    );
  }));
});

Deno.test("message: octets without a fault are encoded to the same octets again, reserved bits included", () => {
  let wellFormed = 0;
  const change = fc.record({ at: fc.nat(), octet: fc.integer({ min: 0, max: 255 }) });
  fc.assert(
    fc.property(message, fc.array(change, { maxLength: 2 }), (sent, changes) => {
      const bytes = encodeMessage(sent);
      for (const { at, octet } of changes) bytes[at % bytes.length] = octet;
      const { header, payloads, faults } = decodeMessage(bytes);
      if (faults.length > 0 || header?.majorVersion !== 2) return;
      wellFormed++;
      assertEquals(encodeMessage({ ...header, payloads }), bytes);
    }),
    { numRuns: 400 },
  );
  assert(wellFormed > 50, `only ${wellFormed} messages were well-formed`);
});

for (const [name, bytes] of Object.entries(captures)) {
  const { header, payloads, faults } = decodeMessage(bytes);
  if (header?.majorVersion !== 2) continue;
  Deno.test(`message: ${name} survives the round trip octet for octet`, () => {
    assertEquals(faults, []);
    assertEquals(encodeMessage({ ...header, payloads }), bytes);
  });
}
