/** `watch` from arguments to what it shows, over the simulated network and its clock. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import { command, runWatch } from "../../commands/watch.ts";
import { parseOptions } from "../../lib/cli/options.ts";
import { columns } from "../../lib/cli/wrap.ts";
import type { WatchLine } from "../../lib/watch/line.ts";
import { WATCH_SCHEMA } from "../../lib/watch/schema.ts";
import { fakeTerminal, type FakeTerminalOptions } from "../cli/fake_terminal.ts";
import { drop, runGateway, SimulatedNetwork } from "../sim/mod.ts";
import { assertSnapshot } from "../snapshot.ts";
import { assertSound } from "../testbed/report.ts";

const HOST = "203.0.113.2";
const validate = new Ajv2020({ strict: false, allErrors: true }).compile(WATCH_SCHEMA);

interface World {
  readonly network: SimulatedNetwork;
  /** Does something at a time, in milliseconds after the start. */
  at(ms: number, what: () => void): void;
  /** How far the wall clock is ahead. */
  skew: number;
}

async function world(options: ConstructorParameters<typeof SimulatedNetwork>[0] = {}): Promise<World> {
  const network = new SimulatedNetwork({ names: { "vpn.example": [HOST] }, ...options });
  await runGateway(network.addHost([HOST]));
  const begun = network.clock.now();
  return { network, at: (ms, what) => void network.clock.schedule(begun + ms, what), skew: 0 };
}

async function watch(args: string[], world: World, terminalOptions?: FakeTerminalOptions) {
  const terminal = fakeTerminal(terminalOptions);
  const { options, operands } = parseOptions([...args, "vpn.example"], command.options, terminal.environment);
  const now = () => Date.UTC(2026, 10, 24, 18, 0, 0) + world.network.clock.now() + world.skew;
  const code = await runWatch({ options, operands, terminal }, world.network, now);
  return { code, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

/** Lines of JSON, each of which fits the schema. */
function lines(stdout: string): WatchLine[] {
  return stdout.trimEnd().split("\n").map((text) => {
    const line = JSON.parse(text) as WatchLine;
    assert(validate(line), JSON.stringify(validate.errors, null, 2));
    if (line.report !== undefined) assertSound(line.report, line.report.verdict.exit);
    return line;
  });
}

const UDP = drop({ protocol: "udp", port: 500 });

Deno.test("watch: elsewhere than on a terminal, each round is a line of JSON", async () => {
  const { code, stdout, stderr } = await watch(["--count", "4"], await world());
  const rounds = lines(stdout);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(rounds.map(({ round, kind, verdict, report }) => [round, kind, verdict.code, report !== undefined]), [
    [1, "full", "ready", true],
    [2, "ping", "ready", false],
    [3, "ping", "ready", false],
    [4, "ping", "ready", false],
  ]);
  assertEquals(rounds[1]!.paths.map(({ id, look }) => [id.split("@")[0], look]), [
    ["udp-500", "works"],
    ["udp-4500", "works"],
    ["tcp-4500", "works"],
    ["tcp-443", "foreign"],
    ["tls-443", "works"],
  ]);
});

Deno.test("watch: a change is told once, looked at closely at once, and so is the way back", async () => {
  const there = await world();
  there.at(22_000, () => there.network.middleboxes.push(UDP));
  there.at(62_000, () => there.network.middleboxes.pop());
  const { code, stdout } = await watch(["--duration", "100s"], there);
  const told = lines(stdout).filter(({ changes }) => changes.length > 0);
  assertEquals(
    told.map(({ kind, confirmed, changes: [change] }) => [kind, confirmed, change!.from, change!.to]),
    [
      ["ping", false, "works", "silent"],
      ["confirm", true, "works", "silent"],
      ["ping", false, "silent", "works"],
      ["confirm", true, "silent", "works"],
    ],
  );
  const [, confirmed] = told;
  assert(confirmed!.report!.experiments.length > 0);
  assert(confirmed!.findings.includes("udp-500-blocked"));
  assertEquals([code, lines(stdout).every(({ half_open }) => half_open <= 4)], [0, true]);
});

Deno.test("watch: rounds begin on the interval, and do not pile up behind one that takes longer", async () => {
  const there = await world();
  there.at(3_000, () => there.network.middleboxes.push(drop({})));
  const { code, stdout } = await watch(["--interval", "1s", "--duration", "30s", "--quick"], there);
  const offsets = lines(stdout).map(({ time }) => Date.parse(time));
  assertEquals(code, 2);
  assert(offsets.length < 16, `${offsets.length} rounds of 3 s in 30 s`);
});

Deno.test("watch: a name that does not resolve for a while is told, and not the end", async () => {
  const there = await world();
  const resolve = there.network.resolve.bind(there.network);
  const nowhere = () => Promise.resolve({ ok: false as const, detail: "the name server does not answer", ms: 1 });
  there.at(12_000, () => there.network.resolve = nowhere);
  there.at(42_000, () => there.network.resolve = resolve);
  const { code, stdout } = await watch(["--format", "text", "--duration", "60s"], there);
  assertEquals(code, 0);
  assertStringIncludes(stdout, "Cannot resolve vpn.example: the name server does not answer\n");
  assertStringIncludes(stdout, "the host can be asked again\n");
  assertStringIncludes(stdout, `udp-500@${HOST}: not there (it was: accepts IKE)`);
  assertStringIncludes(stdout, `udp-500@${HOST}: accepts IKE (it was: not there)`);
});

Deno.test("watch: a machine that slept is told", async () => {
  const there = await world();
  there.at(12_000, () => there.skew = 7_200_000);
  const { stdout } = await watch(["--format", "text", "--duration", "20s"], there);
  assertStringIncludes(stdout, "this machine slept for 7200s\n");
});

for (const width of [60, 80, 120]) {
  Deno.test(`watch: the live display at ${width} columns`, async () => {
    const there = await world();
    there.at(22_000, () => there.network.middleboxes.push(UDP));
    const { stdout } = await watch(["--duration", "40s"], there, {
      isTerminal: true,
      width,
      height: 30,
      environment: { NO_COLOR: "1" },
    });
    // deno-lint-ignore no-control-regex
    const frames = stdout.split(/\r\x1b\[\d+A\x1b\[J/);
    assert(frames.length > 5, "it is redrawn in place");
    await assertSnapshot(frames.at(-1)!, new URL(`snapshots/live-${width}.txt`, import.meta.url));
    for (const line of frames.join("\n").split("\n")) assert(columns(line) < width, line);
  });
}

Deno.test("watch: a frame has no more rows and columns than the terminal, whatever has happened", async () => {
  for (const height of [4, 8, 14, 24]) {
    for (const width of [20, 32, 80]) {
      const gone = await world();
      gone.at(12_000, () => gone.network.middleboxes.push(drop({})));
      gone.at(60_000, () => gone.network.middleboxes.pop());
      const { stdout } = await watch(["--count", "16", "--quick"], gone, { isTerminal: true, width, height });
      // deno-lint-ignore no-control-regex
      const frames = stdout.split(/\r?\x1b\[(?:\d+A\x1b\[J|2J\x1b\[H)/).slice(0, -1);
      assert(frames.length > 10, `${frames.length} frames`);
      for (const frame of frames) {
        const lines = frame.trimEnd().split("\n");
        assert(lines.length < height, `${lines.length} lines of ${height}:\n${frame}`);
        for (const line of lines) assert(columns(line) < width, `${columns(line)} columns of ${width}: ${line}`);
      }
      if (height === 24 && width === 80) {
        assert(frames.some((frame) => frame.includes("changes (UTC)")), "there is room for what has changed");
        assert(frames.every((frame) => frame.includes("udp-500@") && /READY|BLOCKED|DEGRADED|FALLBACK/.test(frame)));
      }
    }
  }
});

Deno.test("watch: a low terminal shows what fits, a dumb one plain lines", async () => {
  const low = await watch(["--count", "2"], await world(), { isTerminal: true, width: 100, height: 8 });
  // deno-lint-ignore no-control-regex
  for (const frame of low.stdout.split(/\r\x1b\[\d+A\x1b\[J/).slice(0, -1)) {
    assert(frame.split("\n").length <= 9, frame);
    assertStringIncludes(frame, "READY");
  }
  const dumb = await watch(["--count", "2"], await world(), { isTerminal: true, environment: { TERM: "dumb" } });
  assert(!dumb.stdout.includes("\x1b"));
  assertMatch(dumb.stdout, /^\nvpn\.example {2}every 5s, ended after 2 rounds\n/);
});

Deno.test("watch: when the terminal changes its width, the display begins anew", async () => {
  const there = await world();
  const terminal = fakeTerminal({ isTerminal: true, width: 100, height: 30 });
  const out = { ...terminal.out, width: 100 };
  const { options, operands } = parseOptions(["--count", "3", "vpn.example"], command.options, terminal.environment);
  there.at(7_000, () => out.width = 70);
  await runWatch({ options, operands, terminal: { ...terminal, out } }, there.network);
  assertStringIncludes(terminal.stdout(), "\x1b[2J\x1b[H");
});
