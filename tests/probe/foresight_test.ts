/** A dead host takes no longer than the timeout; whoever gives a sign of life is treated as ever. */
import { assert, assertEquals, assertGreaterOrEqual, assertLess } from "@std/assert";
import { assemble } from "../../lib/report/assemble.ts";
import type { Facts } from "../../lib/model/mod.ts";
import { DEFAULT_SETTINGS, probeHost, type ProbeSettings } from "../../lib/probe/mod.ts";
import { runGateway, SimulatedNetwork } from "../sim/mod.ts";
import { soundFacts } from "../testbed/report.ts";

const HOST = "203.0.113.2";
const OTHER = "203.0.113.3";
const TIMEOUT = DEFAULT_SETTINGS.timeoutMs;
const HOOKS = {
  tool: { name: "ike-tcp", version: "0", runtime: "test", platform: "test" },
  started: "2026-01-01T00:00:00Z",
};

interface World {
  /** Faults of the gateway; without any there is none. */
  readonly faults?: readonly string[];
  readonly addresses?: readonly string[];
  readonly settings?: Partial<ProbeSettings>;
  /** One way, in milliseconds. */
  readonly latency?: number;
}

async function probe({ faults, addresses = [HOST], settings, latency = 10 }: World = {}): Promise<Facts> {
  const network = new SimulatedNetwork({ latency, names: { "vpn.example": [...addresses] } });
  if (faults !== undefined) await runGateway(network.addHost([HOST]), { faults });
  const facts = await probeHost("vpn.example", { ...DEFAULT_SETTINGS, ...settings }, network, HOOKS);
  return soundFacts(facts);
}

const starts = (facts: Facts) => facts.experiments.map((experiment) => experiment.started_ms);
const findings = (facts: Facts) => assemble(facts).findings.map(({ code, confidence }) => `${code} ${confidence}`);

/** What a dead host is asked behind the first attempts. */
const ASKED = [
  ...["udp-500", "udp-4500"].flatMap((path) =>
    ["udp-version", "udp-empty-init", "udp-no-proposal", "udp-other-encoding", "udp-source-port"].map((name) =>
      `${name} ${path}@${HOST}`
    )
  ),
  `udp-closed-port udp-500@${HOST}`,
  `tcp-closed-port tcp-4500@${HOST}`,
  `tcp-closed-port tcp-4500@${HOST}`,
  ...[1, 2, 3].map(() => `tcp-silence tcp-4500@${HOST}`),
];

Deno.test("foresight: a dead host has been asked everything when the timeout is over", async () => {
  const facts = await probe();
  assertEquals(facts.experiments.map(({ name, path }) => `${name} ${path}`), ASKED);
  // A privileged source port is not to be had.
  assert(facts.experiments.every(({ name, result }) => result !== "failed" || name === "udp-source-port"));
  assertGreaterOrEqual(facts.duration_ms, TIMEOUT);
  assertLess(facts.duration_ms, TIMEOUT + 10);
  assertEquals(findings(facts), ["address-dead certain"]);
  const last = facts.events.findLast((event) => event.kind === "sent" && event.experiment === undefined)!;
  const watched = facts.experiments[0]!.ended_ms - facts.experiments[0]!.started_ms;
  assertGreaterOrEqual(starts(facts)[0]! - last.t_ms, watched, "the last request has had as much time");
});

Deno.test("foresight: without the time for it, and in deep mode, all is asked afterwards", async () => {
  for (const settings of [{ timeoutMs: 1_000 }, { timeoutMs: 2_200 }, { mode: "deep" }] as const) {
    const facts = await probe({ settings });
    assertEquals(facts.experiments.map(({ name, path }) => `${name} ${path}`), ASKED);
    assertGreaterOrEqual(Math.min(...starts(facts)), facts.options.timeout_ms);
  }
  assertEquals((await probe({ settings: { mode: "quick" } })).experiments, []);
});

Deno.test("foresight: a sign of life on any path, and all is asked afterwards", async () => {
  for (const faults of [["udp:drop", "tls:drop"], ["udp:drop", "tcp:refuse", "tls:drop"]]) {
    const facts = await probe({ faults });
    assert(facts.experiments.length > 0);
    assertGreaterOrEqual(Math.min(...starts(facts)), TIMEOUT);
  }
});

Deno.test("foresight: each address for itself", async () => {
  const facts = await probe({ faults: [], addresses: [HOST, OTHER] });
  assertEquals([...new Set(facts.experiments.map(({ path }) => path.split("@")[1]))], [OTHER]);
  assertLess(facts.duration_ms, TIMEOUT + 100);
  assertEquals(findings(facts), ["address-dead certain"]);
});

/** What is found where a round trip takes longer than anybody expects an answer to take. */
const LATE: readonly { readonly faults: readonly string[]; readonly findings: readonly string[] }[] = [
  { faults: [], findings: ["rate-limited possible"] },
  { faults: ["tcp:drop"], findings: ["tcp-mute possible", "rate-limited possible"] },
  { faults: ["tcp:refuse"], findings: ["tcp-not-offered certain"] },
];

for (const late of LATE) {
  Deno.test(`foresight: who answers after 2.5 seconds has answered (${late.faults.join() || "healthy"})`, async () => {
    const facts = await probe({ faults: late.faults, latency: 1_250 });
    assertEquals(facts.paths.slice(0, 2).map((path) => path.ike?.outcome), ["accepted", "accepted"]);
    assertEquals(findings(facts), late.findings);
    const foreseen = facts.experiments.filter((experiment) => experiment.started_ms < TIMEOUT);
    assertEquals(foreseen.map(({ name, path }) => `${name} ${path}`), ASKED, "all was silent until then");
  });
}
