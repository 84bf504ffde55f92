// BIP-32 against its published vectors 1 to 5, SLIP-10 against those for Ed25519.
#include "sharing/bip32.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "sharing/sealed.hpp"

namespace solemn::sharing {
namespace {

nlohmann::json vectors(const char* file = "keys/bip32.json") {
  return nlohmann::json::parse(base::as_text(base::read_file(base::Path(SOLEMN_TEST_VECTORS) / file, 1 << 20)));
}

TEST(Bip32, published_vectors_1_to_4) {
  std::size_t n = 0;
  const auto all = vectors();
  for (const auto& vector : all["valid"]) {
    const auto seed = *base::from_hex(vector["seed"].get<std::string>());
    const ExtendedKey key = derive(seed, parse_path(vector["path"].get<std::string>()));
    EXPECT_EQ(base::as_text(write_xprv(key).expose()), vector["xprv"].get<std::string>());
    EXPECT_EQ(write_xpub(key), vector["xpub"].get<std::string>());
    const std::string text = vector["xprv"];
    EXPECT_EQ(write_xpub(parse_xprv(base::as_bytes(text))), vector["xpub"].get<std::string>());
    ++n;
  }
  EXPECT_EQ(n, 17U);
}

TEST(Bip32, published_vector_5_invalid_keys) {
  std::size_t n = 0;
  const auto all = vectors();
  for (const auto& vector : all["invalid"]) {
    const std::string key = vector["key"];
    EXPECT_THROW((void)parse_xprv(base::as_bytes(key)), base::Error) << vector["why"];
    ++n;
  }
  EXPECT_EQ(n, 16U);
}

TEST(Slip10, published_vectors_for_ed25519) {
  std::size_t n = 0;
  const auto all = vectors("keys/slip10.json");
  for (const auto& vector : all["valid"]) {
    const auto seed = *base::from_hex(vector["seed"].get<std::string>());
    const Ed25519Node node = derive_ed25519(seed, parse_path(vector["path"].get<std::string>()));
    EXPECT_EQ(base::to_hex(node.key.expose()), vector["private"].get<std::string>());
    EXPECT_EQ(base::to_hex(node.chain_code.expose()), vector["chain_code"].get<std::string>());
    const base::Bytes spki = public_half_of(SecretKind::ed25519, node.key.expose());
    EXPECT_EQ(base::to_hex(sign::PublicKey::from_spki(spki).key_bytes()), vector["public"].get<std::string>());
    ++n;
  }
  EXPECT_EQ(n, 12U);
  EXPECT_THROW((void)derive_ed25519(base::Bytes(32), parse_path("m/44'/0")), base::Error);
}

TEST(Bip32, paths_are_strict) {
  EXPECT_EQ(path_text(parse_path("m/45210'/1h/0'/3")), "m/45210'/1'/0'/3");
  EXPECT_EQ(path_text(parse_path("m")), "m");
  EXPECT_EQ(path_text(ceremony_path(1, Role::maintainer, 6)), "m/45210'/1'/0'/6'");
  for (const char* text : {"", "M", "m/", "m//1", "m/-1", "m/1''", "m/2147483648", "m/x", "1/2", "m/1 ", "m/0x1"})
    EXPECT_THROW((void)parse_path(text), base::Error) << text;
}

TEST(Bip32, seeds_of_other_lengths_are_refused) {
  for (const std::size_t n : {std::size_t{0}, std::size_t{15}, std::size_t{65}})
    EXPECT_THROW((void)master_key(base::Bytes(n)), base::Error);
}

}  // namespace
}  // namespace solemn::sharing
