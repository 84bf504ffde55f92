#!/usr/bin/env bash
# Signs a verification key and its metadata: solemn bundle create under the flags of the ceremony's runbook.
#
#   create_signed_bundle.sh --vk VK.bin --metadata metadata.json --local-sign-key KEY [--out attestation_bundle.tar.gz]
#   create_signed_bundle.sh --vk VK.bin --metadata metadata.json --hsm 'pkcs11:token=Release;object=bundle' ...
#
#   --vk FILE, --metadata FILE   made by: solemn bundle prepare
#   --local-sign-key KEY         key file (may be repeated: every key signs)
#   --hsm URI                    key in a token or key service (may be repeated)
#   --out FILE                   default attestation_bundle.tar.gz
#   --unsigned                   for tests only: an empty signature.sig, stamped into the metadata
# Every other option is given to solemn bundle create as it is. Environment: SOLEMN (the program, default: found).
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"
out=attestation_bundle.tar.gz pass=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --out) out=${2:?--out needs a file} && shift ;;
    --local-sign-key | --hsm) pass+=(--sign-key "${2:?$1 needs a key}") && shift ;;
    --signers-json | --sigs-dir | --arweave-key)
      echo "create_signed_bundle.sh: error: $1 is not supported" >&2
      echo "create_signed_bundle.sh: hint: more signers: repeat --local-sign-key or --hsm, or run solemn bundle cosign" >&2
      exit 2
      ;;
    -h | --help) show_help && exit 0 ;;
    *) pass+=("$1") ;;
  esac
  shift
done
solemn=$(find_solemn)
exec "$solemn" bundle create "$out" "${pass[@]}"
