/** `--expect` and `--save-expectation`: the gate of a runbook, from arguments to exit code. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { command, runProbe } from "../../commands/probe.ts";
import { parseOptions } from "../../lib/cli/options.ts";
import { runProgram } from "../../lib/cli/run.ts";
import type { Command } from "../../lib/cli/command.ts";
import { reportFailure } from "../../commands/failure.ts";
import { parseExpectation } from "../../lib/report/expectation/read.ts";
import { drop, runGateway, SimulatedNetwork } from "../sim/mod.ts";
import { soundReport } from "../testbed/report.ts";
import { fakeTerminal } from "./fake_terminal.ts";
import { type Ended, runCli } from "./run_cli.ts";

const GATEWAY = "203.0.113.2";

/** Runs `probe` as the program does, over a network with a gateway. */
async function probe(args: string[], ...boxes: SimulatedNetwork["middleboxes"]): Promise<Ended> {
  const network = new SimulatedNetwork({ middleboxes: boxes });
  const gateway = await runGateway(network.addHost([GATEWAY]));
  const simulated: Command = {
    ...command as unknown as Command,
    run: ({ terminal, operands }) => {
      const { options } = parseOptions(args, command.options, () => undefined);
      return runProbe({ options, operands, terminal }, network);
    },
  };
  const terminal = fakeTerminal();
  const code = await runProgram(
    ["probe", ...args],
    { probe: () => Promise.resolve(simulated) },
    terminal,
    (...failure) => Promise.resolve(reportFailure(...failure)),
  );
  await gateway.close();
  return { code, stdout: terminal.stdout(), stderr: terminal.stderr() };
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "expect-" });
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("expect: saved from a good run, it passes the same and stops a worse one", async () => {
  await inFolder(async (folder) => {
    const good = `${folder}/good.json`;
    const saved = await probe(["--save-expectation", good, GATEWAY]);
    assertEquals([saved.code, saved.stderr], [0, ""]);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["good.json"]);
    assertEquals(parseExpectation(Deno.readTextFileSync(good)).paths?.map(({ path }) => path), [
      "udp-500",
      "udp-4500",
      "tcp-4500",
      "tls-443",
    ]);

    const same = await probe(["--expect", good, "--paths", "udp-500", "--format", "json", GATEWAY]);
    const report = soundReport(same.stdout);
    assertEquals([same.code, report.paths.length], [0, 4]);
    assertStringIncludes(report.verdict.summary, "; as expected");

    const worse = await probe(["--expect", good, GATEWAY], drop({ protocol: "tcp", port: 4500 }));
    assertEquals(worse.code, 2);
    assertMatch(worse.stdout, /problem +TCP 4500 should accept IKE: silent \[expectation-unmet\]/);
    assertMatch(worse.stdout, /^DEGRADED .*/m);
    assertStringIncludes(worse.stdout.replaceAll(/\s+/g, " "), "; not as expected: TCP 4500 should accept IKE: silent");
  });
});

Deno.test("expect: saved reports are held against it offline, with the same outcome", async () => {
  await inFolder(async (folder) => {
    const [good, online] = [`${folder}/good.json`, `${folder}/online.json`];
    await probe(["--save-expectation", good, GATEWAY]);
    const box = () => drop({ protocol: "tcp", port: 4500 });
    const gated = await probe(["--expect", good, "--format", "json", GATEWAY], box());
    Deno.writeTextFileSync(online, gated.stdout);
    // A report that was gated shows its deviations again; one that was not is gated now.
    const again = await runCli(["diagnose", "--format", "json", online]);
    assertEquals([again.code, again.stdout], [2, gated.stdout]);
    Deno.writeTextFileSync(online, (await probe(["--format", "json", GATEWAY], box())).stdout);
    assertEquals((await runCli(["diagnose", online])).code, 1);
    const offline = await runCli(["diagnose", "--expect", good, "--format", "json", online]);
    assertEquals(offline.code, 2);
    const codes = (text: string) => soundReport(text).findings.map(({ code, severity }) => `${severity} ${code}`);
    assertEquals(codes(offline.stdout), codes(gated.stdout));
  });
});

Deno.test("expect: an expectation can be made of a saved report", async () => {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/report.json`, (await probe(["--format", "json", GATEWAY])).stdout);
    const { code, stderr } = await runCli([
      "diagnose",
      "--save-expectation",
      `${folder}/x.json`,
      `${folder}/report.json`,
    ]);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(parseExpectation(Deno.readTextFileSync(`${folder}/x.json`)).minimum_group, "X25519");
  });
});

Deno.test("expect: nothing is saved of a run that is not good, and what was there stays", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/good.json`;
    Deno.writeTextFileSync(file, "the old one");
    const args = ["--save-expectation", file, "--format", "json", "--quick", GATEWAY];
    const { code, stdout, stderr } = await probe(args, drop({}));
    assertEquals(code, 3);
    assertEquals(soundReport(stdout).verdict.code, "blocked");
    assertEquals(
      stderr,
      `ike-tcp: No expectation saved to ${file}: it needs a run with exit code 0 or 1, and this one has 2 (blocked)\n`,
    );
    assertEquals(Deno.readTextFileSync(file), "the old one");
    assertEquals([...Deno.readDirSync(folder)].length, 1);
  });
});

Deno.test("expect: what cannot be is said before anything is sent", async () => {
  await inFolder(async (folder) => {
    const broken = `${folder}/broken.json`;
    Deno.writeTextFileSync(broken, '{"schema": "ike-tcp/expectation/1", "path": []}');
    const cases: [string[], string][] = [
      [["--expect", `${folder}/none.json`, "h"], `Cannot read ${folder}/none.json: there is no such file`],
      [["--expect", broken, "h"], `Cannot read ${broken}: unknown key "path"; did you mean paths?`],
      [["--save-expectation", `${folder}/no/x.json`, "h"], `Cannot write ${folder}/no/x.json: there is no such folder`],
      [["--save-expectation", `${folder}/x.json`, "a", "b"], "--save-expectation is for one HOST"],
    ];
    for (const [args, why] of cases) {
      const { code, stdout, stderr } = await runCli(["probe", ...args]);
      assertEquals([code, stdout, stderr], [3, "", `ike-tcp: ${why} (see ike-tcp probe --help)\n`]);
      const json = await runCli(["probe", "-f", args.length > 3 ? "jsonl" : "json", ...args]);
      assertEquals([json.code, soundReport(json.stdout).error], [3, why]);
    }
    assert(![...Deno.readDirSync(folder)].some(({ name }) => name.endsWith(".part")));
  });
});

Deno.test("expect: several hosts, each held against it", async () => {
  await inFolder(async (folder) => {
    const good = `${folder}/good.json`;
    Deno.writeTextFileSync(good, '{"schema": "ike-tcp/expectation/1", "paths": [{"path": "udp-500"}]}');
    const args = ["--expect", good, "--paths", "tcp-4500", "--quick", "--format", "jsonl", GATEWAY, "203.0.113.77"];
    const { code, stdout } = await probe(args);
    const reports = stdout.trimEnd().split("\n").map((line) => soundReport(line));
    assertEquals(reports.map(({ verdict }) => verdict.exit).toSorted(), [0, 2]);
    assertEquals(code, 2);
  });
});
