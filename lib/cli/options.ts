/** Parses a command's arguments under its option table: arguments first, then environment variables, then defaults. */
import { parseArgs } from "@std/cli/parse-args";
import { escapeText } from "../wire/escape.ts";
import { UsageError } from "./failure.ts";
import { environmentName, type Option, type OptionTable, type OptionValues } from "./option.ts";
import { readValue } from "./read_value.ts";
import { nearest } from "./suggest.ts";

/** What the arguments of a command say. */
export interface Parsed<T extends OptionTable> {
  readonly options: OptionValues<T>;
  /** What is no option: hosts, file names, codes. */
  readonly operands: readonly string[];
  /** The environment variables that had a say, by name. */
  readonly variables: readonly string[];
}

/** The one option that every command has, and that no table names: `run.ts` looks for it before anything is parsed. */
const HELP = "help";

/** Whether arguments ask for help, whatever else they say. */
export function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === `--${HELP}` || arg === "-h");
}

/** Stands for "not given" where the parser would otherwise say `false`. */
const NOT_GIVEN = null;

/**
 * Parses arguments.
 *
 * @param environment reads a variable; a variable that is not set, or empty, counts as absent
 * @throws {UsageError} one sentence: unknown option (with a suggestion), missing or unreadable value
 */
export function parseOptions<T extends OptionTable>(
  args: readonly string[],
  table: T,
  environment: (name: string) => string | undefined,
): Parsed<T> {
  const names = Object.keys(table);
  const booleans = names.filter((name) => table[name]!.type === "boolean");
  const strings = names.filter((name) => table[name]!.type !== "boolean");
  refuseValues(args, [...booleans, HELP]);
  const unknown: string[] = [];
  const found = parseArgs(joinDashes(args, strings), {
    boolean: booleans,
    string: ["_", ...strings],
    collect: names.filter((name) => table[name]!.type === "list"),
    negatable: booleans,
    alias: Object.fromEntries(names.flatMap((name) => table[name]!.short ? [[table[name]!.short, name]] : [])),
    default: Object.fromEntries(booleans.map((name) => [name, NOT_GIVEN])),
    unknown: (arg, key) => {
      if (key === undefined) return true;
      unknown.push(arg.replace(/=.*$/s, ""));
      return false;
    },
  });
  if (unknown[0] !== undefined) throw unknownOption(unknown[0], table);
  for (const name of strings) refuseEmpty(name, found[name]);
  const variables: string[] = [];
  const values = names.map((name) => [name, pick(table, name, found[name], environment, variables)]);
  return { options: Object.fromEntries(values), operands: found._.map(String), variables };
}

function isNegatable(table: OptionTable, name: string): boolean {
  const option = table[name]!;
  return option.type === "boolean" && option.negatable === true;
}

/** The parser takes `--quiet=never` for true. */
function refuseValues(args: readonly string[], booleans: readonly string[]): void {
  for (const arg of args) {
    if (arg === "--") return;
    const name = /^--(?:no-)?([^=]+)=/s.exec(arg)?.[1];
    if (name !== undefined && booleans.includes(name)) throw new UsageError(`--${name} takes no value`);
  }
}

/** `--output -`: the parser takes the lone dash for an operand there, and for the value only in `-o -` and `--output=-`. */
function joinDashes(args: readonly string[], strings: readonly string[]): string[] {
  const end = args.indexOf("--");
  const isValue = (i: number) =>
    args[i] === "-" && (end === -1 || i < end) && strings.some((name) => args[i - 1] === `--${name}`);
  return args.flatMap((arg, i) => isValue(i) ? [] : [isValue(i + 1) ? `${arg}=-` : arg]);
}

function refuseEmpty(name: string, value: unknown): void {
  const values = Array.isArray(value) ? value : [value];
  if (values.includes("")) throw new UsageError(`--${name} needs a value`);
}

function unknownOption(arg: string, table: OptionTable): UsageError {
  const isBoolean = (name: string) => table[name]!.type === "boolean";
  const names = Object.keys(table).flatMap((name) => isBoolean(name) ? [name, `no-${name}`] : [name]);
  const word = arg.replace(/^--?/, "");
  const meant = word.length > 1 ? nearest(word, [...names, HELP]) : undefined;
  const hint = meant === undefined ? "" : `; did you mean --${meant}?`;
  return new UsageError(`Unknown option ${escapeText(arg)}${hint}`);
}

function separatorOf(option: Option): string {
  return (option.type === "list" ? option.separator : undefined) ?? ",";
}

/** @param variables gets the name of the variable that was used */
function pick(
  table: OptionTable,
  name: string,
  found: unknown,
  environment: (name: string) => string | undefined,
  variables: string[],
) {
  const option = table[name]!;
  const given = found === NOT_GIVEN || (Array.isArray(found) && found.length === 0) ? undefined : found;
  if (option.type === "boolean" && given !== undefined) {
    if (typeof given !== "boolean") throw new UsageError(`--${name} takes no value`);
    return given;
  }
  if (given !== undefined) return readValue(option, `--${name}`, [given].flat().join(separatorOf(option)));
  const variable = environmentName(name);
  const text = environment(variable);
  if (text !== undefined && text !== "") {
    variables.push(variable);
    return readValue(option, variable, text);
  }
  if (option.type === "boolean") return isNegatable(table, name) ? undefined : false;
  return option.default;
}
