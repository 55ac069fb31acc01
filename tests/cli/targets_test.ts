/** `probe` of many hosts, from lists and options to output, over a simulated network. */
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { command, runProbe } from "../../commands/probe.ts";
import { ToldFailure, UsageError } from "../../lib/cli/failure.ts";
import { parseOptions } from "../../lib/cli/options.ts";
import type { Report } from "../../lib/model/mod.ts";
import { runGateway, SimulatedNetwork } from "../sim/mod.ts";
import { soundReport } from "../testbed/report.ts";
import { fakeTerminal, type FakeTerminalOptions } from "./fake_terminal.ts";
import type { Ended } from "./run_cli.ts";

const READY = "203.0.113.1";
const REFUSES = "203.0.113.2";
const DEAD = "203.0.113.9";
const NAMES = {
  "ready.example": [READY],
  "again.example": [READY],
  "refuses.example": [REFUSES],
  "dead.example": [DEAD],
};

/** A gateway that is well, one that refuses everything, and one that is not there. */
async function network(): Promise<SimulatedNetwork> {
  const network = new SimulatedNetwork({ names: NAMES });
  await runGateway(network.addHost([READY]));
  network.addHost([REFUSES]);
  return network;
}

async function probe(args: string[], terminalOptions?: FakeTerminalOptions, world?: SimulatedNetwork): Promise<Ended> {
  const terminal = fakeTerminal(terminalOptions);
  const { options, operands } = parseOptions(
    ["--quick", "--timeout", "1", ...args],
    command.options,
    terminal.environment,
  );
  const code = await runProbe({ options, operands, terminal }, world ?? await network());
  return { code, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

/** Probes the hosts of a list. */
async function probeList(list: string | Uint8Array, ...args: string[]): Promise<Ended> {
  return await withFile(list, async (path) => await probe(["--targets", path, ...args]));
}

async function withFile<T>(contents: string | Uint8Array, work: (path: string) => Promise<T>): Promise<T> {
  const path = await Deno.makeTempFile();
  try {
    await (typeof contents === "string" ? Deno.writeTextFile(path, contents) : Deno.writeFile(path, contents));
    return await work(path);
  } finally {
    await Deno.remove(path);
  }
}

function reportsOf(jsonl: string): Report[] {
  return jsonl.split("\n").filter((line) => line !== "").map((line) => soundReport(line));
}

const verdicts = (reports: Report[]) => Object.fromEntries(reports.map((r) => [r.target.input, r.verdict.code]));

Deno.test("targets: hosts of the command line and of a list, and options of a line win", async () => {
  const list = "\ufeff# lab\r\nrefuses.example --paths udp-4500 --timeout 500ms # closed\r\n'dead.example'\t--deep\r\n";
  const { code, stdout } = await probeList(list, "ready.example", "--format", "jsonl", "--order", "input");
  const reports = reportsOf(stdout);
  assertEquals(reports.map(({ target }) => target.input), ["ready.example", "refuses.example", "dead.example"]);
  assertEquals(reports.map(({ options }) => options.timeout_ms), [1000, 500, 1000]);
  assertEquals(reports.map(({ options }) => options.mode), ["quick", "quick", "deep"]);
  assertEquals(reports[1]!.paths.map(({ id, expected }) => [id, expected]), [[`udp-4500@${REFUSES}`, true]]);
  assertEquals(code, 2);
});

Deno.test("targets: one of two options that exclude each other takes the other's place", async () => {
  const { stdout } = await probeList(`${READY} --ipv4 --deep\n`, "--format", "json", "--ipv6");
  assertEquals((JSON.parse(stdout) as Report).options.mode, "deep");
});

Deno.test("targets: an expectation can be a line's own", async () => {
  const expectation = JSON.stringify({ schema: "ike-tcp/expectation/1", paths: [{ path: "tls-443" }] });
  await withFile(expectation, async (file) => {
    const { stdout } = await probeList(`ready.example --expect ${file}\nrefuses.example`, "--format", "jsonl");
    const reports = reportsOf(stdout);
    assertEquals(reports.map((report) => [report.target.input, report.expectation !== undefined]).toSorted(), [
      ["ready.example", true],
      ["refuses.example", false],
    ]);
  });
});

/** The complaint about a list, without the name of the file. */
async function complaint(list: string | Uint8Array, ...args: string[]): Promise<string> {
  return await withFile(list, async (path) => {
    const world = await network();
    const error = await assertRejects(() => probe(["--targets", path, ...args], {}, world));
    assertEquals(world.trace, [], "nothing was sent");
    return (error as Error).message.replaceAll(path, "FILE");
  });
}

Deno.test("targets: what is wrong with a list is said with file and line, before anything is sent", async () => {
  assertEquals(
    await complaint("ready.example\nrefuses.example --pahts udp-500\n"),
    "FILE:2: Unknown option --pahts; did you mean --paths?",
  );
  assertEquals(await complaint("ready.example --timeout"), "FILE:1: --timeout needs a value");
  assertEquals(
    await complaint("ready.example --timeout 5x"),
    'FILE:1: Cannot read --timeout "5x": expected a time such as 3, 3s, 500ms or 2m',
  );
  assertEquals(
    await complaint("ready.example\n\nhttps://ready.example\n"),
    'FILE:3: Cannot probe "https://ready.example": a name or an address is needed, no URL or prefix',
  );
  assertEquals(
    await complaint("ready.example refuses.example\n"),
    'FILE:1: Unexpected "refuses.example": one HOST on each line',
  );
  assertEquals(await complaint("--quick\n"), "FILE:1: Missing HOST: options alone");
  assertEquals(await complaint("ready.example 'a\n"), "FILE:1: a ' opens a quotation that does not end");
  assertEquals(await complaint("a.example --expect /no/such\n"), "FILE:1: Cannot read /no/such: there is no such file");
  assertEquals(
    await complaint("a.example --groups 99\n").then((text) => text.slice(0, 30)),
    'FILE:1: Cannot offer group "99',
  );
  assertEquals(await complaint("# nobody\n"), "Missing HOST: FILE names none");
  assertEquals(await complaint(Uint8Array.of(0xff, 0x41)), "Cannot read FILE: it is not text");
});

Deno.test("targets: what is for the whole run is no option of a line, however it is written", async () => {
  const names = ["--format json", "-f json", "--targets x", "--concurrency 4", "--rate 5", "--jitter 1", "--resume x"];
  for (
    const given of [...names, "--order done", "-q", "--no-color", "--output x", "--pcap x", "--verbose", "--help", "-h"]
  ) {
    const message = await complaint(`a.example ${given}\n`);
    assertMatch(message, /^FILE:1: --[a-z]+ is for the whole run: it belongs on the command line$/, given);
  }
});

Deno.test("targets: several faults are counted, and the first is told", async () => {
  const lines = Array.from({ length: 9 }, () => "a.example --no-such").join("\n");
  assertEquals(
    await complaint(`ready.example\n${lines}`),
    "FILE:2: Unknown option --no-such; faults in 8 more lines: 3, 4, 5, 6, 7, ...",
  );
});

Deno.test("targets: a host that is named again is probed once; with other options it is another question", async () => {
  const list = "ready.example\nready.example\nready.example --paths tcp-4500\n";
  const { stdout, stderr } = await probeList(list, "--format", "jsonl", "--order", "input", "ready.example");
  assertEquals(reportsOf(stdout).map(({ paths }) => paths.length), [5, 1]);
  assertEquals(stderr, "ike-tcp: named again with the same options, and probed once: ready.example\n");
});

Deno.test("targets: names of one gateway share its budget, and what was accepted by one name holds for the other", async () => {
  const args = ["--format", "jsonl", "--order", "input"];
  const { code, stdout } = await probe([...args, "ready.example", "again.example", READY]);
  const reports = reportsOf(stdout);
  assertEquals(reports.map(({ verdict }) => verdict.code), ["ready", "ready", "ready"]);
  const spent = reports.flatMap(({ budget }) => budget.spent);
  assertEquals(spent.map(({ half_open, others = 0 }) => [half_open, others]), [[3, 0], [1, 3], [0, 4]]);
  assertEquals(reports.map(({ earlier }) => earlier !== undefined), [false, true, true]);
  assertEquals(code, 0);
});

Deno.test("targets: no host at all is a usage error", async () => {
  await assertRejects(() => probe([]), UsageError, "Missing HOST");
});

Deno.test("targets: a few hosts have their whole reports, many a line each; --details and --no-details say otherwise", async () => {
  const few = (await probe(["ready.example", "refuses.example"])).stdout;
  assertStringIncludes(few, `udp-500@${READY}`);
  const lines = (await probe(["ready.example", "refuses.example", "--no-details"])).stdout;
  assertMatch(lines, /^READY +ready\.example +udp-500 +10\.0 ms\nBLOCKED +refuses\.example +- +- +\S/);
  const many = Array.from({ length: 9 }, (_, i) => `203.0.113.${i + 1}`);
  const { stdout } = await probe([...many, "--paths", "udp-500"]);
  assertEquals(stdout.split("\n").slice(0, 9).map((line) => line.split(/\s+/)[1]), many);
  assertStringIncludes((await probe([...many, "--paths", "udp-500", "--details"])).stdout, `udp-500@${READY}`);
});

Deno.test("targets: the summary counts, names who needs somebody, and bounds itself", async () => {
  const hosts = Array.from({ length: 30 }, (_, i) => `203.0.113.${i + 1}`);
  const { stdout, code } = await probe([...hosts, "--paths", "udp-500", "no..such", "--format", "text"]);
  const summary = stdout.split("\n\n").slice(1);
  assertEquals(summary.length, 3);
  assertMatch(summary[0]!, /^UNKNOWN\n {2}no\.\.such\n {4}cannot be resolved: no address/);
  assertMatch(summary[1]!, /^BLOCKED\n {2}203\.0\.113\.2\n {4}UDP 500: .*\[udp-refused\]\n {2}203\.0\.113\.3, /);
  assertMatch(summary[1]!, /and 20 more\n {4}udp-500: nothing answers at this address \[address-dead\]$/);
  assertEquals(
    summary[2]!.replace(/[\d.]+ m?s/, "N"),
    [
      "hosts     31: 1 ready, 29 blocked, 1 unknown",
      "findings  address-dead (28 hosts), udp-refused (1 host)",
      "run       N, exit code 3",
      "",
    ].join("\n"),
  );
  assertEquals(code, 3);
});

Deno.test("targets: one host has no summary, and its name no power over the terminal", async () => {
  const { stdout } = await probe(["ready.example"]);
  assert(!stdout.includes("hosts "), stdout);
  const lines = (await probe(["ready.example", "a\x1b[31m.example", "--no-details"])).stdout;
  assert(!lines.includes("\x1b"), lines);
});

Deno.test("targets: a terminal shows counts while it goes on, and each line fits", async () => {
  const hosts = Array.from({ length: 12 }, (_, i) => `203.0.113.${i + 1}`);
  const { stdout, stderr } = await probe([...hosts, "--no-color"], { isTerminal: true, width: 60 });
  assertStringIncludes(stderr, "0 of 12");
  const lines = stdout.split("\n").filter((line) => /^[A-Z]+ +203/.test(line));
  assertEquals(lines.length, 12);
  assert(lines.every((line) => line.length <= 60), stdout);
  assertEquals((await probe([...hosts, "-q"], { isTerminal: true, width: 60 })).stderr, "");
});

Deno.test("targets: who ends unknown is told on standard error, a few by name and the others by number", async () => {
  const hosts = Array.from({ length: 12 }, (_, i) => `a..${i}`);
  const { stderr, code } = await probe([...hosts, "--format", "jsonl"]);
  const lines = stderr.trimEnd().split("\n");
  assertEquals([lines.length, lines.at(-1), code], [9, "ike-tcp: 4 more hosts ended unknown", 3]);
});

Deno.test("targets: a form for one host says so before anything is sent", async () => {
  const world = await network();
  await assertRejects(() => probe(["--format", "json", "a.example", "b.example"], {}, world));
  await assertRejects(() => probe(["--save-expectation", "/tmp/x", "a.example", "b.example"], {}, world), UsageError);
  assertEquals(world.trace, []);
});

Deno.test("resume: hosts that have a report are not probed again, and count", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/run.jsonl`;
  try {
    const hosts = ["ready.example", "refuses.example", "no..such"];
    const first = await probe(["--resume", file, ...hosts.slice(0, 2), "--format", "jsonl"]);
    assertEquals(verdicts(reportsOf(await Deno.readTextFile(file))), {
      "ready.example": "ready",
      "refuses.example": "blocked",
    });
    assertEquals([first.code, reportsOf(first.stdout).length], [2, 2], "standard output has the reports too");
    const second = await probe(["--resume", file, ...hosts, "dead.example", "--no-details"]);
    assertEquals(reportsOf(await Deno.readTextFile(file)).map(({ target }) => target.input).slice(2).toSorted(), [
      "dead.example",
      "no..such",
    ]);
    assert(!/^READY/m.test(second.stdout), "what was reported is not reported again");
    assertStringIncludes(second.stdout, "hosts     4: 1 ready, 2 blocked, 1 unknown");
    assertStringIncludes(second.stdout, "2 hosts probed now, 2 before, exit code 3");
    const world = await network();
    const third = await probe(["--resume", file, ...hosts.slice(0, 2)], {}, world);
    assertEquals([world.trace.length, third.code], [0, 2], "nothing is left to do, and it is as bad as it was");
    const other = await probe(["--resume", file, "ready.example", "--paths", "udp-500", "--format", "jsonl"]);
    assertEquals(reportsOf(other.stdout).length, 1, "other paths are another question");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("resume: what ended unknown or was interrupted is tried again", async () => {
  const jsonl = (await probe(["ready.example", "refuses.example", "no..such", "--format", "jsonl"])).stdout;
  const [first, second, third] = jsonl.split("\n").map((line) => line === "" ? "" : JSON.parse(line));
  first.interrupted = true;
  const kept = [first, second, third].map((report) => JSON.stringify(report)).join("\n");
  await withFile(kept.slice(0, -3), async (file) => {
    const args = ["ready.example", "refuses.example", "no..such", "--format", "jsonl", "--resume", file];
    const { stdout } = await probe(args);
    assertEquals(reportsOf(stdout).length, 2);
    assertEquals(reportsOf((await Deno.readTextFile(file)).trimEnd()).length, 4, "the line that was cut off is gone");
  });
});

Deno.test("resume: lines of one host that differ in other options each have their own report", async () => {
  await withFile("", async (file) => {
    const list = "203.0.113.1 -6\n203.0.113.1 -4\n203.0.113.1 -4 --server-name a.example\n";
    const args = ["--resume", file, "--format", "jsonl", "--order", "input"];
    const first = await probeList(list, ...args);
    assertEquals([first.code, reportsOf(first.stdout).map(({ verdict }) => verdict.code)], [
      3,
      ["unknown", "ready", "ready"],
    ]);
    const again = await probeList(list, ...args);
    assertEquals([again.code, reportsOf(again.stdout).map(({ options }) => options.family)], [3, [6]]);
    const [, second] = (await Deno.readTextFile(file)).trim().split("\n");
    await Deno.writeTextFile(file, `${second}\n`);
    const rest = await probeList(list, ...args);
    assertEquals(reportsOf(rest.stdout).map(({ options }) => [options.family, options.server_name]), [
      [6, undefined],
      [4, "a.example"],
    ]);
  });
});

Deno.test("resume: where nobody may be missing, those of the earlier run are there, too", async () => {
  await withFile("", async (file) => {
    const args = ["--resume", file, "ready.example", "refuses.example"];
    await probe(args);
    const exposition = await probe([...args, "dead.example", "--format", "prometheus"]);
    assertEquals(exposition.stdout.match(/^probe_success.*$/gm), [
      'probe_success{target="dead.example"} 0',
      'probe_success{target="ready.example"} 1',
      'probe_success{target="refuses.example"} 0',
    ]);
    const single = await probe(["--resume", file, "ready.example", "--format", "json"]);
    assertEquals([single.code, soundReport(single.stdout).verdict.code], [0, "ready"]);
    const lines = await probe(["--resume", file, "ready.example", "--format", "jsonl"]);
    assertEquals(lines.stdout, "", "a form with a line for each host has one for those of this run");
  });
  const saved = JSON.parse((await probe(["ready.example", "--format", "jsonl"])).stdout);
  saved.paths[0].state = "no such state";
  await withFile(`${JSON.stringify(saved)}\n`, async (file) => {
    const args = ["--resume", file, "ready.example", "--format", "prometheus"];
    const { cause } = await assertRejects(() => probe(args), ToldFailure);
    assertStringIncludes(String(cause), "line 1 is no report on one line");
  });
});

Deno.test("targets: metrics of a name that does not resolve are of the paths that its line names", async () => {
  const { stdout } = await probeList("a..b --paths tcp-4500 --require tcp-14501\n", "--format", "prometheus");
  const paths = [...stdout.matchAll(/^ike_probe_path_state\{.*path="([^"]*)"/gm)].map(([, path]) => path);
  assertEquals([...new Set(paths)], ["tcp-4500", "tcp-14501"]);
});

Deno.test("resume: a file of somebody else's is left alone", async () => {
  await withFile("ready.example\n", async (file) => {
    const error = await assertRejects(() => probe(["--resume", file, "ready.example"]), UsageError);
    assertEquals(
      error.message.replace(file, "FILE"),
      "Cannot resume FILE: line 1 is no report on one line (--format jsonl)",
    );
    assertEquals(await Deno.readTextFile(file), "ready.example\n");
  });
  await assertRejects(
    () => probe(["--resume", "/no/such/folder/run.jsonl", "ready.example"]),
    UsageError,
    "no such folder",
  );
});
