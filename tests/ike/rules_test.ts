import { assertEquals } from "@std/assert";
import {
  checkRequest,
  checkResponse,
  criticalUnknown,
  decodeMessage,
  encodeMessage,
  FLAG,
  type NotifyPayload,
  type Payload,
} from "../../lib/ike/mod.ts";
import { formatFault } from "../../lib/wire/mod.ts";
import * as captures from "./captures.ts";

const NONE = new Uint8Array(0);
const SA: Payload = {
  kind: "SA",
  critical: false,
  proposals: [{ number: 1, protocolId: 1, spi: NONE, transforms: [{ type: 1, id: 20, attributes: [] }] }],
};
const KE: Payload = { kind: "KE", critical: false, group: 31, data: new Uint8Array(32) };
const NONCE: Payload = { kind: "Nonce", critical: false, data: new Uint8Array(32) };

function notify(type: number, octets = 0): NotifyPayload {
  return { kind: "N", critical: false, protocolId: 0, spi: NONE, type, data: new Uint8Array(octets) };
}

function decoded(payloads: Payload[], exchangeType = 34) {
  return decodeMessage(encodeMessage({
    initiatorSpi: new Uint8Array(8).fill(1),
    responderSpi: new Uint8Array(8).fill(2),
    exchangeType,
    flags: FLAG.RESPONSE,
    messageId: 0,
    payloads,
  }));
}

function faults(payloads: Payload[]): string[] {
  return checkResponse(decoded(payloads)).map(formatFault);
}

Deno.test("rules: what real gateways answer breaks none", () => {
  for (const [name, bytes] of Object.entries(captures)) {
    const message = decodeMessage(bytes);
    if (message.header?.majorVersion !== 2) continue;
    const broken = name.startsWith("REQUEST") ? checkRequest(message) : checkResponse(message);
    assertEquals(broken, [], name);
  }
});

Deno.test("rules: an accepting response has SA, KE and Nonce, once each (RFC 7296 §1.2)", () => {
  assertEquals(faults([SA, KE, NONCE]), []);
  assertEquals(faults([SA, KE]), ["payloads @88: no Nonce payload (RFC 7296 §1.2)"]);
  assertEquals(faults([SA, KE, KE, NONCE]), ["payloads @164: 2 KE payloads (RFC 7296 §1.2)"]);
  assertEquals(faults([]).length, 3);
});

Deno.test("rules: an error, COOKIE or REDIRECT stands in place of them", () => {
  assertEquals(faults([notify(14)]), []);
  assertEquals(faults([notify(16390, 8)]), []);
  assertEquals(faults([notify(16407, 6)]), []);
  assertEquals(faults([notify(16430)]).length, 3);
});

Deno.test("rules: a request is not excused by a notification", () => {
  assertEquals(checkRequest(decoded([notify(16390, 8)])).length, 3);
  assertEquals(checkRequest(decoded([notify(16390, 8), SA, KE, NONCE])), []);
});

Deno.test("rules: sizes of nonce, cookie, group and NAT hashes", () => {
  const nonce = (size: number): Payload => ({ kind: "Nonce", critical: false, data: new Uint8Array(size) });
  assertEquals(faults([SA, KE, nonce(15)]), [
    "payloads[2].data @88: Nonce of 15 octets in place of 16 to 256 (RFC 7296 §3.9)",
  ]);
  assertEquals([16, 256, 257].map((size) => faults([SA, KE, nonce(size)]).length), [0, 0, 1]);
  assertEquals([0, 1, 64, 65].map((size) => faults([notify(16390, size)]).length), [1, 0, 0, 1]);
  assertEquals([1, 2, 3].map((size) => faults([notify(17, size)]).length), [1, 0, 1]);
  assertEquals([19, 20, 21].map((size) => faults([SA, KE, NONCE, notify(16388, size)]).length), [1, 0, 1]);
});

Deno.test("rules: an accepting response names one proposal (RFC 7296 §2.7)", () => {
  const many: Payload = { ...SA, proposals: [...SA.proposals, ...SA.proposals] };
  assertEquals(faults([many, KE, NONCE]), ["payloads[0].proposals @28: 2 proposals in place of one (RFC 7296 §2.7)"]);
  assertEquals(checkRequest(decoded([many, KE, NONCE])), []);
});

Deno.test("rules: other exchanges have none", () => {
  assertEquals(checkResponse(decoded([], 37)), []);
});

Deno.test("rules: critical payloads of undefined types oblige, of defined types not (RFC 7296 §2.5)", () => {
  const payload = (type: number, critical: boolean): Payload => ({ kind: "unknown", critical, type, data: NONE });
  const message = decoded([payload(200, false), payload(35, true), payload(201, true), payload(127, true)]);
  assertEquals(criticalUnknown(message).map((p) => p.type), [201, 127]);
});
