#pragma once
// The recorded chains and rounds of tests/vectors/drand, for the tests of this folder.
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "beacon/beacon.hpp"

namespace solemn::beacon::vectors {

using Json = nlohmann::json;

inline const Json& file() {
  static const Json json = [] {
    std::ifstream stream(std::string(SOLEMN_TEST_VECTORS) + "/drand/drand.json");
    if (!stream) throw std::runtime_error("tests/vectors/drand/drand.json is missing");
    return Json::parse(stream);
  }();
  return json;
}

inline base::Bytes hex(const Json& json, const char* field) {
  return json.contains(field) ? base::from_hex(json.at(field).get<std::string>()).value() : base::Bytes{};
}

inline base::Hash32 hash(const Json& json, const char* field) {
  const base::Bytes bytes = hex(json, field);
  base::Hash32 out{};
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

/// "default", "quicknet", "fastnet_retired", "testnet_default", "testnet_quicknet"
inline Chain chain(const std::string& name) {
  const Json& json = file().at("chains").at(name);
  Chain chain;
  chain.name = name;
  chain.scheme = scheme_from_name(json.at("scheme").get<std::string>()).value();
  chain.public_key = hex(json, "public_key");
  chain.group_hash = hex(json, "group_hash");
  chain.period_seconds = json.at("period").get<std::uint32_t>();
  chain.genesis_time = json.at("genesis_time").get<std::int64_t>();
  chain.beacon_id = json.at("beacon_id").get<std::string>();
  chain.hash = hash(json, "chain_hash");
  return chain;
}

/// The chain of a recorded round; of a round that only names its key: a chain made up around that key.
inline Chain chain_of(const Json& round) {
  if (round.contains("chain")) return chain(round.at("chain").get<std::string>());
  Chain chain{"recorded",
              scheme_from_name(round.at("scheme").get<std::string>()).value(),
              hex(round, "public_key"),
              base::Bytes(32),
              30,
              1,
              "recorded",
              {},
              false};
  chain.hash = chain_hash(chain);
  return chain;
}

inline Beacon beacon_of(const Json& round) {
  return {std::nullopt, round.at("round").get<std::uint64_t>(), hex(round, "signature"),
          hex(round, "previous_signature"), hash(round, "randomness")};
}

/// The recorded valid round of this chain and number.
inline Beacon recorded(const std::string& chain_name, std::uint64_t round) {
  for (const Json& json : file().at("rounds")) {
    if (json.value("chain", "") == chain_name && json.at("round") == round && json.at("valid") == true) {
      return beacon_of(json);
    }
  }
  throw std::runtime_error("no such recorded round");
}

/// The names of the checks that failed, in order, separated by blanks.
inline std::string failed(const base::Verdict& verdict) {
  std::string names;
  for (const base::Check& check : verdict.checks()) {
    if (check.outcome == base::Outcome::failed) names += (names.empty() ? "" : " ") + std::string(check.rule);
  }
  return names;
}

}  // namespace solemn::beacon::vectors
