#!/usr/bin/env bash
# One contribution: verifies the file before it, contributes, writes the log, signs it.
#
#   contribute.sh --in FILE --out FILE --name "Org:Alice" [--entropy FILE] [--local-sign-key KEY] [more]
#
# --entropy FILE    more randomness (default /dev/random); the operating system's is always used
# --local-sign-key KEY    signs the log: a key file, or any key that `solemn key` knows (pkcs11:...). Its passphrase or PIN is
#                   asked for at the terminal, or read with --passphrase-file FILE, --pin-file FILE
# --type-entropy, --dice FILE, --entropy-token KEY    more of it: a text asked for at the terminal, throws of a die, a token
# --no-redact       the log names this machine instead of a fingerprint
# --force           replaces an output that exists
# --tool PROGRAM    the tool
# Environment: LOGDIR (default contrib_logs); POWERSOFTAU, the tool (default: the one beside this script).
# Prints contribution_complete=true and contribution_log=FILE. Exit status: 0 done, 1 usage, 2 the file before is not valid,
# otherwise that of the tool. A log that could not be signed is an error, not a remark.
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"

input='' out='' name='' entropy=/dev/random tool='' more=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --in) input=$(value_of "$@"); shift 2 ;;
    --out) out=$(value_of "$@"); shift 2 ;;
    --name) name=$(value_of "$@"); shift 2 ;;
    --entropy) entropy=$(value_of "$@"); shift 2 ;;
    --tool) tool=$(value_of "$@"); shift 2 ;;
    --local-sign-key) more+=(--sign-key "$(value_of "$@")"); shift 2 ;;
    --passphrase-file | --pin-file | --dice | --entropy-token) more+=("$1" "$(value_of "$@")"); shift 2 ;;
    --no-redact | --type-entropy | --force) more+=("$1"); shift ;;
    -h | --help) show_help; exit 0 ;;
    *) fail 1 "unknown option '$1'" "contribute.sh --help" ;;
  esac
done
[[ -n $input ]] || fail 1 "--in is needed" "contribute.sh --help"
[[ -n $out ]] || fail 1 "--out is needed" "contribute.sh --help"
[[ -n $name ]] || fail 1 "--name is needed" "contribute.sh --help"

tool=$(find_tool "$tool")
"$tool" verify --input "$input" >&2 || fail 2 "'$input' is not valid: nothing was contributed" "ask the coordinator for the file again"
logs=${LOGDIR:-contrib_logs}
said=$(mktemp)
trap 'rm -f "$said"' EXIT
# Both streams in one, or the advice on what to do next would overtake the hashes that it is about.
"$tool" contribute --input "$input" --output "$out" --name "$name" --entropy "$entropy" --log "$logs" "${more[@]}" 2>&1 | tee "$said" >&2
log=$(sed -n "s/^contribution log: '\(.*\)'$/\1/p" "$said")
printf 'contribution_complete=true\ncontribution_log=%s\n' "$log"
