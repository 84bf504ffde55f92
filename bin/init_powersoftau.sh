#!/usr/bin/env bash
# Starts a powers of tau ceremony: the first file and its log.
#
#   init_powersoftau.sh --power K --operator NAME [--out FILE] [--curve CURVE] [--local-sign-key KEY] [--tool PROGRAM]
#
# --out         the file to write (default pot_0000.ptau)
# --operator    who starts the ceremony, as registered: "Org:Coordinator"
# --local-sign-key KEY    signs the log: a key file, or any key that `solemn key` knows (pkcs11:...)
# --no-redact   the log names this machine instead of a fingerprint
# --force       replaces an output that exists
# Environment: LOGDIR, where the log goes (default contrib_logs, as for contributions: where verify_chain.sh looks); POWERSOFTAU, the tool (default: the one beside this script).
# Prints transcript_sha256=HEX. Exit status: 0 done, 1 usage, otherwise that of the tool.
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"

power='' operator='' out=pot_0000.ptau tool='' more=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --power) power=$(value_of "$@"); shift 2 ;;
    --operator) operator=$(value_of "$@"); shift 2 ;;
    --out) out=$(value_of "$@"); shift 2 ;;
    --tool) tool=$(value_of "$@"); shift 2 ;;
    --curve) more+=(--curve "$(value_of "$@")"); shift 2 ;;
    --local-sign-key) more+=(--sign-key "$(value_of "$@")"); shift 2 ;;
    --passphrase-file | --pin-file) more+=("$1" "$(value_of "$@")"); shift 2 ;;
    --no-redact | --force) more+=("$1"); shift ;;
    -h | --help) show_help; exit 0 ;;
    *) fail 1 "unknown option '$1'" "init_powersoftau.sh --help" ;;
  esac
done
[[ -n $power ]] || fail 1 "--power is needed" "init_powersoftau.sh --help"
[[ -n $operator ]] || fail 1 "--operator is needed" "init_powersoftau.sh --help"

tool=$(find_tool "$tool")
"$tool" new --power "$power" --output "$out" --operator "$operator" --log "${LOGDIR:-contrib_logs}" "${more[@]}" >&2
printf 'transcript_sha256=%s\n' "$(sha256_of "$out")"
