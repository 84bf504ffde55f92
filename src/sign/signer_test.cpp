#include "sign/signer.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "sign/file_key.hpp"

namespace solemn::sign {
namespace {

using base::as_bytes;
using base::Bytes;
using base::ByteSpan;
using base::from_hex;

constexpr KeyType kTypes[] = {KeyType::ed25519, KeyType::p256, KeyType::p384, KeyType::rsa3072};

TEST(Signer, signs_what_verifies_and_nothing_else) {
  const auto other = signer_from_pkcs8(generate_key(KeyType::ed25519));
  for (const KeyType type : kTypes) {
    const auto signer = signer_from_pkcs8(generate_key(type));
    const Bytes signature = signer->sign(as_bytes("message"));
    EXPECT_TRUE(verify(signer->public_key(), as_bytes("message"), signature));
    EXPECT_FALSE(verify(signer->public_key(), as_bytes("massage"), signature));
    EXPECT_FALSE(verify(other->public_key(), as_bytes("message"), signature));
    EXPECT_FALSE(verify(signer->public_key(), as_bytes("message"), ByteSpan(signature).first(signature.size() - 1)));
    for (std::size_t i = 0; i < signature.size(); i += 7) {
      Bytes changed = signature;
      changed[i] ^= std::byte{1};
      EXPECT_FALSE(verify(signer->public_key(), as_bytes("message"), changed))
          << name(signer->public_key().algorithm());
    }
    EXPECT_FALSE(verify(signer->public_key(), as_bytes("message"), {}));
  }
}

TEST(Signer, rfc_8032_test_2) {
  const Bytes seed = *from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  Bytes pkcs8 = *from_hex("302e020100300506032b657004220420");
  pkcs8.insert(pkcs8.end(), seed.begin(), seed.end());
  const auto signer = signer_from_pkcs8(secret_copy(pkcs8));
  EXPECT_EQ(base::to_hex(signer->public_key().key_bytes()),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  EXPECT_EQ(
      base::to_hex(signer->sign(*from_hex("72"))),
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302a"
      "eeb00d291612bb0c00");
}

TEST(PublicKey, is_the_same_in_every_form) {
  for (const KeyType type : kTypes) {
    const PublicKey key = signer_from_pkcs8(generate_key(type))->public_key();
    for (const auto format : {PublicKeyFormat::pem, PublicKeyFormat::raw, PublicKeyFormat::hex, PublicKeyFormat::ssh,
                              PublicKeyFormat::minisign}) {
      const bool fits = type == KeyType::ed25519 || format == PublicKeyFormat::pem || format == PublicKeyFormat::ssh;
      if (!fits) {
        EXPECT_THROW((void)write_public_key(key, format), base::Error);
        continue;
      }
      const PublicKey again = parse_public_key(as_bytes(write_public_key(key, format, "a comment")));
      EXPECT_EQ(again, key);
      EXPECT_TRUE(std::ranges::equal(again.spki(), key.spki()));
    }
    EXPECT_EQ(PublicKey::from_spki(key.spki()), key);
  }
}

TEST(PublicKey, cut_or_extended_is_refused) {
  for (const KeyType type : kTypes) {
    const PublicKey key = signer_from_pkcs8(generate_key(type))->public_key();
    Bytes spki(key.spki().begin(), key.spki().end());
    for (std::size_t n = 0; n < spki.size(); ++n)
      EXPECT_THROW((void)PublicKey::from_spki(ByteSpan(spki).first(n)), base::Error);
    spki.push_back(std::byte{0});
    EXPECT_THROW((void)PublicKey::from_spki(spki), base::Error);
  }
}

TEST(PublicKey, small_order_and_non_canonical_points_are_refused) {
  for (const char* point : {"0100000000000000000000000000000000000000000000000000000000000000",
                            "0000000000000000000000000000000000000000000000000000000000000000",
                            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"})
    EXPECT_THROW((void)PublicKey::from_ed25519(*from_hex(point)), base::Error) << point;
}

}  // namespace
}  // namespace solemn::sign
