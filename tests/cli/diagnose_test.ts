/** `ike-tcp diagnose`: the same findings from a saved report, and files that are none. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Report, SCHEMA_ID } from "../../lib/model/mod.ts";
import { assemble } from "../../lib/report/assemble.ts";
import { renderJson, renderJsonLine } from "../../lib/report/json.ts";
import { PERMISSIONS } from "../../.ci/permissions.ts";
import { runSimulated } from "../report/simulated.ts";
import { type Ended, runCli } from "./run_cli.ts";
import { soundReport } from "../testbed/report.ts";

/** What `diagnose FILE` says of a file with these contents; FILE stands for its name. */
async function diagnose(contents: string | Uint8Array, ...options: string[]): Promise<Ended> {
  const file = await Deno.makeTempFile({ prefix: "report-", suffix: ".json" });
  try {
    await Deno.writeFile(file, typeof contents === "string" ? new TextEncoder().encode(contents) : contents);
    const { code, stdout, stderr } = await runCli(["diagnose", ...options, file]);
    return { code, stdout, stderr: stderr.replaceAll(file, "FILE") };
  } finally {
    await Deno.remove(file);
  }
}

for (const faults of [[], ["udp:drop", "tcp:prefix-reset"], ["tcp:http"], ["error:NO_PROPOSAL_CHOSEN"]]) {
  Deno.test(`diagnose: the same report again (gateway's faults: ${faults.join(", ") || "none"})`, async () => {
    const report = assemble(await runSimulated(faults));
    const saved = renderJson(report);
    assertEquals(await diagnose(saved, "--format", "json"), { code: report.verdict.exit, stdout: saved, stderr: "" });
    const stripped = { ...report, findings: [], verdict: { code: "ready" } };
    assertEquals((await diagnose(JSON.stringify(stripped), "-f", "json")).stdout, saved);
  });
}

Deno.test("diagnose: text shows findings and verdict; several reports in JSON Lines, the worst decides", async () => {
  const good = assemble(await runSimulated());
  const bad = assemble(await runSimulated(["drop"]));
  const { code, stdout } = await diagnose(renderJsonLine(good) + renderJsonLine(bad));
  assertEquals(code, bad.verdict.exit);
  for (const { verdict } of [good, bad]) assertMatch(stdout, new RegExp(`^${verdict.code.toUpperCase()} `, "m"));
  const lines = (await diagnose(renderJsonLine(good) + renderJsonLine(bad), "--format=jsonl")).stdout.trim().split(
    "\n",
  );
  assertEquals(lines.map((line) => (soundReport(line)).verdict), [good.verdict, bad.verdict]);
  const json = await diagnose(renderJsonLine(good) + renderJsonLine(bad), "--format=json");
  assertEquals([json.code, (soundReport(json.stdout)).verdict.code], [3, "unknown"]);
});

Deno.test("diagnose: of a host that was tried again, the last report counts, as with --resume", async () => {
  const [good, bad] = [assemble(await runSimulated()), assemble(await runSimulated(["drop"]))];
  const unknown = assemble({ ...good, interrupted: true, paths: [] });
  assertEquals(unknown.verdict.code, "unknown");
  const file = (...reports: Report[]) => reports.map(renderJsonLine).join("");
  const resumed = await diagnose(file(unknown, good), "--format=jsonl");
  assertEquals([resumed.code, resumed.stdout], [0, renderJsonLine(good)]);
  assertMatch(resumed.stderr, /^ike-tcp: left out 1 unknown report of a host that has a later one in the file\n$/);
  assertEquals((await diagnose(file(good, unknown), "--format=jsonl")).code, 3, "it is the last");
  const both = await diagnose(file(bad, good), "--format=jsonl");
  assertEquals([both.code, both.stdout.trim().split("\n").length], [bad.verdict.exit, 2]);
});

Deno.test("diagnose: what is no report is one clear line, and exit code 3", async () => {
  const whole = renderJson(assemble(await runSimulated()));
  const cases: [string | Uint8Array, string][] = [
    ["", "it is empty"],
    ["hello", "it is not JSON"],
    ["{}", "it is not a report of ike-tcp"],
    [whole.slice(0, whole.length / 2), "it is cut off: the JSON has no end"],
    [
      whole.replace(SCHEMA_ID, "ike-tcp/report/2"),
      `it has the newer schema ike-tcp/report/2, and this version reads ${SCHEMA_ID}`,
    ],
    [whole.replace('"answered"', '"tired"'), 'it is damaged: paths[0].state: "tired" is not known'],
    [Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0xff), "it is not text"],
  ];
  for (const [contents, why] of cases) {
    const { code, stdout, stderr } = await diagnose(contents);
    assertEquals([code, stdout], [3, ""], why);
    assertEquals(stderr, `ike-tcp: Cannot read FILE: ${why} (see ike-tcp diagnose --help)\n`);
    const json = await diagnose(contents, "--format", "json");
    const { verdict, error } = soundReport(json.stdout);
    assertEquals([json.code, verdict.exit], [3, 3]);
    assertStringIncludes(error ?? "", why);
  }
});

Deno.test("diagnose: files that cannot be read", async () => {
  const folder = await Deno.makeTempDir();
  const missing = `${folder}/nothing\x1b[2J.json`;
  for (const [file, why] of [[folder, "it is a directory"], [missing, "there is no such file"]] as const) {
    const { code, stderr } = await runCli(["diagnose", file]);
    assertEquals(code, 3);
    assert(stderr.includes(`: ${why} (see `) && !stderr.includes("\x1b"), stderr);
    assertEquals(stderr.trimEnd().includes("\n"), false);
  }
  await Deno.remove(folder);
});

Deno.test("diagnose: PowerShell's UTF-16 is read, too", async () => {
  const saved = renderJson(assemble(await runSimulated()));
  const wide = new Uint8Array(2 + 2 * saved.length);
  const view = new DataView(wide.buffer);
  [0xfeff, ...Array.from(saved, (character) => character.charCodeAt(0))].forEach((unit, i) =>
    view.setUint16(2 * i, unit, true)
  );
  assertEquals((await diagnose(wide, "--format", "json")).stdout, saved);
});

Deno.test("diagnose: - is standard input", async () => {
  const report = assemble(await runSimulated());
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--cached-only", ...PERMISSIONS, "main.ts", "diagnose", "--format", "json", "-"],
    cwd: new URL("../../", import.meta.url),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await new Blob([renderJson(report)]).stream().pipeTo(process.stdin);
  const { code, stdout, stderr } = await process.output();
  const text = new TextDecoder();
  assertEquals([code, text.decode(stderr)], [report.verdict.exit, ""]);
  assertEquals(text.decode(stdout), renderJson(report));
});
