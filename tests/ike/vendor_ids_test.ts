import { assertEquals, assertMatch } from "@std/assert";
import { createHash } from "node:crypto";
import { vendorName } from "../../lib/ike/mod.ts";
import { unhex } from "../../lib/wire/mod.ts";

/** MD5, as most vendor IDs are made; the first so many octets. */
function md5(text: string, octets = 16): Uint8Array {
  return Uint8Array.from(createHash("md5").update(text).digest()).subarray(0, octets);
}

Deno.test("vendor IDs: hashes of the texts that their makers have published", () => {
  const texts: [string, string][] = [
    ["strongSwan", "strongSwan"],
    ["KAME/racoon", "racoon"],
    ["SSH Sentinel", "SSH Sentinel"],
    ["SSH Sentinel 1.4.1", "SSH Sentinel 1.4.1"],
    ["MS NT5 ISAKMPOAKLEY", "Microsoft Windows"],
    ["MS-Negotiation Discovery Capable", "Microsoft: negotiation discovery"],
    ["MS-MamieExists", "Microsoft: AuthIP"],
    ["IKE CGA version 1", "Microsoft: CGA"],
    ["Vid-Initial-Contact", "Microsoft: initial contact"],
    ["GSSAPI", "Microsoft: GSS-API"],
    ["CISCO-UNITY", "Cisco Unity"],
    ["ALTIGA GATEWAY", "Cisco VPN 3000 concentrator"],
    ["ALTIGA NETWORKS", "Cisco VPN 3000 client"],
    ["Fortinet Endpoint Control", "Fortinet: endpoint control"],
    ["forticlient connect license", "Fortinet: FortiClient license"],
    ["FRAGMENTATION", "IKE fragmentation"],
    ["draft-ietf-ipsra-isakmp-xauth-06.txt", "XAUTH"],
    ["RFC 3947", "NAT-Traversal (RFC 3947)"],
    ["draft-ietf-ipsec-nat-t-ike-00", "NAT-Traversal (draft-ietf-ipsec-nat-t-ike-00)"],
    ["draft-ietf-ipsec-nat-t-ike-01", "NAT-Traversal (draft-ietf-ipsec-nat-t-ike-01)"],
    ["draft-ietf-ipsec-nat-t-ike-02", "NAT-Traversal (draft-ietf-ipsec-nat-t-ike-02)"],
    ["draft-ietf-ipsec-nat-t-ike-02\n", "NAT-Traversal (draft-ietf-ipsec-nat-t-ike-02)"],
    ["draft-ietf-ipsec-nat-t-ike-03", "NAT-Traversal (draft-ietf-ipsec-nat-t-ike-03)"],
  ];
  for (const [text, name] of texts) assertEquals(vendorName(md5(text)), name, text);
});

Deno.test("vendor IDs: a version behind the hash is no matter, and tells some apart", () => {
  assertEquals(vendorName(unhex("12f5f28c457168a9702d9fe274cc0100")), "Cisco Unity");
  assertEquals(vendorName(unhex("afcad71368a1f1c96b8696fc77570100")), "Dead Peer Detection (RFC 3706)");
  assertEquals(
    vendorName(unhex("1e2b516905991c7d7c96fcbfb587e46100000009")),
    "Microsoft Windows 8, Server 2012 or later",
  );
  assertEquals(vendorName(unhex("1e2b516905991c7d7c96fcbfb587e46100000002")), "Microsoft Windows");
  assertEquals(vendorName(unhex("f4ed19e0c114eb516faaac0ee37daf2807b4381f0000000100001392")), "Check Point");
});

Deno.test("vendor IDs: text is its own name", () => {
  const text = (name: string) => vendorName(new TextEncoder().encode(name));
  assertEquals(text("OpenIKED-7.2"), "OpenIKED-7.2");
  assertEquals(text("OE-Libreswan-4.10"), "OE-Libreswan-4.10");
  assertEquals(text("CISCO-DELETE-REASON"), "CISCO-DELETE-REASON");
  assertEquals(text("OEu\\]RiJiY_F"), "Openswan (OEu\\\\]RiJiY_F)");
  assertEquals(text("IKEv2"), "IKEv2");
});

Deno.test("vendor IDs: what is neither known nor text has no name", () => {
  for (const digits of ["", "00", "616263", "616263640a", "ffffffffffffffffffffffffffffffff", "1b5b324a1b5b324a"]) {
    assertEquals(vendorName(unhex(digits)), undefined, digits);
  }
});

Deno.test("vendor IDs: a name is short whatever was sent", () => {
  assertMatch(vendorName(new Uint8Array(60_000).fill(0x41)) ?? "", /^A{128}\.\.\.$/);
});
