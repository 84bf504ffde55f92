#!/usr/bin/env bash
# Keys for several proof types in one run: powers of tau, then phase 2 of every circuit, all of it verified.
#
#   scripts/generate-keys-production.sh [--circuits FOLDER] [--types A,B,...] [--out FOLDER] [options]
#   scripts/generate-keys-production.sh --circuit NAME=FILE.r1cs ... [--out FOLDER] [options]
#
# --circuits FOLDER     every NAME.r1cs in it is a proof type; a NAME.circom without its NAME.r1cs stops the run, as does a
#                       name of --types that is not there (default circuits, unless --circuit is given)
# --circuit NAME=FILE   one proof type (may be repeated)
# --witness NAME=FILE   its .wtns for the proof test. Without it: NAME.wtns beside the circuit, or NAME.input.json there with
#                       circom's NAME_js, which needs node
# --no-proof-tests      go without; written down in NOTES.txt
# --mode=production     (default) people type at this terminal and give the beacons after the contributions
# --mode=auto, =test    unattended, for tests only: every name of the result says TEST-ONLY
# --contributor NAME    who contributes, in this order (may be repeated; two or more; default "contributor 1", "contributor 2")
# --phase1-beacon B, --phase2-beacon B    auto and test only: what production asks for
# --chain NAME, --chain-info FILE         the drand chain of beacon files that do not name theirs
# --power K             not less than the circuits need (default: just that)
# --out FOLDER          must not exist (default keys-production)
#
# Run again with the same options after a power cut or a kill, it goes on in FOLDER.unfinished: finished steps are checked and kept, the
# one that was under way is made again from its start. It goes on with the same circuits, contributors and beacons, or not at all.
#
# A beacon is a file of `solemn beacon fetch`, or a public value in hexadecimal that nobody could know before. A value given
# on the command line would be known before, so production takes it only when it asks.
# Environment: SOLEMN (the program, default: found). Exit status: 0 done and verified, 1 a circuit is not compiled or a check
# failed, 2 usage, 6 refused (no terminal, a beacon that is not good); otherwise that of solemn.
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../bin/lib.sh"

# As in lib.sh, with the status of a usage error here.
value_of() { [[ $# -ge 2 && -n $2 ]] && printf '%s' "$2" || fail 2 "$1 needs a value" "$(basename "$0") --help"; }

TEXT_IS_NOT_AN_OPTION="randomness never comes from the command line, where every user of the machine can read it"
mode=production folder='' types='' out=keys-production power='' proof_tests=1 contributors=() beacon_1='' beacon_2=''
chain=() names=()
declare -A circuit_of witness_of

add_circuit() { # NAME FILE
  [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9_-]*$ ]] || fail 2 "'$1' is no name of a proof type" "letters, digits, _ and -"
  [[ -z ${circuit_of[$1]:-} ]] || fail 2 "the proof type '$1' is given twice"
  names+=("$1")
  circuit_of[$1]=$2
}

while [[ $# -gt 0 ]]; do
  if [[ $1 == --*=* ]]; then set -- "${1%%=*}" "${1#*=}" "${@:2}"; fi
  case $1 in
    --mode) mode=$(value_of "$@") ;;
    --circuits) folder=$(value_of "$@") ;;
    --types) types=$(value_of "$@") ;;
    --out) out=$(value_of "$@") ;;
    --power) power=$(value_of "$@") ;;
    --contributor) contributors+=("$(value_of "$@")") ;;
    --phase1-beacon) beacon_1=$(value_of "$@") ;;
    --phase2-beacon) beacon_2=$(value_of "$@") ;;
    --chain | --chain-info) chain+=("$1" "$(value_of "$@")") ;;
    --circuit | --witness)
      pair=$(value_of "$@")
      [[ $pair == ?*=?* ]] || fail 2 "$1 takes NAME=FILE, not '$pair'"
      if [[ $1 == --circuit ]]; then add_circuit "${pair%%=*}" "${pair#*=}"; else witness_of[${pair%%=*}]=${pair#*=}; fi
      ;;
    --no-proof-tests) proof_tests=0 && set -- "$1" "$@" ;;
    --entropy | --entropy-text | -e | -e=*) fail 2 "there is no option '${1%%=*}'" "$TEXT_IS_NOT_AN_OPTION" ;;
    -h | --help) show_help && exit 0 ;;
    *) fail 2 "unknown option '$1'" "$(basename "$0") --help" ;;
  esac
  shift 2
done

# --- what there is to do: all that can be wrong is found before anybody types

[[ -n $folder || ${#names[@]} -gt 0 ]] || folder=circuits
[[ -z $power || $power =~ ^[0-9]{1,2}$ ]] || fail 2 "--power '$power' is not a number"
case $mode in production | auto | test) ;; *) fail 2 "there is no mode '$mode'" "production, auto or test" ;; esac
if [[ -n $folder ]]; then
  [[ -d $folder ]] || fail 1 "the folder '$folder' not found. Circuit compilation may have failed" "--circuits FOLDER, with a NAME.r1cs for each proof type"
  if [[ -n $types ]]; then
    IFS=, read -ra wanted <<<"$types"
  else
    mapfile -t wanted < <(cd "$folder" && find . -maxdepth 1 \( -name '*.r1cs' -o -name '*.circom' \) | sed 's|^\./||; s/\.[^.]*$//' | sort -u)
  fi
  for name in "${wanted[@]}"; do add_circuit "$name" "$folder/$name.r1cs"; done
fi
[[ ${#names[@]} -gt 0 ]] || fail 2 "no circuit is given" "--circuits FOLDER or --circuit NAME=FILE"
for name in "${names[@]}"; do
  [[ -s ${circuit_of[$name]} ]] || fail 1 "$name not found. Circuit compilation may have failed" "compile it to '${circuit_of[$name]}', then run this again: nothing was made"
done
[[ ! -e $out ]] || fail 6 "'$out' exists" "choose another folder: --out FOLDER"
[[ ${#contributors[@]} -gt 0 ]] || contributors=("contributor 1" "contributor 2")
[[ ${#contributors[@]} -ge 2 ]] || fail 2 "one contributor is too few" "two or more: --contributor NAME --contributor NAME"
solemn=$(find_solemn)

# The program's own word for a fact of a circuit, from its JSON.
fact() { "$solemn" circuit info "$1" --json | sed -n "s/^ *\"$2\": *\"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p"; }
curve='' need=1
for name in "${names[@]}"; do
  this=$(fact "${circuit_of[$name]}" curve) || this=
  [[ -n $this ]] || fail 1 "'${circuit_of[$name]}' is not a circuit that solemn can read" "solemn circuit info ${circuit_of[$name]}"
  [[ -z $curve || $curve == "$this" ]] || fail 2 "the circuits are of two curves, $curve and $this" "one run for each curve"
  curve=$this
  this=$(fact "${circuit_of[$name]}" power_needed)
  [[ $this -le $need ]] || need=$this
done
[[ -z $power || $power -ge $need ]] || fail 2 "--power $power is too small: the circuits need $need"
power=${power:-$need}

# witness NAME OUT: copies or computes the witness of the proof test.
beside() { printf '%s/%s' "$(dirname "${circuit_of[$1]}")" "$1"; }
can_witness() {
  local at
  at=$(beside "$1")
  [[ -s ${witness_of[$1]:-$at.wtns} || (-s $at.input.json && -s ${at}_js/generate_witness.js) ]]
}
witness() {
  local at
  at=$(beside "$1")
  if [[ -s ${witness_of[$1]:-$at.wtns} ]]; then cp -- "${witness_of[$1]:-$at.wtns}" "$2"; else
    node "${at}_js/generate_witness.js" "${at}_js/$1.wasm" "$at.input.json" "$2"
  fi
}
if [[ $proof_tests -eq 1 ]]; then
  for name in "${names[@]}"; do
    can_witness "$name" || fail 2 "there is no witness to test the proofs of '$name' with" "--witness $name=FILE.wtns, or --no-proof-tests"
  done
fi

stamp='' prefix='' type_entropy=()
if [[ $mode == production ]]; then
  [[ -z $beacon_1$beacon_2 ]] || fail 6 "a beacon given now is known before the contributions" "leave --phase1-beacon and --phase2-beacon out: you are asked after them"
  { : </dev/tty; } 2>/dev/null || fail 6 "production needs a terminal: people type into it" "run it at a terminal; unattended runs are for tests only: --mode=test"
  type_entropy=(--type-entropy)
else
  stamp="TEST ONLY: " prefix=TEST-ONLY-
  # Public and fresh; nothing of it goes into a contribution.
  beacon_1=${beacon_1:-$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')}
  beacon_2=${beacon_2:-$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')}
fi

# --- talk

say() { printf '\n== %s\n' "$*" >&2; }
note() { printf '   %s\n' "$*" >&2; }
run() { "$solemn" "$@" --progress none >&2; }
banner() {
  if [[ $mode != production ]]; then
    say "TEST ONLY: nobody typed, nobody watched. These keys protect nothing: never use them."
  elif [[ $1 == end ]]; then
    say "If one person typed every text, or all of it was one machine, this was a rehearsal"
    note "Keys to be relied on need contributors who do not trust each other, each on a machine of their own: docs/RUNBOOK.md"
  else
    say "Everything happens on this machine. One person who plays every part makes a rehearsal, not a ceremony"
    note "The machine's own randomness carries the security; the text that you type is mixed in, and is never shown, kept or relied on."
    note "A ceremony of several machines: docs/RUNBOOK.md"
  fi
}

# is_known_too_early FILE TIME: the drand round was out when the last contribution ended.
is_known_too_early() {
  local due
  due=$("$solemn" beacon verify "$1" "${chain[@]}" --json | sed -n 's/^ *"time": "\(.*\)".*/\1/p')
  [[ -n $due && $(date -u -d "$due" +%s) -le $2 ]]
}

# apply_beacon GIVEN ENDED -- NOUN IN OUT: the beacon step, unless it is finished. Status 1: that beacon will not do.
apply_beacon() {
  local given=$1 ended=$2 source=()
  shift 3
  ! is_finished "$3" || return 0
  if [[ -f $given ]]; then
    source=(--drand "$given" "${chain[@]}")
    if [[ $mode == production ]] && is_known_too_early "$given" "$ended"; then
      note "refused: this round was out before the last contribution; fetch one that came after it"
      return 1
    fi
  elif [[ $given =~ ^[0-9a-fA-F]+$ ]]; then
    source=(--value "$given")
  else
    note "refused: '$given' is no file here, and no value in hexadecimal digits (without 0x)"
    return 1
  fi
  step "$3" run "$1" beacon "$2" "$3" --name "${stamp}beacon" "${source[@]}" --iterations-exp 10 || return 1
}

# ask_beacon WHICH: puts what people type into $given. Status 1: they want to stop.
ask_beacon() {
  note "The contributions are in. Now a public value that nobody knew until now, either"
  note "  a file of drand, made at another terminal: $solemn beacon fetch --chain quicknet --at \$(date -u +%FT%TZ) -o round.json"
  note "  or hexadecimal digits, such as the hash of a block that a public chain makes from now on."
  note "Nothing is lost by trying: you are asked until one is good. The word stop ends the run."
  printf 'Beacon of %s: ' "$1" >/dev/tty
  IFS= read -r given </dev/tty && [[ $given != stop ]]
}

# beacon_step WHICH GIVEN -- the steps NOUN IN OUT ...: all of them with one value. Production asks for it until it is good. A value that
# a step was made with, here or in an earlier run, is that of all.
beacon_step() {
  local which=$1 given=$2 ended at good fixed=0 copy
  shift 2
  copy=$work/ceremony/beacon-${which/ /}.json
  [[ -s $state/$which.ended ]] || date -u +%s | remember "$which.ended"
  ended=$(<"$state/$which.ended")
  for ((at = 3; at <= $#; at += 3)); do ! is_finished "${!at}" || fixed=1; done
  while [[ $fixed -eq 1 || $mode != production ]] || ask_beacon "$which"; do
    if [[ $fixed -eq 1 ]]; then
      given=$(<"$state/$which.beacon")
    elif [[ -f $given ]]; then
      cp -- "$given" "$copy" && given=$copy
    fi
    printf '%s\n' "$given" | remember "$which.beacon"
    at=1 good=1
    while [[ $at -le $# ]]; do
      apply_beacon "$given" "$ended" -- "${@:at:3}" || { good=0 && break; }
      at=$((at + 3))
    done
    [[ $good -eq 0 ]] || return 0
    [[ $fixed -eq 0 && $at -eq 1 ]] || break
    rm -f -- "$copy"
    [[ $mode == production ]] || break
  done
  fail 6 "no good beacon for $which" "the contributions are kept in '$work': run this again, or by hand it goes on with: solemn $1 beacon $2 $3 --drand FILE --iterations-exp 10"
}

# contribute NOUN STEM SUFFIX [R1CS PTAU]: one contribution by each contributor; STEM_0.SUFFIX becomes STEM_1.SUFFIX and so on. The last two
# are what a key is verified with.
contribute() {
  local i in out
  for ((i = 0; i < ${#contributors[@]}; i++)); do
    in=$2_$i.$3 out=$2_$((i + 1)).$3
    # Whole, and the run ended before it was written down: nobody has to type again.
    if [[ -e $out ]] && ! is_finished "$out" && run "$1" verify "${@:4}" "$out" --previous "$in"; then finish "$out"; fi
    note "$2: ${contributors[i]}"
    step "$out" run "$1" contribute "$in" "$out" --name "$stamp${contributors[i]}" "${type_entropy[@]}" ||
      fail 1 "the contribution of '${contributors[i]}' failed" "what was made so far is in '$work': run this again to go on"
  done
}
check() { run "$@" || fail 1 "a check failed: solemn $1 $2" "nothing in '$work' is to be used"; }

# --- the ceremony, in a folder beside the result, renamed when everything is verified

work=$out.unfinished state=$out.unfinished/.run
declare -A finished

# remember NAME: what comes in, complete under that name or not at all, also after a power cut.
remember() {
  cat >"$state/$1.part"
  sync -- "$state/$1.part"
  mv -- "$state/$1.part" "$state/$1"
  sync -- "$state"
}
is_finished() { [[ -n ${finished[${1#"$work"/}]:-} ]]; }
# finish FILE: it is on the disk, and listed with its hash.
finish() {
  sync -- "$1" "$(dirname "$1")"
  (cd "$work" && sha256sum -- "${1#"$work"/}") >>"$state/steps"
  sync -- "$state/steps"
  finished[${1#"$work"/}]=1
}
# step FILE COMMAND...: the command that makes the file, unless it is finished.
step() {
  if is_finished "$1"; then
    note "kept: $1"
    return
  fi
  rm -f -- "$1"
  "${@:2}" && finish "$1"
}

# What a run that goes on must have in common with the one that stopped.
plan() {
  printf 'mode: %s\ncurve: %s\npower: %s\nproof tests: %s\n' "$mode" "$curve" "$power" "$proof_tests"
  printf 'contributor: %s\n' "${contributors[@]}"
  for name in "${names[@]}"; do printf 'circuit: %s %s\n' "$name" "$(sha256_of "${circuit_of[$name]}")"; done
}

go_on() {
  local hash file lines=''
  [[ -s $state/plan ]] || fail 6 "'$work' exists, and no run was begun in it" "look at it, then remove it"
  plan | cmp -s - "$state/plan" || fail 6 "'$work' is of a run with other circuits, contributors or options" "give the same again ($state/plan), or look at it and remove it"
  say "going on with the run in '$work'"
  touch "$state/steps"
  while read -r hash file; do
    [[ -f $work/$file && $(sha256_of "$work/$file") == "$hash" ]] || fail 1 "'$work/$file' changed since it was made" "nothing in '$work' is to be used"
    finished[$file]=1
    lines+="$hash  $file"$'\n'
  done <"$state/steps"
  printf '%s' "$lines" | remember steps # without a line that a power cut left half written: that step is not finished
}

if [[ -e $work ]]; then
  [[ -d $state ]] || fail 6 "'$work' exists, and no run was begun in it" "look at it, then remove it"
else
  mkdir -p "$state" "$work/ceremony"
fi
exec 9>"$state/lock"
flock -w 10 9 || fail 6 "another run is at work in '$work'"
if [[ -s $state/plan ]]; then go_on; else plan | remember plan; fi
n=${#contributors[@]} at=$work/ceremony
banner begin
say "phase 1: powers of tau, $curve, 2^$power, $n contributions and a beacon"
step "$at/pot_0.ptau" run ptau new "$curve" "$power" "$at/pot_0.ptau"
contribute ptau "$at/pot" ptau
beacon_step "phase 1" "$beacon_1" ptau "$at/pot_$n.ptau" "$at/pot_beacon.ptau"
pot=$at/${prefix}pot_final.ptau
step "$pot" run ptau prepare "$at/pot_beacon.ptau" "$pot"
check ptau verify "$pot"

steps=()
for name in "${names[@]}"; do
  say "phase 2 of $name: $n contributions"
  step "$at/$name.r1cs" cp -- "${circuit_of[$name]}" "$at/$name.r1cs"
  step "$at/${name}_0.zkey" run zkey new "$at/$name.r1cs" "$pot" "$at/${name}_0.zkey"
  contribute zkey "$at/$name" zkey "$at/$name.r1cs" "$pot"
  steps+=(zkey "$at/${name}_$n.zkey" "$work/$prefix${name}Proof.zkey")
done
say "phase 2: the beacon, for each of ${names[*]}"
beacon_step "phase 2" "$beacon_2" "${steps[@]}"

for name in "${names[@]}"; do
  key=$work/$prefix${name}Proof.zkey vkey=$work/$prefix${name}Proof.vkey.json
  say "$name: verified in full"
  check zkey verify "$at/$name.r1cs" "$pot" "$key"
  step "$vkey" run zkey export vkey "$key" "$vkey"
  check vkey check "$vkey" --zkey "$key"
  [[ $proof_tests -eq 1 ]] || continue
  say "$name: a proof is made and accepted; the same proof of another statement is not"
  test_in=$(mktemp -d)
  trap 'rm -rf "$test_in"' EXIT
  witness "$name" "$test_in/witness.wtns" >&2 || fail 1 "the witness of '$name' could not be computed"
  check proof create "$key" "$test_in/witness.wtns" "$test_in/proof.json" "$test_in/public.json"
  check proof verify "$vkey" "$test_in/public.json" "$test_in/proof.json"
  sed -E '0,/"[0-9]+"/{s/"1"/"2"/;t;s/"[0-9]+"/"1"/}' "$test_in/public.json" >"$test_in/other.json"
  if ! cmp -s "$test_in/public.json" "$test_in/other.json"; then
    status=0
    run proof verify "$vkey" "$test_in/other.json" "$test_in/proof.json" || status=$?
    [[ $status -eq 1 ]] || fail 1 "a proof of another statement was not refused (status $status)"
    note "refused, as it must be"
  fi
  rm -rf "$test_in"
done

{
  [[ $mode == production ]] || printf 'TEST ONLY. Made unattended (--mode=%s). Never to be used.\n' "$mode"
  printf 'mode: %s\ntool: %s\ncurve: %s\npower: %s\ncontributors: %s\n' "$mode" "$("$solemn" --version | sed -n 1p)" "$curve" "$power" "$(printf '; %s' "${contributors[@]}" | cut -c3-)"
  printf 'proof types: %s\nproof tests: %s\nended: %s\n' "${names[*]}" "$([[ $proof_tests -eq 1 ]] && echo passed || echo 'not made')" "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
  for which in "phase 1" "phase 2"; do
    given=$(<"$state/$which.beacon")
    printf 'beacon of %s: %s\n' "$which" "${given#"$work"/}"
  done
  printf 'One person who plays every part makes a rehearsal. Nothing in these files can tell.\n'
  printf 'Proving keys hold no secret: publish the .zkey files, or nobody can verify them.\n'
} >"$work/${prefix}NOTES.txt"
manifest=${prefix}BACKUP-MANIFEST.sha256
(cd "$work" && find . -path ./.run -prune -o -type f ! -name "$manifest*" -print0 | sort -z | xargs -0 sha256sum --) >"$work/$manifest.part"
mv "$work/$manifest.part" "$work/$manifest"
sync -- "$work/$manifest" "$work"
mv -T "$work" "$out"
rm -r "$out/.run"

say "done: ${names[*]}"
note "keys       $out/$prefix*Proof.zkey, $out/$prefix*Proof.vkey.json"
note "backup     the whole folder; check a copy with: (cd COPY && sha256sum -c $manifest)"
note "publish    all of it: with the files of ceremony/ everybody can verify every step"
banner end
printf 'manifest_sha256=%s\n' "$(sha256_of "$out/$manifest")"
