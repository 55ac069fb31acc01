/** `ike-tcp diagnose FILE`: the rules of this version over a saved report. */
import { defineCommand, type Invocation } from "../lib/cli/command.ts";
import { UsageError } from "../lib/cli/failure.ts";
import { EXIT_CODES } from "../lib/cli/help.ts";
import { textWidth, wantsColor } from "../lib/cli/terminal.ts";
import type { ExitCode, Facts } from "../lib/model/mod.ts";
import { concatBytes } from "../lib/wire/bytes.ts";
import { escapeText } from "../lib/wire/escape.ts";
import { PROBE_OPTIONS } from "./probe_options.ts";

/** Octets of a file that are read: a few thousand reports. */
const MAX_FILE = 256 * 1024 * 1024;

const { format, verbose, color } = PROBE_OPTIONS;
const OPTIONS = { format, verbose, color } as const;

/** See the file's head. */
export const command = defineCommand({
  name: "diagnose",
  summary: "run the rules again over a saved report",
  operands: "FILE",
  operandCount: [1, 1],
  description: [
    "Reads what --format json or jsonl wrote, and says what this version of the program concludes from the same facts. " +
    "Nothing is sent. FILE - is standard input.",
  ],
  options: OPTIONS,
  examples: [
    { args: "diagnose report.json", what: "read a colleague's report as text" },
    { args: "diagnose --verbose report.json", what: "the same, with every message field by field" },
  ],
  sections: [EXIT_CODES],
  run: diagnoseFile,
});

async function diagnoseFile({ options, operands, terminal }: Invocation<typeof OPTIONS>): Promise<ExitCode> {
  const { assemble } = await import("../lib/report/assemble.ts");
  const { rendererOf } = await import("../lib/report/render.ts");
  const reports = (await readReports(operands[0]!)).map(assemble);
  if (options.format === "json" && reports.length > 1) {
    throw new UsageError(`Cannot write ${reports.length} reports with --format json: use --format jsonl`);
  }
  const style = { width: textWidth(terminal), color: wantsColor(options.color, terminal), verbose: options.verbose };
  const render = rendererOf(options.format, style);
  reports.forEach((report, i) => terminal.out.write(render(report, i)));
  return Math.max(...reports.map((report) => report.verdict.exit)) as ExitCode;
}

async function readReports(file: string): Promise<Facts[]> {
  const { parseReports, UnreadableReport } = await import("../lib/report/read.ts");
  const unreadable = (why: string) => new UsageError(`Cannot read ${escapeText(file)}: ${why}`);
  let octets: Uint8Array | undefined;
  try {
    octets = await readBounded(file === "-" ? Deno.stdin.readable : (await Deno.open(file)).readable);
  } catch (error) {
    throw unreadable(reason(error));
  }
  if (octets === undefined) throw unreadable(`it has more than ${MAX_FILE / 1024 / 1024} MiB`);
  const text = decode(octets);
  if (text === undefined) throw unreadable("it is not text");
  try {
    return parseReports(text);
  } catch (error) {
    if (error instanceof UnreadableReport) throw unreadable(error.message);
    throw error;
  }
}

/** All octets, or undefined when there are too many: a device has no end. */
async function readBounded(stream: ReadableStream<Uint8Array>): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream) {
    length += part.length;
    if (length > MAX_FILE) return undefined;
    parts.push(part);
  }
  return concatBytes(...parts);
}

/** UTF-8, or UTF-16 with a byte order mark, as PowerShell writes it; undefined for what is no text. */
function decode(octets: Uint8Array): string | undefined {
  const encoding = octets[0] === 0xff && octets[1] === 0xfe ? "utf-16le" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(octets);
  } catch {
    return undefined;
  }
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.IsADirectory) return "it is a directory";
  return escapeText(error instanceof Error ? error.message : String(error));
}
