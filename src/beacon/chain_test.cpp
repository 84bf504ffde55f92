#include "beacon/chain.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "beacon/test_vectors.hpp"

namespace solemn::beacon {
namespace {

using vectors::Json;

std::string v1(const Chain& chain) {
  return Json{{"public_key", base::to_hex(chain.public_key)}, {"period", chain.period_seconds},
              {"genesis_time", chain.genesis_time},           {"hash", base::to_hex(chain.hash)},
              {"groupHash", base::to_hex(chain.group_hash)},  {"schemeID", facts(chain.scheme).name},
              {"metadata", {{"beaconID", chain.beacon_id}}}}
      .dump();
}

std::string v2(const Chain& chain) {
  return Json{{"public_key", base::to_hex(chain.public_key)},
              {"period", chain.period_seconds},
              {"genesis_time", chain.genesis_time},
              {"chain_hash", base::to_hex(chain.hash)},
              {"genesis_seed", base::to_hex(chain.group_hash)},
              {"scheme", facts(chain.scheme).name},
              {"beacon_id", chain.beacon_id}}
      .dump();
}

std::string failed(const Chain& chain) {
  base::Verdict verdict;
  check_chain(verdict, chain);
  return vectors::failed(verdict);
}

TEST(Chain, the_hash_of_every_recorded_chain_is_computed_again) {
  for (const auto& [name, json] : vectors::file().at("chains").items()) {
    const Chain chain = vectors::chain(name);
    EXPECT_EQ(base::to_hex(chain_hash(chain)), json.at("chain_hash").get<std::string>()) << name;
    EXPECT_EQ(failed(chain), "") << name;
  }
}

TEST(Chain, what_is_pinned_is_what_is_recorded) {
  ASSERT_EQ(known_chains().size(), 3U);
  for (const Chain& known : known_chains()) {
    const Chain chain = vectors::chain(known.name == "fastnet" ? "fastnet_retired" : known.name);
    EXPECT_EQ(known.hash, chain.hash);
    EXPECT_EQ(known.scheme, chain.scheme);
    EXPECT_EQ(chain_hash(known), known.hash);
    EXPECT_EQ(find_chain(known.name), &known);
    EXPECT_EQ(find_chain(base::to_hex(known.hash)), &known);
  }
  EXPECT_EQ(find_chain("quicknet-t"), nullptr);
  EXPECT_EQ(find_chain(""), nullptr);
}

TEST(Chain, both_forms_of_the_information_are_read) {
  for (const std::string name : {"default", "quicknet", "testnet_quicknet"}) {
    const Chain chain = vectors::chain(name);
    for (const std::string& text : {v1(chain), v2(chain)}) {
      const Chain read = read_chain_info(text);
      EXPECT_EQ(read.hash, chain.hash);
      EXPECT_EQ(failed(read), "");
    }
  }
}

TEST(Chain, a_changed_field_fails_the_hash) {
  const auto with = [](auto change) {
    Chain chain = vectors::chain("quicknet");
    change(chain);
    return failed(chain);
  };
  EXPECT_EQ(with([](Chain& c) { c.period_seconds = 30; }), "chain-hash");
  EXPECT_EQ(with([](Chain& c) { c.genesis_time += 1; }), "chain-hash");
  EXPECT_EQ(with([](Chain& c) { c.beacon_id = "quickNet"; }), "chain-hash");
  EXPECT_EQ(with([](Chain& c) { c.group_hash[0] ^= std::byte{1}; }), "chain-hash");
  EXPECT_EQ(with([](Chain& c) { c.public_key = vectors::chain("testnet_quicknet").public_key; }), "chain-hash");
  EXPECT_EQ(with([](Chain& c) { c.hash[31] ^= std::byte{1}; }), "chain-hash");
}

// Another key and the hash that belongs to it: consistent, but another chain, and never taken for the first one.
TEST(Chain, a_foreign_key_makes_another_chain) {
  Chain chain = vectors::chain("quicknet");
  chain.public_key = vectors::chain("testnet_quicknet").public_key;
  chain.hash = chain_hash(chain);
  EXPECT_EQ(failed(chain), "");
  EXPECT_EQ(find_chain(chain.hash), nullptr);
}

TEST(Chain, the_scheme_of_a_known_chain_is_pinned_though_no_hash_covers_it) {
  Chain chain = vectors::chain("fastnet_retired");
  chain.scheme = Scheme::bls_unchained_g1_rfc9380;
  EXPECT_EQ(chain_hash(chain), chain.hash);
  EXPECT_EQ(failed(chain), "chain-scheme");
}

TEST(Chain, keys_that_are_no_points_are_named) {
  Chain chain = vectors::chain("quicknet");
  const auto failing_with = [&](base::Bytes key) {
    chain.public_key = std::move(key);
    chain.hash = chain_hash(chain);
    return failed(chain);
  };
  base::Bytes infinity(96);
  infinity[0] = std::byte{0xC0};
  EXPECT_EQ(failing_with(infinity), "chain-key");
  EXPECT_EQ(failing_with(base::Bytes(96, std::byte{0xFF})), "chain-key");
  EXPECT_EQ(failing_with(vectors::chain("default").public_key), "chain-key");  // of the other group
  EXPECT_EQ(failing_with({}), "chain-key");
}

TEST(Chain, damaged_information_is_malformed) {
  const Chain chain = vectors::chain("quicknet");
  for (const std::string& text : {v1(chain), v2(chain)}) {
    for (std::size_t n = 0; n < text.size(); ++n) EXPECT_THROW(read_chain_info(text.substr(0, n)), base::Error) << n;
    Json json = Json::parse(text);
    for (const auto& [field, value] : json.items()) {
      Json without = json, wrong = json, extra = json;
      without.erase(field);
      EXPECT_THROW(read_chain_info(without.dump()), base::Error) << field;
      wrong[field] = Json::array();
      EXPECT_THROW(read_chain_info(wrong.dump()), base::Error) << field;
      extra["another"] = 1;
      EXPECT_THROW(read_chain_info(extra.dump()), base::Error);
    }
    EXPECT_THROW(read_chain_info("{\"period\": 3, " + text.substr(1)), base::Error);  // twice
    EXPECT_THROW(read_chain_info(text + std::string(20000, ' ')), base::Error);
    for (const Json& bad : {Json(0), Json(-3), Json(3.0), Json("3"), Json(4294967296U)}) {
      json["period"] = bad;
      EXPECT_THROW(read_chain_info(json.dump()), base::Error) << bad;
    }
  }
}

TEST(Chain, bn254_chains_are_refused_by_name) {
  Json json = Json::parse(v2(vectors::chain("quicknet")));
  json["scheme"] = "bls-bn254-unchained-on-g1";
  try {
    (void)read_chain_info(json.dump());
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::Code::usage);
    EXPECT_NE(error.message().find("bls-bn254-unchained-on-g1"), std::string::npos);
  }
}

}  // namespace
}  // namespace solemn::beacon
