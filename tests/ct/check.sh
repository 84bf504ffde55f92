#!/bin/sh
# check.sh clean|SOURCE VALGRIND PROGRAM
# clean: valgrind reports nothing. SOURCE: it reports that a branch or an address depends on a secret, in this source file, and
# nothing else: a bad read or write is no leak, and hides one.
# Exit status: 0 as expected, 77 not run (with the reason), 1 otherwise.
expectation=$1 valgrind=$2 program=$3
if [ ! -x "$valgrind" ]; then
  echo "not run: valgrind is not installed"
  exit 77
fi
report=$("$valgrind" --quiet --error-exitcode=99 "$program" 2>&1)
status=$?
leaks=$(printf '%s\n' "$report" | grep -c 'uninitialised')
others=$(printf '%s\n' "$report" | grep -c '^==[0-9]*== \(Invalid\|Process terminating\|Mismatched\|Source and\)')
wrong=
case "$expectation $status" in
  "clean 0") ;;
  *" 77") printf '%s\n' "$report" && exit 77 ;;
  "clean 99") wrong="$leaks reports of a branch or an address that depends on a secret, $others of memory that is not the program's" ;;
  *" 0") wrong="the planted leak was not reported: the checker is blind" ;;
  *" 99")
    [ "$others" -eq 0 ] || wrong="memory that is not the program's: no leak, and hides one"
    printf '%s\n' "$report" | grep -q "($expectation:" || wrong="something else than the leak planted in $expectation was reported"
    [ "$leaks" -gt 0 ] || wrong="what was reported is no leak"
    ;;
  *) wrong="the program ended with status $status" ;;
esac
[ -n "$wrong" ] || exit 0
printf '%s\n%s\n' "$report" "$wrong"
exit 1
