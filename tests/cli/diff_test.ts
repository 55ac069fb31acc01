/** `ike-tcp diff A B`: exit codes, forms, and files that cannot be compared. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import { PERMISSIONS } from "../../.ci/permissions.ts";
import type { Diff } from "../../lib/model/mod.ts";
import { assemble } from "../../lib/report/assemble.ts";
import { renderJson, renderJsonLine } from "../../lib/report/json.ts";
import { DIFF_SCHEMA } from "../../lib/report/schema/diff.ts";
import { runSimulated } from "../report/simulated.ts";
import { type Ended, runCli } from "./run_cli.ts";

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(DIFF_SCHEMA);
const GOOD = renderJson(assemble(await runSimulated()));
const BAD = renderJson(assemble(await runSimulated(["tcp:prefix-reset"])));

/** What `diff` says of two files with these contents; their names in it are A.json and B.json. */
async function diff(a: string | undefined, b: string | undefined, ...options: string[]): Promise<Ended> {
  const folder = await Deno.makeTempDir({ prefix: "diff-" });
  try {
    if (a !== undefined) await Deno.writeTextFile(`${folder}/A.json`, a);
    if (b !== undefined) await Deno.writeTextFile(`${folder}/B.json`, b);
    const { code, stdout, stderr } = await runCli(["diff", ...options, `${folder}/A.json`, `${folder}/B.json`]);
    const plain = (text: string) => text.replaceAll(`${folder}/`, "");
    return { code, stdout: plain(stdout), stderr: plain(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The document; fails unless it fits its schema and is all that was written. */
function sound({ code, stdout }: Ended): Diff {
  const document = JSON.parse(stdout) as Diff;
  assert(validate(document), JSON.stringify(validate.errors));
  assertEquals(document.exit, code);
  return document;
}

Deno.test("diff: exit code 1 when something is worse, 0 otherwise", async () => {
  const worse = await diff(GOOD, BAD);
  assertEquals([worse.code, worse.stderr], [1, ""]);
  assertStringIncludes(
    worse.stdout,
    "  worse      state: tcp-4500 at 203.0.113.2\n             - answered, accepted\n",
  );
  assertStringIncludes(worse.stdout, "finding prefix-reset: tcp-4500 at 203.0.113.2, only in B");
  const better = await diff(BAD, GOOD);
  assertEquals([better.code, better.stderr], [0, ""]);
  assertStringIncludes(better.stdout, "\nBETTER  B against A: ");
  const same = await diff(GOOD, GOOD);
  assertEquals([same.code, same.stdout.split("\n").at(-2)], [0, "No difference"]);
});

Deno.test("diff: one JSON document on every way out", async () => {
  const worse = sound(await diff(GOOD, BAD, "--format", "json"));
  assertEquals([worse.a, worse.b], [{ file: "A.json", reports: 1 }, { file: "B.json", reports: 1 }]);
  assert(worse.worse > 1 && worse.hosts[0]!.changes.some(({ code }) => code === "prefix-reset"));
  assertEquals(sound(await diff(GOOD, GOOD, "-f", "json")).different, 0);
  const failed = sound(await diff(GOOD, "", "-f", "json"));
  assertEquals([failed.exit, failed.error], [3, "Cannot read B.json: it is empty"]);
  assertEquals(sound(await runCli(["diff", "--format=json"])).error, "Missing A B");
  assertEquals(sound(await runCli(["diff", "-f", "json", "--frob", "a", "b"])).error, "Unknown option --frob");
});

/** Contents of A and B, and the line on standard error. */
const MISTAKES: readonly (readonly [a: string | undefined, b: string | undefined, line: string])[] = [
  [undefined, GOOD, "Cannot read A.json: there is no such file"],
  [GOOD, undefined, "Cannot read B.json: there is no such file"],
  ["", GOOD, "Cannot read A.json: it is empty"],
  [GOOD, "hello", "Cannot read B.json: it is not JSON"],
  [GOOD.slice(0, 900), GOOD, "Cannot read A.json: it is cut off: the JSON has no end"],
  [GOOD, '{"schema":"ike-tcp/expectation/1"}', "Cannot read B.json: it is not a report of ike-tcp"],
  [
    GOOD,
    GOOD.replace("ike-tcp/report/1", "ike-tcp/report/9"),
    "Cannot read B.json: it has the newer schema ike-tcp/report/9, and this version reads ike-tcp/report/1",
  ],
  [
    GOOD.replace('"answered"', '"\\u001b[2J"'),
    GOOD,
    'Cannot read A.json: it is damaged: paths[0].state: "\\\\u001b[2J" is not known',
  ],
];

for (const [a, b, line] of MISTAKES) {
  Deno.test(`diff: ${line}`, async () => {
    assertEquals(await diff(a, b), { code: 3, stdout: "", stderr: `ike-tcp: ${line} (see ike-tcp diff --help)\n` });
    const json = await diff(a, b, "--format", "json");
    assertStringIncludes(sound(json).error!, line.split(": ")[1]!);
  });
}

Deno.test("diff: operands", async () => {
  const cases: [string[], string][] = [
    [[], "Missing A B"],
    [["a.json"], "Missing B"],
    [["a", "b", "c"], 'Unexpected argument "c"'],
    [["-", "-"], "Only one of the two can be standard input"],
    [["--format", "jsonl", "a", "b"], 'Cannot read --format "jsonl": expected text or json (did you mean json?)'],
  ];
  for (const [args, line] of cases) {
    const { code, stderr } = await runCli(["diff", ...args]);
    assertEquals([code, stderr], [3, `ike-tcp: ${line} (see ike-tcp diff --help)\n`]);
  }
});

Deno.test("diff: files with several reports, and none in common", async () => {
  const line = (text: string, host: string) =>
    renderJsonLine(
      JSON.parse(text.replaceAll('"203.0.113.2"', JSON.stringify(host)).replaceAll("@203.0.113.2", `@${host}`)),
    );
  const [one, two] = ["203.0.113.2", "203.0.113.3"];
  const { code, stdout } = await diff(line(GOOD, one) + line(GOOD, two), line(BAD, two) + line(GOOD, one));
  assertEquals(code, 1);
  assertStringIncludes(stdout, "\nNo difference: 203.0.113.2\n");
  assertStringIncludes(stdout, ", at 1 of 2 hosts; exit code 1\n");
  const none = await diff(line(GOOD, one) + line(GOOD, one), line(GOOD, two));
  assertEquals([none.code, none.stderr], [
    3,
    "ike-tcp: Nothing to compare: A and B have no host in common (see ike-tcp diff --help)\n",
  ]);
});

Deno.test("diff: --output puts it into a file, failures that scripts read included", async () => {
  const folder = await Deno.makeTempDir({ prefix: "diff-" });
  const [a, b, out] = ["a", "b", "out"].map((name) => `${folder}/${name}.json`) as [string, string, string];
  Deno.writeTextFileSync(a, GOOD);
  Deno.writeTextFileSync(b, BAD);
  const plain = await runCli(["diff", "-o", out, a, b], { isTerminal: true });
  assertEquals([plain.code, plain.stdout, plain.stderr], [1, "", ""]);
  const text = Deno.readTextFileSync(out);
  assert(text.endsWith("exit code 1\n") && !text.includes("\x1b"), "no colour in a file");
  const broken = await runCli(["diff", "-o", out, a, `${folder}/none.json`]);
  assertEquals([broken.code, Deno.readTextFileSync(out)], [3, text], "what was there stays");
  const failed = await runCli(["diff", "-o", out, "-f", "json", a, `${folder}/none.json`]);
  assertEquals([failed.code, failed.stdout], [3, ""]);
  assertStringIncludes(failed.stderr, "there is no such file");
  assertStringIncludes(sound({ ...failed, stdout: Deno.readTextFileSync(out) }).error!, "there is no such file");
  const json = await runCli(["diff", "-o", out, "-f", "json", a, b]);
  assert(sound({ ...json, stdout: Deno.readTextFileSync(out) }).worse > 0);
  const nowhere = await runCli(["diff", "-o", `${folder}/no/out.json`, "-f", "json", a, b]);
  assertStringIncludes(sound(nowhere).error!, "there is no such folder");
  assertEquals([...Deno.readDirSync(folder)].length, 3);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("diff: - is standard input", async () => {
  const file = await Deno.makeTempFile({ suffix: ".json" });
  await Deno.writeTextFile(file, GOOD);
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--cached-only", ...PERMISSIONS, "main.ts", "diff", file, "-"],
    cwd: new URL("../../", import.meta.url),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await new Blob([BAD]).stream().pipeTo(process.stdin);
  const { code, stdout, stderr } = await process.output();
  const text = new TextDecoder();
  assertEquals([code, text.decode(stderr)], [1, ""]);
  assertStringIncludes(text.decode(stdout), "\n  + B  standard input: ");
  await Deno.remove(file);
});
