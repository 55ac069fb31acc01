import { assertEquals } from "@std/assert";
import { HalfOpenBudget } from "../../lib/probe/budget.ts";

Deno.test("budget: an address gets so many half-open SAs and no more", () => {
  const budget = new HalfOpenBudget(2);
  assertEquals([1, 2, 3].map(() => budget.reserve("192.0.2.1", false)), [true, true, false]);
  assertEquals(budget.reserve("192.0.2.2", false), true, "another address has its own");
});

Deno.test("budget: of these, one over TCP or TLS", () => {
  const budget = new HalfOpenBudget(4);
  assertEquals([1, 2].map(() => budget.reserve("192.0.2.1", true)), [true, false]);
  assertEquals(budget.reserve("192.0.2.1", false), true);
  assertEquals(budget.toReport(), {
    limit: 4,
    spent: [{ address: "192.0.2.1", half_open: 2, over_tcp: 1, ended: 0 }],
  });
});

Deno.test("budget: what left no SA is given back", () => {
  const budget = new HalfOpenBudget(1);
  assertEquals(budget.reserve("192.0.2.1", true), true);
  budget.giveBack("192.0.2.1", true);
  assertEquals(budget.hasRoom("192.0.2.1", true), true);
  assertEquals(budget.reserve("192.0.2.1", true), true);
});

Deno.test("budget: what was given back and was made after all is said, whatever the limit", () => {
  const budget = new HalfOpenBudget(1);
  budget.reserve("192.0.2.1", false);
  budget.giveBack("192.0.2.1", false);
  budget.reserve("192.0.2.1", true);
  budget.countAgain("192.0.2.1", false);
  assertEquals(budget.hasRoom("192.0.2.1", false), false);
  assertEquals(budget.toReport().spent.map(({ half_open, over_tcp }) => [half_open, over_tcp]), [[2, 1]]);
});

Deno.test("budget: a limit of 0 lets nothing through", () => {
  assertEquals(new HalfOpenBudget(0).reserve("192.0.2.1", false), false);
});
