/** A RST to our SYN from somebody near: seen although the run's own work made the first one look late. */
import { assertEquals } from "@std/assert";
import type { Facts } from "../../lib/model/mod.ts";
import { DEFAULT_SETTINGS, probeHost } from "../../lib/probe/mod.ts";
import { assemble } from "../../lib/report/assemble.ts";
import { delay, type Middlebox, reset, runGateway, SimulatedNetwork } from "../sim/mod.ts";
import { soundFacts } from "../testbed/report.ts";

const HOST = "203.0.113.2";
/** As measured behind a real middlebox, while code is loaded. */
const LATE_MS = 38;

interface World {
  readonly latency: number;
  readonly middleboxes?: readonly Middlebox[];
}

/** The gateway refuses TCP; the first refusal on port 4500 is looked at too late. */
async function probe({ latency, middleboxes }: World): Promise<Facts> {
  const network = new SimulatedNetwork({ latency, middleboxes });
  await runGateway(network.addHost([HOST]), { faults: ["tcp:refuse", "tls:refuse"] });
  const connect = network.connectTcp.bind(network);
  let busy = true;
  network.connectTcp = async (remote, options) => {
    const opened = await connect(remote, options);
    if (opened.ok || remote.port !== 4500 || !busy) return opened;
    busy = false;
    await network.clock.sleep(network.clock.now() + LATE_MS);
    return { ...opened, ms: opened.ms + LATE_MS };
  };
  const tool = { name: "ike-tcp", version: "0", runtime: "test", platform: "test" };
  return soundFacts(
    await probeHost(HOST, DEFAULT_SETTINGS, network, { tool, started: "2026-01-01T00:00:00Z" }),
  );
}

const asked = (facts: Facts) => facts.experiments.map(({ name }) => name);
const found = (facts: Facts) => assemble(facts).findings.map(({ code }) => code);

Deno.test("refusal: a RST from a middlebox is told from the gateway's, though the first one was seen late", async () => {
  const near = reset({ port: 4500, flag: "syn" }, { distance: 0.5 });
  const facts = await probe({ latency: 30, middleboxes: [near] });
  assertEquals(found(facts), ["tcp-refused", "reset-injected"]);
  assertEquals(asked(facts).slice(0, 4), ["tcp-silence", "tcp-silence", "tcp-closed-port", "tcp-closed-port"]);
});

Deno.test("refusal: a far gateway's own is asked for once more, and believed", async () => {
  const facts = await probe({ latency: 30 });
  assertEquals(found(facts), ["tcp-not-offered"]);
  assertEquals(asked(facts), ["tcp-silence"]);
});

Deno.test("refusal: one that is quick by chance is not taken for somebody else's, and no other port is asked", async () => {
  let syns = 0;
  const jitter: Middlebox = {
    name: "all SYNs to TCP 4500 but the second one take 100 ms longer",
    handle: ({ flag, to }) => flag === "syn" && to.port === 4500 && ++syns !== 2 ? { delay: 100 } : undefined,
  };
  const slow = delay(100, { protocol: "udp", direction: "out" });
  const facts = await probe({ latency: 10, middleboxes: [jitter, slow] });
  assertEquals(asked(facts), ["tcp-silence", "tcp-silence"]);
});

Deno.test("refusal: where all is near, no time could tell who refuses, and nothing more is asked", async () => {
  const facts = await probe({ latency: 5 });
  assertEquals(found(facts), ["tcp-not-offered"]);
  assertEquals(asked(facts), []);
});
