/** `ike-tcp explain`: what a finding means, offline. */
import { defineCommand } from "../lib/cli/command.ts";
import { UsageError } from "../lib/cli/failure.ts";
import { nearest } from "../lib/cli/suggest.ts";
import { textWidth, wantsColor } from "../lib/cli/terminal.ts";
import { FINDING_CODES } from "../lib/model/mod.ts";
import { escapeText } from "../lib/wire/escape.ts";

/** See the file's head. */
export const command = defineCommand({
  name: "explain",
  summary: "say what a finding means, how it was established and what to do",
  operands: "[CODE]",
  operandCount: [0, 1],
  description: [
    "Prints the long text of a finding: the question behind it, what it means, how it was established, what it cannot be " +
    "confused with, what to do at either end, and the sections of the RFCs. Without CODE: the list of all findings.",
  ],
  options: {
    color: { type: "boolean", negatable: true, help: "colour; without it: on a terminal, unless NO_COLOR is set" },
  },
  examples: [
    { args: "explain prefix-dropped", what: "what does that finding mean?" },
    { args: "explain", what: "all findings" },
  ],
  async run({ options, operands: [code], terminal }) {
    const { RULES } = await import("../lib/diagnose/mod.ts");
    const { explainAll, explainOne } = await import("../lib/report/explain.ts");
    const style = { width: textWidth(terminal), color: wantsColor(options.color, terminal), verbose: false };
    if (code === undefined) {
      terminal.out.write(explainAll(RULES, style));
      return 0;
    }
    const rule = RULES.find((candidate) => candidate.code === code);
    if (rule === undefined) throw unknownCode(code, RULES.map((candidate) => candidate.code));
    terminal.out.write(explainOne(rule, style));
    return 0;
  },
});

function unknownCode(code: string, known: readonly string[]): UsageError {
  if ((FINDING_CODES as readonly string[]).includes(code)) {
    return new UsageError(`Cannot explain ${code}: this version does not look for it`);
  }
  const meant = nearest(code, known);
  const hint = meant === undefined ? "ike-tcp explain lists all" : `did you mean ${meant}?`;
  return new UsageError(`Unknown finding "${escapeText(code)}"; ${hint}`);
}
