/** Ctrl-C, once, twice, and once but delivered twice. */
import { assertEquals } from "@std/assert";
import { pressed, SAME_PRESS_MS } from "../../lib/cli/interrupt.ts";

Deno.test("interrupt: the first signal ends the run in order, a later one at once", () => {
  assertEquals(pressed(undefined, 5000), "end");
  assertEquals(pressed(5000, 5000 + SAME_PRESS_MS), "at once");
  assertEquals(pressed(5000, 60_000), "at once");
});

Deno.test("interrupt: a signal that a wrapper passes on beside the terminal's own is the same Ctrl-C", () => {
  assertEquals(pressed(5000, 5000), "same");
  assertEquals(pressed(5000, 5000 + SAME_PRESS_MS - 1), "same");
});
