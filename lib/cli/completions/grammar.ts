/** What can stand on a command line, as the three shells' generators need it: from the same tables as the help. */
import type { Command } from "../command.ts";
import type { Option, OptionTable } from "../option.ts";
import { PLACEHOLDERS, placeholdersIn } from "../placeholder.ts";

/** A word that can be completed, and what it means, as a phrase; empty where the word says it all. */
export type Word = readonly [word: string, means: string];

/** The words of a placeholder. */
export interface WordList {
  readonly words: readonly Word[];
  /** What may stand before a word, with its colon: `tcp` for `tcp:` and `tcp-4500:`. Each has words of its own. */
  readonly scopes?: Readonly<Record<string, readonly Word[]>>;
}

/** Word lists by placeholder: `PATH`, `FAULT`. */
export type WordLists = Readonly<Record<string, WordList>>;

/** Where the values of an option or operand come from. */
export interface Value {
  readonly placeholder: string;
  /** Several, with commas between them. */
  readonly list: boolean;
  /** `words`: those of the placeholder's list; an array: just these. */
  readonly from: "file" | "host" | "words" | "nothing" | readonly string[];
}

/** One way to write an option: a negatable one has two. */
export interface Switch {
  /** Without dashes. */
  readonly long: string;
  readonly short?: string;
  readonly means: string;
  /** Absent: it takes none. */
  readonly value?: Value;
  /** The other form of a negatable option. */
  readonly opposite?: string;
  /** Given again, it adds up. */
  readonly repeats: boolean;
}

/** One subcommand. */
export interface CommandGrammar {
  readonly name: string;
  readonly means: string;
  readonly switches: readonly Switch[];
  readonly operands: readonly Value[];
  /** What every further operand is. */
  readonly furtherOperands?: Value;
}

/** The whole program. */
export interface Grammar {
  readonly program: string;
  readonly version: string;
  readonly commands: readonly CommandGrammar[];
  readonly words: WordLists;
}

/** Help, which every command has and no table names. */
const HELP: Switch = { long: "help", short: "h", means: "show this help", repeats: false };

/** What stands before the commands. */
export const PROGRAM_SWITCHES: readonly Switch[] = [
  { ...HELP, means: "show help" },
  { long: "version", short: "V", means: "show version, runtime and platform", repeats: false },
];

/** `ike-tcp help COMMAND`, which is no command of the table. */
export const HELP_COMMAND = { name: "help", means: "show the help of the program or of a command" } as const;

/** The grammar of these commands. */
export function grammarOf(
  program: string,
  version: string,
  commands: readonly Command[],
  words: WordLists,
): Grammar {
  return { program, version, commands: commands.map(commandGrammar), words };
}

function commandGrammar({ name, summary, options, operands, operandCount }: Command): CommandGrammar {
  const uses = placeholdersIn(operands);
  const values = uses.map(({ name, list }) => valueOf(name, list));
  const last = values.at(-1);
  const isOpen = last !== undefined && (operandCount[1] > uses.length || uses.at(-1)!.repeats);
  return {
    name,
    means: summary,
    switches: [...switchesOf(options), HELP],
    operands: isOpen ? values.slice(0, -1) : values,
    ...(isOpen && { furtherOperands: last }),
  };
}

function switchesOf(table: OptionTable): Switch[] {
  return Object.entries(table).flatMap(([long, option]) => {
    const { short, help: means } = option;
    const named = { long, ...(short !== undefined && { short }), means };
    if (option.type !== "boolean") return { ...named, value: optionValue(option), repeats: option.type === "list" };
    const plain = { ...named, repeats: false };
    if (!option.negatable) return plain;
    const negated = `no-${long}`;
    return [{ ...plain, opposite: negated }, {
      long: negated,
      means: `the opposite of --${long}`,
      opposite: long,
      repeats: false,
    }];
  });
}

function optionValue(option: Exclude<Option, { type: "boolean" }>): Value {
  const { name = option.value, list = false } = placeholdersIn(option.value)[0] ?? {};
  if (option.type === "string" && option.choices !== undefined) {
    return { placeholder: name, list: false, from: option.choices };
  }
  return valueOf(name, list || option.type === "list");
}

function valueOf(placeholder: string, list: boolean): Value {
  const from = Object.hasOwn(PLACEHOLDERS, placeholder) ? PLACEHOLDERS[placeholder]!.completes : undefined;
  return { placeholder, list, from: from ?? "nothing" };
}
