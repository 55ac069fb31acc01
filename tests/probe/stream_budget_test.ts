/** At most one half-open SA over TCP or TLS, whatever became of the answer; and what works over TLS is found all the same. */
import { assert, assertEquals } from "@std/assert";
import type { Facts } from "../../lib/model/mod.ts";
import { parsePathSpec } from "../../lib/model/mod.ts";
import { DEFAULT_SETTINGS, probeHost, type ProbeSettings } from "../../lib/probe/mod.ts";
import { assemble } from "../../lib/report/assemble.ts";
import { swallowAnswers } from "../middleboxes/boxes.ts";
import { drop, type Middlebox, runGateway, SimulatedNetwork } from "../sim/mod.ts";
import { soundFacts } from "../testbed/report.ts";

const HOST = "203.0.113.2";
const TOOL = { name: "ike-tcp", version: "0", runtime: "test", platform: "test" };

interface World {
  readonly latency?: number;
  readonly seed?: number;
  readonly faults?: readonly string[];
  readonly middleboxes?: readonly Middlebox[];
  readonly paths?: readonly string[];
}

interface Run {
  readonly facts: Facts;
  /** IKE_SA_INITs that the gateway has accepted over TCP and TLS. */
  readonly accepted: number;
}

async function probe({ latency = 10, seed, faults = [], middleboxes, paths }: World): Promise<Run> {
  const network = new SimulatedNetwork({ latency, seed, middleboxes });
  let accepted = 0;
  await runGateway(network.addHost([HOST]), {
    faults,
    onEvent: (event) => {
      if (event.kind === "message" && event.transport !== "udp" && event.reaction === "accepted") accepted++;
    },
  });
  const settings: ProbeSettings = paths === undefined
    ? DEFAULT_SETTINGS
    : { ...DEFAULT_SETTINGS, named: true, paths: paths.map(parsePathSpec) };
  const facts = soundFacts(
    await probeHost(HOST, settings, network, { tool: TOOL, started: "2026-01-01T00:00:00Z" }),
  );
  return { facts, accepted };
}

const NO_UDP = drop({ protocol: "udp" });

const outcome = ({ facts }: Run, path: string) => {
  const { ike, state } = facts.paths.find(({ id }) => id === `${path}@${HOST}`)!;
  return ike?.outcome ?? state;
};
const overTcp = ({ facts }: Run) => facts.budget.spent.map(({ over_tcp }) => over_tcp);
const attempts = ({ facts }: Run, path: string) => facts.paths.find(({ id }) => id === `${path}@${HOST}`)!.attempts;

const SWALLOWED: Readonly<Record<string, World>> = {
  "swallowed": { middleboxes: [swallowAnswers(4500, "stands")] },
  "swallowed, and the connection is reset": { middleboxes: [swallowAnswers(4500, "is reset")] },
  "later than the timeout": { faults: ["tcp:delay:3500"] },
};

for (const [name, world] of Object.entries(SWALLOWED)) {
  Deno.test(`stream budget: answers over TCP 4500 are ${name}, and UDP is dropped: TLS 443 is the one that is accepted`, async () => {
    for (const seed of [1, 2, 3]) {
      const run = await probe({ ...world, seed, middleboxes: [NO_UDP, ...world.middleboxes ?? []] });
      assertEquals([outcome(run, "tls-443"), run.accepted, overTcp(run)], ["accepted", 1, [1]]);
    }
  });

  Deno.test(`stream budget: answers over TCP 4500 are ${name}, and UDP works: it is counted, and TLS 443 is only asked`, async () => {
    const run = await probe(world);
    assertEquals([outcome(run, "udp-500"), outcome(run, "tls-443")], ["accepted", "alive"]);
    assertEquals([run.accepted, overTcp(run)], [1, [1]]);
    const said = run.facts.events.find((event) => event.kind === "budget" && event.path === `tls-443@${HOST}`);
    assert(said?.kind === "budget");
    assertEquals([said.spent, said.limit], [1, 1]);
    const { findings } = assemble(run.facts);
    assert(findings.every(({ paths }) => !paths.includes(`tls-443@${HOST}`)), "it works");
  });
}

Deno.test("stream budget: what was not acknowledged is taken back, and TLS 443 may be accepted", async () => {
  const began = { at: -1 };
  // Later than the timeout, all would be delivered.
  const blocked: Middlebox = {
    name: "drops data to TCP 4500 for 3.5 s",
    handle({ flag, to }, { now }) {
      if (began.at < 0) began.at = now;
      return flag === "data" && to.port === 4500 && now - began.at < 3_500 ? "drop" : undefined;
    },
  };
  const run = await probe({ middleboxes: [blocked], paths: ["udp-500", "tcp-4500", "tls-443"] });
  assertEquals([outcome(run, "tcp-4500"), outcome(run, "tls-443")], ["silent", "accepted"]);
  assertEquals([run.accepted, overTcp(run)], [1, [1]]);
  const end = run.facts.events.find((event) => event.kind === "end" && event.path?.startsWith("tcp-4500"));
  assertEquals(end?.kind === "end" && [end.how, end.abortive, end.acked], ["ours", true, 0]);
});

Deno.test("stream budget: alone, or where UDP answers, the first stream need not ask", async () => {
  for (const world of [{ paths: ["tcp-4500"], middleboxes: [NO_UDP] }, { faults: ["udp:delay:40"] }, {}]) {
    const run = await probe(world);
    assertEquals([outcome(run, "tcp-4500"), attempts(run, "tcp-4500")], ["accepted", 1]);
  }
});

Deno.test("stream budget: where UDP is dropped the first stream asks, and is still the one that is accepted", async () => {
  const run = await probe({ middleboxes: [NO_UDP] });
  assertEquals([outcome(run, "tcp-4500"), outcome(run, "tls-443"), attempts(run, "tcp-4500")], [
    "accepted",
    "alive",
    2,
  ]);
  assertEquals([run.accepted, overTcp(run)], [1, [1]]);
});

Deno.test("stream budget: silence to the question proves nothing: the full one is sent, where nobody else was answered", async () => {
  for (const latency of [1, 10, 40]) {
    const run = await probe({ latency, faults: ["drop-stateless"], middleboxes: [NO_UDP] });
    assertEquals([outcome(run, "tcp-4500"), run.accepted, overTcp(run)], ["accepted", 1, [1]]);
  }
});

Deno.test("stream budget: a slow answer to the question counts, although TLS 443 has gone ahead meanwhile", async () => {
  const run = await probe({ faults: ["tcp:delay:2500"], middleboxes: [NO_UDP] });
  assertEquals([outcome(run, "tcp-4500"), outcome(run, "tls-443")], ["alive", "accepted"]);
  assertEquals([run.accepted, overTcp(run)], [1, [1]]);
});

Deno.test("stream budget: a broken acceptance may be a whole one to the gateway", async () => {
  for (const faults of [["tcp-4500:malformed:no-ke"], ["tcp-4500:frame-length:5"]]) {
    const run = await probe({ faults });
    assertEquals([run.accepted, overTcp(run)], [1, [1]], faults[0]);
  }
});
