/** Completions for fish, from 3.0 on: one `complete` for each option, and functions that read the command line. */
import { type Grammar, HELP_COMMAND, PROGRAM_SWITCHES, type Switch, type Value, type Word } from "./grammar.ts";
import { leadingWords, scopesOf, spellings } from "./spell.ts";

/** The script. */
export function fishCompletions(grammar: Grammar): string {
  const { program, version, commands, words } = grammar;
  const fn = `__${program.replaceAll("-", "_")}`;
  const names: Word[] = [...commands.map(({ name, means }): Word => [name, means]), [
    HELP_COMMAND.name,
    HELP_COMMAND.means,
  ]];
  const at = (command: string, what: string | number) => `-n ${quote(`${fn}_at ${quote(command)} ${what}`)}`;
  const complete = (condition: string, ...rest: string[]) => [`complete -c ${program}`, condition, ...rest].join(" ");
  return [
    `# fish completion for ${program} ${version}. Made by \`${program} completions fish\`: changes are lost.`,
    "",
    "# Options that take a value, by command",
    `function ${fn}_valued`,
    "    switch $argv[1]",
    ...commands.flatMap(({ name, switches }) => valuedCase(name, switches)),
    "    end",
    "end",
    "",
    "# PLACEHOLDER[:SCOPE]: its words, a line each",
    `function ${fn}_words`,
    "    switch $argv[1]",
    ...Object.entries(words).flatMap(([name, list]) => [
      ...wordCase(name, [...list.words, ...leadingWords(list)]),
      ...scopesOf(list).flatMap((scope) => wordCase(`${name}:${scope.name}`, scope.words)),
    ]),
    "    end",
    "end",
    "",
    ...ENGINE.replaceAll("FN", fn).trim().split("\n"),
    "",
    `complete -c ${program} -e`,
    `complete -c ${program} -f`,
    ...names.map(([name, means]) => complete(at("", 0), `-a ${name}`, `-d ${quote(means)}`)),
    ...PROGRAM_SWITCHES.map((option) => complete(at("", "option"), switchOptions(option, fn))),
    complete(at(HELP_COMMAND.name, 0), `-a ${quote(`(${fn}_offer COMMAND)`)}`),
    ...commands.flatMap(({ name, switches, operands, furtherOperands }) => [
      "",
      ...switches.map((option) => complete(at(name, "option"), switchOptions(option, fn))),
      ...operands.flatMap((value, i) => operand(value, at(name, i))),
      ...(furtherOperands === undefined ? [] : operand(furtherOperands, at(name, "further"))),
    ]),
    "",
  ].join("\n");

  function operand(value: Value, condition: string): string[] {
    const source = sourceOf(value, fn);
    return source === "" ? [] : [complete(condition, source)];
  }
}

/** Text inside single quotes. */
function quote(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}

function wordCase(pattern: string, words: readonly Word[]): string[] {
  const line = ([word, means]: Word) => `            echo ${quote(word)}${means === "" ? "" : `\\t${quote(means)}`}`;
  return [`        case ${quote(pattern)}`, ...words.map(line)];
}

function valuedCase(name: string, switches: readonly Switch[]): string[] {
  const valued = switches.filter(({ value }) => value !== undefined).flatMap(spellings);
  return valued.length === 0 ? [] : [`        case ${name}`, `            printf '%s\\n' ${valued.join(" ")}`];
}

function switchOptions({ long, short, means, value }: Switch, fn: string): string {
  const names = `-l ${long}${short === undefined ? "" : ` -s ${short}`}`;
  const taken = value === undefined ? "" : value.from === "file" ? " -r" : " -x";
  const source = value === undefined ? "" : sourceOf(value, fn);
  return `${names}${taken}${source === "" ? "" : ` ${source}`} -d ${quote(means)}`;
}

function sourceOf({ from, list, placeholder }: Value, fn: string): string {
  if (from === "nothing") return "";
  if (from === "file") return "-F";
  if (from === "host") return `-a '(__fish_print_hostnames)'`;
  if (from !== "words") return `-a ${quote(from.join(" "))}`;
  return `-a ${quote(`(${fn}_offer ${placeholder}${list ? " list" : ""})`)}`;
}

/** The part that no table changes. FN stands for the functions' name. */
const ENGINE = `
# COMMAND WHAT: whether the cursor is behind that command ('' is before any), where an option can stand, or at the Nth of
# its operands, counted from 0 ('further': whatever the number)
function FN_at
    set -l command ''
    set -l operands 0
    set -l wanted 0
    set -l ended 0
    set -l valued
    set -l words (commandline -opc)
    while string match -qr '^\\w+=' -- "$words[1]"
        set -e words[1]
    end
    for word in $words[2..-1]
        if test $wanted = 1
            set wanted 0
        else if test $ended = 1; or not string match -q -- '-?*' $word
            if test -z "$command"
                set command $word
                set valued (FN_valued $word)
            else
                set operands (math $operands + 1)
            end
        else if test $word = --
            set ended 1
        else if string match -q -- '--*' $word
            contains -- $word $valued; and set wanted 1
        else
            contains -- -(string sub -s -1 -- $word) $valued; and set wanted 1
        end
    end
    test "$command" = $argv[1]; or return 1
    contains -- $argv[2] option further; or test $operands = $argv[2]
end

# PLACEHOLDER [list]: its words, each behind what stands before it in the same word
function FN_offer
    set -l value (commandline -ct | string replace -r -- '^--[^=]*=' '')
    set -l before ''
    set -l taken
    if test (count $argv) -gt 1
        set before (string match -r -- '^.*,' "$value")
        set taken (string split , -- "$before")
        set value (string replace -r -- '^.*,' '' "$value")
    end
    set -l kind $argv[1]
    set -l scope (string match -r -- '^([a-z]+)(?:-\\d+)?:' "$value")
    if test (count $scope) = 2
        set before "$before$scope[1]"
        set taken (string replace -- "$scope[1]" '' "$taken" | string split ' ')
        set kind $kind:$scope[2]
    end
    for line in (FN_words $kind)
        set -l word (string split -m 1 \\t -- $line)
        contains -- $word[1] $taken; or echo "$before$line"
    end
end
`;
