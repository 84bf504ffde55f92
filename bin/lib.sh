# Shared by the scripts of this folder; sourced, not run. Everything they do is done by `solemn`.
set -euo pipefail
BIN=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() { # STATUS MESSAGE [HINT]
  printf '%s: error: %s\n' "$(basename "$0")" "$2" >&2
  [[ $# -lt 3 ]] || printf '%s: hint: %s\n' "$(basename "$0")" "$3" >&2
  exit "$1"
}

# The comment at the head of the script is its help.
show_help() { sed -n '2,/^[^#]/{/^#/!d;s/^# \{0,1\}//;p}' "$0"; }

# The value of an option, or an error.
value_of() { # OPTION [VALUE]
  [[ $# -ge 2 && -n $2 ]] || fail 1 "$1 needs a value" "$(basename "$0") --help"
  printf '%s' "$2"
}

# solemn: named by SOLEMN, beside this script, of the build beside it, or on the PATH.
find_solemn() {
  local candidate
  for candidate in "${SOLEMN:-}" "$BIN/solemn" "$BIN/../build/release/bin/solemn"; do
    if [[ -n $candidate && -x $candidate ]]; then
      printf '%s' "$candidate"
      return
    fi
  done
  command -v solemn || fail 1 "the program 'solemn' was not found" "run scripts/build, or set SOLEMN to its path"
}

# The program with the five verbs of powersoftau: --tool, POWERSOFTAU, or ours.
find_tool() { # [TOOL]
  local tool=${1:-${POWERSOFTAU:-$BIN/powersoftau}}
  command -v "$tool" || fail 1 "the tool '$tool' was not found" "leave --tool and POWERSOFTAU out to use $BIN/powersoftau"
}

sha256_of() { sha256sum -- "$1" | cut -d' ' -f1; }
