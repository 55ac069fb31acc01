/** Completions for zsh: one `_arguments` for each command, and one function for each list of words. */
import {
  type CommandGrammar,
  type Grammar,
  HELP_COMMAND,
  PROGRAM_SWITCHES,
  type Switch,
  type Value,
  type Word,
  type WordList,
} from "./grammar.ts";
import { leadingWords, scopesOf, spellings } from "./spell.ts";

/** The script. It works from a folder of `fpath` as `_ike-tcp`, and where it is sourced. */
export function zshCompletions(grammar: Grammar): string {
  const { program, version, commands, words } = grammar;
  const fn = `_${program.replaceAll("-", "_")}`;
  const names: Word[] = [...commands.map(({ name, means }): Word => [name, means]), [
    HELP_COMMAND.name,
    HELP_COMMAND.means,
  ]];
  return [
    `#compdef ${program}`,
    `# zsh completion for ${program} ${version}. Made by \`${program} completions zsh\`: changes are lost.`,
    "",
    `${fn}() {`,
    "  local curcontext=$curcontext state state_descr ret=1",
    "  local -a line list",
    "  typeset -A opt_args",
    ...specs("  ", "-C -S", [
      ...PROGRAM_SWITCHES.flatMap((one) => switchSpecs(one, fn)),
      "1:command:->command",
      "*:: :->rest",
    ]),
    "  case $state in",
    "    command)",
    ...array("      ", names),
    `      _describe -t commands '${program} command' list && ret=0`,
    "      ;;",
    "    rest)",
    "      curcontext=${curcontext%:*}-$words[1]:",
    "      case $words[1] in",
    ...commands.flatMap((command) => commandCase(command, fn)),
    `        ${HELP_COMMAND.name})`,
    ...specs("          ", "-S", [`1:command:${fn}_COMMAND`]),
    "          ;;",
    "      esac",
    "      ;;",
    "  esac",
    "  return ret",
    "}",
    ...Object.entries(words).flatMap(([name, list]) => ["", ...wordFunction(`${fn}_${name}`, name, list)]),
    "",
    `if [[ $funcstack[1] == _${program} ]]; then`,
    `  ${fn} "$@"`,
    "elif (( $+functions[compdef] )); then",
    `  compdef ${fn} ${program}`,
    "else",
    `  print -u2 '${program}: completions need compinit: autoload -Uz compinit; compinit'`,
    "fi",
    "",
  ].join("\n");
}

/** Text inside single quotes. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function specs(indent: string, flags: string, all: readonly string[]): string[] {
  const lines = all.map((spec, i) => `${indent}  ${quote(spec)}${i < all.length - 1 ? " \\" : " && ret=0"}`);
  return [`${indent}_arguments ${flags} : \\`, ...lines];
}

function commandCase({ name, switches, operands, furtherOperands }: CommandGrammar, fn: string): string[] {
  const values = operands.map((value, i) => `${i + 1}:${value.placeholder}:${action(value, fn)}`);
  const further = furtherOperands === undefined
    ? []
    : [`*:${furtherOperands.placeholder}:${action(furtherOperands, fn)}`];
  return [
    `        ${name})`,
    ...specs("          ", "-s -S", [...switches.flatMap((one) => switchSpecs(one, fn)), ...values, ...further]),
    "          ;;",
  ];
}

/** One specification for each spelling. What is given once is not offered again, and `--help` goes alone. */
function switchSpecs(option: Switch, fn: string): string[] {
  const names = spellings(option);
  const alone = PROGRAM_SWITCHES.some(({ long }) => long === option.long);
  const opposite = option.opposite === undefined ? [] : [`--${option.opposite}`];
  const lead = option.repeats ? "*" : alone ? "(- *)" : `(${[...names, ...opposite].join(" ")})`;
  const means = option.means.replace(/[\\[\]]/g, "\\$&");
  const { value } = option;
  return names.map((name) => {
    if (value === undefined) return `${lead}${name}[${means}]`;
    const joined = name.startsWith("--") ? "=" : "";
    return `${lead}${name}${joined}[${means}]:${value.placeholder}:${action(value, fn)}`;
  });
}

function action({ from, list, placeholder }: Value, fn: string): string {
  if (from === "nothing") return " ";
  if (Array.isArray(from)) return `(${from.join(" ")})`;
  const one = from === "file" ? "_files" : from === "host" ? "_hosts" : `${fn}_${placeholder}`;
  return list ? `_sequence ${one}` : one;
}

function array(indent: string, words: readonly Word[]): string[] {
  const entry = ([word, means]: Word) => quote(`${word.replaceAll(":", "\\:")}${means === "" ? "" : `:${means}`}`);
  return [`${indent}list=(`, ...words.map((word) => `${indent}  ${entry(word)}`), `${indent})`];
}

/** A function that offers the words of a placeholder, those of a scope behind that scope. */
function wordFunction(name: string, placeholder: string, list: WordList): string[] {
  const offer = `_describe -t ${placeholder.toLowerCase()} ${placeholder} list "$@"`;
  const behind = scopesOf(list).flatMap((scope) => [
    `  if compset -P '${scope.name}(-[0-9]#|):'; then`,
    ...array("    ", scope.words),
    `    ${offer}`,
    "    return",
    "  fi",
  ]);
  const leading = leadingWords(list);
  return [
    `${name}() {`,
    "  local -a list",
    ...behind,
    ...(leading.length === 0 ? [] : [...array("  ", leading), "  _describe -t scopes transport list -S ''"]),
    ...array("  ", list.words),
    `  ${offer}`,
    "}",
  ];
}
