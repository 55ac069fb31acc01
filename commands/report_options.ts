/** The options of every command that writes reports. */
import type { OptionTable } from "../lib/cli/option.ts";
import { FORMATS } from "../lib/model/mod.ts";

/** See `ike-tcp probe --help`. */
export const REPORT_OPTIONS = {
  format: {
    type: "string",
    short: "f",
    value: "FORMAT",
    default: "text",
    choices: FORMATS,
    help: "form of the report",
  },
  output: { type: "string", short: "o", value: "FILE", help: "write the report to a file, whole or not at all" },
  pcap: { type: "string", value: "FILE", help: "write what was sent and received as a capture for Wireshark (pcapng)" },
  verbose: { type: "boolean", short: "v", help: "with every message: hexdump and fields" },
  details: {
    type: "boolean",
    negatable: true,
    help: "as text: the whole report of each host; without it: of up to 8 hosts, and a line for each of more",
  },
  color: { type: "boolean", negatable: true, help: "colour; without it: on a terminal, unless NO_COLOR is set" },
  quiet: { type: "boolean", short: "q", help: "no progress, only the report" },
} as const satisfies OptionTable;
