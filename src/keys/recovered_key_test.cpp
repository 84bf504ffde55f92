#include "keys/recovered_key.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "keys/test_keys.hpp"
#include "sharing/generate.hpp"

namespace solemn::keys {
namespace {

using base::Error;

class Recovered : public ::testing::Test {
 protected:
  sharing::Randomness randomness;
  base::Bytes message = base::Bytes(40, std::byte{'m'});
  sharing::Dealt dealt = sharing::deal("m1", testing::scalar(1), 3, 5, sharing::Drill::no, randomness);
  std::span<const sharing::Share> three = std::span(dealt.shares).subspan(1, 3);
};

TEST_F(Recovered, SignsAsItsSchemeDoes) {
  const sharing::SetFile file = sharing::set_file_of(dealt);
  const CeremonyKey ecdsa = testing::ecdsa_key(1);
  const CeremonyKey bip340 = CeremonyKey::parse(Scheme::bip340, base::to_hex(dealt.set.public_key().x_only()));
  for (const CeremonyKey& key : {ecdsa, bip340}) {
    const RecoveredKey recovered(file, three, key);
    EXPECT_TRUE(key.verify(message, recovered.sign(message)));
    EXPECT_EQ(recovered.text().size(), 65U);  // digits and a newline
  }
}

TEST_F(Recovered, WhatIsSealedSignsToo) {
  const sign::SecretText secret = sharing::new_ed25519(randomness);
  const sharing::DealtSecret sealed = sharing::deal_secret("anchor", sharing::SecretKind::ed25519, secret.expose(), 3,
                                                           5, sharing::Drill::no, randomness);
  const sharing::SetFile file = sharing::set_file_of(sealed);
  const CeremonyKey key = CeremonyKey::parse(
      Scheme::ed25519, base::to_hex(sign::PublicKey::from_spki(file.sealed->public_half).key_bytes()));
  const RecoveredKey recovered(file, std::span(sealed.dealt.shares).first(3), key);
  EXPECT_TRUE(key.verify(message, recovered.sign(message)));
  EXPECT_THROW(RecoveredKey(file, three, key), Error) << "shares of another set";
}

TEST_F(Recovered, ASeedSignsNothing) {
  const sign::SecretText seed = sharing::new_seed(randomness);
  const sharing::DealtSecret sealed =
      sharing::deal_secret("seed", sharing::SecretKind::seed, seed.expose(), 3, 5, sharing::Drill::no, randomness);
  const sharing::SetFile file = sharing::set_file_of(sealed);
  const CeremonyKey key = CeremonyKey::parse(Scheme::ecdsa_secp256k1, base::to_hex(file.sealed->public_half));
  const RecoveredKey recovered(file, std::span(sealed.dealt.shares).first(3), key);
  EXPECT_THROW((void)recovered.sign(message), Error);
  EXPECT_GT(recovered.text().size(), 24U * 4);  // words
}

TEST_F(Recovered, AnotherKeyTooFewSharesOrABadOneIsRefused) {
  const sharing::SetFile file = sharing::set_file_of(dealt);
  EXPECT_THROW(RecoveredKey(file, three, testing::ecdsa_key(2)), Error);
  EXPECT_THROW(RecoveredKey(file, three.first(2), testing::ecdsa_key(1)), Error);
  dealt.shares[2].value.expose()[31] ^= std::byte{1};
  EXPECT_THROW(RecoveredKey(file, three, testing::ecdsa_key(1)), Error);
}

}  // namespace
}  // namespace solemn::keys
