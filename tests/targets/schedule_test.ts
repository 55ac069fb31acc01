/** When hosts begin, what they share, and what is kept in memory, in a simulated network with a clock that jumps. */
import { assert, assertEquals, assertGreaterOrEqual, assertLess, assertLessOrEqual, assertRejects } from "@std/assert";
import { parsePathSpec, type Report } from "../../lib/model/mod.ts";
import type { Network, Opened, Resolved } from "../../lib/net/transport.ts";
import { DEFAULT_SETTINGS, type ProbeSettings } from "../../lib/probe/mod.ts";
import { failureReport } from "../../lib/report/failure.ts";
import { type HostRun, runSchedule, type ScheduleOptions, type Target } from "../../lib/targets/schedule.ts";
import { SimulatedNetwork } from "../sim/mod.ts";

const TOOL = { name: "ike-tcp", version: "0", runtime: "test", platform: "test" };
const SETTINGS: ProbeSettings = { ...DEFAULT_SETTINGS, paths: [parsePathSpec("udp-500")] };

const report = (host: string): Report => ({ ...failureReport("x", TOOL, "2026-01-01T00:00:00Z", { host }) });

const hosts = (count: number): Target[] =>
  Array.from({ length: count }, (_, i) => ({ host: `10.1.${i >> 8}.${i & 255}`, settings: SETTINGS }));

interface Life {
  readonly host: string;
  readonly began: number;
  ended: number;
}

/** A schedule whose hosts last as long as `lasts` says, in milliseconds. */
async function schedule(
  targets: Iterable<Target>,
  options: Partial<ScheduleOptions> & { network?: SimulatedNetwork } = {},
  lasts: (host: string, run: HostRun) => number | Promise<number> = () => 100,
) {
  const network = options.network ?? new SimulatedNetwork();
  const lives: Life[] = [];
  const shown: string[] = [];
  const began = network.clock.now();
  const others = await runSchedule(targets, {
    concurrency: 8,
    rate: Infinity,
    jitterMs: 0,
    order: "done",
    signal: new AbortController().signal,
    ...options,
    network,
  }, {
    probe: async ({ host }, run) => {
      const life: Life = { host, began: network.clock.now() - began, ended: NaN };
      lives.push(life);
      const ms = await lasts(host, run);
      await network.clock.sleep(network.clock.now() + ms, run.signal);
      life.ended = network.clock.now() - began;
      return report(host);
    },
    fail: ({ host }, why) => Promise.resolve({ ...report(host), error: String(why) }),
    onEnd: () => {},
    onReport: ({ target, error }) => shown.push(error === "x" ? target.input : `${target.input}: ${error}`),
  });
  return { lives, shown, others, leftOut: others.length, ms: network.clock.now() - began };
}

/** How many live at the same time, at the most. */
function mostAtOnce(lives: readonly Life[]): number {
  return Math.max(
    ...lives.map(({ began }) => lives.filter((other) => other.began <= began && began < other.ended).length),
  );
}

Deno.test("schedule: so many hosts side by side, all of them once", async () => {
  const { lives, shown, ms } = await schedule(hosts(100));
  assertEquals(mostAtOnce(lives), 8);
  assertEquals(shown.toSorted(), hosts(100).map(({ host }) => host).toSorted());
  assertEquals(ms, 1_300);
});

Deno.test("schedule: as they end, or in the order of the list", async () => {
  const lasts = (host: string) => 100 - Number(host.split(".")[3]) * 10;
  const reversed = hosts(8).map(({ host }) => host).toReversed();
  assertEquals((await schedule(hosts(8), { order: "done" }, lasts)).shown, reversed);
  assertEquals((await schedule(hosts(8), { order: "input" }, lasts)).shown, reversed.toReversed());
});

Deno.test("schedule: in order, a host that takes long holds up what is shown, and not endlessly many others", async () => {
  let ahead = 0;
  const { shown, lives } = await schedule(hosts(2_000), { order: "input" }, (host) => {
    if (host === "10.1.0.0") return 60_000;
    ahead++;
    return 10;
  });
  assertEquals(shown, hosts(2_000).map(({ host }) => host));
  const meanwhile = lives.filter(({ ended }) => ended < 60_000).length;
  assertGreaterOrEqual(meanwhile, 250);
  assertLess(meanwhile, 300);
  assertEquals(ahead, 1_999);
});

Deno.test("schedule: by chance each host begins later, and all within the time", async () => {
  const { lives } = await schedule(hosts(200), { jitterMs: 10_000, concurrency: 200 });
  const began = lives.map((life) => life.began);
  assertLessOrEqual(Math.max(...began), 10_000);
  assertEquals(
    [0, 1, 2, 3].map((quarter) => began.some((at) => Math.floor(at / 2_500) === quarter)),
    Array(4).fill(true),
  );
  assertGreaterOrEqual(new Set(began).size, 190);
});

Deno.test("schedule: hosts that share an address are probed one after the other, whatever they are called", async () => {
  const network = new SimulatedNetwork({
    names: { "a.example": ["192.0.2.1"], "b.example": ["192.0.2.2", "192.0.2.1"], "c.example": ["192.0.2.2"] },
  });
  const targets = ["a.example", "b.example", "c.example", "192.0.2.1", "[192.0.2.1]", "192.0.2.9"];
  const { lives, shown } = await schedule(targets.map((host) => ({ host, settings: SETTINGS })), { network });
  assertEquals(shown.length, 6);
  const at = (host: string) => lives.find((life) => life.host === host)!;
  assertEquals([at("a.example").began, at("192.0.2.9").began], [0, 0]);
  assertEquals([at("b.example").began, at("c.example").began, at("192.0.2.1").began], [100, 200, 200]);
  assertEquals(at("[192.0.2.1]").began, 300);
});

Deno.test("schedule: a name that takes long to resolve takes nobody's place", async () => {
  const network = new SimulatedNetwork();
  const resolve = network.resolve.bind(network);
  network.resolve = async (name): Promise<Resolved> => {
    if (!name.endsWith(".example")) return await resolve(name);
    await network.clock.sleep(network.clock.now() + 5_000);
    return { ok: false, detail: "no answer", ms: 5_000 };
  };
  const slow = Array.from({ length: 20 }, (_, i) => ({ host: `n${i}.example`, settings: SETTINGS }));
  const { lives } = await schedule([...slow, ...hosts(20)], { network, concurrency: 4 });
  assertEquals(lives.slice(0, 20).map(({ host }) => host), hosts(20).map(({ host }) => host));
  assertEquals(Math.max(...lives.slice(0, 20).map(({ ended }) => ended)), 500);
});

Deno.test("schedule: a defect in one host's way is its own report, and nobody else's", async () => {
  const network = new SimulatedNetwork();
  const resolve = network.resolve.bind(network);
  network.resolve = (name) => name === "10.1.0.1" ? Promise.reject(new Error("out of luck")) : resolve(name);
  const { shown } = await schedule(hosts(3), { network, order: "input" });
  assertEquals(shown, ["10.1.0.0", "10.1.0.1: Error: out of luck", "10.1.0.2"]);
});

Deno.test("schedule: a place that takes no reports ends everything, and says so once", async () => {
  const ended: string[] = [];
  const network = new SimulatedNetwork();
  const error = await assertRejects(() =>
    runSchedule(hosts(50), {
      network,
      concurrency: 4,
      rate: Infinity,
      jitterMs: 0,
      order: "input",
      signal: new AbortController().signal,
    }, {
      probe: async ({ host }, { signal }) => {
        await network.clock.sleep(network.clock.now() + 100, signal);
        ended.push(host);
        return report(host);
      },
      fail: () => Promise.reject(new Error("never")),
      onEnd: () => {},
      onReport: () => {
        throw new Error("the disk is full");
      },
    })
  );
  assertEquals((error as Error).message, "the disk is full");
  assertLessOrEqual(ended.length, 8);
});

Deno.test("schedule: a signal ends what is at work and begins nothing more", async () => {
  const controller = new AbortController();
  const network = new SimulatedNetwork();
  network.clock.schedule(network.clock.now() + 250, () => controller.abort());
  const all = { network, order: "input", signal: controller.signal } as const;
  const { lives, shown, others, ms } = await schedule(hosts(100), all);
  assertEquals([lives.length, shown.length, others.length, ms], [24, 24, 76, 250]);
  assertEquals([...shown, ...others.map(({ host }) => host)], hosts(100).map(({ host }) => host));
  const before = new AbortController();
  before.abort();
  const none = await schedule(hosts(100), { signal: before.signal });
  assertEquals([none.lives.length, none.leftOut], [0, 100]);
});

Deno.test("schedule: the signal reaches those who wait for a name, for chance, for packets and for others", async () => {
  for (
    const [what, options] of Object.entries({
      jitter: { jitterMs: 3_600_000 },
      rate: { rate: 0.001 },
    })
  ) {
    const controller = new AbortController();
    const network = new SimulatedNetwork();
    network.clock.schedule(network.clock.now() + 50, () => controller.abort());
    const { lives, leftOut, ms } = await schedule(hosts(5), { network, signal: controller.signal, ...options });
    assert(ms <= 50 && lives.length + leftOut === 5 && leftOut >= 4, `${what}: ${lives.length} ${leftOut} ${ms}`);
  }
  const controller = new AbortController();
  const network = new SimulatedNetwork();
  network.resolve = () => network.clock.wait(new Promise<never>(() => {}));
  network.clock.schedule(network.clock.now() + 50, () => controller.abort());
  assertEquals((await schedule(hosts(5), { network, signal: controller.signal })).leftOut, 5);
});

Deno.test("schedule: the rate holds in the long run, and nothing that has begun waits", async () => {
  const network = new SimulatedNetwork();
  const opened: number[] = [];
  const { ms, lives } = await schedule(hosts(100), { network, rate: 50, concurrency: 50 }, async (host, run) => {
    const before = network.clock.now();
    const channel = await run.network.openUdp({ address: host, port: 500 });
    for (let i = 0; i < 10; i++) if (channel.ok) await channel.channel.send(new Uint8Array(8));
    opened.push(network.clock.now() - before);
    return 100;
  });
  assertEquals(opened, Array(100).fill(0), "sending took no time");
  const sent = network.trace.filter(({ packet }) => packet.protocol === "udp").length;
  assertEquals(sent, 1_000);
  assertLess(Math.abs(ms / 1_000 - sent / 50), 0.5);
  const [first] = lives;
  assertEquals(first!.began, 0);
});

Deno.test("schedule: what hosts will send for sure counts before it is sent", async () => {
  // Five seconds pass before a host sends anything: all of them would begin at once.
  const { lives } = await schedule(hosts(20), { rate: 1, concurrency: 20 }, async (host, run) => {
    await run.network.clock.sleep(run.network.clock.now() + 5_000);
    const channel = await run.network.openUdp({ address: host, port: 500 });
    if (channel.ok) await channel.channel.send(new Uint8Array(8));
    return 0;
  });
  const gaps = lives.slice(1).map(({ began }, i) => began - lives[i]!.began);
  assertLess(Math.abs(Math.min(...gaps) - 1_000), 150);
});

/** A machine with so few descriptors. */
function scarce(network: SimulatedNetwork, descriptors: number): { network: SimulatedNetwork; most: () => number } {
  let open = 0;
  let most = 0;
  const openUdp = network.openUdp.bind(network);
  network.openUdp = async (...args: Parameters<Network["openUdp"]>): Promise<Opened> => {
    if (++open > descriptors) {
      open--;
      return { ok: false, failure: "other", detail: "socket: too many open files (EMFILE)", ms: 0 };
    }
    const opened = await openUdp(...args);
    most = Math.max(most, open);
    if (opened.ok) {
      const close = opened.channel.close.bind(opened.channel);
      opened.channel.close = () => {
        open--;
        close();
      };
    }
    return opened;
  };
  return { network, most: () => most };
}

Deno.test("schedule: a shortage of descriptors is waited out, and fewer hosts are begun", async () => {
  const { network, most } = scarce(new SimulatedNetwork(), 3);
  const { shown, lives } = await schedule(
    hosts(60),
    { network, concurrency: 20, sockets: 1_000 },
    async (host, run) => {
      const opened = await run.network.openUdp({ address: host, port: 500 });
      assert(opened.ok, "no host is told of the shortage");
      await network.clock.sleep(network.clock.now() + 100);
      opened.channel.close();
      return 0;
    },
  );
  assertEquals(shown.length, 60);
  assertEquals(shown.filter((line) => line.includes(":")), []);
  assertEquals(most(), 3);
  assertLess(mostAtOnce(lives.slice(40)), 20);
});

Deno.test("schedule: where there is no descriptor for long, nothing is said of the host", async () => {
  const { network } = scarce(new SimulatedNetwork(), 0);
  const { shown } = await schedule(hosts(1), { network }, async (host, run) => {
    const opened = await run.network.openUdp({ address: host, port: 500 });
    assertEquals(opened.ok, false);
    return 0;
  });
  assertEquals(shown, ["10.1.0.0: too many files are open (EMFILE): fewer hosts side by side"]);
});

Deno.test("schedule: of many hosts few reports are at hand, whichever is late", async () => {
  let made = 0;
  let shown = 0;
  let most = 0;
  const network = new SimulatedNetwork();
  await runSchedule(hosts(20_000), {
    network,
    concurrency: 32,
    rate: Infinity,
    jitterMs: 0,
    order: "input",
    signal: new AbortController().signal,
  }, {
    probe: async ({ host }) => {
      if (made % 1_000 === 500) await network.clock.sleep(network.clock.now() + 1_000);
      made++;
      return report(host);
    },
    fail: () => Promise.reject(new Error("never")),
    onEnd: () => most = Math.max(most, made - shown),
    onReport: () => shown++,
  });
  assertEquals([made, shown], [20_000, 20_000]);
  assertLess(most, 300);
});
