/** The JSON Schema, held against ajv and against what a probe really reports. */
import { assert, assertEquals } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import { EVENT_KINDS, FINDING_CODES, PATH_STATES } from "../../lib/model/mod.ts";
import { failureReport } from "../../lib/report/failure.ts";
import { REPORT_SCHEMA } from "../../lib/report/schema.ts";
import { object, text } from "../../lib/report/schema/form.ts";
import { report, REPORTS } from "./reports.ts";
import { runSimulated } from "./simulated.ts";

const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(REPORT_SCHEMA);

function errors(value: unknown): string[] {
  validate(JSON.parse(JSON.stringify(value)));
  return (validate.errors ?? []).map((error: { instancePath: string; message?: string }) =>
    `${error.instancePath} ${error.message}`
  );
}

for (const [name, made] of Object.entries(REPORTS)) {
  Deno.test(`schema: the report "${name}" fits`, () => assertEquals(errors(made), []));
}

Deno.test("schema: the report of a usage error fits", () => {
  assertEquals(errors(failureReport("Missing HOST", REPORTS.ready!.tool, "2026-11-23T12:00:00.000Z")), []);
});

for (const faults of [[], ["udp:drop", "tcp:prefix-reset"], ["malformed"], ["wrong-spi"], ["tcp:http"]]) {
  Deno.test(`schema: what a probe reports fits (gateway's faults: ${faults.join(", ") || "none"})`, async () => {
    const facts = await runSimulated(faults);
    assert(facts.events.length > 10);
    assertEquals(errors({ ...facts, findings: [], verdict: REPORTS.ready!.verdict }), []);
  });
}

Deno.test("schema: what it does not name is refused, on every level", () => {
  const ready = REPORTS.ready!;
  const path = ready.paths[0]!;
  for (
    const extra of [
      { ...ready, extra: 1 },
      report({ target: { ...ready.target, extra: 1 } as never }),
      report({ paths: [{ ...path, extra: 1 } as never] }),
      report({ paths: [{ ...path, ike: { ...path.ike!, extra: 1 } as never }] }),
      report({ events: [{ ...REPORTS.fallback!.events[0]!, extra: 1 } as never] }),
    ]
  ) assert(errors(extra).some((error) => error.includes("must NOT have additional properties")), errors(extra).join());
});

Deno.test("schema: closed lists are closed", () => {
  const [path] = REPORTS.ready!.paths;
  const [finding] = REPORTS.fallback!.findings;
  assert(errors(report({ paths: [{ ...path!, state: "asleep" as never }] })).length > 0);
  assert(errors(report({ findings: [{ ...finding!, code: "udp-tired" as never }] })).length > 0);
  assert(errors(report({ findings: [{ ...finding!, paths: ["udp-500"] }] })).length > 0, "a path id has an address");
  assert(errors(report({ started: "yesterday" })).length > 0);
});

Deno.test("schema: every code, state and kind of event of the model is in it", () => {
  const words = JSON.stringify(REPORT_SCHEMA);
  for (const word of [...FINDING_CODES, ...PATH_STATES, ...EVENT_KINDS]) assert(words.includes(`"${word}"`), word);
});

Deno.test("schema: a property that its type lacks, or that it lacks of its type, does not compile", () => {
  // @ts-expect-error: b is missing
  object<{ a: string; b: string }>({ a: text }, {});
  // @ts-expect-error: b may be absent
  object<{ a: string; b?: string }>({ a: text, b: text }, {});
  // @ts-expect-error: there is no b
  object<{ a: string }>({ a: text, b: text }, {});
});
