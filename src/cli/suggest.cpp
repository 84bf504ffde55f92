#include "cli/suggest.hpp"

#include <algorithm>
#include <array>

namespace solemn::cli {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

/// A command of snarkjs. In `ours` each {X} stands for the next plain word of the line, or X when there is none; {name}
/// is the value of -n or --name.
struct Form {
  std::string_view words, shortcut, ours;
};

constexpr std::string_view kWitness =
    "solemn makes no witnesses, the generate_witness.js that circom writes does; then: solemn proof create ZKEY WTNS "
    "PROOF.json PUBLIC.json";
constexpr std::string_view kGroth16Only =
    "this version makes keys for Groth16 only; look at others with: solemn zkey info ZKEY";

/// Longer forms before their beginnings.
constexpr std::array kForms = {
    Form{"powersoftau new", "ptn", "solemn ptau new {CURVE} {POWER} {OUT}"},
    Form{"powersoftau contribute", "ptc", "solemn ptau contribute {IN} {OUT} --name {name}"},
    Form{"powersoftau beacon", "ptb", "solemn ptau beacon {IN} {OUT} --name {name} --value {HEX} --iterations-exp {K}"},
    Form{"powersoftau prepare phase2", "pt2", "solemn ptau prepare {IN} {OUT}"},
    Form{"powersoftau verify", "ptv", "solemn ptau verify {FILE}"},
    Form{"powersoftau truncate", "ptt", "solemn ptau truncate {IN} POWER OUT"},
    Form{"powersoftau convert", "ptcv", "solemn ptau prepare {IN} {OUT}"},
    Form{"powersoftau export challenge", "ptec", "solemn ptau export challenge {IN} {OUT}"},
    Form{"powersoftau import response", "ptir", "solemn ptau import response {PREVIOUS} {RESPONSE} {OUT}"},
    Form{"powersoftau export json", "ptej", "solemn ptau info {FILE} --json"},
    Form{"powersoftau", "", "solemn ptau --help"},
    Form{"r1cs info", "ri", "solemn circuit info {R1CS}"},
    Form{"r1cs", "rej", "solemn circuit info {R1CS}"},
    Form{"groth16 setup", "g16s", "solemn zkey new {R1CS} {PTAU} {OUT}"},
    Form{"groth16 prove", "g16p", "solemn proof create {ZKEY} {WTNS} {PROOF} {PUBLIC}"},
    Form{"groth16 verify", "g16v", "solemn proof verify {VKEY} {PUBLIC} {PROOF}"},
    Form{"groth16 fullprove", "g16f", kWitness},
    Form{"zkey beacon", "zkb", "solemn zkey beacon {IN} {OUT} --name {name} --value {HEX} --iterations-exp {K}"},
    Form{"ptau beacon", "", "solemn ptau beacon {IN} {OUT} --name {name} --value {HEX} --iterations-exp {K}"},
    Form{"zkey new", "zkn", "solemn zkey new {R1CS} {PTAU} {OUT}"},
    Form{"zkey contribute", "zkc", "solemn zkey contribute {IN} {OUT} --name {name}"},
    Form{"zkey export bellman", "zkeb", "solemn zkey export mpcparams {ZKEY} {OUT}"},
    Form{"zkey import bellman", "zkib", "solemn zkey import mpcparams {ZKEY} {PARAMS} {OUT}"},
    Form{"zkey verify r1cs", "zkv", "solemn zkey verify {R1CS} {PTAU} {ZKEY}"},
    Form{"zkey verify init", "zkvi", "solemn zkey verify R1CS PTAU {ZKEY}"},
    Form{"zkey export verificationkey", "zkev", "solemn zkey export vkey {ZKEY} {OUT}"},
    Form{"zkey export json", "zkej", "solemn zkey export json {ZKEY} {OUT}"},
    Form{"zkey export solidityverifier", "zkesv", "solemn zkey export solidity {ZKEY} {OUT}"},
    Form{"zkey export soliditycalldata", "zkesc", "snarkjs zkey export soliditycalldata {PUBLIC} {PROOF}"},
    Form{"wtns", "wc", kWitness},
    Form{"plonk", "pks", kGroth16Only},
    Form{"fflonk", "ffs", kGroth16Only},
};

/// Does the line begin with the words of a form, and with how many? 0: no.
std::size_t matches(std::string_view form, std::span<const std::string> words, std::span<const std::size_t> plain) {
  std::size_t used = 0;
  while (!form.empty()) {
    const std::string_view word = form.substr(0, form.find(' '));
    if (used >= plain.size() || words[plain[used]] != word) return 0;
    form.remove_prefix(std::min(form.size(), word.size() + 1));
    ++used;
  }
  return used;
}

std::string name_given(std::span<const std::string> words) {
  for (const std::string& word : words)
    for (const std::string_view option : {"-n=", "--name="})
      if (word.rfind(option, 0) == 0) return word.substr(option.size());
  return "NAME";
}

std::string filled_in(std::string_view ours, std::span<const std::string> words,
                      std::span<const std::size_t> arguments) {
  std::string text;
  std::size_t next = 0;
  while (!ours.empty()) {
    const std::size_t open = ours.find('{');
    text += ours.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = ours.find('}', open);
    const std::string_view key = ours.substr(open + 1, close - open - 1);
    if (key == "name") {
      text += base::shell_word(name_given(words));
    } else {
      text += next < arguments.size() ? base::shell_word(words[arguments[next]]) : std::string(key);
      ++next;
    }
    ours.remove_prefix(close + 1);
  }
  return text;
}

}  // namespace

std::string nearest(std::string_view typed, std::span<const std::string> candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, typed.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(typed, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::optional<Counterpart> snarkjs_counterpart(std::span<const std::string> words, std::span<const std::size_t> plain) {
  for (const Form& form : kForms) {
    for (const std::string_view typed : {form.words, form.shortcut}) {
      const std::size_t used = matches(typed, words, plain);
      if (used != 0) return Counterpart{std::string(typed), filled_in(form.ours, words, plain.subspan(used))};
    }
  }
  return std::nullopt;
}

}  // namespace solemn::cli
