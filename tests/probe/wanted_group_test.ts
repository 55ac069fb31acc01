/** Paths tell each other which group the gateway wants: over TCP that saves a round trip, and with libreswan a connection. */
import { assertEquals, assertLess } from "@std/assert";
import { DEFAULT_SETTINGS, probeHost } from "../../lib/probe/mod.ts";
import { WantedGroups } from "../../lib/probe/wanted_group.ts";
import { DEFAULT_POLICY } from "../../lib/exchange/responder_policy.ts";
import { drop, type Middlebox, runGateway, SimulatedNetwork } from "../sim/mod.ts";
import { soundFacts } from "../testbed/report.ts";

const HOST = "203.0.113.2";

/** A gateway that wants another group, and hangs up behind its demand. */
async function probe(latency: number, middleboxes: Middlebox[] = []) {
  const network = new SimulatedNetwork({ latency, middleboxes });
  const policy = { ...DEFAULT_POLICY, groups: [14] };
  await runGateway(network.addHost([HOST]), { policy, faults: ["tcp:hang-up"] });
  const tool = { name: "ike-tcp", version: "0", runtime: "test", platform: "test" };
  const facts = soundFacts(
    await probeHost(HOST, DEFAULT_SETTINGS, network, { tool, started: "2026-01-01T00:00:00Z" }),
  );
  const tcp = facts.paths.find(({ id }) => id === `tcp-4500@${HOST}`)!;
  return { facts, tcp };
}

Deno.test("wanted group: TCP waits for what UDP is about to be told, and asks once", async () => {
  for (const latency of [5, 50, 150]) {
    const { facts, tcp } = await probe(latency);
    assertEquals([tcp.ike?.outcome, tcp.attempts, tcp.ike?.groups_tried], ["accepted", 1, ["MODP2048"]]);
    // Handshake, IKE_SA_INIT, the farewell, and the moment in which an accepted connection is watched.
    assertLess(facts.duration_ms, 3 * 2 * latency + 100);
  }
});

Deno.test("wanted group: where UDP is blocked, TCP asks by itself, hardly later", async () => {
  const { facts, tcp } = await probe(50, [drop({ protocol: "udp" })]);
  assertEquals([tcp.ike?.outcome, tcp.ike?.groups_tried], ["accepted", ["X25519", "MODP2048"]]);
  const [connected, sent] = ["connected", "sent"].map((kind) =>
    facts.events.find((event) => event.path === tcp.id && event.kind === kind)!.t_ms
  );
  // As TLS 443 might be another way, there is a moment more for word over UDP.
  assertLess(sent! - connected!, 100 * 0.25 + 60);
});

Deno.test("wanted group: nobody waits where nothing was asked, or all is known", async () => {
  const { clock } = new SimulatedNetwork();
  const groups = new WantedGroups();
  const began = clock.now();
  const { signal } = new AbortController();
  await groups.word(HOST, 1000, clock, signal);
  groups.asked(HOST, began);
  groups.learn(HOST, 14);
  await groups.word(HOST, 1000, clock, signal);
  assertEquals([clock.now() - began, groups.at(HOST)], [0, 14]);
});
