/**
 * Within a schema number, reports only gain: scripts go on reading what they read, and old reports stay readable. Held
 * against the schema as it was first released (`schema-1.json`, which never changes).
 */
import { assertEquals } from "@std/assert";
import { SCHEMA_ID } from "../../lib/model/mod.ts";
import { REPORT_SCHEMA } from "../../lib/report/schema.ts";
import released from "./schema-1.json" with { type: "json" };

type Schema = { readonly [keyword: string]: unknown };

/** What a later schema takes away from an earlier one, or demands beyond it. */
function losses(before: Schema, after: Schema, at: string): string[] {
  const simple = ["type", "const", "pattern", "$ref", "minimum", "maximum"].flatMap((keyword) =>
    JSON.stringify(before[keyword]) === JSON.stringify(after[keyword]) ? [] : [`${at}: another ${keyword}`]
  );
  const values = (before.enum ?? []) as unknown[];
  const gone = values.filter((value) => !((after.enum ?? []) as unknown[]).includes(value));
  const required = (schema: Schema) => JSON.stringify([...(schema.required ?? []) as string[]].toSorted());
  return [
    ...simple,
    ...gone.map((value) => `${at}: no longer ${JSON.stringify(value)}`),
    ...(required(before) === required(after) ? [] : [`${at}: other properties are required`]),
    ...parts(before, after, at),
  ];
}

function parts(before: Schema, after: Schema, at: string): string[] {
  const named = ["properties", "$defs"].flatMap((keyword) =>
    Object.entries((before[keyword] ?? {}) as Record<string, Schema>).flatMap(([name, part]) => {
      const now = (after[keyword] as Record<string, Schema> | undefined)?.[name];
      return now === undefined ? [`${at}.${name}: gone`] : losses(part, now, `${at}.${name}`);
    })
  );
  const listed = ["oneOf", "anyOf"].flatMap((keyword) =>
    ((before[keyword] ?? []) as Schema[]).flatMap((part, i) => {
      const now = (after[keyword] as Schema[] | undefined)?.[i];
      return now === undefined ? [`${at}.${keyword}[${i}]: gone`] : losses(part, now, `${at}.${keyword}[${i}]`);
    })
  );
  const items = before.items as Schema | undefined;
  return [...named, ...listed, ...(items === undefined ? [] : losses(items, (after.items ?? {}) as Schema, `${at}[]`))];
}

Deno.test("schema: within its number it only gains", () => {
  assertEquals(SCHEMA_ID, "ike-tcp/report/1", "a new number needs a schema file of its own here");
  assertEquals(losses(released, REPORT_SCHEMA, "report"), []);
});

Deno.test("schema: what is taken away or demanded anew is noticed", () => {
  const changed = structuredClone(released) as unknown as Record<string, Record<string, Record<string, unknown>>>;
  delete changed.$defs!.path!.properties;
  (changed.properties as unknown as Record<string, unknown>).started = { type: "number" };
  (changed as unknown as { required: string[] }).required.push("mood");
  const found = losses(released, changed as unknown as Schema, "report");
  assertEquals(found.includes("report.started: another type"), true);
  assertEquals(found.includes("report: other properties are required"), true);
  assertEquals(found.includes("report.path.id: gone"), true);
});
