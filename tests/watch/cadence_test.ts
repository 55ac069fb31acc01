/** A gateway that is asked again and again: what that costs it, and how soon a change is told. */
import { assert, assertEquals } from "@std/assert";
import { decodeDatagram } from "../../lib/encap/mod.ts";
import { decodeMessage } from "../../lib/ike/mod.ts";
import { assemble } from "../../lib/report/assemble.ts";
import type { Report } from "../../lib/model/mod.ts";
import { DEFAULT_SETTINGS, probeHost, type ProbeSettings } from "../../lib/probe/mod.ts";
import { Cadence, type Round } from "../../lib/watch/cadence.ts";
import { WatchLog } from "../../lib/watch/log.ts";
import { HALF_OPEN_LIFE_MS, HALF_OPEN_YOUTH_MS, HalfOpenLedger } from "../../lib/watch/ledger.ts";
import { drop, runGateway, SimulatedNetwork } from "../sim/mod.ts";
import type { Packet } from "../sim/packet.ts";
import { REPORTS } from "../report/reports.ts";

const HOST = "203.0.113.2";
const OTHER = "203.0.113.3";
const MINUTE = 60_000;

class World {
  readonly network: SimulatedNetwork;
  readonly ledger = new HalfOpenLedger();
  readonly cadence = new Cadence({ maxHalfOpen: 4, mode: "normal", fullEveryMs: 10 * MINUTE }, this.ledger);
  readonly rounds: Round[] = [];
  most = 0;

  constructor(names: Record<string, readonly string[]>) {
    this.network = new SimulatedNetwork({ names });
  }

  static async begin(options: Parameters<typeof runGateway>[1] = {}, names = {}): Promise<World> {
    const world = new World(names);
    await runGateway(world.network.addHost([HOST]), options);
    return world;
  }

  /** One run, after so much time. */
  async next(afterMs = 15_000, host = HOST, more: Partial<ProbeSettings> = {}): Promise<Round | undefined> {
    const { clock } = this.network;
    await clock.sleep(clock.now() + afterMs);
    const plan = this.cadence.plan(clock.now());
    if (plan.kind === "pause") return undefined;
    const settings = { ...DEFAULT_SETTINGS, natSearchSeconds: 0, ...more, ...plan.settings };
    const started = new Date(Date.UTC(2026, 0, 1) + clock.now()).toISOString();
    const hooks = { tool: REPORTS.ready!.tool, started, ...(plan.earlier && { earlier: plan.earlier }) };
    const facts = await probeHost(host, settings, this.network, hooks);
    const round = this.cadence.note(plan, assemble(facts), clock.now());
    this.most = Math.max(this.most, this.ledger.standing([HOST], clock.now()));
    this.rounds.push(round);
    return round;
  }

  kinds(): string[] {
    return this.rounds.map(({ kind }) => kind);
  }
}

/** A request whose only proposal nobody accepts: it has one transform of each type, and so is shorter than any offer. */
function isUnacceptable({ to, data }: Packet): boolean {
  const frame = decodeDatagram(data, to.port === 500 ? "bare" : "marker");
  if (frame.kind !== "ike") return false;
  return decodeMessage(frame.message).payloads.some((payload) =>
    payload.kind === "SA" && payload.proposals[0]!.transforms.length < 5
  );
}

const shown = ({ changes }: Round) => changes.map(({ path, from, to }) => `${path.split("@")[0]}: ${from} > ${to}`);
const verdict = ({ verdict }: Report) => `${verdict.code} ${verdict.recommended?.split("@")[0]}`;

Deno.test("cadence: 300 runs of a healthy gateway cost it a full exchange every ten minutes, and never the budget", async () => {
  const world = await World.begin();
  for (let i = 0; i < 300; i++) await world.next();
  const full = world.rounds.filter(({ kind }) => kind === "full");
  assertEquals([full.length, world.kinds().includes("confirm")], [8, false]);
  assertEquals(world.most, 2);
  for (const { report, standing, changes } of world.rounds) {
    assertEquals([verdict(report), verdict(standing), changes], ["ready udp-500", "ready udp-500", []]);
  }
  const pings = world.rounds.filter(({ kind }) => kind === "ping");
  assert(pings.every(({ report }) => report.budget.spent.every(({ half_open }) => half_open === 0)));
});

Deno.test("cadence: a path that goes silent is looked at closely at once, and so is its return", async () => {
  const world = await World.begin();
  for (let i = 0; i < 20; i++) await world.next();
  world.network.middleboxes.push(drop({ protocol: "udp", port: 500 }));
  const seen = await world.next();
  assertEquals([seen!.kind, seen!.confirmed, shown(seen!)], ["ping", false, ["udp-500: works > silent"]]);
  assertEquals(verdict(seen!.standing), "degraded udp-4500");
  const confirmed = await world.next(0);
  assertEquals([confirmed!.kind, confirmed!.confirmed, shown(confirmed!)], [
    "confirm",
    true,
    ["udp-500: works > silent"],
  ]);
  assertEquals(confirmed!.report.findings.map(({ code }) => code).includes("udp-500-blocked"), true);
  assert(confirmed!.report.experiments.length > 0, "the experiments run then");
  for (let i = 0; i < 20; i++) assertEquals(shown((await world.next())!), []);
  world.network.middleboxes.pop();
  assertEquals(shown((await world.next())!), ["udp-500: silent > works"]);
  assertEquals(shown((await world.next(0))!), ["udp-500: silent > works"]);
  assert(world.most <= 4, `${world.most} half-open SAs at a time`);
});

Deno.test("cadence: silence is looked at closely at once, a return not so soon that it made three half-open SAs", async () => {
  const world = await World.begin();
  await world.next();
  world.network.middleboxes.push(drop({ protocol: "udp", port: 500 }));
  await world.next(5000);
  await world.next(0);
  world.network.middleboxes.pop();
  await world.next(5000);
  const waiting = await world.next(0);
  assertEquals([waiting!.confirmed, shown(waiting!)], [false, ["udp-500: silent > works"]]);
  const later = await world.next(HALF_OPEN_YOUTH_MS);
  assertEquals([later!.confirmed, shown(later!)], [true, ["udp-500: silent > works"]]);
  assertEquals(world.kinds(), ["full", "ping", "confirm", "ping", "ping", "confirm"]);
});

Deno.test("cadence: a gateway that is silent to what leaves no state is asked in full, as often as the budget allows", async () => {
  const world = await World.begin({ listen: [{ transport: "udp", port: 500 }, { transport: "udp", port: 4500 }] });
  world.network.middleboxes.push(drop({ protocol: "udp", direction: "out", test: isUnacceptable }));
  for (let i = 0; i < 200; i++) await world.next();
  const late = world.rounds.slice(20);
  const log = new WatchLog(HOST);
  for (const round of late) log.note(round, "2026-01-01T00:00:00Z");
  const full = late.filter(({ kind }) => kind === "full");
  assert(full.length > 10, `${full.length} full exchanges`);
  for (const { kind, confirmed, changes, standing, unheard } of late) {
    assertEquals([confirmed, changes, verdict(standing)], [true, [], verdict(world.rounds[0]!.report)]);
    assertEquals(unheard.size, kind === "full" ? 0 : 2, "what is asked between them finds nothing out, and says so");
  }
  const udp = log.paths.filter(({ look }) => look === "works");
  const losses = udp.map(({ statistics }) => statistics.figures().loss);
  assert(losses.length === 2 && losses.every((loss) => loss !== undefined && loss < 0.1), `no loss: ${losses}`);
  assert(world.most <= 4, `${world.most} half-open SAs at a time`);
});

Deno.test("cadence: who was silent twice by chance is asked with what leaves no state again", async () => {
  const world = await World.begin();
  for (let i = 0; i < 4; i++) await world.next();
  for (let i = 0; i < 2; i++) {
    world.network.middleboxes.push(drop({ protocol: "udp", direction: "out", test: isUnacceptable }));
    await world.next();
    while (!world.rounds.at(-1)!.confirmed) await world.next();
    world.network.middleboxes.pop();
  }
  const since = world.rounds.length;
  for (let i = 0; i < 80; i++) await world.next();
  const kinds = world.kinds().slice(since);
  assert(kinds.slice(0, 2).includes("full") || kinds[0] === "ping", kinds.join());
  assert(kinds.filter((kind) => kind === "full").length <= 3, `${kinds}: one every ten minutes`);
  assert(world.rounds.slice(since + 2).every(({ unheard, changes }) => unheard.size + changes.length === 0));
});

Deno.test("cadence: silence to who has less patience than before is no doubt", async () => {
  const world = await World.begin({ faults: ["udp:delay:300"], listen: [{ transport: "udp", port: 500 }] });
  await world.next();
  const round = (await world.next(15_000, HOST, { timeoutMs: 200, retries: 0 }))!;
  const udp = `udp-500@${HOST}`;
  assertEquals([round.kind, round.picture.get(udp), round.unheard.has(udp)], ["ping", "works", true]);
  assertEquals([round.confirmed, shown(round), verdict(round.standing)], [true, [], verdict(world.rounds[0]!.report)]);
  assertEquals((await world.next())!.kind, "ping");
});

Deno.test("cadence: a gateway that refuses is rejecting in every run, and is seen to accept as soon as it does", async () => {
  const world = await World.begin({ listen: [{ transport: "udp", port: 500 }], faults: ["error:NO_PROPOSAL_CHOSEN"] });
  for (let i = 0; i < 5; i++) await world.next();
  assertEquals(world.rounds.map(({ standing }) => standing.verdict.code), Array(5).fill("rejected"));
  assertEquals(world.ledger.standing([HOST], world.network.clock.now()), 0);
});

Deno.test("cadence: an address that a name gets is asked in full once, and told", async () => {
  const names: Record<string, readonly string[]> = { "vpn.example": [HOST] };
  const world = await World.begin({}, names);
  const host = "vpn.example";
  for (let i = 0; i < 3; i++) await world.next(15_000, host);
  await runGateway(world.network.addHost([OTHER]));
  names["vpn.example"] = [HOST, OTHER];
  const round = (await world.next(15_000, host))!;
  assertEquals([round.kind, round.confirmed, round.changes.length], ["ping", true, 5]);
  assertEquals([...new Set(round.changes.map(({ path }) => path.split("@")[1]))], [OTHER]);
  assertEquals(shown((await world.next(15_000, host))!), []);
  assert(world.ledger.standing([OTHER], world.network.clock.now()) <= 4);
});

Deno.test("cadence: what an interrupted run cut off is no change", async () => {
  const world = await World.begin();
  await world.next();
  const plan = world.cadence.plan(world.network.clock.now());
  assert(plan.kind === "ping");
  const cut = { ...world.rounds[0]!.report, interrupted: true, paths: [] };
  assertEquals(world.cadence.note(plan, cut, world.network.clock.now()).changes, []);
  assertEquals((await world.next())!.changes, []);
});

Deno.test("ledger: half-open SAs stand for their time; what a run has ended does not", () => {
  const ledger = new HalfOpenLedger();
  const budget = (half_open: number, ended = 0) => ({
    budget: { limit: 4, spent: [{ address: HOST, half_open, over_tcp: 1, ended }] },
  });
  ledger.note(budget(3, 1), 0);
  ledger.note(budget(1, 1), 10);
  ledger.note(budget(1), 100);
  assertEquals(ledger.standing([HOST, "203.0.113.9"], 100), 3);
  assertEquals(ledger.nextEnd([HOST], 100), HALF_OPEN_LIFE_MS);
  assertEquals(ledger.standing([HOST], HALF_OPEN_LIFE_MS), 1);
  assertEquals(ledger.standing([HOST], HALF_OPEN_LIFE_MS + 100), 0);
  assertEquals(ledger.nextEnd([HOST], HALF_OPEN_LIFE_MS + 100), undefined);
});
