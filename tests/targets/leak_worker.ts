/**
 * Probes a few thousand simulated hosts, and says how many of their reports are still in memory from time to time: one
 * number on each line. Needs --v8-flags=--expose-gc.
 */
import { parsePathSpec, type Report } from "../../lib/model/mod.ts";
import { DEFAULT_SETTINGS, probeHost } from "../../lib/probe/mod.ts";
import { assemble } from "../../lib/report/assemble.ts";
import { runSchedule } from "../../lib/targets/schedule.ts";
import { runGateway, SimulatedNetwork } from "../sim/mod.ts";

const HOSTS = 2_000;
const TOOL = { name: "ike-tcp", version: "0", runtime: "test", platform: "test" };
const settings = { ...DEFAULT_SETTINGS, paths: ["udp-500"].map(parsePathSpec), named: true };

const network = new SimulatedNetwork();
for (let i = 0; i < 20; i++) await runGateway(network.addHost([`203.0.113.${i + 1}`]));
const alive = new Set<WeakRef<Report>>();
let ended = 0;

/** What is reachable is alive still; the event loop has to turn before a look at it is over. */
async function look(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  (globalThis as unknown as { gc(): void }).gc();
  for (const one of alive) if (one.deref() === undefined) alive.delete(one);
  console.log(alive.size);
}

const targets = Array.from({ length: HOSTS }, (_, i) => ({ host: `203.0.113.${1 + (i % 20)}`, settings }));
await runSchedule(targets, {
  network,
  concurrency: 16,
  rate: Infinity,
  jitterMs: 0,
  order: "input",
  signal: new AbortController().signal,
}, {
  probe: async ({ host }, { network: own, ...hooks }) => {
    const started = "2026-01-01T00:00:00Z";
    const report = assemble(await probeHost(host, settings, own, { tool: TOOL, started, ...hooks }));
    alive.add(new WeakRef(report));
    if (++ended % 250 === 0) await network.clock.hold(look());
    network.trace.length = 0;
    return report;
  },
  fail: (_, why) => Promise.reject(why),
  onEnd: () => {},
  onReport: () => {},
});
await look();
