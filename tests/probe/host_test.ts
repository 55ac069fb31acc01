/** Whole runs against simulated hosts: what is tried, what it costs, how long it takes, and what an abort leaves. */
import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import type { Facts, PathReport } from "../../lib/model/mod.ts";
import { encodeFrame, FrameDecoder, withMarker } from "../../lib/encap/mod.ts";
import { statusNotify } from "../../lib/exchange/request.ts";
import { encodeNotifies } from "../../lib/exchange/responder_answer.ts";
import { DEFAULT_POLICY } from "../../lib/exchange/responder_policy.ts";
import { decodeHeader } from "../../lib/ike/mod.ts";
import { parsePathSpec } from "../../lib/model/mod.ts";
import { hex } from "../../lib/wire/mod.ts";
import { DEFAULT_SETTINGS, probeHost, type ProbeSettings } from "../../lib/probe/mod.ts";
import { drop, dropOnPrefix, resetOnPrefix, runGateway, SimulatedNetwork } from "../sim/mod.ts";
import type { SimulatedNetworkOptions } from "../sim/mod.ts";
import { soundFacts } from "../testbed/report.ts";

const HOST = "203.0.113.2";
const TOOL = { name: "ike-tcp", version: "0", runtime: "test", platform: "test" };

interface World extends SimulatedNetworkOptions {
  readonly faults?: readonly string[];
  readonly settings?: Partial<ProbeSettings>;
  readonly signal?: AbortSignal;
  readonly policy?: Parameters<typeof runGateway>[1];
}

async function probe(world: World = {}, input = HOST): Promise<Facts> {
  const network = new SimulatedNetwork(world);
  await runGateway(network.addHost([HOST]), { faults: world.faults, ...world.policy });
  const hooks = { tool: TOOL, started: "2026-01-01T00:00:00Z", signal: world.signal };
  return soundFacts(await probeHost(input, { ...DEFAULT_SETTINGS, ...world.settings }, network, hooks));
}

function path(facts: Facts, spec: string): PathReport {
  const found = facts.paths.find((p) => p.id === `${spec}@${HOST}`);
  assert(found !== undefined, `${spec} is among ${facts.paths.map((p) => p.id)}`);
  return found;
}

const outcomes = (facts: Facts) =>
  Object.fromEntries(facts.paths.map((p) => [p.id.split("@")[0], p.ike?.outcome ?? p.state]));

Deno.test("probe: a healthy gateway is accepted on UDP and TCP, and nothing else is sent", async () => {
  const facts = await probe();
  assertEquals(outcomes(facts), {
    "udp-500": "accepted",
    "udp-4500": "accepted",
    "tcp-4500": "accepted",
    "tcp-443": "foreign",
    "tls-443": "alive",
  });
  assertEquals(facts.experiments, []);
  assertEquals(path(facts, "udp-500").attempts, 1);
  assertEquals(path(facts, "tcp-4500").attempts, 1);
});

Deno.test("probe: a run leaves at most one half-open SA over TCP or TLS, and no more than its budget", async () => {
  const facts = await probe({ settings: { named: true } });
  assertEquals(facts.budget.spent.map((s) => [s.half_open, s.over_tcp]), [[3, 1]]);
  const frugal = await probe({ settings: { maxHalfOpen: 1 } });
  assertEquals(frugal.budget.spent.map((s) => s.half_open), [1]);
  assertEquals(Object.values(outcomes(frugal)).filter((o) => o === "accepted").length, 1);
  assertEquals(Object.values(outcomes(frugal)).filter((o) => o === "alive").length, 3);
});

Deno.test("probe: with no budget at all every path is only asked, and none accepted", async () => {
  const facts = await probe({ settings: { maxHalfOpen: 0 } });
  assertEquals(path(facts, "udp-500").ike?.outcome, "alive");
  assertEquals(path(facts, "tcp-4500").ike?.outcome, "alive");
});

Deno.test("probe: when TCP 4500 fails, TLS 443 gets the full exchange", async () => {
  for (const faults of [["tcp-4500:prefix-reset"], ["tcp-4500:refuse"], ["tcp-4500:http:400"]]) {
    const facts = await probe({ faults });
    assertEquals(path(facts, "tls-443").ike?.outcome, "accepted", faults[0]);
  }
});

Deno.test("probe: a required path goes first among the streams", async () => {
  const facts = await probe({ settings: { require: [parsePathSpec("tls-443")] } });
  assertEquals(path(facts, "tls-443").ike?.outcome, "accepted");
  assertEquals(path(facts, "tcp-4500").ike?.outcome, "alive");
});

Deno.test("probe: with every path failing the run ends within 8 s, experiments included", async () => {
  const worlds: World[] = [
    { middleboxes: [drop({})] },
    { middleboxes: [dropOnPrefix()], faults: ["udp:drop"] },
    { faults: ["udp:drop", "tcp:mute", "tls:mute"] },
    { faults: ["udp:drop", "tcp:drip", "tls:endless-frame"] },
    { faults: ["udp:cookie-loop", "tcp:cookie-loop", "tls:group-loop"] },
  ];
  for (const world of worlds) {
    const facts = await probe({ ...world, settings: { named: true } });
    assertLess(facts.duration_ms, 8_000, JSON.stringify(outcomes(facts)));
  }
});

Deno.test("probe: when nothing answers, the paths end within 3 s, and --quick ends there", async () => {
  const facts = await probe({ middleboxes: [drop({})], settings: { mode: "quick" } });
  assertEquals(new Set(facts.paths.map((p) => p.state)), new Set(["silent"]));
  assertLess(facts.duration_ms, 3_100);
  assertEquals(path(facts, "udp-500").attempts, 3);
});

Deno.test("probe: silence says how many requests it met, one in the singular", async () => {
  const facts = await probe({ middleboxes: [drop({})], settings: { mode: "quick", retries: 0 } });
  assertEquals(path(facts, "udp-500").reason, "no answer to 1 request in 3 s");
});

Deno.test("probe: streams that are mute end within 3 s, too", async () => {
  const facts = await probe({ faults: ["udp:drop", "tcp:mute", "tls:mute"], settings: { mode: "quick", named: true } });
  assertLess(facts.duration_ms, 3_300);
});

Deno.test("probe: a reset prefix is compared with other octets, twice, and no experiment leaves state", async () => {
  const facts = await probe({ middleboxes: [resetOnPrefix(4500)], latency: 20 });
  const results = (name: string) => facts.experiments.filter((e) => e.name === name).map((e) => e.result);
  assertEquals(results("tcp-prefix"), ["reset", "reset"]);
  assertEquals(results("tcp-other-prefix"), ["closed", "closed"]);
  assertEquals(results("tcp-prefix-split"), ["answered", "answered"]);
  assertEquals(results("tcp-prefix-frame"), ["reset", "reset"]);
  assertEquals(facts.budget.spent[0]?.over_tcp, 1, "TLS 443 was accepted; the experiments cost nothing");
});

Deno.test("probe: where only the split prefix is answered, the whole one is tried again: it may have been chance", async () => {
  const facts = await probe({ faults: ["tcp:drop-first:2"] });
  const results = (name: string) => facts.experiments.filter((e) => e.name === name).map((e) => e.result);
  assertEquals(results("tcp-prefix-frame"), ["silent", "answered"]);
});

Deno.test("probe: a port that had answered and is silent is asked again twice, as both copies may be lost", async () => {
  const again = async (fault: string) =>
    (await probe({ faults: [fault] })).experiments.filter((e) => e.name === "udp-again").map((e) => e.result);
  assertEquals(await again("udp:rate-limit:1"), ["silent", "silent"]);
  assertEquals(await again("udp-4500:drop"), ["answered"]);
});

Deno.test("probe: experiments belong to their number, and the main exchange's events to none", async () => {
  const facts = await probe({ middleboxes: [resetOnPrefix(4500)] });
  for (const event of facts.events) {
    if (event.experiment === undefined) continue;
    const experiment = facts.experiments[event.experiment];
    assertEquals(experiment?.path, event.path);
  }
  assert(facts.events.some((e) => e.experiment !== undefined));
});

Deno.test("probe: an abort leaves a report of what was measured", async () => {
  const stop = new AbortController();
  const network = new SimulatedNetwork({ middleboxes: [drop({ protocol: "udp" })] });
  await runGateway(network.addHost([HOST]));
  network.clock.schedule(network.clock.now() + 1_000, () => stop.abort());
  const facts = await probeHost(HOST, DEFAULT_SETTINGS, network, {
    tool: TOOL,
    started: "2026-01-01T00:00:00Z",
    signal: stop.signal,
  });
  assertEquals(facts.interrupted, true);
  assertEquals(path(facts, "tcp-4500").ike?.outcome, "accepted");
  assertEquals(path(facts, "udp-500").state, "skipped");
  assertLess(facts.duration_ms, 2_000);
});

Deno.test("probe: a name that does not resolve gives facts without paths, and says why", async () => {
  const facts = await probe({}, "nowhere.example");
  assertEquals(facts.paths, []);
  assertStringIncludes(facts.target.error ?? "", "nowhere.example");
});

Deno.test("probe: every address of a name is tried", async () => {
  const addresses = ["203.0.113.2", "203.0.113.3", "2001:db8:77::2"];
  const network = new SimulatedNetwork({ names: { "vpn.example": addresses } });
  await runGateway(network.addHost(addresses));
  const facts = await probeHost("vpn.example", DEFAULT_SETTINGS, network, {
    tool: TOOL,
    started: "2026-01-01T00:00:00Z",
  });
  assertEquals(facts.paths.length, 15);
  assertEquals(facts.paths.filter((p) => p.ike?.outcome === "accepted").length, 9);
});

Deno.test("probe: a redirect is followed over the same transport, and the new gateway's paths are reported", async () => {
  const network = new SimulatedNetwork({});
  await runGateway(network.addHost([HOST]), { faults: ["udp:redirect:203.0.113.9", "tcp:redirect:203.0.113.9"] });
  await runGateway(network.addHost(["203.0.113.9"]));
  const facts = await probeHost(HOST, DEFAULT_SETTINGS, network, { tool: TOOL, started: "2026-01-01T00:00:00Z" });
  const first = path(facts, "udp-500");
  assertEquals(first.ike?.redirects, ["203.0.113.9"]);
  assertEquals(first.ike?.followed, "udp-500@203.0.113.9");
  const next = facts.paths.find((p) => p.id === first.ike?.followed);
  assertEquals(next?.ike?.outcome, "accepted");
  assertEquals(next?.redirected_from, first.id);
});

Deno.test("probe: an error that came first does not hide the acceptance behind it (UDP)", async () => {
  const facts = await probe({ faults: ["udp:error-first:NO_PROPOSAL_CHOSEN"] });
  assertEquals(path(facts, "udp-500").ike?.outcome, "accepted");
  const results = facts.events.flatMap((e) => e.kind === "message" && e.path === `udp-500@${HOST}` ? [e.result] : []);
  assertEquals(results, ["error", "accepted"]);
});

Deno.test("probe: a gateway that hangs up after each demand is followed over new connections", async () => {
  const facts = await probe({
    faults: ["tcp:hang-up"],
    policy: { policy: { ...DEFAULT_POLICY, cookieFrom: 0, groups: [14] } },
    settings: { paths: [parsePathSpec("tcp-4500")], named: true },
  });
  const tcp = path(facts, "tcp-4500");
  assertEquals(tcp.ike?.outcome, "accepted");
  assertEquals(tcp.ike?.groups_tried, ["X25519", "MODP2048"]);
  assertEquals(facts.events.filter((e) => e.kind === "open").length, 3);
});

Deno.test("probe: TLS takes what its handshake takes, however late the connection below was seen", async () => {
  const tlsOf = async (late: number) => {
    const network = new SimulatedNetwork({});
    await runGateway(network.addHost([HOST]));
    const connect = network.connectTls.bind(network);
    network.connectTls = async (remote, options) => {
      const onConnected: typeof options.onConnected = (channel, ms) => options.onConnected?.(channel, ms + late);
      const opened = await connect(remote, { ...options, onConnected });
      return { ...opened, ms: opened.ms + late };
    };
    const facts = await probeHost(HOST, DEFAULT_SETTINGS, network, { tool: TOOL, started: "2026-01-01T00:00:00Z" });
    return path(facts, "tls-443").timing_ms;
  };
  const { connect, tls } = await tlsOf(0);
  const late = await tlsOf(60);
  assertEquals([late.connect, late.tls], [connect, tls]);
});

Deno.test("probe: a closed UDP port costs nothing", async () => {
  const facts = await probe({ faults: ["udp:refuse", "tcp:refuse", "tls:refuse"] });
  assertEquals(facts.budget.spent.map((s) => s.half_open), [0]);
});

Deno.test("probe: an abort does not wait for a resolver that never answers", async () => {
  const stop = new AbortController();
  const network = new SimulatedNetwork({});
  network.resolve = () => new Promise(() => {});
  network.clock.schedule(network.clock.now() + 100, () => stop.abort());
  const run = probeHost("vpn.example", DEFAULT_SETTINGS, network, {
    tool: TOOL,
    started: "2026-01-01T00:00:00Z",
    signal: stop.signal,
  });
  await network.clock.sleep(network.clock.now() + 200);
  const facts = await run;
  assertEquals(facts.interrupted, true);
  assertEquals(facts.paths, []);
});

/** A host whose TCP 4500 says this over and over. */
async function chatter(octets: readonly number[]): Promise<Facts> {
  const network = new SimulatedNetwork();
  network.addHost([HOST]).onTcp(4500, async (channel) => {
    for (let i = 0; i < 20; i++) {
      await channel.send(Uint8Array.from(octets));
      await network.clock.background.sleep(network.clock.now() + 50);
    }
  });
  const settings = { ...DEFAULT_SETTINGS, paths: [parsePathSpec("tcp-4500")], named: true, mode: "quick" } as const;
  return await probeHost(HOST, settings, network, { tool: TOOL, started: "2026-01-01T00:00:00Z" });
}

Deno.test("probe: a stream of NAT-keepalives is RFC 9329, and no answer", async () => {
  assertEquals(path(await chatter([0, 3, 0xff]), "tcp-4500").state, "silent");
});

Deno.test("probe: a stream of whole frames that carry no IKE message is foreign", async () => {
  const frame = [0, 46, 0, 0, 0, 0, ...new Array(40).fill(0x41)];
  assertEquals(path(await chatter(frame), "tcp-4500").state, "foreign");
});

Deno.test("probe: a stray message is no answer: the request that it came behind is not repeated elsewhere", async () => {
  const network = new SimulatedNetwork();
  const spis: string[] = [];
  network.addHost([HOST]).onTcp(4500, async (channel) => {
    const decoder = new FrameDecoder({ expectPrefix: true });
    for (let requests = 0;;) {
      const arrival = await channel.receive(Infinity);
      if (arrival?.kind !== "octets") return;
      for (const frame of decoder.push(arrival.data)) {
        if (frame.kind !== "ike") continue;
        const header = decodeHeader(frame.message)!;
        spis.push(hex(header.initiatorSpi));
        if (requests++ === 0) {
          const cookie = encodeNotifies(header, statusNotify(16390, Uint8Array.of(1, 2, 3)));
          await channel.send(encodeFrame(withMarker(cookie)));
          continue;
        }
        // The request with the cookie may have been taken; what comes back is to somebody else's.
        const stray = encodeNotifies({ ...header, initiatorSpi: new Uint8Array(8).fill(0xaa) }, statusNotify(16390));
        await channel.send(encodeFrame(withMarker(stray)));
        return channel.close();
      }
    }
  });
  const settings = { ...DEFAULT_SETTINGS, paths: [parsePathSpec("tcp-4500")], named: true, mode: "quick" } as const;
  const facts = await probeHost(HOST, settings, network, { tool: TOOL, started: "2026-01-01T00:00:00Z" });
  // First and cookie request share an SPI and the connection. There is no other: the gateway may have accepted on this one.
  assertEquals([spis.length, new Set(spis).size], [2, 1]);
  assertEquals(facts.budget.spent.map(({ over_tcp }) => over_tcp), [1]);
});

Deno.test("host: experiments are over by the time that a run has, and none has less time than it needs", async () => {
  for (const [ms, some] of [[3200, false], [3800, false], [5200, true], [6000, true]] as const) {
    const network = new SimulatedNetwork({ middleboxes: [drop({ port: 4500 })] });
    await runGateway(network.addHost([HOST]));
    const began = network.clock.now();
    const hooks = { tool: TOOL, started: "2026-01-01T00:00:00Z", endBy: began + ms };
    const facts = soundFacts(await probeHost(HOST, DEFAULT_SETTINGS, network, hooks));
    assertEquals([facts.interrupted, facts.experiments.length > 0], [undefined, some], `${ms} ms`);
    for (const { ended_ms } of facts.experiments) assert(ended_ms <= ms, `${ms} ms`);
  }
});
