#compdef ike-tcp
# zsh completion for ike-tcp 1.2.3. Made by `ike-tcp completions zsh`: changes are lost.

_ike_tcp() {
  local curcontext=$curcontext state state_descr ret=1
  local -a line list
  typeset -A opt_args
  _arguments -C -S : \
    '(- *)--help[show help]' \
    '(- *)-h[show help]' \
    '(- *)--version[show version, runtime and platform]' \
    '(- *)-V[show version, runtime and platform]' \
    '1:command:->command' \
    '*:: :->rest' && ret=0
  case $state in
    command)
      list=(
        'probe:ask it'\''s gateway: [all] paths'
        'diff:compare two'
        'explain:say what a finding means'
        'help:show the help of the program or of a command'
      )
      _describe -t commands 'ike-tcp command' list && ret=0
      ;;
    rest)
      curcontext=${curcontext%:*}-$words[1]:
      case $words[1] in
        probe)
          _arguments -s -S : \
            '*--paths=[what to try]:PATH:_sequence _ike_tcp_PATH' \
            '(--format -f)--format=[form]:FORMAT:(text json)' \
            '(--format -f)-f[form]:FORMAT:(text json)' \
            '(--timeout -t)--timeout=[how long (100%)]:TIME: ' \
            '(--timeout -t)-t[how long (100%)]:TIME: ' \
            '(--retries)--retries=[how often]:N: ' \
            '(--expect)--expect=[a file \[or not\]]:FILE:_files' \
            '*--fault=[\[TRANSPORT:\]NAME]:FAULT:_sequence _ike_tcp_FAULT' \
            '(--redirect)--redirect=[where to]:GATEWAY:_hosts' \
            '(--ipv4 -4)--ipv4[only IPv4; it'\''s fine]' \
            '(--ipv4 -4)-4[only IPv4; it'\''s fine]' \
            '(--color --no-color)--color[colour]' \
            '(--no-color --color)--no-color[the opposite of --color]' \
            '(- *)--help[show this help]' \
            '(- *)-h[show this help]' \
            '*:HOST:_hosts' && ret=0
          ;;
        diff)
          _arguments -s -S : \
            '(- *)--help[show this help]' \
            '(- *)-h[show this help]' \
            '1:FILE:_files' \
            '2:FILE:_files' && ret=0
          ;;
        explain)
          _arguments -s -S : \
            '(- *)--help[show this help]' \
            '(- *)-h[show this help]' \
            '1:CODE:_ike_tcp_CODE' && ret=0
          ;;
        help)
          _arguments -S : \
            '1:command:_ike_tcp_COMMAND' && ret=0
          ;;
      esac
      ;;
  esac
  return ret
}

_ike_tcp_CODE() {
  local -a list
  list=(
    'tcp-mute:it'\''s mute: nothing [at all]'
  )
  _describe -t code CODE list "$@"
}

_ike_tcp_COMMAND() {
  local -a list
  list=(
    'probe:ask'
  )
  _describe -t command COMMAND list "$@"
}

_ike_tcp_FAULT() {
  local -a list
  if compset -P 'udp(-[0-9]#|):'; then
    list=(
      'drop:silent'
    )
    _describe -t fault FAULT list "$@"
    return
  fi
  if compset -P 'tcp(-[0-9]#|):'; then
    list=(
      'http:web'
    )
    _describe -t fault FAULT list "$@"
    return
  fi
  list=(
    'udp\::only on UDP'
    'tcp\::only on TCP'
  )
  _describe -t scopes transport list -S ''
  list=(
    'drop:silent'
    'http:web'
  )
  _describe -t fault FAULT list "$@"
}

_ike_tcp_PATH() {
  local -a list
  list=(
    'udp-500:IKE over UDP'
    'tcp-4500:RFC 9329'
  )
  _describe -t path PATH list "$@"
}

if [[ $funcstack[1] == _ike-tcp ]]; then
  _ike_tcp "$@"
elif (( $+functions[compdef] )); then
  compdef _ike_tcp ike-tcp
else
  print -u2 'ike-tcp: completions need compinit: autoload -Uz compinit; compinit'
fi
