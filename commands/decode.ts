/** `ike-tcp decode`: what is in a hexdump, a file of octets or a capture, message by message and field by field. */
import { defineCommand, type Invocation } from "../lib/cli/command.ts";
import { UsageError } from "../lib/cli/failure.ts";
import type { OptionTable } from "../lib/cli/option.ts";
import { MAX_FILE, readOctets, unreadable } from "../lib/cli/read_file.ts";
import { textWidth, wantsColor } from "../lib/cli/terminal.ts";
import { thisTool } from "../lib/cli/version.ts";
import { DECODE_FORMATS, INPUTS } from "../lib/decode/names.ts";
import type { ExitCode } from "../lib/model/mod.ts";

const OPTIONS = {
  input: {
    type: "string",
    short: "i",
    value: "INPUT",
    default: "auto",
    choices: INPUTS,
    help: "what FILE is: a hexdump, octets, or a capture (pcap or pcapng)",
  },
  format: {
    type: "string",
    short: "f",
    value: "FORMAT",
    default: "text",
    choices: DECODE_FORMATS,
    help: "form of the output",
  },
  brief: { type: "boolean", short: "b", help: "text without the fields: where each message is, and what" },
  color: { type: "boolean", negatable: true, help: "colour; without it: on a terminal, unless NO_COLOR is set" },
} as const satisfies OptionTable;

/** See the file's head. */
export const command = defineCommand({
  name: "decode",
  summary: "show the IKE messages of a hexdump, a file or a capture, field by field",
  operands: "[FILE]",
  operandCount: [0, 1],
  description: [
    "Reads a hexdump (xxd, hexdump -C, od, tcpdump -x and -X, tshark -x, Wireshark's escaped strings and C arrays, " +
    "logs of strongSwan and libreswan, --verbose of this program, or just digits), a file of octets (an IKE message " +
    "with or without the non-ESP marker, or an RFC 9329 stream), or a capture (pcap or pcapng, also compressed with " +
    "gzip), and shows where each message is and all its fields.",
    "In a capture it finds IKE over UDP on ports 500 and 4500 and on any other, puts IP fragments and TCP streams " +
    "together, and counts ESP and NAT-keepalives. What does not parse is decoded as far as it goes, and the octet at " +
    "fault is marked. Without FILE, and for FILE -, it reads standard input.",
  ],
  options: OPTIONS,
  examples: [
    { args: "decode run.pcapng", what: "all IKE messages of a capture" },
    { args: "decode < dump.txt", what: "a hexdump that somebody has pasted" },
    { args: "decode --brief run.pcapng.gz", what: "what was said, in which order" },
    { args: "decode --format json run.pcapng", what: "for scripts; schema decode describes it" },
  ],
  sections: [{
    heading: "Exit codes",
    terms: [
      ["0", "everything was decoded"],
      ["1", "something is broken or missing, or nothing was IKE"],
      ["3", "usage error, or the input cannot be read"],
    ],
  }],
  run: decodeFile,
});

async function decodeFile({ options, operands, terminal }: Invocation<typeof OPTIONS>): Promise<ExitCode> {
  const file = operands[0] ?? "-";
  if (operands.length === 0 && Deno.stdin.isTerminal()) {
    throw new UsageError("Missing FILE: name one, or send it to standard input");
  }
  const { decodeInput, RENDERERS, Totals, UnreadableInput } = await import("../lib/decode/mod.ts");
  const octets = await readCompressed(file);
  try {
    const { form, items, notes } = decodeInput(octets, options.input);
    const style = { width: textWidth(terminal), color: wantsColor(options.color, terminal), verbose: !options.brief };
    const renderer = RENDERERS[options.format]({ tool: thisTool(), file, form }, style);
    const write = (text: string) => text === "" ? undefined : terminal.out.write(text);
    const totals = new Totals();
    write(renderer.begin());
    for (const item of items) {
      totals.add(item);
      write(renderer.add(item));
    }
    write(renderer.end(totals, notes));
    return totals.exit;
  } catch (error) {
    if (error instanceof UnreadableInput) throw unreadable(named(file), error.message);
    throw error;
  }
}

/** The octets of a file, decompressed if need be. */
async function readCompressed(file: string): Promise<Uint8Array> {
  const octets = await readOctets(file);
  const { gunzip, isGzip } = await import("../lib/cli/gunzip.ts");
  if (!isGzip(octets)) return octets;
  let whole: Uint8Array | undefined;
  try {
    whole = await gunzip(octets, MAX_FILE);
  } catch {
    throw unreadable(named(file), "the compressed file is damaged");
  }
  if (whole !== undefined) return whole;
  throw unreadable(named(file), `it has more than ${MAX_FILE / 1024 / 1024} MiB when it is decompressed`);
}

function named(file: string): string {
  return file === "-" ? "standard input" : file;
}
