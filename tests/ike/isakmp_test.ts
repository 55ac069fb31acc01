import { assertEquals } from "@std/assert";
import { decodeMessage, isakmpExchangeName, isakmpNotifyName, summarizeMessage } from "../../lib/ike/mod.ts";
import { unhex } from "../../lib/wire/mod.ts";
import * as captures from "./captures.ts";

Deno.test("IKEv1: an Informational exchange of strongSwan says NO-PROPOSAL-CHOSEN", () => {
  const decoded = decodeMessage(captures.STRONGSWAN_IKEV1);
  assertEquals(decoded.header?.majorVersion, 1);
  assertEquals(decoded.payloads, []);
  assertEquals(decoded.faults, []);
  assertEquals(decoded.isakmp, { encrypted: false, payloads: [11], notifies: [14] });
  assertEquals(summarizeMessage(decoded), "IKEv1 Informational: NO-PROPOSAL-CHOSEN");
});

Deno.test("IKEv1: a Main Mode message is named with its payloads", () => {
  assertEquals(summarizeMessage(decodeMessage(captures.IKEV1_REQUEST)), "IKEv1 Main Mode: SA");
});

Deno.test("IKEv1: an encrypted message is not looked into", () => {
  const bytes = captures.IKEV1_REQUEST.slice();
  bytes[19] = 0x01;
  const decoded = decodeMessage(bytes);
  assertEquals(decoded.isakmp, { encrypted: true, payloads: [], notifies: [] });
  assertEquals(summarizeMessage(decoded), "IKEv1 Main Mode, encrypted");
});

Deno.test("IKEv1: a chain that breaks off is followed as far as it goes", () => {
  // Vendor ID of 8 octets, then a Notification whose length is 2.
  const bytes = unhex(`
    0123456789abcdef fedcba9876543210 0d 10 05 00 00000000 00000028
    0b 00 0008 01020304
    00 00 0002
  `);
  assertEquals(decodeMessage(bytes).isakmp, { encrypted: false, payloads: [13], notifies: [] });
});

Deno.test("IKEv1: names of RFC 2408, RFC 2409 and RFC 3706", () => {
  assertEquals([1, 2, 4, 5, 32, 241].map(isakmpExchangeName), [
    "Base",
    "Main Mode",
    "Aggressive Mode",
    "Informational",
    "Quick Mode",
    "PRIVATE-USE(241)",
  ]);
  assertEquals([14, 16, 24, 36136].map(isakmpNotifyName), [
    "NO-PROPOSAL-CHOSEN",
    "PAYLOAD-MALFORMED",
    "AUTHENTICATION-FAILED",
    "R-U-THERE",
  ]);
});
