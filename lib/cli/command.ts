/** What a subcommand is: a table of options, words for the help, and one function. */
import type { ExitCode } from "../model/mod.ts";
import type { OptionTable, OptionValues } from "./option.ts";
import type { Terminal } from "./terminal.ts";

/** A command line that works, with what it is for. */
export interface Example {
  readonly args: string;
  readonly what: string;
}

/** A further part of the help: a heading, and terms with their meaning. */
export interface HelpSection {
  readonly heading: string;
  readonly terms: readonly (readonly [term: string, meaning: string])[];
}

/** What a command is run with. */
export interface Invocation<T extends OptionTable = OptionTable> {
  readonly options: OptionValues<T>;
  /** What is no option, in order. */
  readonly operands: readonly string[];
  readonly terminal: Terminal;
}

/** One subcommand. Its module loads nothing heavy: `run` imports what it needs, so that `--help` stays quick. */
export interface Command<T extends OptionTable = OptionTable> {
  readonly name: string;
  /** One phrase for the list of commands. */
  readonly summary: string;
  /** `HOST...`, `[CODE]`: what stands behind the options, in words of `placeholder.ts`. */
  readonly operands: string;
  /** How many operands it takes: at least, at most. */
  readonly operandCount: readonly [min: number, max: number];
  /** Paragraphs for the help. */
  readonly description: readonly string[];
  readonly options: T;
  readonly examples: readonly Example[];
  readonly sections?: readonly HelpSection[];
  /** It serves many: a defect in a callback is told on standard error, and the command goes on. */
  readonly outlivesDefects?: true;
  run(invocation: Invocation<T>): Promise<ExitCode>;
}

/** Declares a command; the options' types follow from its table. */
export function defineCommand<const T extends OptionTable>(command: Command<T>): Command<T> {
  return command;
}
