/** The end of a run over TCP and TLS: nothing stays behind at the gateway, and nobody is waited for long. */
import { assert, assertEquals, assertGreaterOrEqual, assertLess, assertLessOrEqual } from "@std/assert";
import type { EndEvent, Event, Facts } from "../../lib/model/mod.ts";
import { parsePathSpec } from "../../lib/model/mod.ts";
import { Parting } from "../../lib/probe/parting.ts";
import { DEFAULT_SETTINGS, probeHost, type ProbeSettings } from "../../lib/probe/mod.ts";
import {
  delay,
  drop,
  type Match,
  reset,
  runGateway,
  SimulatedNetwork,
  type SimulatedNetworkOptions,
} from "../sim/mod.ts";
import { soundFacts } from "../testbed/report.ts";

const HOST = "203.0.113.2";
const WHAT = "IKE_AUTH that ends the SA";
const TOOL = { name: "ike-tcp", version: "0", runtime: "test", platform: "test" };

/** A segment with an IKE_AUTH in a frame: Length, marker, two SPIs, Next Payload, version, exchange type. */
const IKE_AUTH: Match = { protocol: "tcp", direction: "out", test: ({ data }) => data[2 + 4 + 18] === 35 };

/** The same as an answer. */
const ANSWER: Match = { ...IKE_AUTH, direction: "in" };

interface World extends SimulatedNetworkOptions {
  readonly paths?: readonly string[];
  readonly settings?: Partial<ProbeSettings>;
  /** Interrupts the run at this time. */
  readonly abortAt?: number;
  readonly addresses?: readonly string[];
  readonly linger?: (rest: Promise<void>) => void;
}

interface Run {
  readonly facts: Facts;
  /** What the gateway did with messages over TCP and TLS. */
  readonly reactions: string[];
  /** TCP segments of ours that end a connection, and how many milliseconds behind the farewell. */
  readonly ends: [string, number][];
}

async function probe({ paths = ["tcp-4500"], addresses = [HOST], ...world }: World = {}): Promise<Run> {
  const network = new SimulatedNetwork({ ...world, names: { "vpn.example": [...addresses] } });
  const reactions: string[] = [];
  await runGateway(network.addHost(addresses), {
    onEvent: (event) => {
      if (event.kind === "message" && event.transport !== "udp") reactions.push(event.reaction);
    },
  });
  const stop = new AbortController();
  if (world.abortAt !== undefined) network.clock.schedule(network.clock.now() + world.abortAt, () => stop.abort());
  const settings = { ...DEFAULT_SETTINGS, named: true, paths: paths.map(parsePathSpec), ...world.settings };
  const hooks = {
    tool: TOOL,
    started: "2026-01-01T00:00:00Z",
    signal: stop.signal,
    ...(world.linger && { linger: world.linger }),
  };
  const facts = soundFacts(await probeHost("vpn.example", settings, network, hooks));
  return {
    facts,
    reactions,
    get ends() {
      const ours = network.trace.filter(({ packet: { protocol, to } }) => {
        return protocol === "tcp" && addresses.includes(to.address);
      });
      const said = ours.find(({ packet }) => IKE_AUTH.test!(packet))?.at ?? 0;
      return ours.flatMap(({ at, packet: { flag } }): [string, number][] => {
        return flag === "fin" || flag === "rst" ? [[flag, at - said]] : [];
      });
    },
  };
}

const isFarewell = (event: Event) => event.kind === "sent" && event.what === WHAT;

/** Milliseconds from the farewell to the end of the run. */
function parted({ events, duration_ms }: Facts): number {
  const sent = events.find(isFarewell);
  assert(sent !== undefined, "a farewell is said");
  return duration_ms - sent.t_ms;
}

/** So long was waited for an answer that did not come, and the report says so. */
function assertWaited(facts: Facts, ms: number): void {
  const waited = parted(facts);
  assertGreaterOrEqual(waited, ms - 1);
  assertLess(waited, ms + 5);
  const timeout = facts.events.find((event) => event.kind === "timeout");
  assertEquals(timeout?.kind === "timeout" && timeout.for, `an answer to the ${WHAT}`);
}

/** How the run's one connection ended. */
function ending({ events }: Facts): EndEvent {
  const ends = events.filter((event) => event.kind === "end");
  assertEquals(ends.map(({ how }) => how), ["ours"]);
  return ends[0]!;
}

const ended = (facts: Facts) => facts.budget.spent.map((spent) => [spent.over_tcp, spent.ended]);

for (const transport of ["tcp-4500", "tls-443"]) {
  Deno.test(`parting: the SA is ended, and the gateway confirms it, within a round trip (${transport})`, async () => {
    const { facts, reactions } = await probe({ paths: [transport], latency: 20 });
    assertEquals(reactions, ["accepted", "ended"]);
    assertEquals(ended(facts), [[1, 1]]);
    assertEquals(facts.paths[0]?.ike?.outcome, "accepted");
    const answer = facts.events.find((event) => event.kind === "message" && event.result === "ended");
    assert(answer?.kind === "message");
    assertEquals([answer.fit, answer.notify, answer.path], ["answer", "AUTHENTICATION_FAILED", `${transport}@${HOST}`]);
    assertLess(parted(facts), 2 * 20 + 20);
  });
}

Deno.test("parting: every stream of a run at the same time", async () => {
  const addresses = [HOST, "203.0.113.3", "203.0.113.4"];
  const { facts, reactions } = await probe({ paths: ["udp-500", "tcp-4500", "tls-443"], addresses, latency: 20 });
  assertEquals(reactions.filter((reaction) => reaction === "accepted" || reaction === "ended").toSorted(), [
    ...Array(3).fill("accepted"),
    ...Array(3).fill("ended"),
  ]);
  assertEquals(ended(facts), Array(3).fill([1, 1]));
  assertLess(parted(facts), 2 * 20 + 20);
});

Deno.test("parting: nothing is said over UDP, and nothing where no SA was granted", async () => {
  for (const world of [{ paths: ["udp-500", "udp-4500"] }, { settings: { maxHalfOpen: 0 } }]) {
    const { facts } = await probe(world);
    assert(facts.paths.every((path) => path.state === "answered"));
    assert(!facts.events.some(isFarewell));
  }
});

Deno.test("parting: a report waits four round trips for who has the farewell, but no less than 1 s and no more than 2.5", async () => {
  for (const [latency, patience] of [[5, 1000], [200, 1600], [400, 2500]] as const) {
    const { facts, reactions, ends } = await probe({ latency, middleboxes: [drop(ANSWER)] });
    assertEquals([ended(facts), reactions], [[[1, 0]], ["accepted", "ended"]]);
    assertWaited(facts, patience);
    assertEquals(facts.events.filter(({ kind }) => kind === "end"), [], "it is open when the report is made");
    assertEquals(ends.map(([flag]) => flag), ["fin"]);
    assertGreaterOrEqual(ends[0]![1], 8000, "eight seconds behind the farewell");
  }
});

Deno.test("parting: the connection of who is slow to answer outlives the report, also that of an interrupted run", async () => {
  for (const abortAt of [undefined, 500]) {
    const lingering: Promise<void>[] = [];
    const linger = (rest: Promise<void>) => void lingering.push(rest);
    const paths = ["udp-500", "tcp-4500"];
    const middleboxes = [delay(3_000, ANSWER), drop({ protocol: "udp" })];
    const run = await probe({ paths, latency: 20, middleboxes, linger, ...(abortAt && { abortAt }) });
    const { facts } = run;
    assertEquals([ended(facts), run.ends, lingering.length], [[[1, 0]], [], 1]);
    if (abortAt !== undefined) assertLess(facts.duration_ms, abortAt + 350);
    const events = facts.events.length;
    await Promise.all(lingering);
    const [end] = run.ends;
    assert(end !== undefined && end[0] === "fin" && end[1] >= 3_000 && end[1] < 3_200, JSON.stringify(end));
    assertEquals(facts.events.length, events, "a report does not grow");
  }
});

Deno.test("parting: a farewell that was lost gets there before the connection is closed", async () => {
  for (const times of [1, 2, 3]) {
    let lost = 0;
    const losing = drop({ ...IKE_AUTH, test: (packet) => IKE_AUTH.test!(packet) && lost++ < times });
    const { facts, reactions } = await probe({ middleboxes: [losing] });
    assertEquals([ended(facts), reactions], [[[1, 1]], ["accepted", "ended"]], `lost ${times} times`);
    assertEquals(lost, times + 1);
  }
});

Deno.test("parting: a farewell that never gets there is taken back after 2.5 s: its end and ours never arrive together", async () => {
  for (const transport of ["tcp-4500", "tls-443"]) {
    // The simulated TLS has a header of its own, and turns bits round.
    const within: Match = { ...IKE_AUTH, test: ({ data }) => (data[5 + 24]! ^ 0xa5) === 35 };
    const lost = transport === "tcp-4500" ? IKE_AUTH : within;
    const { facts, reactions, ends } = await probe({ paths: [transport], middleboxes: [drop(lost)] });
    assertEquals([ended(facts), reactions], [[[1, 0]], ["accepted"]]);
    assertWaited(facts, 2500);
    assertEquals([ending(facts).abortive, ends.map(([flag]) => flag)], [true, ["rst"]]);
    assertEquals(facts.paths[0]?.ike?.outcome, "accepted", "the path works all the same");
  }
});

Deno.test("parting: where the system does not tell who has acknowledged what, silence is borne as if it had not", async () => {
  const { facts } = await probe({ sight: { tcpInfo: false }, middleboxes: [drop(ANSWER)] });
  assertWaited(facts, 2500);
});

Deno.test("parting: a connection that breaks instead of an answer ends the wait", async () => {
  const { facts } = await probe({ latency: 20, middleboxes: [reset(IKE_AUTH)] });
  assertEquals(ended(facts), [[1, 0]]);
  assertLess(parted(facts), 50);
  assertEquals(facts.paths[0]?.ike?.outcome, "accepted");
});

Deno.test("parting: an interrupted run says it too, and its report waits 300 ms at most", async () => {
  // UDP is silent, so that the run would go on; TCP is accepted at once.
  const silent = drop({ protocol: "udp" });
  const paths = ["udp-500", "tcp-4500"];
  const said = await probe({ paths, latency: 20, abortAt: 500, middleboxes: [silent] });
  assertEquals([said.facts.interrupted, said.reactions], [true, ["accepted", "ended"]]);
  assertLess(said.facts.duration_ms, 500 + 2 * 20 + 20);
  for (const [lost, end, after] of [[ANSWER, "fin", 8_000], [IKE_AUTH, "rst", 2_500]] as const) {
    const { facts, ends } = await probe({ paths, latency: 300, abortAt: 1_500, middleboxes: [silent, drop(lost)] });
    assertLessOrEqual(facts.duration_ms, 1_500 + 301);
    assertEquals(ends.map(([flag]) => flag), [end]);
    assertGreaterOrEqual(ends[0]![1], after);
  }
});

Deno.test("parting: interrupted between request and answer, the answer is awaited so that its SA can be ended", async () => {
  // SYN and SYN/ACK take 100 ms, prefix and request arrive at 150, the answer at 200.
  const { facts, reactions } = await probe({ latency: 50, abortAt: 150 });
  assertEquals(facts.interrupted, true);
  assertEquals(reactions, ["accepted", "ended"]);
  assertEquals(ended(facts), [[1, 1]]);
  assertLess(facts.duration_ms, 150 + 301);
});

Deno.test("parting: interrupted before anything was sent, nothing is waited for", async () => {
  const { facts, reactions } = await probe({ latency: 50, abortAt: 60 });
  assertEquals(reactions, []);
  assertLess(facts.duration_ms, 65);
});

Deno.test("parting: who sends without end is not listened to without end", async () => {
  let now = 0;
  let heard = 0;
  const message = new Uint8Array(28).fill(0x41);
  const stream = {
    get ended() {
      return heard > 100;
    },
    flow: { message: () => heard++ },
    // another message has come by the time that this one is asked for
    next: (until: number) => Promise.resolve(now > until ? { kind: "nothing" } : { kind: "ike", message, at: now++ }),
  };
  const machine = { outcome: { kind: "rejected" }, handleMessage: () => ({ fit: "stray", what: "" }) };
  const context = { now: () => ++now };
  const parting = new Parting(context as never, stream as never, machine as never, 1);
  assertEquals([await parting.run(new AbortController().signal), stream.ended], [false, false]);
});
