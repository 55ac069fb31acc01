/** Mistakes: one clear line on standard error, exit code 3, and with --format json one valid document on standard output. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { KEY_EXCHANGE_GROUPS } from "../../lib/crypto/mod.ts";
import { readExposition } from "../report/exposition.ts";
import { readPluginOutput } from "../report/plugin_output.ts";
import { runCli } from "./run_cli.ts";
import { soundReport } from "../testbed/report.ts";

const GROUPS = KEY_EXCHANGE_GROUPS.map((group) => group.name).join(", ");

/** Arguments behind `probe`, and the line on standard error. */
const MISTAKES: readonly (readonly [args: readonly string[], line: string])[] = [
  [[], "Missing HOST"],
  [[""], "Empty HOST: a name or an address is needed"],
  [["--fromat", "h"], "Unknown option --fromat; did you mean --format?"],
  [["--paths", "udp-99999", "h"], 'Cannot read path "udp-99999": the port must be 1 to 65535'],
  [["--paths", "udp-0", "h"], 'Cannot read path "udp-0": the port must be 1 to 65535'],
  [
    ["--require", "4500", "h"],
    'Cannot read path "4500": expected udp-PORT, udp-PORT/bare, udp-PORT/marker, tcp-PORT or tls-PORT',
  ],
  [["--paths", ",", "h"], "--paths needs at least one path"],
  [["-4", "-6", "h"], "--ipv4 and --ipv6 exclude each other: give neither for both"],
  [["--quick", "--deep", "h"], "--quick and --deep exclude each other"],
  [["--groups", "X25519,WRONG", "h"], `Cannot offer group "WRONG": possible are ${GROUPS}`],
  [["--groups", "MODP768", "h"], `Cannot offer group "MODP768": possible are ${GROUPS}`],
  [["--groups", ",", "h"], "--groups needs at least one group"],
  [["-timeout", "3", "h"], "Unknown option -timeout; did you mean --timeout?"],
  [["h:4500"], 'Cannot probe "h:4500": ports go into --paths, as in --paths udp-4500,tcp-443'],
  [["[::1]:4500"], 'Cannot probe "[::1]:4500": ports go into --paths, as in --paths udp-4500,tcp-443'],
  [["https://h/"], 'Cannot probe "https://h/": a name or an address is needed, no URL or prefix'],
  [["--source", "eth0", "h"], 'Cannot read --source "eth0": expected an IP address'],
  [["--timeout", "never", "h"], 'Cannot read --timeout "never": expected a time such as 3, 3s, 500ms or 2m'],
  [["--public-address", "1.2.3", "h"], 'Cannot read --public-address "1.2.3": expected an IP address'],
];

for (const [args, line] of MISTAKES) {
  Deno.test(`failures: probe ${args.join(" ")}`, async () => {
    const { code, stdout, stderr } = await runCli(["probe", ...args]);
    assertEquals([code, stdout], [3, ""]);
    assertEquals(stderr, `ike-tcp: ${line} (see ike-tcp probe --help)\n`);
  });

  Deno.test(`failures: probe --format json ${args.join(" ")}`, async () => {
    const { code, stdout, stderr } = await runCli(["probe", "--format", "json", ...args]);
    assertEquals([code, stderr.split("\n").length], [3, 2]);
    assertFailure(stdout, line);
  });
}

function assertFailure(stdout: string, error: string): void {
  const report = soundReport(stdout);
  assertEquals([report.error, report.verdict.code, report.verdict.exit], [error, "unknown", 3]);
}

Deno.test("failures: JSON is asked for in any way that parses", async () => {
  for (
    const args of [["--format=json"], ["-f", "json"], ["-f=json"], ["-qf", "json"], ["--format", "text", "-f", "json"]]
  ) {
    assertFailure((await runCli(["probe", ...args])).stdout, "Missing HOST");
  }
  const environment = { IKE_TCP_FORMAT: "json" };
  const { stdout, stderr } = await runCli(["probe", "h:4500"], { environment });
  assertFailure(stdout, 'Cannot probe "h:4500": ports go into --paths, as in --paths udp-4500,tcp-443');
  assertStringIncludes(stderr, "tcp-443; the environment has IKE_TCP_FORMAT (see ike-tcp probe --help)");
  const line = (await runCli(["probe", "--format", "jsonl"])).stdout;
  assertEquals(line.indexOf("\n"), line.length - 1);
  assertFailure(line, "Missing HOST");
});

Deno.test("failures: Prometheus gets a whole exposition that says so", async () => {
  for (const args of [["probe", "--bogus"], ["probe"], ["diagnose", "/nowhere/report.json"]]) {
    const { code, stdout } = await runCli([...args, "--format", "prometheus"]);
    const families = readExposition(stdout);
    assertEquals([code, families.get("probe_success")?.samples[0]?.value], [3, 0]);
    assertEquals(families.get("ike_probe_exit_code")?.samples[0]?.value, 3);
  }
});

Deno.test("failures: a monitoring system gets its status line", async () => {
  for (const args of [["probe", "--bogus"], ["probe", "h:4500"], ["diagnose", "/nowhere/report.json"]]) {
    const { code, stdout, stderr } = await runCli([...args, "--format", "nagios"]);
    const { status, text, long } = readPluginOutput(stdout);
    assertEquals([code, status, long], [3, "UNKNOWN", []]);
    assert(stderr.startsWith(`ike-tcp: ${text} (see `), stderr);
  }
});

Deno.test("failures: nobody who asked for text gets JSON", async () => {
  for (const args of [["--format", "json", "--format", "text"], ["--", "--format", "json"], ["--format", "jso", ""]]) {
    assertEquals((await runCli(["probe", "-x", ...args])).stdout, "", args.join(" "));
  }
});

Deno.test("failures: several hosts need JSON Lines", async () => {
  const { code, stdout } = await runCli(["probe", "--format", "json", "a", "b"]);
  assertEquals(code, 3);
  assertFailure(stdout, "--format json is one object, for one HOST; for several use --format jsonl");
});

Deno.test("failures: commands", async () => {
  const cases: [string[], string][] = [
    [[], "Missing command: one of probe, "],
    [["prob"], 'Unknown command "prob"; did you mean probe?'],
    [["vpn.example.com"], 'Unknown command "vpn.example.com"; to probe a host: ike-tcp probe vpn.example.com'],
    [["--frobnicate"], "Unknown option --frobnicate"],
    [["help", "nothing"], 'Unknown command "nothing"'],
    [["schema", "x"], 'Unknown schema "x"; one of report, diff, expectation'],
    [["schema", "repotr"], 'Unknown schema "repotr"; did you mean report?'],
    [["explain", "udp-blokced"], 'Unknown finding "udp-blokced"; did you mean udp-blocked?'],
    [["constructor"], 'Unknown command "constructor"'],
    [["\x1b[2J"], 'Unknown command "\\x1b[2J"'],
  ];
  for (const [args, line] of cases) {
    const { code, stdout, stderr } = await runCli(args);
    assertEquals([code, stdout], [3, ""], args.join(" "));
    assert(stderr.startsWith(`ike-tcp: ${line}`), stderr);
    assertMatch(stderr, /^[^\n]*\n$/);
  }
});
