/** Where all is well, a run over five paths takes three round trips; where it is not, the SA is ended last, as ever. */
import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { assemble } from "../../lib/report/assemble.ts";
import { DEFAULT_POLICY } from "../../lib/exchange/responder_policy.ts";
import { type Facts, parsePathSpec } from "../../lib/model/mod.ts";
import { DEFAULT_SETTINGS, probeHost } from "../../lib/probe/mod.ts";
import { delay, type Middlebox, ORDINARY_LISTENERS, runGateway, SimulatedNetwork } from "../sim/mod.ts";
import { soundFacts } from "../testbed/report.ts";

const HOST = "203.0.113.2";
const HOOKS = {
  tool: { name: "ike-tcp", version: "0", runtime: "test", platform: "test" },
  started: "2026-01-01T00:00:00Z",
};
/** One way, so that a round trip takes twice as long. */
const LATENCY = 50;
const FIVE = ["udp-500", "udp-4500", "tcp-4500", "tcp-8443", "tls-443"];

async function probe(
  middleboxes: readonly Middlebox[] = [],
  paths: readonly string[] = FIVE,
  faults: readonly string[] = [],
  policy = DEFAULT_POLICY,
): Promise<Facts> {
  const network = new SimulatedNetwork({ latency: LATENCY, middleboxes: [...middleboxes] });
  const listen = [...ORDINARY_LISTENERS, { transport: "tcp", port: 8443 } as const];
  await runGateway(network.addHost([HOST]), { listen, faults, policy });
  const settings = { ...DEFAULT_SETTINGS, named: true, paths: paths.map(parsePathSpec) };
  return soundFacts(await probeHost(HOST, settings, network, HOOKS));
}

/** When the SA's end was asked for, and when the last answer of the paths came, by the run's clock. */
function times({ events }: Facts): { farewell: number; answer: number } {
  const farewell = events.find((event) => event.kind === "sent" && event.what.startsWith("IKE_AUTH"));
  const answers = events.filter((event) => event.kind === "message" && event.what.startsWith("IKE_SA_INIT"));
  assert(farewell !== undefined);
  return { farewell: farewell.t_ms, answer: Math.max(...answers.map((event) => event.t_ms)) };
}

const findings = (facts: Facts) => assemble(facts).findings.map((finding) => finding.code);

Deno.test("early parting: five healthy paths take three round trips, the end of the SA among them", async () => {
  const facts = await probe();
  assertEquals(facts.paths.map((path) => path.ike?.outcome), ["accepted", "accepted", "accepted", "alive", "alive"]);
  const { farewell, answer } = times(facts);
  assertLess(farewell, answer);
  assertLess(facts.duration_ms, 3 * 2 * LATENCY + 40);
  assertEquals(facts.budget.spent.map((spent) => [spent.over_tcp, spent.ended]), [[1, 1]]);
  assertEquals(facts.experiments, []);
  assertEquals(findings(facts), []);
});

Deno.test("early parting: where no answer is missing nothing is waited for", async () => {
  const facts = await probe([], ["udp-500", "tcp-4500"]);
  const { farewell, answer } = times(facts);
  assertLess(farewell - answer, 1);
  assertLess(facts.duration_ms, 3 * 2 * LATENCY + 20);
});

Deno.test("early parting: a path that fails or loses a request may need more, so that the SA is ended last", async () => {
  for (const fault of ["udp-500:drop", "udp-4500:drop-first:1"]) {
    const facts = await probe([], FIVE, [fault, "tls:drop"]);
    const { farewell, answer } = times(facts);
    assertGreater(farewell, answer);
    assertGreater(farewell, DEFAULT_SETTINGS.timeoutMs / 2, fault);
    assertEquals(facts.budget.spent.map((spent) => spent.ended), [1]);
  }
});

Deno.test("early parting: what a gateway asks for is no loss", async () => {
  for (const policy of [{ groups: [19] }, { cookieFrom: 0 }]) {
    const facts = await probe([delay(LATENCY, { protocol: "tcp", port: 443 })], FIVE, [], {
      ...DEFAULT_POLICY,
      ...policy,
    });
    assertEquals(facts.paths.map((path) => path.attempts).slice(0, 2), [2, 2]);
    const { farewell, answer } = times(facts);
    assertLess(farewell, answer);
  }
});

Deno.test("early parting: an answer that never comes is waited for, and found out, as ever", async () => {
  const facts = await probe([], FIVE, ["tls:drop"]);
  const silent = facts.paths.find((path) => path.id.startsWith("tls-443"));
  assertEquals([silent?.state, facts.budget.spent.map((spent) => spent.ended)], ["silent", [1]]);
  assertLess(times(facts).farewell, 500);
  assert(facts.experiments.some((experiment) => experiment.path === silent?.id));
});

Deno.test("early parting: a RST behind the genuine answer is seen, also when it takes its time", async () => {
  for (const late of [0, 15, 60]) {
    const boxes = [delay(late, { protocol: "tcp", port: 4500, direction: "in", flag: "rst" })];
    const facts = await probe(boxes, FIVE, ["tcp-4500:reset-after-answer"]);
    assertEquals(findings(facts), ["reset-injected"], `${late} ms later`);
  }
});
