/** What holds for every report, whatever the network did: the schema, and what a schema cannot say. */
import { assert, assertEquals } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import { type Facts, type Report, VERDICT_EXIT } from "../../lib/model/mod.ts";
import { assemble } from "../../lib/report/assemble.ts";
import { REPORT_SCHEMA } from "../../lib/report/schema.ts";

const validate = new Ajv2020({ strict: false, allErrors: true }).compile(REPORT_SCHEMA);

/** A report that the program printed; fails unless it is sound. */
export function soundReport(text: string): Report {
  const report = JSON.parse(text) as Report;
  assertSound(report, report.verdict.exit);
  return report;
}

/** The facts of a run; fails unless the report that they make is sound. */
export function soundFacts(facts: Facts): Facts {
  const report = assemble(facts);
  assertSound(report, report.verdict.exit);
  return facts;
}

/**
 * Fails unless the report is sound: it fits the schema, its events are in order of time, everything that it cites exists,
 * and the exit code is the verdict's.
 */
export function assertSound(report: Report, code: number): void {
  assert(validate(report), JSON.stringify(validate.errors, null, 2));
  assertEquals(code, report.verdict.exit, report.verdict.summary);
  const ids = report.paths.map((path) => path.id);
  assertEquals(new Set(ids).size, ids.length, "path ids are unique");
  report.events.reduce((before, event) => {
    assert(event.t_ms >= before, `event at ${event.t_ms} after one at ${before}`);
    return event.t_ms;
  }, 0);
  for (const event of report.events) {
    assert(event.path === null || ids.includes(event.path), `event of unknown path ${event.path}`);
  }
  for (const { code, paths, evidence } of report.findings) {
    for (const id of paths) assert(ids.includes(id), `${code} is about ${id}`);
    for (const index of evidence.flatMap((item) => item.events)) {
      assert(report.events[index] !== undefined, `${code} cites event ${index}`);
    }
  }
  const { recommended, exit, code: verdict } = report.verdict;
  assert(recommended === null || ids.includes(recommended), `recommended: ${recommended}`);
  const gated = report.options.require.length > 0 || report.expectation !== undefined;
  assert(exit === VERDICT_EXIT[verdict] || (gated && exit === 2), `${verdict} exits ${exit}`);
  for (const { address, half_open, over_tcp } of report.budget.spent) {
    assert(half_open <= report.budget.limit, `${half_open} half-open SAs on ${address}`);
    assert(over_tcp <= 1, `${over_tcp} half-open SAs over TCP on ${address}`);
  }
}
