/** How many names are asked for at a time, and what becomes of those who wait. */
import { assertEquals, assertGreaterOrEqual, assertLess } from "@std/assert";
import { systemClock } from "../../lib/net/clock.ts";
import { Lookups } from "../../lib/net/lookups.ts";

/** Questions that are answered when the test says so. */
class Oracle {
  readonly asked: string[] = [];
  readonly #answers = new Map<string, (answer: string) => void>();

  ask(name: string): () => Promise<string> {
    return () => {
      this.asked.push(name);
      return new Promise((resolve) => this.#answers.set(name, resolve));
    };
  }

  answer(name: string): void {
    this.#answers.get(name)!(name);
  }
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("lookups: so many are asked at a time, the others in their order", async () => {
  const lookups = new Lookups(2, 60_000);
  const oracle = new Oracle();
  const all = ["a", "b", "c", "d"].map(async (name) => await (await lookups.ask(oracle.ask(name)))?.answer);
  await turn();
  assertEquals(oracle.asked, ["a", "b"]);
  oracle.answer("b");
  await turn();
  assertEquals(oracle.asked, ["a", "b", "c"]);
  oracle.answer("c");
  await turn();
  for (const name of ["a", "d"]) oracle.answer(name);
  assertEquals(await Promise.all(all), ["a", "b", "c", "d"]);
});

Deno.test("lookups: a question that failed makes room too", async () => {
  const lookups = new Lookups(1, 60_000);
  const failed = await lookups.ask(() => Promise.reject(new Error("no such name")));
  await failed!.answer.catch(() => {});
  assertEquals(await (await lookups.ask(() => Promise.resolve("b")))?.answer, "b");
});

Deno.test("lookups: who waits gives up when nobody is answered any more, not when others are", async () => {
  const lookups = new Lookups(1, 100);
  const oracle = new Oracle();
  const began = systemClock.now();
  await lookups.ask(oracle.ask("slow"));
  const waiting = lookups.ask(oracle.ask("waiting"));
  const busy = lookups.ask(oracle.ask("later"));
  setTimeout(() => oracle.answer("slow"), 60);
  assertEquals((await waiting) === undefined, false);
  assertEquals(await busy, undefined, "the second question is never answered");
  assertGreaterOrEqual(systemClock.now() - began, 155);
  assertLess(systemClock.now() - began, 5_000);
  assertEquals(oracle.asked, ["slow", "waiting"]);
});
