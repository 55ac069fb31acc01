/** Several names of one gateway: together they may ask of it what one may. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { diagnose } from "../../lib/diagnose/mod.ts";
import type { Facts } from "../../lib/model/mod.ts";
import {
  DEFAULT_SETTINGS,
  MAX_ADDRESSES,
  type ProbeHooks,
  probeHost,
  type ProbeSettings,
  SharedAddresses,
} from "../../lib/probe/mod.ts";
import { HalfOpenBudget } from "../../lib/probe/budget.ts";
import { renderText } from "../../lib/report/text/mod.ts";
import { assemble } from "../../lib/report/assemble.ts";
import type { GatewayEvent } from "../../lib/gateway/mod.ts";
import { runGateway, SimulatedNetwork } from "../sim/mod.ts";
import { soundFacts } from "../testbed/report.ts";

const HOST = "203.0.113.2";
const HOOKS: ProbeHooks = {
  tool: { name: "ike-tcp", version: "0", runtime: "test", platform: "test" },
  started: "2026-01-01T00:00:00Z",
};

/** A gateway with two names, and how many requests it has accepted. */
async function gateway(): Promise<{ network: SimulatedNetwork; accepted: () => number }> {
  const network = new SimulatedNetwork({ names: { "a.example": [HOST], "b.example": [HOST] } });
  let accepted = 0;
  const onEvent = (event: GatewayEvent) => {
    if (event.kind === "message" && event.reaction === "accepted") accepted++;
  };
  await runGateway(network.addHost([HOST]), { onEvent });
  return { network, accepted: () => accepted };
}

async function probe(
  host: string,
  network: SimulatedNetwork,
  hooks: Partial<ProbeHooks>,
  settings: Partial<ProbeSettings> = {},
): Promise<Facts> {
  const quick = { ...DEFAULT_SETTINGS, mode: "quick", ...settings } as const;
  return soundFacts(await probeHost(host, quick, network, { ...HOOKS, ...hooks }));
}

const outcomes = (facts: Facts) => facts.paths.map((path) => path.ike?.outcome ?? path.state);

Deno.test("shared: the runs for two names of a gateway have one budget, and each reports its own part", async () => {
  const { network, accepted } = await gateway();
  const shared = new SharedAddresses();
  const first = await probe("a.example", network, { shared });
  const second = await probe("b.example", network, { shared });
  assertEquals(outcomes(first), ["accepted", "accepted", "accepted", "foreign", "alive"]);
  assertEquals(outcomes(second), ["accepted", "alive", "alive", "foreign", "alive"]);
  assertEquals(first.budget.spent, [{ address: HOST, half_open: 3, over_tcp: 1, ended: 1 }]);
  assertEquals(second.budget.spent, [{ address: HOST, half_open: 1, over_tcp: 0, ended: 0, others: 3 }]);
  assertEquals(accepted(), 4);
});

Deno.test("shared: side by side too, and one stream has its turn", async () => {
  const { network, accepted } = await gateway();
  const shared = new SharedAddresses();
  const names = ["a.example", "b.example", HOST, `[${HOST}]`];
  const all = await Promise.all(names.map((name) => probe(name, network, { shared }, { maxHalfOpen: 20 })));
  const own = all.flatMap((facts) => facts.budget.spent);
  assertEquals(own.reduce((sum, spent) => sum + spent.half_open, 0), 9, "eight over UDP, one over TCP or TLS");
  assertEquals(own.reduce((sum, spent) => sum + spent.over_tcp, 0), 1);
  assertEquals(accepted(), 9);
});

Deno.test("shared: what nobody holds any more is forgotten, and what was spent is not", async () => {
  const { network } = await gateway();
  const shared = new SharedAddresses();
  await probe("a.example", network, { shared }, { maxHalfOpen: 20 });
  shared.leave(HOST);
  const second = await probe("b.example", network, { shared });
  assertEquals(outcomes(second).slice(2), ["alive", "foreign", "alive"]);
});

Deno.test("shared: what others have spent is no rejection", async () => {
  const { network } = await gateway();
  const shared = new SharedAddresses();
  const other = new HalfOpenBudget(4, shared);
  for (let i = 0; i < 4; i++) other.reserve(HOST, i === 0);
  const facts = await probe("a.example", network, { shared });
  assertEquals(facts.budget.spent, [{ address: HOST, half_open: 0, over_tcp: 0, ended: 0, others: 4 }]);
  assertEquals(diagnose(facts).verdict.code, "unknown");
  const earlier = { started: "2026-01-01T00:00:00Z", accepted: [`udp-500@${HOST}`] };
  const informed = await probe("a.example", network, { shared, earlier });
  const { verdict } = diagnose(informed);
  assertEquals([verdict.code, verdict.recommended], ["ready", `udp-500@${HOST}`]);
  const text = renderText(assemble(informed), { width: 100, color: false, verbose: false });
  assertStringIncludes(text, `0 half-open SAs at ${HOST} and 4 by other hosts of this run; allowed: 4`);
});

Deno.test("shared: a name that was resolved before is not asked for again, and the time counts", async () => {
  const { network } = await gateway();
  network.resolve = () => Promise.reject(new Error("asked again"));
  const resolved = { ok: true, addresses: [{ address: HOST, family: 4 }], ms: 40 } as const;
  const facts = await probe("a.example", network, { resolved });
  assertEquals([facts.target.resolve_ms, facts.events[0]?.kind, facts.events[0]?.t_ms], [40, "resolve", 40]);
  assert(facts.duration_ms > 40 && facts.events.every((event) => event.t_ms >= 40));
});

Deno.test("shared: a name with very many addresses has some of each family tried, and the report says so", async () => {
  const many = Array.from({ length: 50 }, (_, i) => `203.0.113.${i + 1}`);
  const addresses = [...many, ...many.map((_, i) => `2001:db8::${i + 1}`)];
  const network = new SimulatedNetwork({ names: { "many.example": addresses } });
  network.addHost(many);
  const facts = await probe("many.example", network, {});
  assertEquals([facts.target.addresses.length, facts.target.omitted], [2 * MAX_ADDRESSES, 100 - 2 * MAX_ADDRESSES]);
  assertEquals(new Set(facts.paths.map((path) => path.address)).size, 2 * MAX_ADDRESSES);
  const text = renderText(assemble(facts), { width: 100, color: false, verbose: false });
  assertStringIncludes(text.replace(/\s+/g, " "), "and 68 more, not tried");
});
