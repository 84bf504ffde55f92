#!/bin/sh
# check.sh clean|expect_leak plain|sanitized VALGRIND PROGRAM
# Exit status: 0 as expected, 77 not run (with the reason), 1 otherwise.
expectation=$1 build=$2 valgrind=$3 program=$4
if [ "$build" = sanitized ]; then
  echo "not run: valgrind cannot run a program built with sanitizers"
  exit 77
fi
if [ ! -x "$valgrind" ]; then
  echo "not run: valgrind is not installed"
  exit 77
fi
"$valgrind" --quiet --error-exitcode=99 "$program"
status=$?
case "$expectation $status" in
  "clean 0" | "expect_leak 99") exit 0 ;;
  *" 77") exit 77 ;;
  "expect_leak 0") echo "the planted leak was not reported: the checker is blind" ;;
  "clean 99") echo "a branch or an address depends on a secret" ;;
  *) echo "the program ended with status $status" ;;
esac
exit 1
