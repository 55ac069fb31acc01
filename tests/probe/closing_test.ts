/** Sockets and connections end before the report does, and the report says how. */
import { assert, assertEquals } from "@std/assert";
import type { EndEvent } from "../../lib/model/mod.ts";
import { runSimulated } from "../report/simulated.ts";

for (const faults of [[], ["drop"], ["tcp:prefix-reset"], ["tcp:close"], ["tcp:http"]]) {
  Deno.test(`closing: every flow that was opened has one end (faults: ${faults.join() || "none"})`, async () => {
    const { events, duration_ms } = await runSimulated(faults);
    const flows = events.flatMap((event) => event.kind === "open" ? [event.flow] : []);
    assert(flows.length >= 5);
    for (const flow of flows) {
      const own = events.filter((event) => "flow" in event && event.flow === flow);
      const [end, ...more] = own.filter((event) => event.kind === "end");
      assertEquals(more, [], `flow ${flow}`);
      // What we send can still be on its way to a connection that the other side has ended.
      if (end?.how === "ours") assertEquals(own.at(-1), end, `flow ${flow}`);
      else assert(end !== undefined, `flow ${flow}`);
    }
    for (const event of events) assert(event.t_ms <= duration_ms);
  });
}

Deno.test("closing: who ended a connection is told apart", async () => {
  const hows = async (...faults: string[]) => {
    const { events } = await runSimulated(faults, { mode: "quick" });
    const end = events.find((event): event is EndEvent =>
      event.kind === "end" && event.path === "tcp-4500@203.0.113.2"
    );
    return end?.how;
  };
  assertEquals([await hows(), await hows("tcp:prefix-reset"), await hows("tcp:close")], ["ours", "rst", "fin"]);
});
