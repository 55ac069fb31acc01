/** `explain` and `schema`: what can be known without a network. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { RULES } from "../../lib/diagnose/mod.ts";
import { FINDING_CODES } from "../../lib/model/mod.ts";
import { REPORT_SCHEMA } from "../../lib/report/schema.ts";
import { DIFF_SCHEMA } from "../../lib/report/schema/diff.ts";
import { EXPECTATION_SCHEMA } from "../../lib/report/schema/expectation.ts";
import { columns } from "../../lib/cli/wrap.ts";
import { runCli } from "./run_cli.ts";

Deno.test("explain: without a code it lists every finding that there is a rule for", async () => {
  const { code, stdout } = await runCli(["explain"], { width: 80 });
  assertEquals(code, 0);
  const listed = [...stdout.matchAll(/^ {2}(\S+)/gm)].map((match) => match[1]);
  assertEquals(listed, RULES.map((rule) => rule.code));
});

for (const rule of RULES) {
  Deno.test(`explain: ${rule.code} says what it means and what to do, within the width`, async () => {
    const { code, stdout, stderr } = await runCli(["explain", rule.code], { width: 80 });
    assertEquals([code, stderr], [0, ""]);
    assert(stdout.startsWith(`${rule.code}: `));
    for (const heading of ["Question", "What it means", "How it is established", "See"]) {
      assertStringIncludes(stdout, `\n${heading}\n`);
    }
    for (const line of stdout.split("\n")) assert(columns(line) <= 80 || line.includes("`"), line);
  });
}

Deno.test("explain: a code of the contract without a rule is no unknown word", async () => {
  const missing = FINDING_CODES.filter((code) => !RULES.some((rule) => rule.code === code));
  for (const code of missing) {
    const ended = await runCli(["explain", code]);
    assertEquals(ended.code, 3);
    assertStringIncludes(ended.stderr, `Cannot explain ${code}: this version does not look for it`);
  }
});

Deno.test("schema: prints the JSON Schemas by name, without one the report's", async () => {
  for (
    const [names, schema] of [[[], REPORT_SCHEMA], [["diff"], DIFF_SCHEMA], [
      ["expectation"],
      EXPECTATION_SCHEMA,
    ]] as const
  ) {
    const { code, stdout } = await runCli(["schema", ...names]);
    assertEquals([code, JSON.parse(stdout)], [0, JSON.parse(JSON.stringify(schema))]);
  }
});
