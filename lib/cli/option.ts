/**
 * An option is one entry of a command's table. Parsing, help, environment variables, completions and the manual page all
 * read the same entry, so they cannot disagree.
 */

interface OptionBase {
  /** One letter or digit, without the dash. */
  readonly short?: string;
  /** What it does, as the help prints it: a phrase without a full stop. */
  readonly help: string;
}

/**
 * `--quiet`, and `--no-quiet` for who has set the variable. With `negatable` the help shows both, and the value is
 * `undefined` when neither was given.
 */
export interface BooleanOption extends OptionBase {
  readonly type: "boolean";
  readonly negatable?: boolean;
}

/** `--format text`. */
export interface StringOption extends OptionBase {
  readonly type: "string";
  /** What stands for the value in the help: of `placeholder.ts`, which says what it is and who completes it. */
  readonly value: string;
  readonly default?: string;
  /** The only values that are allowed. */
  readonly choices?: readonly string[];
}

/** `--retries 2`: a whole number unless `fraction` is set. */
export interface NumberOption extends OptionBase {
  readonly type: "number";
  readonly value: string;
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
  readonly fraction?: boolean;
}

/** `--timeout 3`, `--timeout 500ms`, `--timeout 2m`: seconds unless a unit is given; the parsed value is milliseconds. */
export interface DurationOption extends OptionBase {
  readonly type: "duration";
  readonly value: string;
  /** Milliseconds. */
  readonly default?: number;
  /** Milliseconds. */
  readonly min?: number;
  /** Milliseconds. */
  readonly max?: number;
}

/** `--paths a,b --paths c`: comma-separated, and adds up when given again. */
export interface ListOption extends OptionBase {
  readonly type: "list";
  readonly value: string;
  readonly default?: readonly string[];
  /** What stands between two elements, where these may contain a comma. */
  readonly separator?: ";";
}

/** One option of a table; its long name is the table's key. */
export type Option = BooleanOption | StringOption | NumberOption | DurationOption | ListOption;

/** The options of a command by long name, without dashes, in the order of the help. */
export type OptionTable = Readonly<Record<string, Option>>;

type Parsed<O extends Option> = O extends ListOption ? readonly string[]
  : O extends StringOption ? (O extends { readonly choices: readonly (infer C)[] } ? C : string)
  : number;

/** What parsing makes of one option. */
export type OptionValue<O extends Option> = O extends BooleanOption
  ? (O extends { readonly negatable: true } ? boolean | undefined : boolean)
  : O extends { readonly default: unknown } ? Parsed<O>
  : Parsed<O> | undefined;

/** The values of a whole table, by long name. Declare tables `as const satisfies OptionTable` to have them typed. */
export type OptionValues<T extends OptionTable> = { readonly [K in keyof T]: OptionValue<T[K]> };

/** The environment variable of an option: `IKE_TCP_MAX_HALF_OPEN`. */
export function environmentName(name: string): string {
  return `IKE_TCP_${name.toUpperCase().replaceAll("-", "_")}`;
}
