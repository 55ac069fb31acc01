/** The options of `watch` beside those of every probe. */
import type { OptionTable } from "../lib/cli/option.ts";

/** See `ike-tcp watch --help`. */
export const WATCH_OPTIONS = {
  interval: {
    type: "duration",
    short: "i",
    value: "TIME",
    default: 5000,
    min: 1000,
    max: 86_400_000,
    help: "from the beginning of one round to the beginning of the next",
  },
  count: { type: "number", short: "c", value: "N", min: 1, help: "end after so many rounds; without it: at Ctrl-C" },
  duration: { type: "duration", value: "TIME", min: 1000, help: "end after so much time" },
  "full-every": {
    type: "duration",
    value: "TIME",
    default: 600_000,
    min: 60_000,
    max: 86_400_000,
    help:
      "time between full exchanges while nothing changes; what is asked between them leaves no state at the gateway",
  },
  format: {
    type: "string",
    short: "f",
    value: "FORMAT",
    choices: ["text", "jsonl"],
    help:
      "a live display or plain lines, or one line of JSON for each round; without it: text on a terminal, else jsonl",
  },
  ascii: { type: "boolean", help: "no characters beyond ASCII in the history strip" },
  color: { type: "boolean", negatable: true, help: "colour; without it: on a terminal, unless NO_COLOR is set" },
} as const satisfies OptionTable;
