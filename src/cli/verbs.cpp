#include "cli/verbs.hpp"

#include "base/error.hpp"
#include "transcript/time.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;

std::vector<Option> beacon_options() {
  return {{"--drand", "FILE", "the value is this drand round, which is verified first", false, Kind::file},
          kChainOption,
          kChainInfoOption,
          {"--value", "HEX", "the public random value, 1 to 255 bytes"},
          {"--name", "NAME", "how the record calls this step (default with --drand: the chain and the round)"},
          {"--iterations-exp", "K", "2^K times SHA-256 are applied, 10 to 40", true, Kind::number},
          kTestBeaconOption};
}

namespace {

base::Bytes typed_value(const Arguments& arguments) {
  const auto value = arguments.maybe("--value");
  if (!value)
    throw Error(Code::usage, "a beacon needs --drand FILE or --value HEX",
                "a public random value that nobody knew before the last contribution");
  auto bytes = base::from_hex(*value);
  if (!bytes || bytes->empty() || bytes->size() > 255)
    throw Error(Code::usage, "--value must be 1 to 255 bytes in hexadecimal, without 0x", arguments.usage);
  return std::move(*bytes);
}

}  // namespace

BeaconStep beacon_from(const Arguments& arguments, Ui& ui) {
  const unsigned exponent = arguments.number("--iterations-exp", setup::kMinIterationsExp, setup::kMaxIterationsExp);
  const auto name = arguments.maybe("--name");
  if (!arguments.maybe("--drand")) {
    refuse_chain_without_drand(arguments);
    base::Bytes value = typed_value(arguments);
    if (!name) throw Error(Code::usage, "--name is required", "a beacon without --drand needs a name");
    return {{std::move(value), exponent}, *name};
  }
  if (arguments.maybe("--value")) throw Error(Code::usage, "--drand and --value are two values", "give one of them");
  const DrandFile drand = accepted_drand(arguments);
  say_drand(ui, drand);
  const base::Hash32 value = beacon::randomness(drand.beacon);
  return {{{value.begin(), value.end()}, exponent}, name.value_or(drand_title(drand))};
}

setup::TestBeacon beacon_policy(const Arguments& arguments, Ui& ui) {
  if (!arguments.flag("--insecure-test-beacon")) return setup::TestBeacon::refuse;
  ui.warning("--insecure-test-beacon: everybody may know this beacon value; the result is for tests only");
  ui.json()["insecure_test_beacon"] = true;
  return setup::TestBeacon::allow_insecure;
}

std::uint64_t now_option(const Arguments& arguments) {
  const auto typed = arguments.maybe("--now");
  if (!typed) return transcript::unix_now();
  const auto time = transcript::parse_time(*typed);
  if (!time) throw Error(Code::usage, "'" + *typed + "' is not a time", "like 2026-01-31T12:00:00Z");
  return *time;
}

std::string steps_text(std::size_t n_steps) { return std::to_string(n_steps) + (n_steps == 1 ? " step" : " steps"); }

std::string quoted(const base::Path& path) { return "'" + base::printable(path.native()) + "'"; }

std::string shell_word(const base::Path& path) { return base::shell_word(path.native()); }

std::string claimed_text(const format::ClaimedParams& claimed) {
  const bool beacon = claimed.type == format::ContributionType::beacon;
  std::string text = beacon ? "beacon" : "contribution";
  text += claimed.name.empty() ? ", no name" : ", claimed by '" + base::printable(claimed.name) + "'";
  if (beacon)
    text += ", 2^" + std::to_string(claimed.iterations_exp) + " times SHA-256 of " + base::to_hex(claimed.beacon);
  return text;
}

Json claimed_json(const format::ClaimedParams& claimed) {
  const bool beacon = claimed.type == format::ContributionType::beacon;
  Json item{{"kind", beacon ? "beacon" : "contribution"}, {"claimed_name", base::printable(claimed.name)}};
  if (beacon) {
    item["iterations_exp"] = claimed.iterations_exp;
    item["beacon"] = base::to_hex(claimed.beacon);
  }
  return item;
}

}  // namespace solemn::cli
