/** Questions that leave no state: one at a time over UDP, as a gateway counts what it works on. */
import { assertEquals, assertGreaterOrEqual, assertLess } from "@std/assert";
import type { Facts } from "../../lib/model/mod.ts";
import { DEFAULT_SETTINGS, type ProbeHooks, probeHost, type ProbeSettings } from "../../lib/probe/mod.ts";
import { drop, runGateway, SimulatedNetwork } from "../sim/mod.ts";
import { soundFacts } from "../testbed/report.ts";

const HOST = "203.0.113.2";
const [UDP_500, UDP_4500] = [`udp-500@${HOST}`, `udp-4500@${HOST}`];
const HOOKS: ProbeHooks = {
  tool: { name: "ike-tcp", version: "0", runtime: "test", platform: "test" },
  started: "2026-01-01T00:00:00Z",
};

async function ask(network: SimulatedNetwork, settings: Partial<ProbeSettings>): Promise<Facts> {
  const sparing = new Set([UDP_500, UDP_4500]);
  const all = { ...DEFAULT_SETTINGS, mode: "quick", sparing, ...settings } as const;
  return soundFacts(await probeHost(HOST, all, network, HOOKS));
}

async function gateway(): Promise<SimulatedNetwork> {
  const network = new SimulatedNetwork();
  await runGateway(network.addHost([HOST]));
  return network;
}

/** When something of this kind happened on a path for the first time. */
function first({ events }: Facts, path: string, kind: "sent" | "message"): number {
  return events.find((event) => event.path === path && event.kind === kind)!.t_ms;
}

const outcomes = ({ paths }: Facts) => paths.slice(0, 2).map(({ state, ike }) => ike?.outcome ?? state);

Deno.test("asking: the second question waits for the answer to the first, and a moment", async () => {
  const facts = await ask(await gateway(), {});
  assertEquals(outcomes(facts), ["alive", "alive"]);
  assertGreaterOrEqual(first(facts, UDP_4500, "sent") - first(facts, UDP_500, "message"), 100);
});

Deno.test("asking: silence does not keep the next question waiting for long, and takes nothing of its time", async () => {
  const network = await gateway();
  network.middleboxes.push(drop({ protocol: "udp", port: 500 }));
  const facts = await ask(network, {});
  assertEquals(outcomes(facts), ["silent", "alive"]);
  assertEquals(Math.round(first(facts, UDP_4500, "sent") - first(facts, UDP_500, "sent")), 600);
  network.middleboxes.push(drop({ protocol: "udp", port: 4500 }));
  const none = await ask(network, { timeoutMs: 900 });
  assertEquals(outcomes(none), ["silent", "silent"]);
  assertEquals(none.paths.slice(0, 2).map(({ attempts }) => attempts), [2, 2]);
});

Deno.test("asking: full exchanges do not wait for each other", async () => {
  const facts = await ask(await gateway(), { sparing: new Set() });
  assertEquals(outcomes(facts), ["accepted", "accepted"]);
  assertLess(first(facts, UDP_4500, "sent") - first(facts, UDP_500, "sent"), 1);
});
