import { assertEquals, assertRejects } from "@std/assert";
import { natDetectionHash } from "../../lib/crypto/mod.ts";
import { searchNatPreimage } from "../../lib/net/nat_search.ts";
import { addressBytes } from "../../lib/wire/mod.ts";
import { random } from "../crypto/octets.ts";

const SPIS = { initiatorSpi: random(8), responderSpi: random(8) };

function hashOf(address: string, port: number): Uint8Array {
  return natDetectionHash(SPIS.initiatorSpi, SPIS.responderSpi, addressBytes(address), port);
}

/** A hash that nothing leads to. */
const NOTHING = new Uint8Array(20);

Deno.test("searchNatPreimage: names the gateway's inner address", async () => {
  for (const workers of [1, 2]) {
    const request = { ...SPIS, hash: hashOf("192.168.178.21", 4500), port: 4500 };
    const found = await searchNatPreimage(request, { seconds: 60, workers });
    assertEquals(found, { address: "192.168.178.21", port: 4500 });
  }
});

Deno.test("searchNatPreimage: names the port of a likely address, of either family", async () => {
  for (const address of ["203.0.113.9", "2001:db8::7"]) {
    const request = { ...SPIS, hash: hashOf(address, 61234), port: 4500, addresses: ["198.51.100.1", address] };
    assertEquals(await searchNatPreimage(request, { seconds: 60 }), { address, port: 61234 });
  }
});

Deno.test("searchNatPreimage: ends when time is up, or when it is told to", async () => {
  const request = { ...SPIS, hash: NOTHING, port: 4500 };
  assertEquals(await searchNatPreimage(request, { seconds: 0.05 }), undefined);
  const abort = new AbortController();
  const search = searchNatPreimage(request, { seconds: 3600, signal: abort.signal });
  abort.abort();
  assertEquals(await search, undefined);
});

Deno.test("searchNatPreimage: without time, with an aborted signal, or for no hash there is nothing to search", async () => {
  const request = { ...SPIS, hash: hashOf("192.168.0.1", 500), port: 500 };
  assertEquals(await searchNatPreimage(request, { seconds: 0 }), undefined);
  assertEquals(await searchNatPreimage(request, { seconds: 60, signal: AbortSignal.abort() }), undefined);
  assertEquals(await searchNatPreimage({ ...request, hash: new Uint8Array(19) }, { seconds: 60 }), undefined);
});

Deno.test("searchNatPreimage: a likely address that is none is refused", async () => {
  const request = { ...SPIS, hash: NOTHING, port: 500, addresses: ["vpn.example"] };
  await assertRejects(() => searchNatPreimage(request, { seconds: 60 }), RangeError, "not an IP address");
});
