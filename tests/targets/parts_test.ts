/** The parts of a schedule, one by one. */
import { assert, assertEquals, assertLess } from "@std/assert";
import type { Report } from "../../lib/model/mod.ts";
import { DEFAULT_SETTINGS } from "../../lib/probe/settings.ts";
import { Claims } from "../../lib/targets/claims.ts";
import { Gate } from "../../lib/targets/gate.ts";
import { InOrder } from "../../lib/targets/in_order.ts";
import { KnownPaths } from "../../lib/targets/known.ts";
import { PacketRate } from "../../lib/targets/rate.ts";
import { needOf, socketLimit } from "../../lib/targets/sockets.ts";
import { VirtualClock } from "../sim/mod.ts";

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Whether a promise is settled by now. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let is = false;
  promise.then(() => is = true);
  await turn();
  return is;
}

Deno.test("in order: results stand in the order of asking, and what will never come holds up nobody", () => {
  const shown: string[] = [];
  const order = new InOrder<string>((result) => shown.push(result), 10);
  order.put(2, "c");
  order.put(1, undefined);
  assertEquals(shown, []);
  order.put(0, "a");
  assertEquals(shown, ["a", "c"]);
  order.put(3, "d");
  assertEquals(shown, ["a", "c", "d"]);
});

Deno.test("in order: nobody runs further ahead than the reach", async () => {
  const order = new InOrder<string>(() => {}, 3);
  assertEquals(await settled(order.room(2)), true);
  const room = order.room(3);
  assertEquals(await settled(room), false);
  order.put(1, "b");
  assertEquals(await settled(room), false, "the first one is still owed");
  order.put(0, "a");
  assertEquals(await settled(room), true);
});

Deno.test("rate: in the long run so many packets in a second, whatever bursts there are", () => {
  let now = 1_000;
  const rate = new PacketRate(50, { now: () => now });
  let sent = 0;
  for (const end = now + 60_000; now < end; now++) {
    if (rate.freeAt > now) continue;
    const burst = 1 + (sent % 7);
    rate.owe(burst);
    sent += burst;
  }
  assertLess(Math.abs(sent - 60 * 50), 15);
});

Deno.test("rate: idle time is not saved up, and what was not sent is given back", () => {
  let now = 1_000;
  const rate = new PacketRate(10, { now: () => now });
  now += 3_600_000;
  rate.owe(10);
  assertEquals(rate.freeAt - now, 900);
  rate.owe(-4);
  assertEquals(rate.freeAt - now, 500);
  assertEquals(new PacketRate(Infinity, { now: () => now }).freeAt <= now, true);
});

Deno.test("claims: one at an address at a time, in order, and strangers do not wait", async () => {
  const claims = new Claims();
  await claims.take(["192.0.2.1"]);
  const both = claims.take(["192.0.2.1", "192.0.2.2"]);
  const second = claims.take(["192.0.2.2"]);
  const stranger = claims.take(["192.0.2.3"]);
  assertEquals(await Promise.all([both, second, stranger].map(settled)), [false, false, true]);
  claims.release(["192.0.2.1"]);
  assertEquals(await Promise.all([both, second].map(settled)), [true, false]);
  claims.release(["192.0.2.1", "192.0.2.2"]);
  assertEquals(await settled(second), true);
  await claims.take([]);
});

const needs = (sockets: number, packets = 0) => ({ sockets, packets });

function gate(limits: { hosts?: number; sockets?: number; perSecond?: number } = {}) {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const rate = new PacketRate(limits.perSecond ?? Infinity, clock);
  const all = { hosts: limits.hosts ?? 100, sockets: limits.sockets ?? 100, rate };
  return { clock, stop, rate, gate: new Gate(all, clock, stop.signal) };
}

Deno.test("gate: so many hosts, first come first served", async () => {
  const { gate: door } = gate({ hosts: 2 });
  const entered: number[] = [];
  [0, 1, 2, 3].forEach((n) => door.enter(needs(1)).then(() => entered.push(n)));
  await turn();
  assertEquals(entered, [0, 1]);
  door.leave(needs(1));
  await turn();
  assertEquals(entered, [0, 1, 2]);
});

Deno.test("gate: so many sockets; who needs more than there are has all to itself", async () => {
  const { gate: door } = gate({ sockets: 10 });
  assertEquals(await settled(door.enter(needs(6))), true);
  const big = door.enter(needs(20));
  const small = door.enter(needs(1));
  assertEquals([await settled(big), await settled(small)], [false, false]);
  door.leave(needs(6));
  assertEquals([await settled(big), await settled(small)], [true, false]);
  door.leave(needs(20));
  assertEquals(await settled(small), true);
});

Deno.test("gate: where sockets are short fewer enter, and more again with time", async () => {
  const { gate: door } = gate({ sockets: 100 });
  for (let i = 0; i < 10; i++) await door.enter(needs(5));
  door.narrow();
  for (let i = 0; i < 2; i++) door.leave(needs(5));
  assertEquals(await settled(door.enter(needs(5))), false, "40 of 42 are in use");
  for (let i = 0; i < 3; i++) door.leave(needs(5));
  assertEquals(await settled(door.enter(needs(5))), true);
});

Deno.test("gate: nobody enters as long as packets are owed", async () => {
  const { gate: door, rate, clock } = gate({ perSecond: 10 });
  rate.owe(20);
  const began = clock.now();
  assertEquals(await door.enter(needs(1)), true);
  assertEquals(clock.now() - began, 1_900);
  await door.enter(needs(1, 30));
  await door.enter(needs(1));
  assertEquals(clock.now() - began, 4_900, "what a host will send is owed when it enters");
});

Deno.test("gate: who waits when all ends is told", async () => {
  const { gate: door, stop } = gate({ hosts: 1 });
  await door.enter(needs(1));
  const waiting = door.enter(needs(1));
  stop.abort();
  assertEquals(await waiting, false);
  assertEquals(await door.enter(needs(1)), false);
});

Deno.test("sockets: more for more paths and addresses, never none; what this process may have", () => {
  const one = needOf(1, DEFAULT_SETTINGS);
  assertEquals(needOf(3, DEFAULT_SETTINGS), { sockets: 3 * one.sockets, packets: 3 * one.packets });
  const required = needOf(1, { ...DEFAULT_SETTINGS, require: [{ transport: "tcp", port: 4500 }] });
  assertEquals(required, one, "a path counts once");
  assertEquals(needOf(0, DEFAULT_SETTINGS), { sockets: 0, packets: 0 });
  assert(socketLimit() >= 1);
});

Deno.test("known: what was accepted at an address is known to a later host there", () => {
  const known = new KnownPaths();
  const path = (id: string, outcome?: string) => ({
    id,
    address: id.split("@")[1],
    ...(outcome && { ike: { outcome } }),
  });
  const report = (started: string, ...paths: unknown[]) => {
    const addresses = [...new Set((paths as { address: string }[]).map(({ address }) => ({ address })))];
    return { started, target: { addresses }, paths } as unknown as Report;
  };
  known.note(report("2026-01-01T00:00:01Z", path("udp-500@192.0.2.1", "accepted"), path("tls-443@192.0.2.1", "alive")));
  known.note(report("2026-01-01T00:00:02Z", path("udp-500@192.0.2.2", "rejected"), path("tcp-443@192.0.2.2")));
  assertEquals(known.at(["192.0.2.2"]), undefined);
  assertEquals(known.at(["192.0.2.2", "192.0.2.1"]), {
    started: "2026-01-01T00:00:01Z",
    accepted: ["udp-500@192.0.2.1", "tls-443@192.0.2.1"],
  });
});
