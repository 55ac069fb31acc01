/** `--output`: a file that holds the report whole or stays as it was, on every way out. */
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { withOutputs } from "../../commands/outputs.ts";
import { command, runProbe } from "../../commands/probe.ts";
import { failureLine, ToldFailure, UsageError } from "../../lib/cli/failure.ts";
import { parseOptions } from "../../lib/cli/options.ts";
import { type Format, FORMATS, type Report } from "../../lib/model/mod.ts";
import { assemble } from "../../lib/report/assemble.ts";
import { renderJson, renderJsonLine } from "../../lib/report/json.ts";
import { readExposition } from "../report/exposition.ts";
import { readPluginOutput } from "../report/plugin_output.ts";
import { runSimulated } from "../report/simulated.ts";
import { SimulatedNetwork } from "../sim/mod.ts";
import { fakeTerminal, type FakeTerminalOptions } from "./fake_terminal.ts";
import { type Ended, runCli } from "./run_cli.ts";

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "output-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();

async function probe(args: string[], terminalOptions?: FakeTerminalOptions, network = world()): Promise<Ended> {
  const terminal = fakeTerminal(terminalOptions);
  const { options, operands } = parseOptions(args, command.options, terminal.environment);
  const code = await runProbe({ options, operands, terminal }, network);
  return { code, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

/** One host that refuses everything. */
function world(): SimulatedNetwork {
  const network = new SimulatedNetwork({ names: { "refuses.example": ["203.0.113.2"] } });
  network.addHost(["203.0.113.2"]);
  return network;
}

Deno.test("output: the file holds what standard output would, and that stays empty", () =>
  inFolder(async (folder) => {
    const [saved, file] = [`${folder}/saved.json`, `${folder}/report`];
    await Deno.writeTextFile(saved, renderJson(assemble(await runSimulated(["udp:drop"]))));
    for (const format of FORMATS) {
      const { code, stdout, stderr } = await runCli(["diagnose", "--format", format, "-o", file, saved]);
      const printed = await runCli(["diagnose", "--format", format, saved]);
      assertEquals([code, stdout, stderr], [printed.code, "", ""]);
      assertEquals(await Deno.readTextFile(file), printed.stdout, format);
      assert(printed.stdout.length > 100, format);
      assertEquals((await runCli(["diagnose", "--format", format, "--output", "-", saved])).stdout, printed.stdout);
    }
    assertEquals(names(folder), ["report", "saved.json"]);
  }));

Deno.test("output: a file has no colour and no width of a terminal; who asks for colour gets it", () =>
  inFolder(async (folder) => {
    const file = `${folder}/report.txt`;
    const terminal = { isTerminal: true, width: 40 };
    const { stdout, stderr } = await probe(["--quick", "-q", "-o", file, "refuses.example"], terminal);
    assertEquals([stdout, stderr], ["", ""]);
    const text = await Deno.readTextFile(file);
    assert(!text.includes("\x1b") && text.split("\n").some((line) => line.length > 60), text);
    await probe(["--quick", "-q", "--color", "-o", file, "refuses.example"], terminal);
    assertStringIncludes(await Deno.readTextFile(file), "\x1b[");
  }));

Deno.test("output: one file cannot take two things, however it is named", () =>
  inFolder(async (folder) => {
    await Deno.symlink(folder, `${folder}/link`);
    await Deno.writeTextFile(`${folder}/old`, "old");
    for (const option of ["--pcap", "--save-expectation", "--resume"]) {
      for (const [one, other] of [["new", "link/new"], ["old", "link/old"], ["old", "link/./old"]]) {
        const args = ["--output", `${folder}/${one}`, option, `${folder}/${other}`, "refuses.example"];
        const error = await assertRejects(() => probe(args), UsageError);
        assertStringIncludes(error.message, `--output and ${option} name the same file`);
      }
    }
    const name = `${folder}/new`;
    const error = await assertRejects(() => probe(["--resume", name, "--pcap", name, "refuses.example"]), UsageError);
    assertStringIncludes(error.message, "--pcap and --resume name the same file");
    await assertRejects(
      () => probe(["--save-expectation", "-", "refuses.example"]),
      UsageError,
      "needs the name of a file",
    );
    assertEquals(names(folder), ["link", "old"]);
  }));

Deno.test("output: people are told on the terminal what is in the file, in a line; scripts are not", () =>
  inFolder(async (folder) => {
    const file = `${folder}/r`;
    const said = async (args: string[], isTerminal = true) =>
      (await probe(["--quick", "-o", file, ...args], { isTerminal, environment: { TERM: "dumb" } })).stderr;
    assertMatch(await said(["refuses.example"]), /^\S+\/r: BLOCKED {2}No path answers[^\n]*\n$/);
    assertEquals(await said(["203.0.113.2", "refuses.example"]), `${file}: 2 reports: 2 blocked\n`);
    assertEquals(await said(["-q", "refuses.example"]), "");
    assertEquals(await said(["refuses.example"], false), "");
    // the text is in the file, so a host without a report is said here
    assertStringIncludes(await said(["nosuch.example"]), "ike-tcp: Cannot resolve nosuch.example");
  }));

Deno.test("output: what cannot be written is said before anything is sent, and scripts have it on standard output", () =>
  inFolder(async (folder) => {
    for (const [file, why] of [[folder, "it is a directory"], [`${folder}/no/r`, "there is no such folder"]] as const) {
      const { code, stdout, stderr } = await runCli(["probe", "-f", "json", "--output", file, "203.0.113.2"]);
      assertEquals([code, stderr], [3, `ike-tcp: Cannot write ${file}: ${why} (see ike-tcp probe --help)\n`]);
      assertStringIncludes((JSON.parse(stdout) as Report).error ?? "", why);
    }
    const args = ["--output", `${folder}/r`, "--pcap", `${folder}/no/run.pcapng`, "203.0.113.2"];
    const { code, stdout } = await runCli(["probe", ...args]);
    assertEquals([code, stdout, names(folder)], [3, "", []]);
  }));

Deno.test("output: a failure that is found later stands in the file, where a script looks for it", () =>
  inFolder(async (folder) => {
    const file = `${folder}/r`;
    const failing = ["probe", "-o", file, "h:4500"];
    for (const format of ["json", "jsonl"]) {
      const { code, stdout, stderr } = await runCli([...failing, "-f", format]);
      assertEquals([code, stdout], [3, ""]);
      assertMatch(stderr, /^ike-tcp: Cannot probe "h:4500"[^\n]* \(see ike-tcp probe --help\)\n$/);
      const { error, verdict } = JSON.parse(await Deno.readTextFile(file)) as Report;
      assertMatch(error ?? "", /^Cannot probe "h:4500"/);
      assertEquals(verdict.exit, 3);
    }
    await runCli([...failing, "-f", "prometheus"]);
    assertEquals(readExposition(await Deno.readTextFile(file)).get("probe_success")?.samples[0]?.value, 0);
    await runCli(["diagnose", "-f", "prometheus", "-o", file, `${folder}/nothing.json`]);
    assertEquals(readExposition(await Deno.readTextFile(file)).get("probe_success")?.samples[0]?.value, 0);
    assertEquals(names(folder), ["r"]);
  }));

Deno.test("output: a report that is there is not replaced by a failure in words, or by one of the command line", () =>
  inFolder(async (folder) => {
    const file = `${folder}/r`;
    await Deno.writeTextFile(file, "yesterday's\n");
    for (const args of [["h:4500"], ["-f", "json", "--bogus", "h"], ["-f", "json"]]) {
      assertEquals((await runCli(["probe", "-o", file, ...args])).code, 3);
      assertEquals([await Deno.readTextFile(file), names(folder)], ["yesterday's\n", ["r"]]);
    }
  }));

Deno.test("output: a defect of ours between two hosts loses neither report nor failure", () =>
  inFolder(async (folder) => {
    const report = assemble(await runSimulated());
    const run = (format: Format, output: string) => {
      const options = { format, output, pcap: undefined, verbose: false, color: undefined, details: undefined };
      return withOutputs(options, fakeTerminal(), (places) => {
        places.add(report);
        throw new Error("out of luck");
      });
    };
    const failure = await assertRejects(() => run("jsonl", `${folder}/r.jsonl`), ToldFailure);
    assertEquals(failureLine(failure.cause), "internal error: out of luck");
    const lines = (await Deno.readTextFile(`${folder}/r.jsonl`)).trimEnd().split("\n");
    assertEquals(lines[0], renderJsonLine(report).trimEnd());
    assertEquals(lines.slice(1).map((line) => (JSON.parse(line) as Report).error), ["internal error: out of luck"]);
    await assertRejects(() => run("nagios", `${folder}/status`), ToldFailure);
    const { status, text } = readPluginOutput(await Deno.readTextFile(`${folder}/status`));
    assertEquals([status, text.startsWith("2 hosts: ")], ["UNKNOWN", true]);
    await assertRejects(() => run("text", `${folder}/r.txt`), Error, "out of luck");
    assertStringIncludes(await Deno.readTextFile(`${folder}/r.txt`), "exit code 0");
    assertEquals(names(folder), ["r.jsonl", "r.txt", "status"]);
  }));

Deno.test("output: several reports of JSON Lines are in one file", () =>
  inFolder(async (folder) => {
    const file = `${folder}/r.jsonl`;
    const report = assemble(await runSimulated());
    await Deno.writeTextFile(file, renderJsonLine(report) + renderJsonLine(report));
    // a file may be read and written at the same time: it is replaced when all is read
    assertEquals((await runCli(["diagnose", "-f", "jsonl", "-o", file, file])).code, 0);
    assertEquals(await Deno.readTextFile(file), renderJsonLine(report) + renderJsonLine(report));
  }));
