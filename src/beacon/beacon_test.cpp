#include "beacon/beacon.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "beacon/test_vectors.hpp"
#include "hash/sha256.hpp"

namespace solemn::beacon {
namespace {

using vectors::Json;
using vectors::recorded;

std::string failed(const Chain& chain, const Beacon& beacon, std::optional<std::uint64_t> round = std::nullopt) {
  return vectors::failed(verify_beacon(chain, beacon, round));
}

TEST(Beacon, every_recorded_round_has_the_recorded_verdict) {
  std::size_t n_valid = 0, n_invalid = 0;
  for (const Json& round : vectors::file().at("rounds")) {
    const Chain chain = vectors::chain_of(round);
    const Beacon beacon = vectors::beacon_of(round);
    const bool valid = round.at("valid").get<bool>();
    EXPECT_EQ(failed(chain, beacon), valid ? "" : "beacon-signature") << round.dump();
    EXPECT_EQ(verify_beacon(chain, beacon).accepted(), valid);
    ++(valid ? n_valid : n_invalid);
  }
  EXPECT_EQ(n_valid, 12U);
  EXPECT_EQ(n_invalid, 3U);
}

TEST(Beacon, the_value_is_the_hash_of_the_signature) {
  const Beacon beacon = recorded("quicknet", 1000);
  EXPECT_EQ(base::to_hex(randomness(beacon)), "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd");
}

TEST(Beacon, the_round_must_be_the_one_asked_for) {
  EXPECT_EQ(failed(vectors::chain("quicknet"), recorded("quicknet", 1000), 1000), "");
  EXPECT_EQ(failed(vectors::chain("quicknet"), recorded("quicknet", 1000), 1001), "beacon-round");
}

TEST(Beacon, another_chain_never_fits) {
  Beacon beacon = recorded("quicknet", 1000);
  beacon.chain_hash = vectors::chain("quicknet").hash;
  EXPECT_EQ(failed(vectors::chain("quicknet"), beacon), "");
  EXPECT_EQ(failed(vectors::chain("testnet_quicknet"), beacon), "beacon-chain beacon-signature");
  EXPECT_EQ(failed(vectors::chain("fastnet_retired"), beacon), "beacon-chain beacon-signature");
  beacon.chain_hash = vectors::chain("fastnet_retired").hash;  // relabelled
  EXPECT_EQ(failed(vectors::chain("fastnet_retired"), beacon), "beacon-signature");
}

TEST(Beacon, a_signature_of_another_round_fails) {
  Beacon beacon = recorded("quicknet", 1000);
  beacon.round = 123;
  EXPECT_EQ(failed(vectors::chain("quicknet"), beacon, 123), "beacon-signature");
  const Beacon other = recorded("quicknet", 123);
  beacon.signature = other.signature;
  beacon.randomness = other.randomness;
  beacon.round = 1000;
  EXPECT_EQ(failed(vectors::chain("quicknet"), beacon, 1000), "beacon-signature");
}

TEST(Beacon, swapped_randomness_fails) {
  Beacon beacon = recorded("quicknet", 1000);
  beacon.randomness = recorded("quicknet", 123).randomness;
  EXPECT_EQ(failed(vectors::chain("quicknet"), beacon), "beacon-randomness");
  beacon.randomness.reset();  // API v2 states none
  EXPECT_EQ(failed(vectors::chain("quicknet"), beacon), "");
}

TEST(Beacon, chained_rounds_need_the_signature_before) {
  const Chain chain = vectors::chain("default");
  Beacon beacon = recorded("default", 72785);
  beacon.previous_signature[5] ^= std::byte{1};
  EXPECT_EQ(failed(chain, beacon), "beacon-signature");
  beacon.previous_signature.clear();
  EXPECT_EQ(failed(chain, beacon), "beacon-previous beacon-signature");
  Beacon first = recorded("default", 1);
  EXPECT_EQ(failed(chain, first), "");
  first.previous_signature[0] ^= std::byte{1};
  EXPECT_EQ(failed(chain, first), "beacon-previous beacon-signature");
  Beacon unchained = recorded("quicknet", 1000);
  unchained.previous_signature = base::Bytes(48);
  EXPECT_EQ(failed(vectors::chain("quicknet"), unchained), "beacon-previous");
}

// Fastnet hashes to G1 under the tag of G2; the two schemes differ in nothing else.
TEST(Beacon, the_tag_of_the_scheme_matters) {
  Chain chain = vectors::chain("fastnet_retired");
  const Beacon beacon = recorded("fastnet_retired", 1);
  EXPECT_EQ(failed(chain, beacon), "");
  chain.scheme = Scheme::bls_unchained_g1_rfc9380;
  EXPECT_EQ(failed(chain, beacon), "chain-scheme beacon-signature");
}

TEST(Beacon, signatures_that_are_no_points_fail) {
  const Chain chain = vectors::chain("quicknet");
  Beacon beacon = recorded("quicknet", 1000);
  beacon.randomness.reset();
  base::Bytes infinity(48);
  infinity[0] = std::byte{0xC0};
  // x = 0 is on the curve and outside the subgroup; 0x9a01...aaac is x >= p.
  base::Bytes outside(48);
  outside[0] = std::byte{0x80};
  for (const base::Bytes& signature : {infinity, outside, base::Bytes(48, std::byte{0xFF}), base::Bytes(48),
                                       recorded("default", 1).signature, base::Bytes(50, std::byte{0x80})}) {
    beacon.signature = signature;
    EXPECT_EQ(failed(chain, beacon), "beacon-signature") << base::to_hex(signature);
  }
  for (std::size_t bit = 0; bit < 384; bit += 7) {
    beacon.signature = recorded("quicknet", 1000).signature;
    beacon.signature[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    EXPECT_EQ(failed(chain, beacon), "beacon-signature") << bit;
  }
}

// With the neutral element as key and signature every message would be "signed".
TEST(Beacon, an_infinite_key_signs_nothing) {
  Chain chain = vectors::chain("quicknet");
  chain.public_key.assign(96, std::byte{0});
  chain.public_key[0] = std::byte{0xC0};
  chain.hash = chain_hash(chain);
  Beacon beacon = recorded("quicknet", 1000);
  beacon.signature.assign(48, std::byte{0});
  beacon.signature[0] = std::byte{0xC0};
  beacon.randomness.reset();
  const base::Verdict verdict = verify_beacon(chain, beacon);
  EXPECT_EQ(vectors::failed(verdict), "chain-key");
  EXPECT_EQ(verdict.find("beacon-signature")->outcome, base::Outcome::not_run);
  EXPECT_FALSE(verdict.accepted());
}

TEST(Beacon, rounds_beyond_all_time_fail) {
  Beacon beacon = recorded("quicknet", 1000);
  for (const std::uint64_t round : {std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{1} << 62}) {
    beacon.round = round;
    EXPECT_EQ(failed(vectors::chain("quicknet"), beacon), "beacon-round beacon-signature");
  }
}

TEST(Beacon, files_are_written_and_read_back) {
  for (const std::string name : {"default", "quicknet"}) {
    const Chain chain = vectors::chain(name);
    const Beacon beacon = recorded(name, name == "default" ? 72785 : 1000);
    const std::string text = write_beacon(chain, beacon);
    const Beacon read = read_beacon(text);
    EXPECT_EQ(read.chain_hash, chain.hash);
    EXPECT_TRUE(verify_beacon(chain, read, beacon.round).accepted());
    EXPECT_EQ(write_beacon(chain, read), text);
  }
}

TEST(Beacon, damaged_files_are_malformed) {
  const std::string text = write_beacon(vectors::chain("default"), recorded("default", 72785));
  for (std::size_t n = 0; n + 1 < text.size(); ++n) EXPECT_THROW(read_beacon(text.substr(0, n)), base::Error) << n;
  const Json json = Json::parse(text);
  for (const auto& [field, value] : json.items()) {
    for (const Json& bad : {Json(), Json(-1), Json(1.5), Json(0), Json("zz"), Json("0x00"), Json("abc"), Json::array(),
                            Json::object(), Json(true), Json(std::string(194, 'a'))}) {
      Json changed = json;
      changed[field] = bad;
      EXPECT_THROW(read_beacon(changed.dump()), base::Error) << field << " " << bad;
    }
  }
  for (const std::string bad :
       {"", "[]", "null", "{}", "{\"round\":1}", "[[[[[[1]]]]]]", "{\"a\":{\"b\":{\"c\":{}}}}"}) {
    EXPECT_THROW(read_beacon(bad), base::Error) << bad;
  }
  EXPECT_THROW(read_beacon("{\"round\": 1, " + text.substr(1)), base::Error);
  EXPECT_THROW(read_beacon(text + "x"), base::Error);
  EXPECT_THROW(read_beacon(text + std::string(17000, ' ')), base::Error);
}

}  // namespace
}  // namespace solemn::beacon
