# bash completion for ike-tcp 1.2.3. Made by `ike-tcp completions bash`: changes are lost.

# COMMAND: its options, and those that take a value
_ike_tcp_options() {
  case $1 in
    probe) options='--paths --format -f --timeout -t --retries --expect --fault --redirect --ipv4 -4 --color --no-color --help -h'
      valued=' --paths --format -f --timeout -t --retries --expect --fault --redirect ' ;;
    diff) options='--help -h'
      valued=' ' ;;
    explain) options='--help -h'
      valued=' ' ;;
    '') options='--help -h --version -V'
      valued=' ' ;;
    *) options= valued=' ' ;;
  esac
}

# COMMAND WHAT: where values come from; WHAT is an option, or @N for the Nth operand, counted from 0
_ike_tcp_value() {
  case $1,$2 in
    ,@0) from=words words='probe diff explain help' ;;
    help,@0) from=words words='probe diff explain' ;;
    probe,--paths) from=words kind=PATH list=1 ;;
    probe,--format | probe,-f) from=words words='text json' ;;
    probe,--expect | diff,@0 | diff,@1) from=file ;;
    probe,--fault) from=words kind=FAULT list=1 ;;
    probe,--redirect | probe,@*) from=host ;;
    explain,@0) from=words kind=CODE ;;
  esac
}

# PLACEHOLDER: its words
_ike_tcp_words() {
  case $1 in
    CODE) words='tcp-mute' ;;
    COMMAND) words='probe' ;;
    FAULT) words='drop http udp: tcp:' ;;
    FAULT:udp) words='drop' ;;
    FAULT:tcp) words='http' ;;
    PATH) words='udp-500 tcp-4500' ;;
  esac
}

_ike_tcp() {
  COMPREPLY=()
  local IFS=$' \t\n'
  # The words up to the cursor. Bash has cut them where COMP_WORDBREAKS says, at = and : too: they are put together again.
  local line=${COMP_LINE:0:COMP_POINT} word blank i count=0
  local -a words_up_to_here=()
  for ((i = 0; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    blank=${line%%"$word"*}
    line=${line#*"$word"}
    if [[ $count -gt 0 && -z $blank ]]; then
      words_up_to_here[count - 1]+=$word
    else
      words_up_to_here[count++]=$word
    fi
  done
  local current=${line#"${line%%[![:space:]]*}"}
  if [[ $count -gt 1 && $current == "$line" ]]; then
    count=$((count - 1))
    current=${words_up_to_here[count]}$current
  fi

  # What they say: the command, whether an option waits for its value, and how many operands there are.
  local command= wanted= ended= operands=0 options valued
  for ((i = 1; i < count; i++)); do
    word=${words_up_to_here[i]}
    _ike_tcp_options "$command"
    if [[ -n $wanted ]]; then
      wanted=
    elif [[ $word == *[\<\>] ]]; then
      wanted='>'
    elif [[ $word == *[\<\>]* ]]; then
      :
    elif [[ -n $ended || $word != -?* ]]; then
      if [[ -z $command ]]; then command=$word; else operands=$((operands + 1)); fi
    elif [[ $word == -- ]]; then
      ended=1
    elif [[ $word == --* ]]; then
      [[ $valued != *" $word "* ]] || wanted=$word
    else
      [[ $valued != *" -${word: -1} "* ]] || wanted=-${word: -1}
    fi
  done

  # What is wanted here, and what stands before it in the same word.
  local before= value=$current from=nothing words= kind= list=
  _ike_tcp_options "$command"
  if [[ $wanted == '>' || -z $wanted && $current == *[\<\>]* ]]; then
    before=${current%"${current##*[<>]}"} value=${current##*[<>]} from=file
  elif [[ -n $wanted ]]; then
    _ike_tcp_value "$command" "$wanted"
  elif [[ -z $ended && $current == --*=* ]]; then
    before=${current%%=*}= value=${current#*=}
    _ike_tcp_value "$command" "${current%%=*}"
  elif [[ -z $ended && $current == -* ]]; then
    from=words words=$options
  else
    _ike_tcp_value "$command" "@$operands"
  fi

  local taken= space=1 scope=
  if [[ -n $list ]]; then
    space=
    if [[ $value == *,* ]]; then
      taken=,${value%,*},
      before+=${value%,*}, value=${value##*,}
    fi
  fi
  if [[ -n $kind && $value == [a-z]*:* ]]; then
    scope=${value%%:*}:
    before+=$scope value=${value#*:}
  fi
  if [[ -n $kind && -n $scope ]]; then kind+=:${scope%%[-:]*}; fi
  [[ -z $kind ]] || _ike_tcp_words "$kind"
  case $from in
    file)
      # Readline knows best how file names are quoted; the bash of macOS cannot be asked for that.
      if type compopt > /dev/null 2>&1; then
        compopt -o default
      else
        IFS=$'\n'
        COMPREPLY=($(compgen -f -- "$value"))
      fi
      return
      ;;
    host) COMPREPLY=($(compgen -A hostname -- "$value")) ;;
    words) COMPREPLY=($(compgen -W "$words" -- "$value")) ;;
  esac

  # Only what stands behind the last word break is replaced.
  local breaks=${COMP_WORDBREAKS//[!:=]/} kept=$before
  [[ -z $breaks ]] || kept=${kept##*[$breaks]}
  local -a found=(${COMPREPLY[@]+"${COMPREPLY[@]}"})
  COMPREPLY=()
  for word in ${found[@]+"${found[@]}"}; do
    [[ $taken == *",$scope$word,"* ]] || COMPREPLY+=("$kept$word")
    [[ $word != *: ]] || space=
  done
  [[ -n $space ]] || ! type compopt > /dev/null 2>&1 || compopt -o nospace
}

complete -F _ike_tcp ike-tcp
