# common.sh - what the testbed's scripts share.  Sourced, not run.
#
# TB       prefix of everything: namespaces $TB-client, $TB-mbox, $TB-gw, state below /run/$TB.
#          Another prefix is another testbed, independent of the first (the suites take tb-ike and a number).
# TB_LIB   what `install` made: the gateways' unpacked packages and the two shims

TB=${TB:-tb-ike}
case $TB in tb|tb-[a-z0-9]*) ;; *) echo "TB is tb or tb-NAME, not $TB" >&2; exit 1 ;; esac
TB_RUN=/run/$TB
TB_LIB=${TB_LIB:-/opt/ike-tcp-testbed}

CLIENT4=10.77.0.2 ROUTER4=10.77.0.1 GW4=203.0.113.2 GW4B=203.0.113.3 NEAR_GW4=203.0.113.1
CLIENT6=fd77::2 ROUTER6=fd77::1 GW6=2001:db8:77::2 GW6B=2001:db8:77::3 NEAR_GW6=2001:db8:77::1

die() { echo "${0##*/}: $*" >&2; exit 1; }

need_root() { [ "$(id -u)" = 0 ] || die "needs root (network and mount namespaces)"; }

in_ns() { ns=$1; shift; ip netns exec "$TB-$ns" "$@"; }

# wait_for SECONDS COMMAND...   polls every 50 ms
wait_for() {
  tries=$(($1 * 20)); shift
  while ! "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || return 1
    sleep 0.05
  done
}

# gone PID   also true for a zombie
gone() { ! [ -e "/proc/$1" ] || grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null; }

# end_pid FILE   ends the process whose number is in FILE, if it still is the one that was started
# (FILE holds the number and the process's start time)
remember() { echo "$1 $(start_time "$1")" > "$2"; }
start_time() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
end_pid() {
  [ -s "$1" ] || return 0
  read -r pid since < "$1"
  if [ -n "$since" ] && [ "$(start_time "$pid")" = "$since" ]; then
    kill "$pid" 2>/dev/null
    wait_for 5 gone "$pid" || kill -KILL "$pid" 2>/dev/null
  fi
  rm -f "$1"
}
