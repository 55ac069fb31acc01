/** Figures and history of a path. */
import { assertEquals } from "@std/assert";
import { KEPT_ROUNDS, type Sample, sampleOf, Statistics } from "../../lib/watch/statistics.ts";
import { strip } from "../../lib/watch/strip.ts";
import { DEFAULT_POLICY } from "../../lib/exchange/responder_policy.ts";
import { DEFAULT_SETTINGS, probeHost } from "../../lib/probe/mod.ts";
import { runGateway, SimulatedNetwork } from "../sim/mod.ts";
import { soundFacts } from "../testbed/report.ts";
import { runSimulated } from "../report/simulated.ts";

const HOST = "203.0.113.2";
const answered = (answerMs: number, full = false): Sample => ({ sent: 1, lost: 0, answerMs, full });
const LOST: Sample = { sent: 3, lost: 3, full: false };

function figures(...samples: Sample[]) {
  const statistics = new Statistics();
  for (const sample of samples) statistics.add(sample);
  return statistics.figures();
}

Deno.test("statistics: loss, best, median, worst and jitter", () => {
  assertEquals(figures(answered(10), answered(14), answered(11), answered(30)), {
    loss: 0,
    last: 30,
    best: 10,
    median: 12.5,
    worst: 30,
    jitter: (4 + 3 + 19) / 3,
  });
  assertEquals(figures(answered(10), LOST, answered(12)).loss, 3 / 5);
  assertEquals(figures(answered(10), LOST).last, undefined);
  assertEquals(figures(), {});
  assertEquals(figures(LOST), { loss: 1 });
});

Deno.test("statistics: a full exchange's time is no measure of the way, unless there is nothing else", () => {
  assertEquals(figures(answered(90, true), answered(10), answered(12), answered(95, true)).worst, 12);
  assertEquals(figures(answered(90, true), answered(10), answered(12), answered(95, true)).last, 95);
  assertEquals(figures(answered(90, true)).median, 90);
});

Deno.test("statistics: old rounds are forgotten", () => {
  const statistics = new Statistics();
  for (let i = 0; i < 2 * KEPT_ROUNDS; i++) statistics.add(answered(i));
  assertEquals([statistics.samples.length, statistics.figures().best], [KEPT_ROUNDS, KEPT_ROUNDS]);
});

Deno.test("statistics: a request that had to be repeated is one that was lost", async () => {
  const { paths, events } = await runSimulated(["udp-500:drop-first:1", "udp-4500:drop", "tcp-4500:close"]);
  const samples = Object.fromEntries(paths.map((path) => {
    const { sent, lost } = sampleOf(path, events, false);
    return [path.id.split("@")[0], [sent, lost]];
  }));
  assertEquals(samples["udp-500"], [2, 1]);
  assertEquals(samples["udp-4500"], [3, 3]);
  assertEquals(samples["tcp-4500"], [0, 0]);
  assertEquals(samples["tls-443"], [1, 0]);
});

Deno.test("statistics: a cookie is an answer too, so that the request before it is no loss", async () => {
  const network = new SimulatedNetwork();
  await runGateway(network.addHost([HOST]), { policy: { ...DEFAULT_POLICY, cookieFrom: 0 } });
  const hooks = { tool: { name: "", version: "", runtime: "", platform: "" }, started: "2026-01-01T00:00:00Z" };
  const { paths, events } = soundFacts(await probeHost(HOST, DEFAULT_SETTINGS, network, hooks));
  assertEquals(sampleOf(paths[0]!, events, false), { sent: 2, lost: 0, answerMs: 10, full: false });
});

Deno.test("strip: a character for each of the last rounds", () => {
  const samples = [answered(10), answered(18), LOST, answered(26), answered(90, true)];
  assertEquals(strip(samples, 60, false), "▁▅×██");
  assertEquals(strip(samples, 60, true), "_+x@@");
  assertEquals(strip(samples, 2, true), "_@");
  assertEquals(strip(samples, 0, true), "");
  assertEquals(strip([answered(10), answered(10.4)], 60, true), "_.");
  assertEquals(strip([LOST, LOST], 60, true), "xx");
});
