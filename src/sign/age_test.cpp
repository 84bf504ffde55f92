#include "sign/age.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"

namespace solemn::sign {
namespace {

using base::as_bytes;
using base::Bytes;
using base::Code;
using base::Error;

template <class Body>
Code code_of(Body&& body) {
  try {
    body();
  } catch (const Error& error) { return error.code(); }
  return Code::internal;
}

/// Wraps with a key that is one byte, added to everything, and an eight-byte check.
class ToyToken final : public FileKeyWrapper {
 public:
  ToyToken(std::string name, std::uint8_t key) : name_(std::move(name)), key_(key) {}
  std::string name() const override { return name_; }
  Bytes wrap(const SecretText& file_key) override {
    Bytes out(file_key.expose().begin(), file_key.expose().end());
    out.resize(24);
    for (std::byte& b : out) b ^= std::byte{key_};
    return out;
  }
  SecretText unwrap(base::ByteSpan wrapped) override {
    if (wrapped.size() != 24 || wrapped[20] != std::byte{key_}) throw Error(Code::usage, "another key wrapped it");
    SecretText out(16);
    for (std::size_t i = 0; i < 16; ++i) out.expose()[i] = wrapped[i] ^ std::byte{key_};
    return out;
  }

 private:
  std::string name_;
  std::uint8_t key_;
};

TEST(AgeText, published_identity_and_recipient) {
  // The identity of C2SP's testkit, and what age-keygen -y says of it.
  const auto identities = parse_age_identities(
      as_bytes("# a comment\n\nAGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0\r\n"));
  ASSERT_EQ(identities.size(), 1U);
  const std::string recipient = age_recipient_text(age_recipient(identities[0]));
  EXPECT_EQ(recipient, "age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef");
  EXPECT_EQ(parse_age_recipient(recipient), age_recipient(identities[0]));
  const SecretText text = age_identity_text(identities[0]);
  EXPECT_EQ(base::as_text(text.expose()), "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0");
}

TEST(AgeText, every_wrong_character_is_found) {
  const std::string good = age_recipient_text(age_recipient(new_age_identity()));
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'q' ? 'p' : 'q';
    EXPECT_EQ(code_of([&] { (void)parse_age_recipient(bad); }), Code::usage) << bad;
  }
  for (const std::string& bad : {good.substr(0, good.size() - 1), good + "q", "AGE1" + good.substr(4), std::string()})
    EXPECT_EQ(code_of([&] { (void)parse_age_recipient(bad); }), Code::usage) << bad;
  for (const std::string_view bad : {"", "# nothing\n", "AGE-SECRET-KEY-1QQ\n", "age1xyz\n"})
    EXPECT_EQ(code_of([&] { (void)parse_age_identities(as_bytes(bad)); }), Code::usage) << bad;
}

class AgeFiles : public testing::Test {
 protected:
  SecretText passphrase = secret_copy(as_bytes("correct horse"));
  std::vector<AgeIdentity> identities;
  ToyToken token{"pkcs11:token=toy;object=k", 7};
  AgeFiles() { identities.push_back(new_age_identity()); }
};

TEST_F(AgeFiles, what_is_written_is_read_for_every_size_and_lock) {
  const std::vector<AgeRecipient> recipients{age_recipient(identities[0]), age_recipient(new_age_identity())};
  FileKeyWrapper* const tokens[] = {&token};
  for (const std::size_t n : {0U, 1U, 65535U, 65536U, 65537U, 131072U}) {
    const Bytes content(n, std::byte{0x5a});
    for (const Armor armor : {Armor::no, Armor::yes}) {
      const AgeFile by_key = encrypt_age(content, {nullptr, 18, recipients, tokens}, armor);
      for (const AgeKeys& keys : {AgeKeys{nullptr, identities, nullptr}, AgeKeys{nullptr, {}, &token}})
        EXPECT_TRUE(std::ranges::equal(decrypt_age(by_key.bytes, keys).expose(), content)) << n;
      const AgeFile by_passphrase = encrypt_age(content, {&passphrase, 2, {}, {}}, armor);
      EXPECT_TRUE(std::ranges::equal(decrypt_age(by_passphrase.bytes, passphrase).expose(), content)) << n;
      const Bytes binary = age_without_armor(by_key.bytes);
      EXPECT_TRUE(std::ranges::equal(decrypt_age_payload(parse_age_header(binary), by_key.file_key.expose()).expose(),
                                     content));
    }
  }
}

TEST_F(AgeFiles, wrong_keys_are_refused_by_name) {
  const std::vector<AgeRecipient> recipients{age_recipient(identities[0])};
  FileKeyWrapper* const tokens[] = {&token};
  const AgeFile file = encrypt_age(as_bytes("x"), {nullptr, 18, recipients, tokens}, Armor::no);
  std::vector<AgeIdentity> others;
  others.push_back(new_age_identity());
  try {
    (void)decrypt_age(file.bytes, AgeKeys{nullptr, others, nullptr});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::usage);
    EXPECT_NE(error.message().find("X25519, pkcs11:token=toy;object=k"), std::string::npos);
  }
  ToyToken same_name(token.name(), 8), other_name("pkcs11:token=other;object=k", 7);
  for (FileKeyWrapper* wrong : {&same_name, &other_name})
    EXPECT_EQ(code_of([&] { (void)decrypt_age(file.bytes, AgeKeys{nullptr, {}, wrong}); }), Code::usage);
  const AgeFile typed = encrypt_age(as_bytes("x"), {&passphrase, 2, {}, {}}, Armor::no);
  EXPECT_EQ(code_of([&] { (void)decrypt_age(typed.bytes, AgeKeys{nullptr, identities, nullptr}); }), Code::usage);
  EXPECT_EQ(code_of([&] { (void)decrypt_age(typed.bytes, secret_copy(as_bytes("wrong"))); }), Code::usage);
}

TEST_F(AgeFiles, every_changed_byte_is_found) {
  const std::vector<AgeRecipient> recipients{age_recipient(identities[0])};
  const AgeFile file = encrypt_age(as_bytes("secret"), {nullptr, 18, recipients, {}}, Armor::no);
  for (std::size_t i = 0; i < file.bytes.size(); ++i) {
    Bytes changed = file.bytes;
    changed[i] ^= std::byte{1};
    const Code code = code_of([&] { (void)decrypt_age(changed, AgeKeys{nullptr, identities, nullptr}); });
    EXPECT_TRUE(code == Code::malformed || code == Code::usage) << i;
  }
  for (std::size_t n = 0; n < file.bytes.size(); ++n)
    EXPECT_EQ(code_of([&] {
                (void)decrypt_age(base::ByteSpan(file.bytes).first(n), AgeKeys{nullptr, identities, {}});
              }),
              Code::malformed)
        << n;
}

TEST_F(AgeFiles, no_lock_two_kinds_and_small_points_are_refused) {
  const std::vector<AgeRecipient> recipients{age_recipient(identities[0])}, zero{AgeRecipient{}};
  EXPECT_EQ(code_of([&] { (void)encrypt_age({}, {}, Armor::no); }), Code::usage);
  EXPECT_EQ(code_of([&] { (void)encrypt_age({}, {&passphrase, 2, recipients, {}}, Armor::no); }), Code::usage);
  EXPECT_EQ(code_of([&] { (void)encrypt_age({}, {&passphrase, 21, {}, {}}, Armor::no); }), Code::usage);
  EXPECT_EQ(code_of([&] { (void)encrypt_age({}, {nullptr, 2, zero, {}}, Armor::no); }), Code::usage);
}

}  // namespace
}  // namespace solemn::sign
