/** Making a key pair is the costly part of a probe: how many are made, and how old they get. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { keyExchangeGroup } from "../../lib/crypto/mod.ts";
import { decodeMessage } from "../../lib/ike/mod.ts";
import type { Facts } from "../../lib/model/mod.ts";
import { KeyRing, sharedSecret } from "../../lib/probe/key_ring.ts";
import type { NativeX25519 } from "../../lib/net/transport.ts";
import { DEFAULT_SETTINGS, probeHost, SharedAddresses } from "../../lib/probe/mod.ts";
import { unhex } from "../../lib/wire/mod.ts";
import { runGateway, SimulatedNetwork } from "../sim/mod.ts";

/** A clock to set, and what makes pairs that can be told apart. */
function world(x25519?: NativeX25519) {
  let made = 0;
  const clock = { time: 0, now: () => clock.time, sleep: () => Promise.resolve() };
  const network = { clock, random: (length: number) => new Uint8Array(length), ...(x25519 && { x25519 }) };
  const groups = {
    keyExchangeGroup: (group: number) => ({
      ...keyExchangeGroup(31)!,
      generate: () => ({ group, publicValue: Uint8Array.of(++made), secret: new Uint8Array(0) }),
      shared: () => Uint8Array.of(1),
    }),
  };
  const of = (ring: KeyRing, group = 31) => ring.pair(group, groups, network).publicValue[0];
  return { clock, network, groups, of };
}

Deno.test("key ring: a pair of a group serves for five seconds, used or not", () => {
  const { clock, of } = world();
  const ring = new KeyRing();
  assertEquals([of(ring), of(ring), of(ring, 19), of(ring)], [1, 1, 2, 1]);
  clock.time = 4_999;
  assertEquals(of(ring), 1);
  clock.time = 5_000;
  assertEquals([of(ring), of(ring)], [3, 3]);
  clock.time = 9_999;
  assertEquals(of(ring), 3, "use does not make it last longer");
});

Deno.test("key ring: two rings have nothing in common", () => {
  const { of } = world();
  assertEquals([of(new KeyRing()), of(new KeyRing())], [1, 2]);
});

/** A runtime's X25519 that counts, and makes pairs of 100 and more. */
function counting() {
  const counted = { made: 0, shared: 0 };
  const native: NativeX25519 = {
    generate: () => Promise.resolve({ publicValue: Uint8Array.of(100 + counted.made++), secret: new Uint8Array(0) }),
    shared: () => Promise.resolve(Uint8Array.of(200 + counted.shared++)),
  };
  return { counted, native };
}

Deno.test("key ring: the runtime makes a pair of X25519 before it is needed, one for all who wait", async () => {
  const { counted, native } = counting();
  const { clock, network, of } = world(native);
  const ring = new KeyRing();
  await Promise.all([ring.prepare(31, network), ring.prepare(31, network), ring.prepare(19, network)]);
  assertEquals([of(ring), of(ring, 19), counted.made], [100, 1, 1]);
  await ring.prepare(31, network);
  assertEquals(counted.made, 1, "there is one already");
  clock.time = 5_000;
  await ring.prepare(31, network);
  assertEquals([of(ring), counted.made], [101, 2]);
});

Deno.test("key ring: a runtime without the curve is none, and ours serves", async () => {
  const fail = () => Promise.reject(new Error("no such curve"));
  const { network, groups, of } = world({ generate: fail, shared: fail });
  const ring = new KeyRing();
  await ring.prepare(31, network);
  assertEquals(of(ring), 1);
  const pair = ring.pair(31, groups, network);
  assertEquals(await sharedSecret(pair, new Uint8Array(32), groups, network), Uint8Array.of(1));
});

Deno.test("key ring: the runtime computes shared secrets of X25519, of other groups we do", async () => {
  const { native } = counting();
  const { network, groups } = world(native);
  const ring = new KeyRing();
  const secret = async (group: number) =>
    (await sharedSecret(ring.pair(group, groups, network), new Uint8Array(32), groups, network))[0];
  assertEquals([await secret(31), await secret(19)], [200, 1]);
});

/** The public values that a run has sent, each once. */
function publicValues(facts: Facts): string[] {
  const values = facts.events.flatMap((event) => {
    if (event.kind !== "sent" || !event.what.startsWith("IKE_SA_INIT")) return [];
    const octets = unhex(event.data);
    // Behind the length and marker of a stream, or the marker of a datagram.
    const start = octets.findIndex((_, i) => octets[i + 17] === 0x20 && octets[i + 18] === 34);
    const ke = decodeMessage(octets.subarray(start)).payloads.find((payload) => payload.kind === "KE");
    return ke?.kind === "KE" ? [ke.data.toHex()] : [];
  });
  assert(values.length > 0);
  return [...new Set(values)];
}

async function run(network: SimulatedNetwork, address: string, shared?: SharedAddresses): Promise<string[]> {
  const tool = { name: "ike-tcp", version: "0", runtime: "test", platform: "test" };
  const hooks = { tool, started: "2026-01-01T00:00:00Z", ...(shared && { shared }) };
  return publicValues(await probeHost(address, DEFAULT_SETTINGS, network, hooks));
}

Deno.test("key ring: all paths and experiments of a run have one pair; runs side by side have it too, others not", async () => {
  const network = new SimulatedNetwork();
  const hosts = ["203.0.113.2", "203.0.113.3"];
  for (const host of hosts) await runGateway(network.addHost([host]));
  const shared = new SharedAddresses();
  const [one, two] = await Promise.all(hosts.map((host) => run(network, host, shared)));
  assertEquals(one!.length, 1);
  assertEquals(one, two);
  const alone = await run(network, hosts[0]!);
  assertEquals(alone.length, 1);
  assertNotEquals(alone, one);
});
