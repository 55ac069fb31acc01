import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  addressBytes,
  canonicalAddress,
  familyOf,
  formatAddress,
  isAddress,
  splitZone,
} from "../../lib/wire/address.ts";

Deno.test("address: octets in network order", () => {
  assertEquals(addressBytes("192.0.2.7"), Uint8Array.of(192, 0, 2, 7));
  assertEquals(
    addressBytes("2001:db8::ff00:42:8329"),
    Uint8Array.of(0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0xff, 0, 0, 0x42, 0x83, 0x29),
  );
  assertEquals(addressBytes("::").length, 16);
});

Deno.test("address: an IPv4-mapped IPv6 address is the IPv4 address, however it is spelt", () => {
  for (const text of ["::ffff:192.0.2.7", "::FFFF:c000:207", "0:0:0:0:0:ffff:192.0.2.7"]) {
    assertEquals(addressBytes(text), Uint8Array.of(192, 0, 2, 7));
    assertEquals(familyOf(text), 4);
    assertEquals(canonicalAddress(text), "192.0.2.7");
  }
  const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7);
  assertEquals(formatAddress(mapped), "192.0.2.7");
});

Deno.test("address: the one spelling of RFC 5952 §4", () => {
  const spellings: Record<string, string> = {
    "2001:0DB8:0000:0000:0000:0000:0002:0001": "2001:db8::2:1",
    "2001:db8:0:1:1:1:1:1": "2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1": "2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1": "2001:db8::1:0:0:1",
    "::": "::",
    "0:0:0:0:0:0:0:1": "::1",
    "1:0:0:0:0:0:0:0": "1::",
    "FE80::1": "fe80::1",
    "2001:db8::192.0.2.33": "2001:db8::c000:221",
    "192.0.2.7": "192.0.2.7",
  };
  for (const [text, expected] of Object.entries(spellings)) assertEquals(canonicalAddress(text), expected);
});

Deno.test("address: what is not an address in full is none", () => {
  const texts = [
    "",
    " 192.0.2.7",
    "192.0.2.7 ",
    "192.0.2",
    "127.1",
    "0x7f.0.0.1",
    "192.0.2.07",
    "192.0.2.256",
    "192.0.2.7.",
    "192.0.2.7/24",
    "192.0.2.7%eth0",
    "3232235521",
    "[::1]",
    "::1%",
    "::1/128",
    ":",
    ":::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    "12345::",
    "::g",
    "::256.0.0.1",
    "vpn.example",
  ];
  for (const text of texts) {
    assertEquals(isAddress(text), false, JSON.stringify(text));
    assertEquals(familyOf(text), undefined);
    assertThrows(() => addressBytes(text), RangeError, "not an IP address");
    assertThrows(() => canonicalAddress(text), RangeError, "not an IP address");
  }
});

Deno.test("address: a zone is kept where a socket needs it, and is no part of the octets (RFC 4007 §11)", () => {
  assertEquals(splitZone("fe80::1%eth0"), { address: "fe80::1", zone: "eth0" });
  assertEquals(splitZone("fe80::1"), { address: "fe80::1" });
  assertEquals(isAddress("fe80::1%eth0"), true);
  assertEquals(familyOf("fe80::1%eth0"), 6);
  assertEquals(canonicalAddress("FE80:0::1%eth0"), "fe80::1%eth0");
  assertEquals(addressBytes("fe80::1%eth0"), addressBytes("fe80::1"));
  assertEquals(canonicalAddress("::ffff:192.0.2.7%eth0"), "192.0.2.7");
});

Deno.test("address: neither 4 nor 16 octets cannot be shown", () => {
  for (const length of [0, 3, 5, 15, 17]) {
    assertThrows(() => formatAddress(new Uint8Array(length)), RangeError, `${length} octets in place of 4 or 16`);
  }
});

Deno.test("address: text and octets round-trip", () => {
  const octets = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    // Runs of zeros, where the spelling has rules.
    fc.array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 }).map((list) => Uint8Array.from(list)),
  );
  fc.assert(fc.property(octets, (original) => {
    const text = formatAddress(original);
    const isMapped = original.length === 16 && /^(0,){10}255,255,/.test(original.join());
    assertEquals(addressBytes(text), isMapped ? original.slice(12) : original);
    assertEquals(canonicalAddress(text), text);
  }));
});

Deno.test("address: four decimal numbers are read as the library reads them", async () => {
  const { default: ipaddr } = await import("ipaddr.js");
  const part = fc.oneof(fc.nat(300).map(String), fc.stringMatching(/^[0-9 +x-]{0,4}$/));
  fc.assert(fc.property(fc.array(part, { minLength: 3, maxLength: 5 }), (parts) => {
    const text = parts.join(".");
    assertEquals(familyOf(text) === 4, ipaddr.IPv4.isValidFourPartDecimal(text), text);
    if (familyOf(text) === 4) assertEquals([...addressBytes(text)], ipaddr.IPv4.parse(text).toByteArray());
  }));
});
