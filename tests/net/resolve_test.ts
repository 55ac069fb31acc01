/** Names to addresses. Only what the hosts file or no file at all can answer: no query leaves the machine. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { KINDS } from "./networks.ts";

const { network } = KINDS[0]!;

async function addressesOf(name: string, family?: 4 | 6): Promise<string[]> {
  const resolved = await network.resolve(name, family);
  assert(resolved.ok, resolved.ok ? "" : resolved.detail);
  return resolved.addresses.map(({ address }) => address);
}

async function reasonOf(name: string, family?: 4 | 6): Promise<string> {
  const resolved = await network.resolve(name, family);
  return resolved.ok ? "resolved" : resolved.detail;
}

Deno.test("resolve: a literal is its own answer, with or without brackets and zone", async () => {
  assertEquals(await addressesOf("192.0.2.1"), ["192.0.2.1"]);
  assertEquals(await addressesOf("[2001:DB8::0:7]"), ["2001:db8::7"]);
  assertEquals(await addressesOf("fe80::1%eth0"), ["fe80::1%eth0"]);
  assertEquals(await addressesOf("[fe80::1%eth0]"), ["fe80::1%eth0"]);
  assertEquals(await addressesOf("::ffff:192.0.2.1"), ["192.0.2.1"]);
});

Deno.test("resolve: a literal of the other family than the one asked for is told", async () => {
  assertMatch(await reasonOf("192.0.2.1", 6), /IPv4 address.*only IPv6/);
  assertMatch(await reasonOf("::1", 4), /IPv6 address.*only IPv4/);
});

Deno.test("resolve: a name of the hosts file has all its addresses, each once", async () => {
  const addresses = await addressesOf("localhost");
  assert(addresses.includes("127.0.0.1") || addresses.includes("::1"), addresses.join());
  assertEquals(addresses, [...new Set(addresses)]);
});

Deno.test("resolve: what cannot be a name is told at once", async () => {
  assertEquals(await reasonOf(""), "the host is empty");
  assertMatch(await reasonOf("vpn example"), /cannot be part of a host name/);
  assertEquals(await reasonOf("vpn\x1b[31m.example"), '"\x1b" cannot be part of a host name');
  assertMatch(await reasonOf("vpn\0.example"), /cannot be part of a host name/);
  assertMatch(await reasonOf("300.1.2.3"), /IPv4 address/);
  assertMatch(await reasonOf(`${"a".repeat(64)}.example`), /1 to 63 characters/);
  assertMatch(await reasonOf("vpn..example"), /1 to 63 characters/);
  assertMatch(await reasonOf("a.".repeat(140)), /longer than 253/);
});
