# fish completion for ike-tcp 1.2.3. Made by `ike-tcp completions fish`: changes are lost.

# Options that take a value, by command
function __ike_tcp_valued
    switch $argv[1]
        case probe
            printf '%s\n' --paths --format -f --timeout -t --retries --expect --fault --redirect
    end
end

# PLACEHOLDER[:SCOPE]: its words, a line each
function __ike_tcp_words
    switch $argv[1]
        case 'CODE'
            echo 'tcp-mute'\t'it\'s mute: nothing [at all]'
        case 'COMMAND'
            echo 'probe'\t'ask'
        case 'FAULT'
            echo 'drop'\t'silent'
            echo 'http'\t'web'
            echo 'udp:'\t'only on UDP'
            echo 'tcp:'\t'only on TCP'
        case 'FAULT:udp'
            echo 'drop'\t'silent'
        case 'FAULT:tcp'
            echo 'http'\t'web'
        case 'PATH'
            echo 'udp-500'\t'IKE over UDP'
            echo 'tcp-4500'\t'RFC 9329'
    end
end

# COMMAND WHAT: whether the cursor is behind that command ('' is before any), where an option can stand, or at the Nth of
# its operands, counted from 0 ('further': whatever the number)
function __ike_tcp_at
    set -l command ''
    set -l operands 0
    set -l wanted 0
    set -l ended 0
    set -l valued
    set -l words (commandline -opc)
    while string match -qr '^\w+=' -- "$words[1]"
        set -e words[1]
    end
    for word in $words[2..-1]
        if test $wanted = 1
            set wanted 0
        else if test $ended = 1; or not string match -q -- '-?*' $word
            if test -z "$command"
                set command $word
                set valued (__ike_tcp_valued $word)
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
function __ike_tcp_offer
    set -l value (commandline -ct | string replace -r -- '^--[^=]*=' '')
    set -l before ''
    set -l taken
    if test (count $argv) -gt 1
        set before (string match -r -- '^.*,' "$value")
        set taken (string split , -- "$before")
        set value (string replace -r -- '^.*,' '' "$value")
    end
    set -l kind $argv[1]
    set -l scope (string match -r -- '^([a-z]+)(?:-\d+)?:' "$value")
    if test (count $scope) = 2
        set before "$before$scope[1]"
        set taken (string replace -- "$scope[1]" '' "$taken" | string split ' ')
        set kind $kind:$scope[2]
    end
    for line in (__ike_tcp_words $kind)
        set -l word (string split -m 1 \t -- $line)
        contains -- $word[1] $taken; or echo "$before$line"
    end
end

complete -c ike-tcp -e
complete -c ike-tcp -f
complete -c ike-tcp -n '__ike_tcp_at \'\' 0' -a probe -d 'ask it\'s gateway: [all] paths'
complete -c ike-tcp -n '__ike_tcp_at \'\' 0' -a diff -d 'compare two'
complete -c ike-tcp -n '__ike_tcp_at \'\' 0' -a explain -d 'say what a finding means'
complete -c ike-tcp -n '__ike_tcp_at \'\' 0' -a help -d 'show the help of the program or of a command'
complete -c ike-tcp -n '__ike_tcp_at \'\' option' -l help -s h -d 'show help'
complete -c ike-tcp -n '__ike_tcp_at \'\' option' -l version -s V -d 'show version, runtime and platform'
complete -c ike-tcp -n '__ike_tcp_at \'help\' 0' -a '(__ike_tcp_offer COMMAND)'

complete -c ike-tcp -n '__ike_tcp_at \'probe\' option' -l paths -x -a '(__ike_tcp_offer PATH list)' -d 'what to try'
complete -c ike-tcp -n '__ike_tcp_at \'probe\' option' -l format -s f -x -a 'text json' -d 'form'
complete -c ike-tcp -n '__ike_tcp_at \'probe\' option' -l timeout -s t -x -d 'how long (100%)'
complete -c ike-tcp -n '__ike_tcp_at \'probe\' option' -l retries -x -d 'how often'
complete -c ike-tcp -n '__ike_tcp_at \'probe\' option' -l expect -r -F -d 'a file [or not]'
complete -c ike-tcp -n '__ike_tcp_at \'probe\' option' -l fault -x -a '(__ike_tcp_offer FAULT list)' -d '[TRANSPORT:]NAME'
complete -c ike-tcp -n '__ike_tcp_at \'probe\' option' -l redirect -x -a '(__fish_print_hostnames)' -d 'where to'
complete -c ike-tcp -n '__ike_tcp_at \'probe\' option' -l ipv4 -s 4 -d 'only IPv4; it\'s fine'
complete -c ike-tcp -n '__ike_tcp_at \'probe\' option' -l color -d 'colour'
complete -c ike-tcp -n '__ike_tcp_at \'probe\' option' -l no-color -d 'the opposite of --color'
complete -c ike-tcp -n '__ike_tcp_at \'probe\' option' -l help -s h -d 'show this help'
complete -c ike-tcp -n '__ike_tcp_at \'probe\' further' -a '(__fish_print_hostnames)'

complete -c ike-tcp -n '__ike_tcp_at \'diff\' option' -l help -s h -d 'show this help'
complete -c ike-tcp -n '__ike_tcp_at \'diff\' 0' -F
complete -c ike-tcp -n '__ike_tcp_at \'diff\' 1' -F

complete -c ike-tcp -n '__ike_tcp_at \'explain\' option' -l help -s h -d 'show this help'
complete -c ike-tcp -n '__ike_tcp_at \'explain\' 0' -a '(__ike_tcp_offer CODE)'
