/** Our own check of saved reports, held against ajv. */
import { assertEquals, assertMatch } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { REPORT_SCHEMA } from "../../lib/report/schema.ts";
import { misfit } from "../../lib/report/validate.ts";
import { REPORTS } from "./reports.ts";
import { runSimulated } from "./simulated.ts";

const validate = new Ajv2020({ strict: false, logger: false }).compile(REPORT_SCHEMA);

type Node = Record<string, unknown>;

/** Every place of a JSON value: the object or list that holds it, and its name there. */
function places(value: unknown): [holder: Node, name: string][] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Node;
  return Object.keys(holder).flatMap((name) => [[holder, name] as [Node, string], ...places(holder[name])]);
}

const REPLACEMENTS: readonly unknown[] = [null, true, -1, 0.5, 70000, "", "zz", "0".repeat(16), [], {}, [null], {
  kind: "sent",
}];

Deno.test("validate: it finds fault with a changed report when ajv does, and only then", async () => {
  const facts = await runSimulated(["tcp:http"]);
  const whole = JSON.stringify({
    ...facts,
    events: facts.events.slice(0, 40),
    findings: [],
    verdict: REPORTS.ready!.verdict,
  });
  const sources = [...Object.values(REPORTS).map((report) => JSON.stringify(report)), whole];
  const change = fc.record({ source: fc.nat(sources.length - 1), place: fc.nat(), to: fc.nat(REPLACEMENTS.length) });
  fc.assert(
    fc.property(change, ({ source, place, to }) => {
      const value = JSON.parse(sources[source]!);
      const all = places(value);
      const [holder, name] = all[place % all.length]!;
      if (to < REPLACEMENTS.length) holder[name] = REPLACEMENTS[to];
      else if (Array.isArray(holder)) holder.splice(Number(name), 1);
      else delete holder[name];
      const ours = misfit(value, REPORT_SCHEMA);
      assertEquals(ours === undefined, validate(value), `${name} -> ${JSON.stringify(REPLACEMENTS[to])}: ${ours}`);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("validate: a fault is told with its place", () => {
  const broken = (change: (report: Node) => void) => {
    const report = JSON.parse(JSON.stringify(REPORTS.fallback));
    change(report);
    return misfit(report, REPORT_SCHEMA) ?? "";
  };
  assertEquals(broken((report) => delete report.paths), "paths: missing");
  assertEquals(
    broken((report) => (report.paths as Node[])[1]!.attempts = "3"),
    'paths[1].attempts: expected integer, found "3"',
  );
  assertEquals(
    broken((report) => (report.events as Node[])[2]!.kind = "dreamt"),
    'events[2].kind: "dreamt" is not known',
  );
  assertMatch(
    broken((report) => (report.events as Node[])[2]!.data = "xyz"),
    /^events\[2\]\.data: "xyz" has not the form /,
  );
  assertEquals(misfit([], REPORT_SCHEMA), "the whole: expected object, found []");
});

Deno.test("validate: properties that a later version may add are no fault", () => {
  assertEquals(misfit({ ...REPORTS.ready!, weather: "fine" }, REPORT_SCHEMA), undefined);
});

Deno.test("validate: hex of any length is judged, not thrown at", () => {
  const report = JSON.parse(JSON.stringify(REPORTS.fallback));
  report.events[2].data = "00".repeat(8_000_000);
  assertMatch(misfit(report, REPORT_SCHEMA) ?? "", /^events\[2\]\.data: 16000000 characters are too many$/);
});
