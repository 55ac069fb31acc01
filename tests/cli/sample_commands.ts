/** A small set of commands with everything that a table can hold: what is generated from tables is tried on it. */
import { type Command, defineCommand } from "../../lib/cli/command.ts";
import type { WordLists } from "../../lib/cli/completions/grammar.ts";

const nobody = () => Promise.reject(new Error("a sample does nothing"));

/** See the file's head. */
export const SAMPLE: readonly Command[] = [
  defineCommand({
    name: "probe",
    summary: "ask it's gateway: [all] paths",
    operands: "HOST...",
    operandCount: [1, Infinity],
    description: [
      "The first paragraph: `a command` in it, and a \\ backslash.",
      ".B is no macro, and 'neither' is this.",
    ],
    options: {
      paths: { type: "list", value: "PATH,...", default: ["udp-500", "tcp-4500"], help: "what to try" },
      format: { type: "string", short: "f", value: "FORMAT", default: "text", choices: ["text", "json"], help: "form" },
      timeout: { type: "duration", short: "t", value: "TIME", default: 3000, help: "how long (100%)" },
      retries: { type: "number", value: "N", default: 2, help: "how often" },
      expect: { type: "string", value: "FILE", help: "a file [or not]" },
      fault: { type: "list", value: "FAULT,...", help: "[TRANSPORT:]NAME" },
      redirect: { type: "string", value: "GATEWAY", help: "where to" },
      ipv4: { type: "boolean", short: "4", help: "only IPv4; it's fine" },
      color: { type: "boolean", negatable: true, help: "colour" },
    },
    examples: [
      { args: "probe vpn.example.com", what: "is it there?" },
      { args: "probe -t 5 '[2001:db8::7]' > 'a file'", what: "and there?" },
    ],
    sections: [{
      heading: "Words",
      terms: [["word", "what it means"], ["--other WORD", "something else"], ["Sh . | No", ".Sh no heading"]],
    }],
    run: nobody,
  }),
  defineCommand({
    name: "diff",
    summary: "compare two",
    operands: "FILE FILE",
    operandCount: [2, 2],
    description: ['One paragraph: \u00fcber, \u2013, \\fBnot bold\\fP, a~b^c, "quoted", ...', "'.so /etc/passwd'"],
    options: {},
    examples: [{ args: "diff a.json b.json", what: "what changed?" }],
    run: nobody,
  }),
  defineCommand({
    name: "explain",
    summary: "say what a finding means",
    operands: "[CODE]",
    operandCount: [0, 1],
    description: ["One paragraph."],
    options: {},
    examples: [{ args: "explain", what: "all" }],
    run: nobody,
  }),
];

/** Its words. */
export const SAMPLE_WORDS: WordLists = {
  CODE: { words: [["tcp-mute", "it's mute: nothing [at all]"]] },
  COMMAND: { words: [["probe", "ask"]] },
  FAULT: {
    words: [["drop", "silent"], ["http", "web"]],
    scopes: { udp: [["drop", "silent"]], tcp: [["http", "web"]] },
  },
  PATH: { words: [["udp-500", "IKE over UDP"], ["tcp-4500", "RFC 9329"]] },
};
