#!/bin/sh
# What the containers of the scenarios run; each argument is a command of its own.
#   say TEXT        writes it
#   sleep SECONDS   lets time pass; in a rehearsal that of its clock, see src/rehearsal/cluster/program.ts
#   linger SECONDS  from now on SIGTERM is answered only after that long
#   exit CODE       ends
#   anything else   is a command of the shell: cat FILE, kubectl …
linger=0
pause() {
  # Told only when there is something that a signal can end.
  if [ -n "$REHEARSAL_CLOCK" ]; then
    (read -r _ <&3) &
    pid=$!
    echo "sleep $1" >&3
  else
    sleep "$1" &
    pid=$!
  fi
  wait "$pid"
}
stopped() {
  # Gone before there is a second one; a shell that has just been forked may miss a SIGTERM.
  kill -KILL "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  [ "$linger" = 0 ] || pause "$linger"
  exit 143
}
pid=
trap stopped TERM
for line in "$@"; do
  # shellcheck disable=SC2086 # words are wanted
  set -- $line
  case $1 in
    say) shift && echo "$*" ;;
    sleep) pause "$2" ;;
    linger) linger=$2 ;;
    exit) exit "$2" ;;
    *) eval "$line" ;;
  esac
done
