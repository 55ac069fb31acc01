import { assertEquals } from "@std/assert";
import { Gate, type Leave, Turns } from "../../lib/exporter/gate.ts";
import { VirtualClock } from "../sim/mod.ts";

const NEVER = new AbortController().signal;

Deno.test("gate: so many inside; the others in the order in which they came", async () => {
  const clock = new VirtualClock();
  const gate = new Gate(clock, 2, 10);
  const order: number[] = [];
  let most = 0;
  await clock.wait(Promise.all(Array.from({ length: 8 }, async (_, i) => {
    const leave = await gate.enter(Infinity, NEVER);
    order.push(i);
    most = Math.max(most, gate.inside);
    await clock.sleep(clock.now() + 10);
    leave!();
    leave!();
  })));
  assertEquals([order, most, gate.inside, gate.empty], [[0, 1, 2, 3, 4, 5, 6, 7], 2, 0, true]);
});

Deno.test("gate: who waits too long, or finds the queue full, does not get in, and takes nobody's place", async () => {
  const clock = new VirtualClock();
  const gate = new Gate(clock, 1, 2);
  const leave = await gate.enter(0, NEVER);
  const until = clock.now() + 100;
  const results = await clock.wait(
    Promise.all([gate.enter(until, NEVER), gate.enter(until, NEVER), gate.enter(until, NEVER)]),
  );
  assertEquals([results, clock.now()], [[undefined, undefined, undefined], until]);
  leave!();
  assertEquals([gate.inside, gate.empty], [0, true]);
  assertEquals(typeof await gate.enter(0, NEVER), "function");
});

Deno.test("gate: a place that becomes free at the moment in which a wait ends is not lost", async () => {
  const clock = new VirtualClock();
  const gate = new Gate(clock, 1, 5);
  const leave = await gate.enter(0, NEVER);
  const until = clock.now() + 100;
  const late = gate.enter(until, NEVER);
  const free = clock.sleep(until).then(() => leave!());
  const entered = await clock.wait(late);
  await free;
  entered?.();
  assertEquals(gate.empty, true);
});

Deno.test("gate: who is called off does not get in", async () => {
  const clock = new VirtualClock();
  const gate = new Gate(clock, 1, 5);
  await gate.enter(0, NEVER);
  const stop = new AbortController();
  const waiting = gate.enter(Infinity, stop.signal);
  stop.abort();
  assertEquals(await waiting, undefined);
  assertEquals(await gate.enter(Infinity, stop.signal), undefined);
});

Deno.test("turns: one at a time at each address, whatever their order, and nothing is kept", async () => {
  const clock = new VirtualClock();
  const turns = new Turns(clock);
  const at = new Map<string, number>();
  const visit = async (addresses: string[]) => {
    const leave = await turns.take(addresses, Infinity, NEVER) as Leave;
    for (const address of addresses) {
      at.set(address, (at.get(address) ?? 0) + 1);
      assertEquals(at.get(address), 1);
    }
    await clock.sleep(clock.now() + 10);
    for (const address of addresses) at.set(address, 0);
    leave();
  };
  await clock.wait(
    Promise.all([visit(["b", "a"]), visit(["a", "b"]), visit(["b"]), visit(["c", "b", "a"]), visit(["d"])]),
  );
  assertEquals(clock.now(), 1040);
});

Deno.test("turns: who cannot have all of them in time has none", async () => {
  const clock = new VirtualClock();
  const turns = new Turns(clock);
  const leave = await turns.take(["b"], 0, NEVER);
  assertEquals(await clock.wait(turns.take(["a", "b"], clock.now() + 5, NEVER)), undefined);
  const other = await turns.take(["a"], 0, NEVER);
  assertEquals(typeof other, "function");
  leave!();
  assertEquals(typeof await turns.take(["b"], 0, NEVER), "function");
});
