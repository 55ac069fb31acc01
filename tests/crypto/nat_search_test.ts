import { assert, assertEquals, assertThrows } from "@std/assert";
import { natDetectionHash } from "../../lib/crypto/mod.ts";
import { type NatCandidates, NatSearch } from "../../lib/crypto/nat_search.ts";
import { addressBytes } from "../../lib/wire/mod.ts";
import { random } from "./octets.ts";

const SPIS = { initiatorSpi: random(8), responderSpi: random(8) };

/** What to look for: the hash of an address and a port. */
function hashOf(address: string, port: number) {
  const { initiatorSpi, responderSpi } = SPIS;
  return { ...SPIS, hash: natDetectionHash(initiatorSpi, responderSpi, addressBytes(address), port) };
}

/** Candidates from an address on, or all ports of it. */
function candidates(vary: "address" | "port", address: string, port: number, count: number): NatCandidates {
  return { vary, address: addressBytes(address), port, count };
}

/** The result of a whole search, step by step. */
function searchAll(wanted: ReturnType<typeof hashOf>, among: NatCandidates, batches = 3) {
  const search = new NatSearch(wanted, among);
  while (!search.done) {
    const found = search.step(batches);
    if (found !== undefined) return found;
  }
  return undefined;
}

Deno.test("NatSearch: finds an address at a known port, at either end of a range", () => {
  const range = candidates("address", "192.168.0.0", 4500, 4096);
  for (const address of ["192.168.0.0", "192.168.0.1", "192.168.7.77", "192.168.15.255"]) {
    assertEquals(searchAll(hashOf(address, 4500), range), { address: addressBytes(address), port: 4500 });
  }
  assertEquals(searchAll(hashOf("192.168.16.0", 4500), range), undefined);
  assertEquals(searchAll(hashOf("192.168.7.77", 4501), range), undefined);
});

Deno.test("NatSearch: addresses in the upper half, and the last one", () => {
  for (const address of ["200.1.2.3", "255.255.255.255"]) {
    const first = address.replace(/\d+$/, "0");
    assertEquals(searchAll(hashOf(address, 1), candidates("address", first, 1, 256))?.address, addressBytes(address));
  }
});

Deno.test("NatSearch: finds the port of a known address, of either family", () => {
  for (const address of ["203.0.113.9", "2001:db8::7"]) {
    const all = candidates("port", address, 0, 65536);
    for (const port of [0, 1, 255, 256, 4500, 61234, 65535]) {
      assertEquals(searchAll(hashOf(address, port), all, 100), { address: addressBytes(address), port });
    }
    assertEquals(searchAll(hashOf("203.0.113.10", 4500), all, 100), undefined);
  }
});

Deno.test("NatSearch: a range that does not begin or end with a whole batch is covered", () => {
  const range = candidates("address", "10.0.0.200", 500, 300);
  for (const address of ["10.0.0.200", "10.0.1.0", "10.0.1.243"]) {
    assertEquals(searchAll(hashOf(address, 500), range)?.address, addressBytes(address));
  }
  const ports = candidates("port", "10.0.0.1", 1000, 100);
  for (const port of [1000, 1023, 1024, 1099]) assertEquals(searchAll(hashOf("10.0.0.1", port), ports)?.port, port);
});

Deno.test("NatSearch: a step tries no more than it was allowed, and the next one goes on", () => {
  const search = new NatSearch(hashOf("10.0.3.1", 500), candidates("address", "10.0.0.0", 500, 65536));
  assertEquals(search.step(0), undefined);
  assertEquals(search.step(3), undefined);
  assertEquals(search.step(1)?.address, addressBytes("10.0.3.1"));
  assert(!search.done);
  assertEquals(search.step(Infinity), undefined);
  assert(search.done);
  assertEquals(search.step(1), undefined);
});

Deno.test("NatSearch: two searches at a time do not disturb each other", () => {
  const a = new NatSearch(hashOf("10.0.1.1", 500), candidates("address", "10.0.0.0", 500, 1024));
  const b = new NatSearch(hashOf("10.9.1.2", 4500), candidates("address", "10.9.0.0", 4500, 1024));
  assertEquals([a.step(1), b.step(1)], [undefined, undefined]);
  assertEquals([a.step(1)?.address, b.step(1)?.address], [addressBytes("10.0.1.1"), addressBytes("10.9.1.2")]);
});

Deno.test("NatSearch: what cannot be searched is refused", () => {
  const wanted = hashOf("10.0.0.1", 500);
  const range = candidates("address", "10.0.0.0", 500, 256);
  const short = { ...wanted, hash: wanted.hash.subarray(1) };
  assertThrows(() => new NatSearch(short, range), RangeError, "a hash of 19 octets");
  assertThrows(
    () => new NatSearch({ ...wanted, responderSpi: new Uint8Array(7) }, range),
    RangeError,
    "8 and 7 octets",
  );
  assertThrows(() => new NatSearch(wanted, candidates("address", "::1", 1, 256)), RangeError, "only IPv4");
  assertThrows(() => new NatSearch(wanted, candidates("port", "::1", 65536, 1)), RangeError, "port 65536");
});
