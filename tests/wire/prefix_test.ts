import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { addressScope, formatAddress, inPrefix, parsePrefix } from "../../lib/wire/mod.ts";

const scopes = (...addresses: string[]) => [...new Set(addresses.map(addressScope))];

Deno.test("scope: private, loopback, link-local and the rest, IPv4", () => {
  assertEquals(scopes("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.127.0.1"), [
    "private",
  ]);
  assertEquals(scopes("127.0.0.1", "127.255.255.254"), ["loopback"]);
  assertEquals(scopes("169.254.169.254"), ["link-local"]);
  assertEquals(scopes("224.0.0.1", "239.1.2.3", "255.255.255.255"), ["multicast"]);
  assertEquals(scopes("0.0.0.0", "0.1.2.3"), ["unspecified"]);
  assertEquals(scopes("240.0.0.1", "192.0.0.8", "198.18.0.1"), ["reserved"]);
  assertEquals(scopes("8.8.8.8", "172.32.0.1", "100.128.0.1", "192.0.2.7", "203.0.113.2"), ["public"]);
});

Deno.test("scope: the same, IPv6", () => {
  assertEquals(scopes("fd00::1", "fc00::1", "fec0::1"), ["private"]);
  assertEquals(scopes("::1"), ["loopback"]);
  assertEquals(scopes("fe80::1", "fe80::1%eth0", "febf::1"), ["link-local"]);
  assertEquals(scopes("ff02::1", "ff0e::1"), ["multicast"]);
  assertEquals(scopes("::"), ["unspecified"]);
  assertEquals(scopes("100::1", "4000::1", "5f00::1", "2001:2::1"), ["reserved"]);
  assertEquals(scopes("2606:4700::1111", "2001:db8::2", "2a00::1"), ["public"]);
});

Deno.test("scope: what stands for an IPv4 address reaches as far as that", () => {
  for (
    const form of [
      (a: string) => `::ffff:${a}`,
      (a: string) => `64:ff9b::${a}`,
      (a: string) => `::ffff:0:${a}`,
      (a: string) => `::${a}`,
      (a: string) => `2002:${group(a, 0)}:${group(a, 2)}::1`,
      (a: string) => `2001:0:4136:e378:8000:63bf:${inverted(a, 0)}:${inverted(a, 2)}`,
    ]
  ) {
    assertEquals(
      ["10.1.2.3", "127.0.0.1", "169.254.169.254", "224.0.0.1", "9.9.9.9"].map((a) => addressScope(form(a))),
      ["private", "loopback", "link-local", "multicast", "public"],
      form("10.1.2.3"),
    );
  }
  assertEquals(addressScope("64:ff9b:1::9.9.9.9"), "private");
});

const octet = (address: string, at: number) => Number(address.split(".")[at]);
const group = (address: string, at: number) => (octet(address, at) * 256 + octet(address, at + 1)).toString(16);
const inverted = (address: string, at: number) =>
  ((octet(address, at) ^ 255) * 256 + (octet(address, at + 1) ^ 255)).toString(16);

Deno.test("prefix: what is in one, and what is none", () => {
  const holds = (block: string, address: string) => inPrefix(address, parsePrefix(block)!);
  assertEquals(
    ["10.0.0.0", "10.255.255.255", "11.0.0.0", "::ffff:10.1.1.1", "fd00::1"].map((a) => holds("10.0.0.0/8", a)),
    [true, true, false, true, false],
  );
  assertEquals(["192.0.2.7", "192.0.2.8"].map((a) => holds("192.0.2.7", a)), [true, false]);
  assertEquals(["192.0.2.128", "192.0.2.127"].map((a) => holds("192.0.2.200/25", a)), [true, false]);
  assertEquals(["fe80::1%eth0", "fec0::1"].map((a) => holds("fe80::/10", a)), [true, false]);
  assertEquals(["1.2.3.4", "2001:db8::1"].map((a) => holds("0.0.0.0/0", a)), [true, false]);
  assertEquals(["10.1.1.1", "11.1.1.1"].map((a) => holds("::ffff:10.0.0.0/104", a)), [true, false]);
  for (
    const text of ["", "/8", "10/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/8/8", "::/129", "fe80::%eth0/10", "a.b"]
  ) {
    assertEquals(parsePrefix(text), undefined, text);
  }
});

Deno.test("prefix: an address is in every block that its own first bits make", () => {
  const address = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
  );
  fc.assert(fc.property(address, fc.nat(128), (octets, bits) => {
    const text = formatAddress(octets);
    const most = text.includes(":") ? 128 : 32;
    assertEquals(inPrefix(text, parsePrefix(`${text}/${bits % (most + 1)}`)!), true);
  }));
});
