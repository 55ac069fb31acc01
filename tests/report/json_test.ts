/** JSON for scripts: one document, complete, and harmless on a terminal. */
import { assertEquals, assertNotMatch } from "@std/assert";
import fc from "fast-check";
import { renderJson, renderJsonLine } from "../../lib/report/json.ts";
import { path, report, REPORTS } from "./reports.ts";

Deno.test("json: what is printed reads back as the report", () => {
  for (const shown of Object.values(REPORTS)) {
    assertEquals(JSON.parse(renderJson(shown)), JSON.parse(JSON.stringify(shown)));
    assertEquals(JSON.parse(renderJsonLine(shown)), JSON.parse(JSON.stringify(shown)));
  }
});

Deno.test("json: a line is one line, whatever the network said", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (reason) => {
    const line = renderJsonLine(report({ paths: [path("tcp-443", "192.0.2.7", { reason })] }));
    assertEquals(line.split(/[\n\r\u2028\u2029\u0085]/).length, 2);
    // deno-lint-ignore no-control-regex
    assertNotMatch(line.trimEnd(), /[\x00-\x1f\x7f-\x9f]|\p{Cf}/u);
    assertEquals(JSON.parse(line).paths[0].reason, reason);
  }));
});
