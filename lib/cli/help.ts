/** The help of the program and of each command, from the tables. */
import type { Command, HelpSection } from "./command.ts";
import { formatDuration } from "./duration.ts";
import { environmentName, type Option } from "./option.ts";
import { columns, hang, wrap } from "./wrap.ts";

/** Exit codes, as every command uses them. */
export const EXIT_CODES: HelpSection = {
  heading: "Exit codes",
  terms: [
    ["0", "ready: IKE is accepted over UDP, and nothing is wrong"],
    ["1", "fallback or degraded: IKE is accepted, over TCP or TLS only, or with trouble beside it"],
    ["2", "rejected or blocked: no path accepts, one that --require names does not, or --expect is not met"],
    ["3", "unknown: usage error, name not resolved, no network, interrupted"],
  ],
};

/** What the program is for. */
export const PROGRAM_DESCRIPTION =
  "Finds out whether an IPsec gateway (IKEv2) can be reached from here, over UDP 500 and 4500, over TCP (RFC 9329) and " +
  "inside TLS, and what is in the way where it cannot.";

/** Terms beyond this width have their meaning on the next line. */
const TERM_WIDTH = 26;

/** `-q, --quiet`, `--timeout TIME`, `--[no-]color`. */
export function optionTerm(name: string, option: Option): string {
  const short = option.short === undefined ? "" : `-${option.short}, `;
  const long = option.type === "boolean" && option.negatable ? `--[no-]${name}` : `--${name}`;
  return option.type === "boolean" ? short + long : `${short}${long} ${option.value}`;
}

function shownDefault(option: Option): string | undefined {
  if (option.type === "boolean" || option.default === undefined) return undefined;
  if (option.type === "duration") return formatDuration(option.default);
  return option.type === "list" ? option.default.join(option.separator ?? ",") : String(option.default);
}

/** What it does, what it takes, and what it is otherwise. */
export function optionMeaning(option: Option): string {
  const choices = option.type === "string" && option.choices !== undefined ? `: ${option.choices.join(", ")}` : "";
  const standard = shownDefault(option);
  return `${option.help}${choices}${standard === undefined ? "" : ` [default ${standard}]`}`;
}

/** How options and environment variables go together. */
export const ENVIRONMENT_RULE =
  "Each option can also be given as a variable (booleans as 1 or 0); the command line wins:";

/** Every option is a variable too: the list of them, so that nobody has to derive a name. */
function environmentLines(names: readonly string[], width: number): string[] {
  if (names.length === 0) return [];
  const variables = names.map(environmentName).join(", ");
  return ["", "Environment:", ...hang("  ", `${ENVIRONMENT_RULE} ${variables}.`, width)];
}

/** Terms in one column and meanings in another. */
export function termLines(terms: HelpSection["terms"], width: number): string[] {
  const longest = Math.max(...terms.map(([term]) => columns(term)));
  const indent = Math.min(longest, TERM_WIDTH) + 4;
  return terms.flatMap(([term, meaning]) => {
    if (columns(term) + 4 <= indent) return hang(`  ${term}`, meaning, width, indent);
    return [`  ${term}`, ...hang("", meaning, width, indent)];
  });
}

function section({ heading, terms }: HelpSection, width: number): string[] {
  return ["", `${heading}:`, ...termLines(terms, width)];
}

/** The help of one command. */
export function commandHelp(command: Command, program: string, width: number): string {
  const { name, options, operands, examples, description, sections = [] } = command;
  const table = [
    ...Object.entries(options).map(([key, option]) => [optionTerm(key, option), optionMeaning(option)] as const),
    ["-h, --help", "show this help"] as const,
  ];
  const shown = examples.map(({ args, what }) => [`${program} ${args}`, what] as const);
  return [
    `Usage: ${[program, name, "[OPTIONS]", operands].filter(Boolean).join(" ")}`,
    ...description.flatMap((paragraph) => ["", ...wrap(paragraph, width)]),
    ...section({ heading: "Options", terms: table }, width),
    ...sections.flatMap((part) => section(part, width)),
    ...environmentLines(Object.keys(options), width),
    ...(shown.length === 0 ? [] : ["", "Examples:"]),
    ...shown.flatMap(([line, what]) => [...hang("  # ", what, width), `  ${line}`]),
    "",
  ].join("\n");
}

/** The help of the program. */
export function programHelp(commands: readonly Command[], program: string, width: number): string {
  return [
    `Usage: ${program} COMMAND [OPTIONS] [OPERANDS]`,
    "",
    ...wrap(PROGRAM_DESCRIPTION, width),
    ...section({ heading: "Commands", terms: commands.map(({ name, summary }) => [name, summary]) }, width),
    ...section({
      heading: "Options",
      terms: [["-h, --help", "show this help; behind a command: the help of that command"], [
        "-V, --version",
        "show version, runtime and platform",
      ]],
    }, width),
    ...section(EXIT_CODES, width),
    "",
  ].join("\n");
}
