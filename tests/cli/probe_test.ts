/** `probe` from arguments to output, over a simulated network. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { command, runProbe } from "../../commands/probe.ts";
import { parseOptions } from "../../lib/cli/options.ts";
import { SimulatedNetwork } from "../sim/mod.ts";
import { fakeTerminal, type FakeTerminalOptions } from "./fake_terminal.ts";
import type { Ended } from "./run_cli.ts";
import { soundReport } from "../testbed/report.ts";

async function probe(args: string[], network: SimulatedNetwork, terminalOptions?: FakeTerminalOptions): Promise<Ended> {
  const terminal = fakeTerminal(terminalOptions);
  const { options, operands } = parseOptions(args, command.options, terminal.environment);
  const code = await runProbe({ options, operands, terminal }, network);
  return { code, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

/** Two hosts: one that refuses everything, one that is not there. */
function network(): SimulatedNetwork {
  const network = new SimulatedNetwork({
    names: { "refuses.example": ["203.0.113.2"], "dead.example": ["203.0.113.9"] },
  });
  network.addHost(["203.0.113.2"]);
  return network;
}

Deno.test("probe: --format json prints one valid document and nothing else", async () => {
  const { code, stdout, stderr } = await probe(["--format", "json", "--quick", "refuses.example"], network());
  const report = soundReport(stdout);
  assertEquals([code, report.verdict.exit, stderr], [2, 2, ""]);
  assertEquals(report.paths.map((path) => path.state), Array(5).fill("refused"));
});

Deno.test("probe: --format jsonl prints one line for each host, and the exit code is the worst", async () => {
  const args = ["--format", "jsonl", "--quick", "--timeout", "1", "refuses.example", "nosuch.example", "dead.example"];
  const { code, stdout } = await probe(args, network());
  const reports = stdout.trimEnd().split("\n").map((line) => soundReport(line));
  assertEquals(reports.map((report) => report.target.host).toSorted(), args.slice(-3).toSorted());
  assertEquals(code, 3);
  assertEquals(Math.max(...reports.map((report) => report.verdict.exit)), 3);
});

Deno.test("probe: several hosts as text stand in their order, whichever ends first", async () => {
  const { stdout } = await probe(["--quick", "dead.example", "nosuch.example", "refuses.example"], network());
  const heads = stdout.split("\n").filter((line) => /^\S+\.example/.test(line)).map((line) => line.split(":")[0]);
  assertEquals(heads, ["dead.example", "nosuch.example", "refuses.example"]);
  assertStringIncludes(stdout, "udp-500@203.0.113.2");
});

Deno.test("probe: progress is for terminals, and not with --quiet", async () => {
  const args = ["--quick", "refuses.example"];
  assertStringIncludes((await probe(args, network(), { isTerminal: true, width: 80 })).stderr, "probing");
  assertEquals((await probe([...args, "-q"], network(), { isTerminal: true, width: 80 })).stderr, "");
  assertEquals((await probe(args, network())).stderr, "");
});

Deno.test("probe: colour on a terminal, none with NO_COLOR or --no-color", async () => {
  const args = ["--quick", "-q", "refuses.example"];
  const shows = async (args: string[], environment = {}) =>
    (await probe(args, network(), { isTerminal: true, environment })).stdout.includes("\x1b[");
  assertEquals(await shows(args), true);
  assertEquals(await shows(args, { NO_COLOR: "1" }), false);
  assertEquals(await shows(["--no-color", ...args]), false);
});

Deno.test("probe: options become settings of the run", async () => {
  const args = ["--format", "json", "--paths", "tcp-4500", "--require", "udp-4500", "--groups", "14,ECP256", "-t", "1"];
  const { stdout } = await probe([...args, "--retries", "1", "--quick", "203.0.113.9"], network());
  const { options, paths } = soundReport(stdout);
  assertEquals(options, {
    timeout_ms: 1000,
    retries: 1,
    paths: ["tcp-4500", "udp-4500"],
    require: ["udp-4500"],
    groups: ["MODP2048", "ECP256"],
    mode: "quick",
  });
  assertEquals(paths.map(({ id, expected, required }) => [id, expected, required]), [
    ["tcp-4500@203.0.113.9", true, false],
    ["udp-4500@203.0.113.9", true, true],
  ]);
});

Deno.test("probe: a defect of ours is one line and one document, and disturbs no other host", async () => {
  const broken = network();
  const resolve = broken.resolve.bind(broken);
  broken.resolve = (name) => name === "broken.example" ? Promise.reject(new Error("out of luck")) : resolve(name);
  const args = ["--format", "jsonl", "--quick", "broken.example", "refuses.example"];
  const { code, stdout, stderr } = await probe(args, broken);
  const reports = stdout.trimEnd().split("\n").map((line) => soundReport(line));
  assertEquals(reports.map((report) => report.verdict.code).toSorted(), ["blocked", "unknown"]);
  assertEquals([code, stderr], [3, "ike-tcp: internal error: out of luck\n"]);
});
