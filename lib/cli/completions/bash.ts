/**
 * Completions for bash, from 3.2 (macOS) on, with or without the package bash-completion.
 *
 * What the script gives is one function that reads the words up to the cursor, says what stands there (an option, the value
 * of one, an operand), and offers the words of that. All that depends on the tables is data in `case` lists.
 */
import {
  type CommandGrammar,
  type Grammar,
  HELP_COMMAND,
  PROGRAM_SWITCHES,
  type Switch,
  type Value,
  type Word,
} from "./grammar.ts";
import { leadingWords, scopesOf, spellings } from "./spell.ts";

/** The script. */
export function bashCompletions(grammar: Grammar): string {
  const { program, version, commands } = grammar;
  const fn = `_${program.replaceAll("-", "_")}`;
  return [
    `# bash completion for ${program} ${version}. Made by \`${program} completions bash\`: changes are lost.`,
    "",
    `# COMMAND: its options, and those that take a value`,
    `${fn}_options() {`,
    "  case $1 in",
    ...commands.flatMap(({ name, switches }) => optionCase(name, switches)),
    ...optionCase("''", PROGRAM_SWITCHES),
    `    *) options= valued=' ' ;;`,
    "  esac",
    "}",
    "",
    "# COMMAND WHAT: where values come from; WHAT is an option, or @N for the Nth operand, counted from 0",
    `${fn}_value() {`,
    "  case $1,$2 in",
    `    ,@0) from=words words='${[...commands.map(({ name }) => name), HELP_COMMAND.name].join(" ")}' ;;`,
    `    ${HELP_COMMAND.name},@0) from=words words='${commands.map(({ name }) => name).join(" ")}' ;;`,
    ...valueCases(commands),
    "  esac",
    "}",
    "",
    "# PLACEHOLDER: its words",
    `${fn}_words() {`,
    "  case $1 in",
    ...Object.entries(grammar.words).flatMap(([name, list]) => [
      wordCase(name, [...list.words, ...leadingWords(list)]),
      ...scopesOf(list).map((scope) => wordCase(`${name}:${scope.name}`, scope.words)),
    ]),
    "  esac",
    "}",
    "",
    ...ENGINE.replaceAll("FN", fn).trim().split("\n"),
    "",
    `complete -F ${fn} ${program}`,
    "",
  ].join("\n");
}

function wordCase(pattern: string, words: readonly Word[]): string {
  return `    ${pattern}) words='${words.map(([word]) => word).join(" ")}' ;;`;
}

function optionCase(pattern: string, switches: readonly Switch[]): string[] {
  const names = switches.flatMap(spellings);
  const valued = switches.filter(({ value }) => value !== undefined).flatMap(spellings);
  return [
    `    ${pattern}) options='${names.join(" ")}'`,
    `      valued=' ${valued.map((name) => `${name} `).join("")}' ;;`,
  ];
}

/** Equal ones share a line. */
function valueCases(commands: readonly CommandGrammar[]): string[] {
  const patterns = new Map<string, string[]>();
  const add = (pattern: string, value: Value) => {
    const action = actionOf(value);
    if (action !== "") patterns.set(action, [...patterns.get(action) ?? [], pattern]);
  };
  for (const { name, switches, operands, furtherOperands } of commands) {
    for (const option of switches) {
      if (option.value !== undefined) {
        for (const spelling of spellings(option)) add(`${name},${spelling}`, option.value);
      }
    }
    operands.forEach((value, i) => add(`${name},@${i}`, value));
    if (furtherOperands !== undefined) add(`${name},@*`, furtherOperands);
  }
  return [...patterns].map(([action, names]) => `    ${names.join(" | ")}) ${action} ;;`);
}

function actionOf({ from, list, placeholder }: Value): string {
  if (from === "nothing") return "";
  const several = list ? " list=1" : "";
  if (from === "words") return `from=words kind=${placeholder}${several}`;
  return typeof from === "string" ? `from=${from}${several}` : `from=words words='${from.join(" ")}'${several}`;
}

/** The part that no table changes. FN stands for the function's name. */
const ENGINE = `
FN() {
  COMPREPLY=()
  local IFS=$' \\t\\n'
  # The words up to the cursor. Bash has cut them where COMP_WORDBREAKS says, at = and : too: they are put together again.
  local line=\${COMP_LINE:0:COMP_POINT} word blank i count=0
  local -a words_up_to_here=()
  for ((i = 0; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    blank=\${line%%"$word"*}
    line=\${line#*"$word"}
    if [[ $count -gt 0 && -z $blank ]]; then
      words_up_to_here[count - 1]+=$word
    else
      words_up_to_here[count++]=$word
    fi
  done
  local current=\${line#"\${line%%[![:space:]]*}"}
  if [[ $count -gt 1 && $current == "$line" ]]; then
    count=$((count - 1))
    current=\${words_up_to_here[count]}$current
  fi

  # What they say: the command, whether an option waits for its value, and how many operands there are.
  local command= wanted= ended= operands=0 options valued
  for ((i = 1; i < count; i++)); do
    word=\${words_up_to_here[i]}
    FN_options "$command"
    if [[ -n $wanted ]]; then
      wanted=
    elif [[ $word == *[\\<\\>] ]]; then
      wanted='>'
    elif [[ $word == *[\\<\\>]* ]]; then
      :
    elif [[ -n $ended || $word != -?* ]]; then
      if [[ -z $command ]]; then command=$word; else operands=$((operands + 1)); fi
    elif [[ $word == -- ]]; then
      ended=1
    elif [[ $word == --* ]]; then
      [[ $valued != *" $word "* ]] || wanted=$word
    else
      [[ $valued != *" -\${word: -1} "* ]] || wanted=-\${word: -1}
    fi
  done

  # What is wanted here, and what stands before it in the same word.
  local before= value=$current from=nothing words= kind= list=
  FN_options "$command"
  if [[ $wanted == '>' || -z $wanted && $current == *[\\<\\>]* ]]; then
    before=\${current%"\${current##*[<>]}"} value=\${current##*[<>]} from=file
  elif [[ -n $wanted ]]; then
    FN_value "$command" "$wanted"
  elif [[ -z $ended && $current == --*=* ]]; then
    before=\${current%%=*}= value=\${current#*=}
    FN_value "$command" "\${current%%=*}"
  elif [[ -z $ended && $current == -* ]]; then
    from=words words=$options
  else
    FN_value "$command" "@$operands"
  fi

  local taken= space=1 scope=
  if [[ -n $list ]]; then
    space=
    if [[ $value == *,* ]]; then
      taken=,\${value%,*},
      before+=\${value%,*}, value=\${value##*,}
    fi
  fi
  if [[ -n $kind && $value == [a-z]*:* ]]; then
    scope=\${value%%:*}:
    before+=$scope value=\${value#*:}
  fi
  if [[ -n $kind && -n $scope ]]; then kind+=:\${scope%%[-:]*}; fi
  [[ -z $kind ]] || FN_words "$kind"
  case $from in
    file)
      # Readline knows best how file names are quoted; the bash of macOS cannot be asked for that.
      if type compopt > /dev/null 2>&1; then
        compopt -o default
      else
        IFS=$'\\n'
        COMPREPLY=($(compgen -f -- "$value"))
      fi
      return
      ;;
    host) COMPREPLY=($(compgen -A hostname -- "$value")) ;;
    words) COMPREPLY=($(compgen -W "$words" -- "$value")) ;;
  esac

  # Only what stands behind the last word break is replaced.
  local breaks=\${COMP_WORDBREAKS//[!:=]/} kept=$before
  [[ -z $breaks ]] || kept=\${kept##*[$breaks]}
  local -a found=(\${COMPREPLY[@]+"\${COMPREPLY[@]}"})
  COMPREPLY=()
  for word in \${found[@]+"\${found[@]}"}; do
    [[ $taken == *",$scope$word,"* ]] || COMPREPLY+=("$kept$word")
    [[ $word != *: ]] || space=
  done
  [[ -n $space ]] || ! type compopt > /dev/null 2>&1 || compopt -o nospace
}
`;
