#!/usr/bin/env bash
# Prepares a finished powers of tau file for phase 2, and verifies the result.
#
#   prepare_phase2.sh --tau FILE --out FILE [--force] [--tool PROGRAM]
#
# Environment: POWERSOFTAU, the tool (default: the one beside this script). Prints phase2_sha256=HEX. Exit status: 0 done, 1 usage, 2 failed.
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"

tau='' out='' tool='' more=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --tau) tau=$(value_of "$@"); shift 2 ;;
    --out) out=$(value_of "$@"); shift 2 ;;
    --tool) tool=$(value_of "$@"); shift 2 ;;
    --force) more+=(--force); shift ;;
    -h | --help) show_help; exit 0 ;;
    *) fail 1 "unknown option '$1'" "prepare_phase2.sh --help" ;;
  esac
done
[[ -n $tau ]] || fail 1 "--tau is needed" "prepare_phase2.sh --help"
[[ -n $out ]] || fail 1 "--out is needed" "prepare_phase2.sh --help"

tool=$(find_tool "$tool")
"$tool" prepare_phase2 --input "$tau" --output "$out" "${more[@]}" >&2 || fail 2 "'$tau' could not be prepared"
"$tool" verify --input "$out" >&2 || fail 2 "'$out' does not verify"
printf 'phase2_sha256=%s\n' "$(sha256_of "$out")"
