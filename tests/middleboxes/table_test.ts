/** The matrix itself: its table, and that it covers what it has to. */
import { assert, assertEquals } from "@std/assert";
import { FINDING_CODES, type FindingCode } from "../../lib/model/mod.ts";
import { RULES } from "../../lib/diagnose/mod.ts";
import { assertSnapshot } from "../snapshot.ts";
import { ALL_ROWS } from "./rows/mod.ts";
import { readme } from "./table.ts";

Deno.test("fault matrix: README.md shows the rows as they are", async () => {
  await assertSnapshot(readme(ALL_ROWS), new URL("README.md", import.meta.url));
});

Deno.test("fault matrix: names are unique in their venue", () => {
  const names = ALL_ROWS.map(({ venue, name }) => `${venue}: ${name}`);
  assertEquals(names.filter((name, i) => names.indexOf(name) !== i), []);
});

Deno.test("fault matrix: every rule has a row that expects its finding", () => {
  const expected = new Set(ALL_ROWS.flatMap(({ expect }) => (expect.findings ?? []).flatMap(({ codes }) => codes)));
  assertEquals(RULES.map(({ code }) => code).filter((code) => !expected.has(code)), []);
});

Deno.test("fault matrix: what a row says of a finding can be told from what it must not say", () => {
  const known = new Set<FindingCode>(FINDING_CODES);
  for (const { name, expect } of ALL_ROWS) {
    for (const { codes } of [...expect.findings ?? [], ...expect.may ?? []]) {
      assert(codes.length > 0 && codes.length < 5 && codes.every((code) => known.has(code)), name);
    }
  }
});
