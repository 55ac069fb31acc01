import { assertEquals } from "@std/assert";
import { assemble } from "../../lib/report/assemble.ts";
import { failureReport } from "../../lib/report/failure.ts";
import { factsOf, REPORTS } from "./reports.ts";

/** Top-level fields in the order of the contract. */
const ORDER = [
  "schema",
  "tool",
  "target",
  "options",
  "started",
  "duration_ms",
  "interrupted",
  "error",
  "paths",
  "findings",
  "verdict",
  "budget",
  "experiments",
  "events",
];

Deno.test("assemble: the fields stand in the contract's order, and the facts are untouched", () => {
  for (const [name, report] of Object.entries(REPORTS)) {
    const facts = factsOf(report);
    const { findings: _findings, verdict, ...rest } = assemble(facts);
    assertEquals(rest, facts as typeof rest, name);
    const keys = Object.keys(assemble(facts));
    assertEquals(keys, ORDER.filter((key) => keys.includes(key)), name);
    assertEquals(verdict.exit === 3, verdict.code === "unknown", name);
  }
});

Deno.test("assemble: the same facts give the same report", () => {
  const facts = factsOf(REPORTS.fallback!);
  assertEquals(assemble(facts), assemble(JSON.parse(JSON.stringify(facts))));
});

Deno.test("assemble: a name that does not resolve is the report's error", () => {
  const { error: _error, ...facts } = factsOf(REPORTS.unresolved!);
  assertEquals(assemble(facts).error, "Cannot resolve nosuch.invalid: no such name");
});

Deno.test("assemble: a failure is a report too, with the same fields", () => {
  const { tool, started } = REPORTS.ready!;
  const report = failureReport("Missing HOST", tool, started);
  assertEquals(Object.keys(report), ORDER.filter((key) => key !== "interrupted"));
  assertEquals(report.verdict, { code: "unknown", exit: 3, summary: "Missing HOST", recommended: null });
});
