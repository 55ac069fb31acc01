/** Loss is told from silence, from distance, and from answers that come late. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { diagnose } from "../../lib/diagnose/mod.ts";
import { DEFAULT_SETTINGS, probeHost } from "../../lib/probe/mod.ts";
import { loss, type Middlebox, runGateway, SimulatedNetwork } from "../sim/mod.ts";
import { soundFacts } from "../testbed/report.ts";

const HOST = "203.0.113.2";

async function findings(options: ConstructorParameters<typeof SimulatedNetwork>[0], faults: readonly string[] = []) {
  const network = new SimulatedNetwork(options);
  await runGateway(network.addHost([HOST]), { faults });
  const hooks = { tool: { name: "", version: "", runtime: "", platform: "" }, started: "2026-01-01T00:00:00Z" };
  const facts = soundFacts(await probeHost(HOST, DEFAULT_SETTINGS, network, hooks));
  return diagnose(facts).findings;
}

Deno.test("loss: a request that had to be repeated is a loss, and worth no more than a notice", async () => {
  const found = (await findings({}, ["udp-500:drop-first:1"])).filter(({ code }) => code === "loss");
  assertEquals(found.map(({ severity, confidence }) => [severity, confidence]), [["notice", "possible"]]);
  assertEquals(found[0]!.summary, `1 of 3 requests over UDP to ${HOST} had no answer until they were repeated`);
});

Deno.test("loss: several lost requests are a warning", async () => {
  const found = (await findings({}, ["udp:drop-first:2"])).find(({ code }) => code === "loss");
  assertEquals([found?.severity, found?.confidence], ["warning", "likely"]);
});

Deno.test("loss: a gateway farther away than a retransmission waits loses nothing", async () => {
  assertEquals((await findings({ latency: 300 })).filter(({ code }) => code === "loss"), []);
});

Deno.test("loss: a daemon that is slower than a retransmission waits loses nothing, however near its TCP is", async () => {
  for (const ms of [700, 1200, 1600]) {
    assertEquals((await findings({}, [`udp:delay:${ms}`])).filter(({ code }) => code === "loss"), [], `${ms} ms`);
  }
});

Deno.test("loss: answers of varying slowness are no loss that clients notice", async () => {
  const slow: Middlebox = {
    name: "slow answers",
    handle: ({ protocol }, { direction, random }) =>
      protocol === "udp" && direction === "in" ? { delay: 100 + random() * 1100 } : undefined,
  };
  let warned = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const found = await findings({ seed, middleboxes: [slow] });
    warned += found.filter(({ code, severity }) => code === "loss" && severity !== "notice").length;
  }
  assertLess(warned, 3);
});

Deno.test("loss: it is about paths, even where none of them was answered", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const found = await findings({ seed, middleboxes: [loss(60, { protocol: "udp" })] });
    for (const { code, paths } of found) assert(paths.length > 0, `${code}, seed ${seed}`);
  }
});

Deno.test("loss: a healthy network loses nothing", async () => {
  assertEquals((await findings({})).filter(({ code }) => code === "loss"), []);
});

Deno.test("loss: on a lossy network nothing is called certainly blocked or filtered", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const accused = (await findings({ seed, middleboxes: [loss(25)] })).filter(({ code, confidence }) =>
      confidence === "certain" && /blocked|filtered|mute/.test(code)
    );
    assertEquals(accused.map(({ code }) => code), [], `seed ${seed}`);
  }
});
