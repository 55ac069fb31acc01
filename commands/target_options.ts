/** The options of a run over many hosts. */
import type { OptionTable } from "../lib/cli/option.ts";
import type { HelpSection } from "../lib/cli/command.ts";

/** See `ike-tcp probe --help`. */
export const TARGET_OPTIONS = {
  targets: {
    type: "string",
    value: "FILE",
    help: "hosts from a list, behind those that are arguments; -: standard input",
  },
  concurrency: {
    type: "number",
    value: "N",
    default: 32,
    min: 1,
    max: 10_000,
    help: "hosts side by side; fewer where file descriptors are short",
  },
  rate: {
    type: "number",
    value: "N",
    min: 1,
    max: 1_000_000,
    help:
      "packets per second that are sent in the long run; hosts wait for it before they begin, and nothing that has " +
      "begun is held up, as that would falsify its times",
  },
  jitter: {
    type: "duration",
    value: "TIME",
    max: 3_600_000,
    help: "each host begins later by a random time up to this, so that many machines do not ask in step",
  },
  order: {
    type: "string",
    value: "ORDER",
    choices: ["input", "done"],
    help: "reports in the order of the hosts, or as each is done; without it, as the form is best read",
  },
  resume: {
    type: "string",
    value: "FILE",
    help:
      "keep each report in FILE (JSON Lines) as it ends, and skip hosts that have one there: the same command goes on " +
      "where it was interrupted, and tries again what ended unknown",
  },
} as const satisfies OptionTable;

/** What stands in the file of `--targets`. */
export const LIST_HELP: HelpSection = {
  heading: "Lists of hosts (--targets)",
  terms: [
    ["HOST", "one on each line"],
    [
      "HOST OPTION...",
      "what and how to probe, for this host; it wins over the command line. Options of the whole run belong there",
    ],
    ["# COMMENT", "on a line, or behind a host and a space"],
    ["\"...\" or '...'", "keep spaces together; nothing is special between them"],
  ],
};
