/** What anybody could have sent, or a moment may have caused, is a hint: ICMP errors and early error notifies. */
import { assert, assertEquals, assertGreaterOrEqual, assertLess } from "@std/assert";
import type { Facts } from "../../lib/model/mod.ts";
import { parsePathSpec } from "../../lib/model/mod.ts";
import { DEFAULT_SETTINGS, probeHost, type ProbeSettings } from "../../lib/probe/mod.ts";
import type { Icmp } from "../../lib/net/transport.ts";
import {
  hostUnreachable,
  type Middlebox,
  portUnreachable,
  reject,
  runGateway,
  SimulatedNetwork,
  timeExceeded,
} from "../sim/mod.ts";
import { early, firstSyn, forgedError, forgedIcmp } from "../middleboxes/boxes.ts";
import { soundFacts } from "../testbed/report.ts";

const HOST = "203.0.113.2";
const ROUTER = "10.77.0.1";
const TOOL = { name: "ike-tcp", version: "0", runtime: "test", platform: "test" };

interface World {
  readonly latency?: number;
  readonly faults?: readonly string[];
  readonly paths?: readonly string[];
  readonly settings?: Partial<ProbeSettings>;
  readonly middleboxes: () => readonly Middlebox[];
}

async function probe({ latency = 5, faults = [], paths = ["udp-500"], settings, middleboxes }: World): Promise<Facts> {
  const network = new SimulatedNetwork({ latency });
  await runGateway(network.addHost([HOST]), { faults });
  network.middleboxes.push(...middleboxes());
  const hooks = { tool: TOOL, started: "2026-01-01T00:00:00Z" };
  const asked = { ...DEFAULT_SETTINGS, named: true, paths: paths.map(parsePathSpec), ...settings };
  return soundFacts(await probeHost(HOST, asked, network, hooks));
}

const refusing = (icmp: (from: string) => Icmp) => () => [reject({ protocol: "udp" }, ROUTER, icmp)];
const states = (facts: Facts) => facts.paths.map(({ state, ike }) => ike?.outcome ?? state);
const made = (facts: Facts) => facts.experiments.map(({ name, result }) => `${name} ${result}`);
const spent = (facts: Facts) => facts.budget.spent.map(({ half_open }) => half_open);

Deno.test("hints: a closed UDP port is asked three times, over 1.5 s, and half a second is waited for something better", async () => {
  const facts = await probe({ middleboxes: refusing(portUnreachable) });
  const [path] = facts.paths;
  assertEquals([path?.state, path?.attempts], ["refused", 3]);
  assertGreaterOrEqual(path!.timing_ms.total, 2_000);
  assertLess(path!.timing_ms.total, 2_050, "and not the whole timeout");
  assertEquals(spent(facts), [0], "nobody took a copy");
});

Deno.test("hints: of many retransmissions, those of the first 1.5 s decide", async () => {
  const settings = { retries: 6, timeoutMs: 60_000 };
  const facts = await probe({ middleboxes: refusing(portUnreachable), settings });
  assertEquals(facts.paths[0]?.attempts, 3);
  assertLess(facts.paths[0]!.timing_ms.total, 2_050);
});

Deno.test("hints: where some copies met nothing, the path's whole time is waited, one may have been taken, and it is asked again", async () => {
  const facts = await probe({ middleboxes: () => [forgedIcmp(portUnreachable(HOST), "is dropped", 1)] });
  assertEquals([states(facts), spent(facts)], [["refused"], [1]]);
  assertGreaterOrEqual(facts.paths[0]!.timing_ms.total, 3_000);
  assertEquals(made(facts), ["udp-no-proposal silent"]);
});

Deno.test("hints: a route that flaps for 700 ms, or a gateway that restarts, is no end", async () => {
  for (const icmp of [hostUnreachable(ROUTER), portUnreachable(HOST)]) {
    const facts = await probe({ middleboxes: () => [early(700, icmp)], paths: ["udp-500", "tcp-4500"] });
    assertEquals(states(facts)[0], "accepted");
    assertEquals(facts.paths[0]?.attempts, 3);
    assert(facts.experiments.some(({ name, result }) => name === "tcp-silence" && result === "connected"));
  }
});

Deno.test("hints: a forged port unreachable beside each datagram is no match for an answer that takes 700 ms", async () => {
  const facts = await probe({ latency: 350, middleboxes: () => [forgedIcmp(portUnreachable(HOST), "passes")] });
  assertEquals(states(facts), ["accepted"]);
  assertEquals(spent(facts), [1]);
  assert(facts.events.some(({ kind }) => kind === "icmp"), "it stays visible");
});

Deno.test("hints: a forged error waits two round trips, as TCP shows how long one is", async () => {
  const world = { latency: 150, faults: ["udp:delay:250"], middleboxes: () => [forgedError(14)] };
  const alone = await probe(world);
  assertLess(alone.paths[0]!.timing_ms.total, 510, "nothing was known");
  const facts = await probe({ ...world, paths: ["udp-500", "tcp-4500"] });
  assertEquals(states(facts), ["accepted", "accepted"]);
  assertGreaterOrEqual(facts.paths[0]!.timing_ms.total, 550);
});

Deno.test("hints: an acceptance that comes behind the path's end counts, in the budget as well, and the forgery stays visible", async () => {
  const paths = ["udp-500", "tcp-4500"];
  const facts = await probe({ latency: 300, middleboxes: () => [forgedError(14)], paths });
  const [path] = facts.paths;
  assertEquals([path?.state, path?.ike?.outcome, path?.ike?.error], ["answered", "accepted", undefined]);
  assertLess(path!.timing_ms.total, 600, "it had ended before");
  assertEquals(path?.timing_ms.answer, 600);
  const results = facts.events.flatMap((event) =>
    event.kind === "message" && event.path === path?.id && event.fit === "answer" ? [event.result] : []
  );
  assertEquals(results, ["error", "accepted"]);
  assertEquals(spent(facts), [2]);
});

Deno.test("hints: where the error is the gateway's own, it stands after half a second", async () => {
  const facts = await probe({ middleboxes: () => [], settings: { groups: [14] } });
  assertEquals(states(facts), ["accepted"]);
  const refused = await probe({ middleboxes: () => [forgedError(14, "is swallowed")] });
  assertEquals(states(refused), ["rejected"]);
  assertLess(refused.paths[0]!.timing_ms.total, 520);
});

Deno.test("hints: a SYN that met an ICMP error is followed by three more", async () => {
  const middleboxes = () => [firstSyn(4500, hostUnreachable(ROUTER))];
  const facts = await probe({ middleboxes, paths: ["tcp-4500"] });
  assertEquals(states(facts), ["prohibited"]);
  assertEquals(made(facts), Array(3).fill("tcp-silence connected"));
});

Deno.test("hints: time exceeded for a SYN is a router's word, as it is for a datagram", async () => {
  const facts = await probe({
    middleboxes: () => [reject({}, "198.51.100.1", timeExceeded)],
    paths: ["udp-500", "tcp-4500"],
  });
  assertEquals(states(facts), ["prohibited", "prohibited"]);
  assertEquals(facts.paths[1]?.reason, "ICMP time exceeded in transit from 198.51.100.1");
});
