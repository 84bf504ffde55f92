// Published vectors: BIP-39, BIP-340, SLIP-39, NIP-19, NIP-06, Wycheproof's ECDSA over secp256k1.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "hash/sha256.hpp"
#include "sharing/bip32.hpp"
#include "sharing/bip39.hpp"
#include "sharing/nostr.hpp"
#include "sharing/slip39.hpp"

namespace solemn::sharing {
namespace {

using Json = nlohmann::json;

base::Path file(const char* name) { return base::Path(SOLEMN_TEST_VECTORS) / "keys" / name; }

Json json_of(const base::Path& path) { return Json::parse(base::as_text(base::read_file(path, 1 << 20))); }

base::Bytes hex(const Json& text) { return *base::from_hex(text.get<std::string>()); }
base::Hash32 hash_of(const base::Bytes& bytes) {
  base::Hash32 out{};
  std::ranges::copy(bytes, out.begin());
  return out;
}
Scalar scalar_of(const base::Bytes& bytes) {
  Scalar out;
  out.expose() = hash_of(bytes);
  return out;
}
std::string text_of(const sign::SecretText& text) { return std::string(base::as_text(text.expose())); }

TEST(Bip39, all_english_vectors) {
  const Json vectors = json_of(file("bip39_english.json"));
  EXPECT_EQ(vectors.size(), 24U);
  for (const Json& vector : vectors) {
    const std::string words = vector[1];
    EXPECT_EQ(text_of(bip39_words(hex(vector[0]))), words);
    EXPECT_TRUE(std::ranges::equal(bip39_entropy(base::as_bytes(words)).expose(), hex(vector[0])));
    const auto seed = bip39_seed(base::as_bytes(words), base::as_bytes("TREZOR"));
    EXPECT_TRUE(std::ranges::equal(seed.expose(), hex(vector[2])));
    EXPECT_EQ(text_of(write_xprv(master_key(seed.expose()))), vector[3].get<std::string>());
  }
}

TEST(Bip39, wrong_words_are_refused) {
  const std::string right = text_of(bip39_words(base::Bytes(16, std::byte{0})));
  EXPECT_NO_THROW((void)bip39_entropy(base::as_bytes("  " + right + "\n")));
  for (const std::string& wrong : {right + " abandon", right.substr(0, right.rfind(' ')), "x" + right, std::string(),
                                   right.substr(0, right.rfind(' ')) + " zoo"})
    EXPECT_THROW((void)bip39_entropy(base::as_bytes(wrong)), base::Error) << wrong;
  EXPECT_THROW((void)bip39_words(base::Bytes(17)), base::Error);
  EXPECT_THROW((void)bip39_seed(base::as_bytes(right), base::as_bytes("p\xc3\xa4ss")), base::Error);
}

TEST(Bip340, all_vectors) {
  std::ifstream in(file("bip340.csv"));
  std::string line;
  std::getline(in, line);
  std::size_t n = 0;
  while (std::getline(in, line)) {
    std::vector<std::string> cell;
    std::stringstream cells(line);
    for (std::string one; std::getline(cells, one, ',');) cell.push_back(one);
    const auto message = *base::from_hex(cell[4]), signature = *base::from_hex(cell[5]);
    EXPECT_EQ(verify_bip340(hash_of(*base::from_hex(cell[2])), message, signature), cell[6].starts_with("TRUE"))
        << line;
    if (!cell[1].empty() && message.size() == 32) {
      const auto made =
          sign_bip340(scalar_of(*base::from_hex(cell[1])), hash_of(message), hash_of(*base::from_hex(cell[3])));
      EXPECT_TRUE(std::ranges::equal(made, signature)) << line;
    }
    ++n;
  }
  EXPECT_EQ(n, 19U);
}

TEST(Slip39, all_official_vectors) {
  const Json vectors = json_of(file("slip39.json"));
  EXPECT_EQ(vectors.size(), 45U);
  std::size_t n_valid = 0;
  for (const Json& vector : vectors) {
    std::vector<sign::SecretText> mnemonics;
    for (const std::string text : vector[1]) mnemonics.push_back(sign::secret_copy(base::as_bytes(text)));
    if (vector[2].get<std::string>().empty()) {
      EXPECT_THROW((void)slip39_combine(mnemonics, base::as_bytes("TREZOR")), base::Error) << vector[0];
      continue;
    }
    ++n_valid;
    const auto secret = slip39_combine(mnemonics, base::as_bytes("TREZOR"));
    EXPECT_TRUE(std::ranges::equal(secret.expose(), hex(vector[2]))) << vector[0];
    EXPECT_EQ(text_of(write_xprv(master_key(secret.expose()))), vector[3].get<std::string>());
  }
  EXPECT_EQ(n_valid, 15U);
}

TEST(Slip39, what_is_split_is_combined_by_every_sufficient_set) {
  Randomness random;
  const auto secret = *base::from_hex("bb54aac4b89dc868ba37d9cc21b2cecebb54aac4b89dc868ba37d9cc21b2cece");
  const auto shares = slip39_split(secret, {}, {1, {{3, 5}}, 0, true}, random);
  for (unsigned a = 0; a < 5; ++a)
    for (unsigned b = a + 1; b < 5; ++b)
      for (unsigned c = b + 1; c < 5; ++c) {
        std::vector<sign::SecretText> three;
        for (const unsigned i : {c, a, b}) three.push_back(sign::secret_copy(shares[0][i].expose()));
        EXPECT_TRUE(std::ranges::equal(slip39_combine(three, {}).expose(), secret));
        three.pop_back();
        EXPECT_THROW((void)slip39_combine(three, {}), base::Error);
      }
}

TEST(Slip39, groups_passphrases_and_old_readers) {
  Randomness random;
  const auto secret = base::Bytes(16, std::byte{9});
  const Slip39Options options{2, {{1, 1}, {2, 3}, {3, 5}}, 1, false};
  const auto shares = slip39_split(secret, base::as_bytes("correct horse"), options, random);
  ASSERT_EQ(shares.size(), 3U);
  std::vector<sign::SecretText> some;
  some.push_back(sign::secret_copy(shares[0][0].expose()));
  some.push_back(sign::secret_copy(shares[1][2].expose()));
  some.push_back(sign::secret_copy(shares[1][0].expose()));
  EXPECT_TRUE(std::ranges::equal(slip39_combine(some, base::as_bytes("correct horse")).expose(), secret));
  EXPECT_FALSE(std::ranges::equal(slip39_combine(some, base::as_bytes("wrong")).expose(), secret));
  const Slip39Info info = slip39_info(some[1].expose());
  EXPECT_EQ(info.group_index, 1U);
  EXPECT_EQ(info.member_index, 2U);
  EXPECT_EQ(info.member_threshold, 2U);
  EXPECT_FALSE(info.extendable);
}

TEST(Slip39, impossible_splits_are_usage_errors) {
  Randomness random;
  const auto secret = base::Bytes(16, std::byte{9});
  for (const Slip39Options& options : {Slip39Options{1, {}, 1, true}, Slip39Options{2, {{3, 5}}, 1, true},
                                       Slip39Options{1, {{1, 2}}, 1, true}, Slip39Options{1, {{6, 5}}, 1, true},
                                       Slip39Options{1, {{3, 17}}, 1, true}, Slip39Options{1, {{3, 5}}, 16, true}})
    EXPECT_THROW((void)slip39_split(secret, {}, options, random), base::Error);
  for (const std::size_t n : {std::size_t{14}, std::size_t{17}, std::size_t{34}})
    EXPECT_THROW((void)slip39_split(base::Bytes(n), {}, {}, random), base::Error);
}

TEST(Nostr, nip_19_vectors) {
  const std::string nsec = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5",
                    npub = "npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg";
  const Scalar key = parse_nsec(base::as_bytes(nsec));
  EXPECT_EQ(base::to_hex(key.expose()), "67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa");
  EXPECT_EQ(text_of(write_nsec(key)), nsec);
  EXPECT_EQ(base::to_hex(parse_npub(npub)), "7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e");
  EXPECT_EQ(write_npub(PublicKey::parse_hex("027e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e")),
            npub);
  EXPECT_EQ(base::to_hex(parse_npub("npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6")),
            "3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d");
  EXPECT_THROW((void)parse_nsec(base::as_bytes(npub)), base::Error);
  EXPECT_THROW((void)parse_npub(nsec), base::Error);
  std::string wrong = nsec;
  wrong[20] = wrong[20] == 'q' ? 'p' : 'q';
  EXPECT_THROW((void)parse_nsec(base::as_bytes(wrong)), base::Error);
}

TEST(Nostr, nip_06_vectors) {
  const std::pair<std::string_view, std::string_view> vectors[] = {
      {"leader monkey parrot ring guide accident before fence cannon height naive bean",
       "nsec10allq0gjx7fddtzef0ax00mdps9t2kmtrldkyjfs8l5xruwvh2dq0lhhkp"},
      {"what bleak badge arrange retreat wolf trade produce cricket blur garlic valid proud rude strong choose busy "
       "staff "
       "weather area salt hollow arm fade",
       "nsec1c9wh8xy5eqdzln7n5t0ctgxjcrdug73gp5yj0x03gntn67h83twssdfhel"}};
  for (const auto& [words, nsec] : vectors) EXPECT_EQ(text_of(write_nsec(nip06_key(base::as_bytes(words), 0))), nsec);
}

/// r || s of a strict DER signature that fits in 64 bytes; empty otherwise (libsecp256k1's compact form has no other).
base::Bytes compact_of(const base::Bytes& der) {
  base::Bytes out(64);
  std::size_t at = 2;
  for (const std::size_t end : {std::size_t{32}, std::size_t{64}}) {
    const std::size_t n = static_cast<std::size_t>(der[at + 1]);
    const std::size_t skip = n == 33 ? 1 : 0;
    if (n - skip > 32) return {};
    std::copy_n(der.begin() + static_cast<std::ptrdiff_t>(at + 2 + skip), n - skip,
                out.begin() + static_cast<std::ptrdiff_t>(end - (n - skip)));
    at += 2 + n;
  }
  return out;
}

TEST(Ecdsa, wycheproof_secp256k1) {
  const base::Path path = base::Path(SOLEMN_VECTORS) / "wycheproof/ecdsa_secp256k1_sha256_bitcoin_test.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  std::size_t n_valid = 0, n_refused = 0;
  const Json all = json_of(path);
  for (const Json& group : all["testGroups"]) {
    auto point = hex(group["publicKey"]["uncompressed"]);
    point[0] = static_cast<std::byte>(2 + (static_cast<unsigned>(point.back()) & 1));
    point.resize(33);
    const PublicKey key = PublicKey::parse(point);
    for (const Json& test : group["tests"]) {
      const base::Hash32 digest = hash::sha256(hex(test["msg"]));
      const auto der = hex(test["sig"]);
      if (test["result"] == "valid") {
        EXPECT_TRUE(verify_ecdsa(key, digest, compact_of(der))) << test["tcId"];
        ++n_valid;
      } else if (test["flags"][0] == "SignatureMalleabilityBitcoin" || test["flags"][0] == "ArithmeticError") {
        EXPECT_FALSE(verify_ecdsa(key, digest, compact_of(der))) << test["tcId"];
        ++n_refused;
      }
    }
  }
  EXPECT_GT(n_valid, 100U);
  EXPECT_GT(n_refused, 0U);
}

}  // namespace
}  // namespace solemn::sharing
