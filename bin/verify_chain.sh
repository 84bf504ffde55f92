#!/usr/bin/env bash
# Verifies a chain of powers of tau files and its logs, offline: every file in full and against the one before it, every log against its
# file and the registered key of its participant.
#
#   verify_chain.sh --root FILE --chain FILE... [--log-dir DIR] [--root-pubkey FILE] [--report FILE.html]
#
# --root FILE          the first file
# --chain FILE...      the files after it, in any order; the prepared file may be among them
# --log-dir DIR        logs, their signatures (.sig) and the record of the ceremony (a folder made by `solemn transcript`)
# --root-pubkey FILE   the root key that signed the list of participants in the record
# --min-contributors N distinct contributors that the chain needs (default 1)
# --without-beacon     the participants agreed on no beacon, and the record announces none
# --chain-info FILE    a drand chain that solemn does not know
# Exit status: 0 all checks passed, 1 usage, or a file that cannot be read; 2 a transcript is not valid (or a check could not be run), 3 a signature is not
# valid, 4 too few contributors, 5 a log, signature or signer is missing.
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"

root='' arguments=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --root) root=$(value_of "$@"); shift 2 ;;
    --chain)
      shift
      [[ $# -gt 0 && $1 != --* ]] || fail 1 "--chain needs files" "verify_chain.sh --help"
      while [[ $# -gt 0 && $1 != --* ]]; do arguments+=(--chain "$1"); shift; done ;;
    --log-dir) arguments+=(--log-dir "$(value_of "$@")"); shift 2 ;;
    --root-pubkey) arguments+=(--root-key "$(value_of "$@")"); shift 2 ;;
    --report) arguments+=(--report "$(value_of "$@")"); shift 2 ;;
    --min-contributors) arguments+=(--min-contributors "$(value_of "$@")"); shift 2 ;;
    --chain-info) arguments+=(--chain-info "$(value_of "$@")"); shift 2 ;;
    --without-beacon) arguments+=("$1"); shift ;;
    -h | --help) show_help; exit 0 ;;
    *) fail 1 "unknown option '$1'" "verify_chain.sh --help" ;;
  esac
done
[[ -n $root ]] || fail 1 "--root is needed" "verify_chain.sh --help"

solemn=$(find_solemn)
status=0
"$solemn" audit --root "$root" "${arguments[@]}" --script-status || status=$?
[[ $status -ne 0 ]] || printf 'All transcripts and logs verified.\n'
exit "$status"
