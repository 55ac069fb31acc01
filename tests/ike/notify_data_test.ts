import { assertEquals, assertThrows } from "@std/assert";
import {
  decodeInvalidKe,
  decodeMessage,
  decodePuzzle,
  decodeRedirect,
  decodeSignatureHashes,
  encodeRedirect,
  notifyMeaning,
  type NotifyPayload,
} from "../../lib/ike/mod.ts";
import { unhex } from "../../lib/wire/mod.ts";
import * as captures from "./captures.ts";

function meaning(type: number, data: string): string | undefined {
  return notifyMeaning(
    { kind: "N", critical: false, protocolId: 0, spi: new Uint8Array(0), type, data: unhex(data) },
  );
}

function onlyNotify(bytes: Uint8Array): NotifyPayload {
  const payload = decodeMessage(bytes).payloads[0];
  if (payload?.kind !== "N") throw new Error("no Notify payload");
  return payload;
}

Deno.test("INVALID_KE_PAYLOAD: the wanted group in two octets (RFC 7296 §1.3)", () => {
  assertEquals(decodeInvalidKe(unhex("000e")), 14);
  assertEquals(decodeInvalidKe(unhex("0e")), undefined);
  assertEquals(decodeInvalidKe(unhex("00000e")), undefined);
  assertEquals(meaning(17, "000e"), "wants group 14 (MODP2048)");
  assertEquals(notifyMeaning(onlyNotify(captures.STRONGSWAN_WANTS_31)), "wants group 31 (X25519)");
});

Deno.test("REDIRECT: identity and nonce (RFC 5685 §7.2)", () => {
  const nonce = unhex("0102030405060708");
  const v4 = unhex("01 04 cb007103 0102030405060708");
  assertEquals(decodeRedirect(v4), { kind: "IPv4", gateway: "203.0.113.3", nonce });
  assertEquals(encodeRedirect({ kind: "IPv4", gateway: "203.0.113.3", nonce }), v4);
  const v6 = unhex("02 10 20010db8000000000000000000000007 0102030405060708");
  assertEquals(decodeRedirect(v6), { kind: "IPv6", gateway: "2001:db8::7", nonce });
  assertEquals(encodeRedirect({ kind: "IPv6", gateway: "2001:db8::7", nonce }), v6);
  const name = unhex("03 0e 7670 6e2e6578616d706c652e6574 0102030405060708");
  assertEquals(decodeRedirect(name), { kind: "FQDN", gateway: "vpn.example.et", nonce });
  assertEquals(encodeRedirect({ kind: "FQDN", gateway: "vpn.example.et", nonce }), name);
});

Deno.test("REDIRECT: a gateway's answer carries the nonce of the request", () => {
  const redirect = decodeRedirect(onlyNotify(captures.LIBRESWAN_REDIRECT).data);
  assertEquals([redirect?.kind, redirect?.gateway, redirect?.nonce.length], ["IPv4", "203.0.113.3", 32]);
});

Deno.test("REDIRECT: data of another form are none", () => {
  for (const data of ["", "01", "0104cb0071", "0103cb0071", "0204cb007103", "0300", "0404cb007103", "01ffcb007103"]) {
    assertEquals(decodeRedirect(unhex(data)), undefined, data);
  }
});

Deno.test("REDIRECTED_FROM: an identity without a nonce (RFC 5685 §7.3)", () => {
  const data = encodeRedirect({ kind: "IPv4", gateway: "192.0.2.1" });
  assertEquals(data, unhex("01 04 c0000201"));
  assertEquals(decodeRedirect(data)?.nonce, new Uint8Array(0));
});

Deno.test("REDIRECT: what no identity can hold is refused", () => {
  assertThrows(() => encodeRedirect({ kind: "IPv4", gateway: "2001:db8::1" }), RangeError, "Cannot encode redirect");
  assertThrows(() => encodeRedirect({ kind: "IPv6", gateway: "192.0.2.1" }), RangeError, "Cannot encode redirect");
  assertThrows(() => encodeRedirect({ kind: "IPv4", gateway: "vpn.example" }), RangeError);
  assertThrows(() => encodeRedirect({ kind: "FQDN", gateway: "" }), RangeError);
  assertThrows(() => encodeRedirect({ kind: "FQDN", gateway: "a".repeat(256) }), RangeError);
});

Deno.test("SIGNATURE_HASH_ALGORITHMS: numbers of two octets (RFC 7427 §4)", () => {
  assertEquals(decodeSignatureHashes(unhex("0002 0003 0005")), [2, 3, 5]);
  assertEquals(decodeSignatureHashes(unhex("000200")), undefined);
  assertEquals(decodeSignatureHashes(unhex("")), undefined);
  assertEquals(meaning(16431, "00020003ffff"), "SHA2-256 SHA2-384 PRIVATE-USE(65535)");
});

Deno.test("PUZZLE: PRF and difficulty (RFC 8019 §8.1)", () => {
  assertEquals(decodePuzzle(unhex("0005 08")), { prf: 5, difficulty: 8, cookie: new Uint8Array(0) });
  assertEquals(decodePuzzle(unhex("0005")), undefined);
  assertEquals(meaning(16434, "000508"), "difficulty 8, HMAC-SHA2-256");
});

Deno.test("notifyMeaning: in words, where there is something to say", () => {
  assertEquals(meaning(1, "c8"), "does not know payload type 200 (PRIVATE-USE(200))");
  assertEquals(meaning(16390, "01"), "cookie of 1 octet");
  assertEquals(notifyMeaning(onlyNotify(captures.LIBRESWAN_COOKIE)), "cookie of 32 octets");
  assertEquals(notifyMeaning(onlyNotify(captures.LIBRESWAN_REDIRECT)), "to 203.0.113.3");
  assertEquals(meaning(16408, "0104c0000201"), "from 192.0.2.1");
  assertEquals(meaning(14, ""), undefined);
  assertEquals(meaning(17, ""), undefined);
  assertEquals(meaning(50000, "0102"), undefined);
});

Deno.test("notifyMeaning: a name that plays tricks with the terminal is escaped", () => {
  assertEquals(meaning(16407, "03 05 611b5b326a"), "to a\\x1b[2j");
});
