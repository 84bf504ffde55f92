#!/usr/bin/env bash
# Says what is in a bundle and checks it: solemn bundle inspect under the flags of the ceremony's runbook.
#
#   inspect_bundle.sh --bundle attestation_bundle.tar.gz --root-pubkey root.pub
#
#   --bundle FILE            the bundle
#   --root-pubkey FILE       a trusted key (may be repeated; then --threshold T)
#   --require-threshold [T]  T of the trusted keys must have signed (default: all of them)
# Every other option is given to solemn bundle inspect as it is. Environment: SOLEMN (the program, default: found).
# Exit status: 0 every check passed, 2 transcript, 3 signature (also: no trusted key given), 4 threshold,
# 5 missing signers, 1 anything else: another check, a file that cannot be read.
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"
bundle='' keys=0 require='' pass=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --bundle) bundle=${2:?--bundle needs a file} && shift ;;
    --root-pubkey) pass+=(--root-pubkey "${2:?--root-pubkey needs a file}") && keys=$((keys + 1)) && shift ;;
    --require-threshold)
      require=all
      if [[ ${2:-} =~ ^[0-9]+$ ]]; then require=$2 && shift; fi
      ;;
    -h | --help) show_help && exit 0 ;;
    *) pass+=("$1") ;;
  esac
  shift
done
solemn=$(find_solemn)
if [[ -z $bundle ]]; then
  fail 1 "--bundle FILE is missing" "inspect_bundle.sh --help"
fi
if [[ -n $require && $keys -gt 0 ]]; then
  [[ $require != all ]] || require=$keys
  pass+=(--threshold "$require")
fi
exec "$solemn" bundle inspect "$bundle" --seed-status "${pass[@]}"
