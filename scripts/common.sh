# Shared by the scripts of this folder; sourced, not run.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
JOBS=${SOLEMN_JOBS:-$(nproc)}

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then BOLD=$'\e[1m' DIM=$'\e[2m' PLAIN=$'\e[0m'; else BOLD='' DIM='' PLAIN=''; fi
say() { printf '%s\n' "${BOLD}== $*${PLAIN}"; }
note() { printf '%s\n' "   $*"; }
die() {
  printf '%s\n' "$(basename "$0"): error: $1" >&2
  [[ $# -lt 2 ]] || printf '%s\n' "$(basename "$0"): hint: $2" >&2
  exit "${3:-1}"
}
