/** `ike-tcp schema`: the JSON Schemas of what the program writes and reads. */
import { defineCommand } from "../lib/cli/command.ts";
import { UsageError } from "../lib/cli/failure.ts";
import { nearest } from "../lib/cli/suggest.ts";
import { escapeText } from "../lib/wire/escape.ts";

/** By name: what it is of, and how it is had. */
export const SCHEMAS = {
  report: {
    of: "what probe and diagnose write with --format json and jsonl",
    load: async () => (await import("../lib/report/schema.ts")).REPORT_SCHEMA,
  },
  diff: {
    of: "what diff writes with --format json",
    load: async () => (await import("../lib/report/schema/diff.ts")).DIFF_SCHEMA,
  },
  expectation: {
    of: "the file of --expect and --save-expectation",
    load: async () => (await import("../lib/report/schema/expectation.ts")).EXPECTATION_SCHEMA,
  },
  watch: {
    of: "the lines that watch writes with --format jsonl",
    load: async () => (await import("../lib/watch/schema.ts")).WATCH_SCHEMA,
  },
  decode: {
    of: "what decode writes with --format json; its parts are what it writes with --format jsonl",
    load: async () => (await import("../lib/decode/schema.ts")).DECODE_SCHEMA,
  },
} as const;

/** See the file's head. */
export const command = defineCommand({
  name: "schema",
  summary: "print the JSON Schema of the report, or of another file",
  operands: "[SCHEMA]",
  operandCount: [0, 1],
  description: ["Prints a JSON Schema (2020-12). Without SCHEMA: the report's."],
  options: {},
  examples: [
    { args: "schema > report.schema.json", what: "keep it beside the reports" },
    { args: "schema expectation > expectation.schema.json", what: "for an editor that checks while you type" },
  ],
  sections: [{ heading: "Schemas", terms: Object.entries(SCHEMAS).map(([name, { of }]) => [name, of] as const) }],
  async run({ operands: [name = "report"], terminal }) {
    if (!Object.hasOwn(SCHEMAS, name)) throw unknownName(name);
    terminal.out.write(`${JSON.stringify(await SCHEMAS[name as keyof typeof SCHEMAS].load(), null, 2)}\n`);
    return 0;
  },
});

function unknownName(name: string): UsageError {
  const meant = nearest(name, Object.keys(SCHEMAS));
  const hint = meant === undefined ? `one of ${Object.keys(SCHEMAS).join(", ")}` : `did you mean ${meant}?`;
  return new UsageError(`Unknown schema "${escapeText(name)}"; ${hint}`);
}
