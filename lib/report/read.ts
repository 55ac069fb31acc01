/**
 * Reads saved reports again: one JSON object, or JSON Lines. A file comes from anywhere: what is not there, or not of the
 * kind that rules and renderers rely on, is found here and said in one phrase.
 */
import { type Facts, SCHEMA_ID } from "../model/mod.ts";
import { escapeText } from "../wire/escape.ts";
import { REPORT_SCHEMA } from "./schema.ts";
import type { Schema } from "./schema/form.ts";
import { misfit } from "./validate.ts";

/** The text is no report. The message is the reason, safe to show, to stand behind the file's name and a colon. */
export class UnreadableReport extends Error {
  override readonly name = "UnreadableReport";
}

/**
 * What the rules may look at of each report in a file, at least one. The opinions that were saved with it are left out.
 *
 * @throws {UnreadableReport}
 */
export function parseReports(text: string): Facts[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) throw new UnreadableReport("it is empty");
  if (lines.length === 1 || !isJson(lines[0]!)) return [factsOf(parseJson(text))];
  return lines.map((line, i) => {
    try {
      return factsOf(parseJson(line));
    } catch (error) {
      if (!(error instanceof UnreadableReport)) throw error;
      throw new UnreadableReport(`report ${i + 1} of ${lines.length}: ${error.message}`);
    }
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnreadableReport(isCutOff(text, error) ? "it is cut off: the JSON has no end" : "it is not JSON");
  }
}

/** Whether the parser was still content where the text ended. */
function isCutOff(text: string, error: unknown): boolean {
  if (!/^\s*\{\s*("|$)/.test(text)) return false;
  const { message } = error as Error;
  const position = /at position (\d+)/.exec(message)?.[1];
  return /end of JSON|Unterminated/i.test(message) || Number(position) >= text.trimEnd().length;
}

/**
 * What the rules may look at of one report.
 *
 * @throws {UnreadableReport}
 */
export function factsOf(value: unknown): Facts {
  const schema = (value as { schema?: unknown } | null)?.schema;
  const version = typeof schema === "string" ? versionOf(schema) : undefined;
  if (version === undefined) throw new UnreadableReport("it is not a report of ike-tcp");
  if (version !== versionOf(SCHEMA_ID)) {
    const age = version > versionOf(SCHEMA_ID)! ? "newer" : "unknown";
    throw new UnreadableReport(`it has the ${age} schema ${schema}, and this version reads ${SCHEMA_ID}`);
  }
  const trouble = misfit(value, FACTS_SCHEMA);
  if (trouble !== undefined) throw new UnreadableReport(`it is damaged: ${escapeText(trouble)}`);
  const { findings: _findings, verdict: _verdict, ...facts } = value as Facts & Record<string, unknown>;
  return facts as Facts;
}

/** The number behind `ike-tcp/report/`. */
function versionOf(schema: string): number | undefined {
  const match = /^ike-tcp\/report\/(\d{1,9})$/.exec(schema);
  return match === null ? undefined : Number(match[1]);
}

/** Opinions are formed anew, and a later version may have had others: what is saved of them may be anything. */
const FACTS_SCHEMA: Schema = {
  ...REPORT_SCHEMA,
  required: (REPORT_SCHEMA.required as string[]).filter((name) => name !== "findings" && name !== "verdict"),
  properties: { ...REPORT_SCHEMA.properties as Schema, findings: {}, verdict: {} },
};
