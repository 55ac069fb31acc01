/** `ike-tcp schema`: the JSON Schema of `--format json`. */
import { defineCommand } from "../lib/cli/command.ts";

/** See the file's head. */
export const command = defineCommand({
  name: "schema",
  summary: "print the JSON Schema of the report",
  operands: "",
  operandCount: [0, 0],
  description: ["Prints the JSON Schema (2020-12) that every report of --format json and jsonl fits."],
  options: {},
  examples: [{ args: "schema > report.schema.json", what: "keep it beside the reports" }],
  async run({ terminal }) {
    const { REPORT_SCHEMA } = await import("../lib/report/schema.ts");
    terminal.out.write(`${JSON.stringify(REPORT_SCHEMA, null, 2)}\n`);
    return 0;
  },
});
