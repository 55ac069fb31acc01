/** What silence is worth, by what the same run lost elsewhere. */
import { assertEquals, assertLess } from "@std/assert";
import { confidenceIn, synsDue, tallyAt } from "../../lib/diagnose/chance.ts";
import { diagnose } from "../../lib/diagnose/mod.ts";
import { View } from "../../lib/diagnose/view.ts";
import type { Confidence, Facts } from "../../lib/model/mod.ts";
import { DEFAULT_SETTINGS, probeHost, type ProbeSettings } from "../../lib/probe/mod.ts";
import { drop, loss, type Middlebox, runGateway, SimulatedNetwork } from "../sim/mod.ts";
import { soundFacts } from "../testbed/report.ts";
import { GATEWAY, udpWorks } from "./facts.ts";

const CONFIDENCES: readonly [copies: number, lost: number, sent: number, Confidence][] = [
  [2, 0, 2, "likely"],
  [3, 0, 2, "certain"],
  [3, 0, 1, "likely"],
  [5, 0, 1, "certain"],
  [5, 1, 9, "likely"],
  [5, 3, 7, "possible"],
  [9, 3, 7, "likely"],
  [5, 5, 5, "possible"],
];

for (const [copies, lost, sent, confidence] of CONFIDENCES) {
  Deno.test(`chance: ${copies} copies into silence where ${lost} of ${sent} were lost: ${confidence}`, () => {
    assertEquals(confidenceIn(copies, { lost, sent }), confidence);
  });
}

Deno.test("chance: SYNs of a second, of three and of seven, as far as their answers are due", () => {
  assertEquals([0, 999, 1000, 1001, 3000, 3001, 7001].map((ms) => synsDue(ms, 0)), [0, 1, 1, 2, 2, 3, 4]);
  assertEquals([100, 1001, 1100, 1151].map((ms) => synsDue(ms, 100)), [0, 1, 1, 2]);
});

Deno.test("chance: SYNs to ports that answer others count, and SYNs to ports that answer none do not", () => {
  const tally = (world: ReturnType<typeof udpWorks>) => tallyAt(new View(world.facts()), GATEWAY);
  assertEquals(tally(udpWorks()), { lost: 0, sent: 2 });
  assertEquals(tally(udpWorks().syn("tcp-4500", "silent")), { lost: 0, sent: 2 });
  const late = udpWorks().syn("tcp-4500", "refused", { ms: 1020 }).syn("tcp-443", "refused");
  assertEquals(tally(late), { lost: 1, sent: 5 });
  const far = udpWorks().syn("tcp-4500", "refused", { ms: 2500 });
  assertEquals(tally(far), { lost: 0, sent: 3 }, "where all is slow, nothing is late");
  const mixed = udpWorks().syn("tcp-443", "silent").syn("tls-443", "refused");
  assertEquals(tally(mixed), { lost: 2, sent: 5 });
});

const HOST = "203.0.113.2";

async function probe(middleboxes: Middlebox[], seed: number, settings: Partial<ProbeSettings> = {}): Promise<Facts> {
  const network = new SimulatedNetwork({ seed, middleboxes });
  await runGateway(network.addHost([HOST]));
  const hooks = { tool: { name: "", version: "", runtime: "", platform: "" }, started: "2026-01-01T00:00:00Z" };
  return soundFacts(await probeHost(HOST, { ...DEFAULT_SETTINGS, ...settings }, network, hooks));
}

const confidences = (facts: Facts, code: string) =>
  diagnose(facts).findings.filter((finding) => finding.code === code).map(({ confidence }) => confidence);

Deno.test("chance: where nothing is lost, a filter is certain, but not by two SYNs alone", async () => {
  const filter = drop({ protocol: "tcp", direction: "out", port: 4500 });
  assertEquals(confidences(await probe([filter], 1), "tcp-filtered"), ["certain"]);
  assertEquals(confidences(await probe([filter], 1, { mode: "quick" }), "tcp-filtered"), ["likely"]);
  const udp = drop({ protocol: "udp", direction: "out", port: 500 });
  assertEquals(confidences(await probe([udp], 1), "udp-500-blocked"), ["certain"]);
});

Deno.test("chance: a filter behind a link that loses is told, and what the link loses is no filter", async () => {
  const filter = drop({ protocol: "tcp", direction: "out", port: 4500 });
  let [told, accused] = [0, 0];
  for (let seed = 1; seed <= 100; seed++) {
    told += confidences(await probe([loss(10), filter], seed), "tcp-filtered").filter((c) => c !== "possible").length;
    const facts = await probe([loss(25)], seed);
    const all = diagnose(facts).findings.filter(({ code, severity }) => code !== "loss" && severity !== "notice");
    assertEquals(all.filter(({ confidence }) => confidence === "certain"), [], `seed ${seed}`);
    accused += all.filter(({ confidence }) => confidence !== "possible").length;
  }
  assertLess(80, told);
  assertLess(accused, 4);
});
