/** Saved reports, and files that are none. */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { SCHEMA_ID } from "../../lib/model/mod.ts";
import { renderJson, renderJsonLine } from "../../lib/report/json.ts";
import { parseReports, UnreadableReport } from "../../lib/report/read.ts";
import { factsOf, REPORTS } from "./reports.ts";

const SAVED = renderJson(REPORTS.fallback!);

function complaint(text: string): string {
  return assertThrows(() => parseReports(text), UnreadableReport).message;
}

Deno.test("read: what --format json wrote comes back, without its opinions", () => {
  assertEquals(parseReports(SAVED), [JSON.parse(JSON.stringify(factsOf(REPORTS.fallback!)))]);
});

Deno.test("read: what --format jsonl wrote comes back, a report a line", () => {
  const lines = Object.values(REPORTS).map(renderJsonLine).join("");
  assertEquals(parseReports(lines).map((facts) => facts.target.host), Object.values(REPORTS).map((r) => r.target.host));
  assertEquals(parseReports(`\r\n${renderJsonLine(REPORTS.ready!)}\n\n`).length, 1);
});

Deno.test("read: opinions of a later version do not matter", () => {
  const later = { ...REPORTS.ready!, findings: [{ code: "gateway-sulks" }], verdict: { code: "sulky" } };
  assertEquals(parseReports(JSON.stringify(later)).length, 1);
});

Deno.test("read: what is no report is told in one phrase", () => {
  assertEquals(complaint(""), "it is empty");
  assertEquals(complaint(" \n\t\n"), "it is empty");
  assertEquals(complaint("PK\x03\x04"), "it is not JSON");
  assertEquals(complaint("{'schema': 1}"), "it is not JSON");
  for (const other of ["[]", "17", "null", "{}", '{"schema":1}', '{"schema":"https://json-schema.org/"}']) {
    assertEquals(complaint(other), "it is not a report of ike-tcp", other);
  }
});

Deno.test("read: another schema number", () => {
  const as = (schema: string) => complaint(JSON.stringify({ ...REPORTS.ready!, schema }));
  assertEquals(as("ike-tcp/report/2"), `it has the newer schema ike-tcp/report/2, and this version reads ${SCHEMA_ID}`);
  assertEquals(
    as("ike-tcp/report/0"),
    `it has the unknown schema ike-tcp/report/0, and this version reads ${SCHEMA_ID}`,
  );
  assertEquals(as("ike-tcp/report/one"), "it is not a report of ike-tcp");
});

Deno.test("read: a report that was cut off anywhere is never taken for a whole one", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: SAVED.length - 3 }), (length) => {
    const why = complaint(SAVED.slice(0, length));
    assert(length === 0 ? why === "it is empty" : why === "it is cut off: the JSON has no end", `${length}: ${why}`);
  }));
});

Deno.test("read: in JSON Lines the report that is at fault is named", () => {
  const line = renderJsonLine(REPORTS.ready!);
  assertEquals(complaint(`${line}${line.slice(0, 300)}`), "report 2 of 2: it is cut off: the JSON has no end");
  assertEquals(complaint(`${line}{}\n${line}`), "report 2 of 3: it is not a report of ike-tcp");
});

Deno.test("read: a damaged report is told with the place, and nothing of it reaches the terminal as it is", () => {
  const damaged = JSON.stringify({
    ...REPORTS.ready!,
    paths: [{ ...REPORTS.ready!.paths[0], state: "\x1b[2J\u202e" }],
  });
  assertMatch(complaint(damaged), /^it is damaged: paths\[0\]\.state: "\\\\u001b\[2J\\u\{202e\}" is not known$/);
});

Deno.test("read: any text is a report or an UnreadableReport", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => complaint(text).length > 0));
});
