/** A day of scrapes, whatever the network does meanwhile: the gateway, here a strict one, never has to defend itself. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { PathReport, Report } from "../../lib/model/mod.ts";
import { Cadence, HALF_OPEN_LIFE_MS, HalfOpenLedger, type Plan } from "../../lib/watch/mod.ts";
import { ACCEPTED, accepted, path, REPORTS } from "../report/reports.ts";

const HOST = "203.0.113.2";
const SPECS = ["udp-500", "udp-4500"] as const;
const SECOND = 1000;
const DAY = 86_400 * SECOND;
const LIMIT = 4;

/**
 * strongSwan by its defaults: a half-open SA lives for 30 s, and from the third of a client on everybody has to come back
 * with a cookie. `life`: for how long the SAs are counted towards what was allowed.
 */
class Gateway {
  #accepted: number[] = [];
  cookies = 0;
  most = 0;

  constructor(readonly life: number) {}

  request(isFull: boolean, now: number): void {
    this.#accepted = this.#accepted.filter((at) => at + this.life > now);
    if (this.#accepted.filter((at) => at + 30 * SECOND > now).length >= 3) this.cookies++;
    if (isFull) this.#accepted.push(now);
    this.most = Math.max(this.most, this.#accepted.length);
  }
}

/** What a run finds, and leaves: `blocked` says which paths pass nothing. */
function runOf(plan: Plan, gateway: Gateway, blocked: readonly boolean[], now: number): Report {
  let spent = 0;
  const paths = SPECS.map((spec, i): PathReport => {
    const isFull = !plan.settings.sparing?.has(`${spec}@${HOST}`) && spent < plan.settings.maxHalfOpen;
    if (isFull) spent++;
    if (blocked[i]) return path(spec, HOST);
    gateway.request(isFull, now);
    return isFull ? accepted(spec, HOST) : accepted(spec, HOST, { ike: { ...ACCEPTED, outcome: "alive" } });
  });
  const budget = { limit: LIMIT, spent: [{ address: HOST, half_open: spent, over_tcp: 0, ended: 0 }] };
  return { ...REPORTS.ready!, paths, budget, events: [], ...(plan.earlier && { earlier: plan.earlier }) };
}

/** Each flip blocks a path, or lets it pass again. */
function day(gateway: Gateway, intervalMs: number, flips: readonly { at: number; path: number }[]): number {
  const cadence = new Cadence({ maxHalfOpen: LIMIT, mode: "normal", fullEveryMs: 600 * SECOND }, new HalfOpenLedger());
  const waiting = flips.toSorted((a, b) => a.at - b.at);
  const blocked = [false, false];
  let rounds = 0;
  let now = 0;
  while (now < DAY) {
    for (; waiting[0] !== undefined && waiting[0].at <= now; waiting.shift()) {
      blocked[waiting[0].path] = !blocked[waiting[0].path];
    }
    const plan = cadence.plan(now);
    if (plan.kind === "pause") {
      now = Math.max(now + intervalMs, plan.until);
      continue;
    }
    rounds++;
    const round = cadence.note(plan, runOf(plan, gateway, blocked, now), now);
    const isHurried = !round.confirmed && cadence.plan(now).kind === "confirm";
    if (!isHurried) now += intervalMs;
  }
  return rounds;
}

Deno.test("day: 5,760 scrapes of a healthy gateway are 144 full exchanges, and no cookie", () => {
  const gateway = new Gateway(HALF_OPEN_LIFE_MS);
  assertEquals(day(gateway, 15 * SECOND, []), 5760);
  assertEquals([gateway.cookies, gateway.most], [0, 2]);
});

Deno.test("day: a path that comes back after the budget was spent is one full exchange, not two", () => {
  const gateway = new Gateway(HALF_OPEN_LIFE_MS);
  day(gateway, 5 * SECOND, [{ at: 0, path: 1 }, { at: 175_001, path: 1 }]);
  assertEquals([gateway.cookies, gateway.most <= LIMIT], [0, true]);
});

Deno.test("day: however often paths come and go, no cookie is demanded and the budget holds", () => {
  const flip = fc.record({ at: fc.integer({ min: 0, max: DAY }), path: fc.nat(1) });
  const burst = fc.tuple(fc.integer({ min: 0, max: DAY }), fc.array(fc.nat(400 * SECOND), { maxLength: 20 }), fc.nat(1))
    .map(([at, later, path]) => later.map((ms) => ({ at: at + ms, path })));
  const flips = fc.tuple(fc.array(flip, { maxLength: 50 }), fc.array(burst, { maxLength: 30 })).map((
    [single, bursts],
  ) => [...single, ...bursts.flat()]);
  const interval = fc.constantFrom(5, 15, 60).map((seconds) => seconds * SECOND);
  fc.assert(
    fc.property(interval, flips, (intervalMs, flips) => {
      const gateway = new Gateway(HALF_OPEN_LIFE_MS);
      day(gateway, intervalMs, flips);
      assertEquals([gateway.cookies, gateway.most <= LIMIT], [0, true]);
    }),
    { numRuns: 10, endOnFailure: true },
  );
});
