#include "cli/drand.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "beacon/round_time.hpp"
#include "cli/verbs.hpp"

namespace solemn::cli {

namespace {

using base::Code;
using base::Error;

bool is_hash(std::string_view text) {
  const auto bytes = base::from_hex(text);
  return bytes && bytes->size() == 32;
}

[[noreturn]] void unknown_chain(const std::string& name) {
  throw Error(Code::usage, "the chain '" + base::printable(name) + "' is not known",
              "known: default, quicknet, fastnet; for another one give its information: --chain-info FILE");
}

/// What did not pass, as "rule: detail".
std::string first_objection(const base::Verdict& verdict) {
  for (const base::Check& check : verdict.checks())
    if (check.outcome != base::Outcome::passed) return std::string(check.rule) + ": " + check.detail;
  return "nothing was checked";
}

}  // namespace

beacon::Chain chain_from(const Arguments& arguments, const std::optional<base::Hash32>& named) {
  const auto name = arguments.maybe("--chain");
  const auto info = arguments.maybe("--chain-info");
  const beacon::Chain* known = name ? beacon::find_chain(*name) : nullptr;
  if (info) {
    beacon::Chain chain = read_json_file(*info, beacon::read_chain_info);
    if (!name) return chain;
    if (known == nullptr && !is_hash(*name)) unknown_chain(*name);
    const std::string wanted = known != nullptr ? base::to_hex(known->hash) : base::to_hex(*base::from_hex(*name));
    if (wanted == base::to_hex(chain.hash)) return chain;
    throw Error(Code::usage, "'" + *info + "' is of chain " + base::to_hex(chain.hash) + ", not of '" + *name + "'",
                "no other chain is ever taken instead; give the information of the chain that is meant");
  }
  if (name && known == nullptr) unknown_chain(*name);
  if (known == nullptr && named) {
    known = beacon::find_chain(*named);
    if (known == nullptr) unknown_chain(base::to_hex(*named));
  }
  if (known == nullptr)
    throw Error(Code::usage, "which chain is meant is not said",
                "--chain default, --chain quicknet, --chain fastnet, or --chain-info FILE");
  return *known;
}

beacon::Chain accepted_chain(const Arguments& arguments) {
  beacon::Chain chain = chain_from(arguments);
  base::Verdict verdict;
  beacon::check_chain(verdict, chain);
  if (!verdict.accepted())
    throw Error(Code::rejected, "the information of the chain is not good: " + first_objection(verdict),
                "solemn beacon info --chain-info FILE shows every check");
  return chain;
}

DrandFile read_drand(const Arguments& arguments, std::string_view argument, std::optional<std::uint64_t> round) {
  const base::Path path = arguments.path(argument);
  beacon::Beacon beacon = read_json_file(path, beacon::read_beacon);
  beacon::Chain chain = chain_from(arguments, beacon.chain_hash);
  base::Verdict verdict = beacon::verify_beacon(chain, beacon, round);
  return {path, std::move(chain), std::move(beacon), std::move(verdict)};
}

void refuse_chain_without_drand(const Arguments& arguments) {
  for (const std::string_view with : {"--chain", "--chain-info"})
    if (arguments.maybe(with))
      throw Error(Code::usage, std::string(with) + " says nothing without --drand", "add --drand FILE");
}

std::optional<DrandFile> maybe_drand(const Arguments& arguments) {
  if (arguments.maybe("--drand")) return read_drand(arguments, "--drand");
  refuse_chain_without_drand(arguments);
  return std::nullopt;
}

DrandFile accepted_drand(const Arguments& arguments) {
  DrandFile drand = read_drand(arguments, "--drand");
  if (!drand.verdict.accepted())
    throw Error(Code::rejected, "'" + drand.path.string() + "' is not a good beacon: " + first_objection(drand.verdict),
                "solemn beacon verify " + shell_word(drand.path) + " shows every check");
  return drand;
}

std::string chain_words(const beacon::Chain& chain) {
  return beacon::find_chain(chain.hash) != nullptr ? "--chain " + chain.name : "--chain-info FILE";
}

std::string drand_title(const DrandFile& drand) {
  const bool known = beacon::find_chain(drand.chain.hash) != nullptr;
  return "drand " + (known ? drand.chain.name : base::to_hex(drand.chain.hash).substr(0, 16)) + " " +
         std::to_string(drand.beacon.round);
}

void say_drand(Ui& ui, const DrandFile& drand) {
  const std::string time = beacon::utc(beacon::time_of_round(drand.chain, drand.beacon.round).value());
  const std::string value = base::to_hex(beacon::randomness(drand.beacon));
  ui.json()["drand"] = {{"chain", drand.chain.name},
                        {"chain_hash", base::to_hex(drand.chain.hash)},
                        {"round", drand.beacon.round},
                        {"time", time},
                        {"randomness", value}};
  ui.line(drand_title(drand) + ", out since " + time + ": " + value);
}

Json chain_json(const beacon::Chain& chain) {
  return {{"chain", chain.name},
          {"chain_hash", base::to_hex(chain.hash)},
          {"scheme", beacon::facts(chain.scheme).name},
          {"period_seconds", chain.period_seconds},
          {"genesis_time", beacon::utc(chain.genesis_time)},
          {"public_key", base::to_hex(chain.public_key)},
          {"group_hash", base::to_hex(chain.group_hash)},
          {"beacon_id", chain.beacon_id},
          {"retired", chain.retired}};
}

void check_beacon_is_drand(base::Verdict& verdict, const DrandFile& drand,
                           const std::function<std::vector<format::ClaimedParams>()>& claims) {
  constexpr std::string_view kRule = "beacon-is-drand";
  const base::Check* structure = verdict.find("structure");
  if (structure != nullptr && structure->outcome != base::Outcome::passed) {
    verdict.not_run(kRule, "the steps cannot be read");
    return;
  }
  if (!drand.verdict.accepted()) {
    verdict.fail(kRule, "'" + drand.path.string() + "' is not a good beacon: " + first_objection(drand.verdict));
    return;
  }
  const std::vector<format::ClaimedParams> steps = claims();
  if (steps.empty() || steps.back().type != format::ContributionType::beacon) {
    verdict.fail(kRule, steps.empty() ? "there is no step" : "the last step is a contribution, not a beacon");
    return;
  }
  const base::Hash32 value = beacon::randomness(drand.beacon);
  const bool same = std::equal(value.begin(), value.end(), steps.back().beacon.begin(), steps.back().beacon.end());
  verdict.add(
      kRule, same,
      same ? "the last step's value is " + drand_title(drand) + ", out since " +
                 beacon::utc(beacon::time_of_round(drand.chain, drand.beacon.round).value())
           : "the last step's value is " + base::to_hex(steps.back().beacon) + ", not that of " + drand_title(drand));
}

}  // namespace solemn::cli
