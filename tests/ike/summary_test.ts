import { assertEquals } from "@std/assert";
import { decodeMessage, encodeMessage, summarizeMessage } from "../../lib/ike/mod.ts";
import { unhex } from "../../lib/wire/mod.ts";
import * as captures from "./captures.ts";

const LINES: readonly (readonly [keyof typeof captures, string])[] = [
  [
    "STRONGSWAN_ACCEPTS",
    "IKE_SA_INIT response: SA KE Nonce N(NAT_DETECTION_SOURCE_IP) N(NAT_DETECTION_DESTINATION_IP) " +
    "N(IKEV2_FRAGMENTATION_SUPPORTED) N(SIGNATURE_HASH_ALGORITHMS) N(CHILDLESS_IKEV2_SUPPORTED) " +
    "N(MULTIPLE_AUTH_SUPPORTED) V",
  ],
  ["LIBRESWAN_NO_PROPOSAL", "IKE_SA_INIT response: N(NO_PROPOSAL_CHOSEN)"],
  ["LIBRESWAN_COOKIE", "IKE_SA_INIT response: N(COOKIE)"],
  ["STRONGSWAN_WANTS_31", "IKE_SA_INIT response: N(INVALID_KE_PAYLOAD) V"],
  ["REQUEST_VERSION_3", "IKE version 3.0, exchange 34 request"],
];

for (const [name, line] of LINES) {
  Deno.test(`summary: ${name}`, () => assertEquals(summarizeMessage(decodeMessage(captures[name])), line));
}

Deno.test("summary: no payloads, critical payloads, no header", () => {
  const message = {
    initiatorSpi: unhex("0123456789abcdef"),
    responderSpi: new Uint8Array(8),
    exchangeType: 250,
    flags: 0x08,
    messageId: 0,
  };
  const summarize = (bytes: Uint8Array) => summarizeMessage(decodeMessage(bytes));
  assertEquals(summarize(encodeMessage({ ...message, payloads: [] })), "PRIVATE-USE(250) request: no payloads");
  const critical = { kind: "unknown", critical: true, type: 200, data: new Uint8Array(0) } as const;
  assertEquals(
    summarize(encodeMessage({ ...message, payloads: [critical] })),
    "PRIVATE-USE(250) request: PRIVATE-USE(200)!",
  );
  assertEquals(summarize(new Uint8Array(27)), "no IKE header");
});

Deno.test("summary: a malformed message says where", () => {
  const cut = captures.STRONGSWAN_WANTS_31.subarray(0, 38);
  assertEquals(
    summarizeMessage(decodeMessage(cut)),
    "IKE_SA_INIT response: N(INVALID_KE_PAYLOAD) (malformed: header.length)",
  );
});
