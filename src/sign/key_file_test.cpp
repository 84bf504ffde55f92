#include <gtest/gtest.h>

#include "base/error.hpp"
#include "sign/age.hpp"
#include "sign/base64.hpp"
#include "sign/file_key.hpp"
#include "sign/minisign.hpp"
#include "sign/public_key_internal.hpp"
#include "sign/sshsig.hpp"

namespace solemn::sign {
namespace {

using base::as_bytes;
using base::as_text;
using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

constexpr KeyType kTypes[] = {KeyType::ed25519, KeyType::p256, KeyType::p384, KeyType::rsa3072};

template <class Body>
Code code_of(Body body) {
  try {
    body();
  } catch (const Error& error) { return error.code(); }
  return Code::internal;  // nothing was thrown
}

TEST(Base64, rfc_4648_and_nothing_else) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, digits] : vectors) {
    EXPECT_EQ(to_base64(as_bytes(plain)), digits);
    EXPECT_EQ(as_text(*from_base64(digits)), plain);
  }
  for (const char* bad : {"Zg=", "Zg", "Zh==", "Zm9=", "Zg==Zg==", "Z", "====", "Zm9v\n", "Zm9!", "Zm-_", "=Zm9"})
    EXPECT_FALSE(from_base64(bad)) << bad;
  Bytes all(256);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::byte>(i);
  EXPECT_EQ(*from_base64(to_base64(all)), all);
}

TEST(KeyFile, encryption_needs_its_passphrase) {
  const SecretText right = secret_copy(as_bytes("correct horse")), wrong = secret_copy(as_bytes("correct house"));
  for (const KeyType type : kTypes) {
    const SecretText key = generate_key(type);
    const Bytes der = encrypt_pkcs8(key, right);
    EXPECT_TRUE(std::ranges::equal(decrypt_pkcs8(der, right).expose(), key.expose()));
    EXPECT_EQ(code_of([&] { (void)decrypt_pkcs8(der, wrong); }), Code::usage);
  }
}

TEST(KeyFile, an_encrypted_key_that_was_cut_or_changed_is_refused) {
  const SecretText passphrase = secret_copy(as_bytes("p")), key = generate_key(KeyType::ed25519);
  const Bytes der = encrypt_pkcs8(key, passphrase);
  for (std::size_t n = 0; n < der.size(); ++n)
    EXPECT_EQ(code_of([&] { (void)decrypt_pkcs8(ByteSpan(der).first(n), passphrase); }), Code::malformed);
}

// AlgorithmIdentifier: PBKDF2 with 2^31 - 1 rounds; scrypt with N = 2^30.
TEST(KeyFile, more_work_than_reasonable_is_refused_at_once) {
  for (const char* hex :
       {"3074305e06092a864886f70d01050d3051303006092a864886f70d01050c3023041000000000000000000000000000000000020"
        "47fffffff020120300b06092a864886f70d0209301d060960864801650304012a0410000000000000000000000000000000000412"
        "00000000000000000000000000000000000000",
        "3064304e06092a864886f70d01050d3041302006092b06010401da47040b3013040800000000000000000204400000000201080201"
        "01301d060960864801650304012a0410000000000000000000000000000000000412000000000000000000000000000000000000"}) {
    const Bytes der = *base::from_hex(hex);
    EXPECT_EQ(code_of([&] { (void)decrypt_pkcs8(der, secret_copy(as_bytes("p"))); }), Code::malformed) << hex;
  }
}

TEST(KeyFile, damaged_private_keys_are_refused) {
  for (const KeyType type : kTypes) {
    const SecretText key = generate_key(type);
    for (std::size_t n = 0; n < key.size(); n += type == KeyType::rsa3072 ? 97 : 1)
      EXPECT_EQ(code_of([&] { (void)signer_from_pkcs8(secret_copy(key.expose().first(n))); }), Code::malformed);
    SecretText longer(key.size() + 1);
    std::ranges::copy(key.expose(), longer.expose().begin());
    EXPECT_EQ(code_of([&] { (void)signer_from_pkcs8(secret_copy(longer.expose())); }), Code::malformed);
  }
}

TEST(KeyFile, other_forms_are_named) {
  for (const char* text : {"-----BEGIN OPENSSH PRIVATE KEY-----\n", "-----BEGIN RSA PRIVATE KEY-----\n",
                           "-----BEGIN PUBLIC KEY-----\n", "ssh-ed25519 AAAA", "", "x"})
    EXPECT_EQ(code_of([&] { (void)key_file_form(as_bytes(text)); }), Code::malformed) << text;
  EXPECT_EQ(key_file_form(as_bytes(std::string(64, 'a') + "\n")), KeyFileForm::hex);
  EXPECT_EQ(key_file_form(Bytes(32)), KeyFileForm::raw);
}

TEST(Minisign, every_part_counts) {
  const auto signer = signer_from_pkcs8(generate_key(KeyType::ed25519));
  const base::Hash64 digest{std::byte{1}};
  const Minisig good = parse_minisig(as_bytes(write_minisig(sign_minisig(*signer, digest, "a\tb"))));
  const PublicKey& key = signer->public_key();
  const auto number = minisign_number_in(as_bytes(write_public_key(key, PublicKeyFormat::minisign)));
  EXPECT_EQ(verify_minisig(good, key, number, digest), MinisigStatus::ok);
  EXPECT_EQ(verify_minisig(good, key, number, {}), MinisigStatus::bad_signature);
  Minisig other = good;
  other.trusted_comment = "a\tc";
  EXPECT_EQ(verify_minisig(other, key, number, digest), MinisigStatus::bad_trusted_comment);
  other = good;
  other.key_number[3] ^= std::byte{1};
  EXPECT_EQ(verify_minisig(other, key, number, digest), MinisigStatus::other_key_number);
  EXPECT_EQ(verify_minisig(other, key, std::nullopt, digest), MinisigStatus::ok);
  EXPECT_THROW((void)sign_minisig(*signer_from_pkcs8(generate_key(KeyType::p256)), digest, ""), Error);
  EXPECT_THROW((void)sign_minisig(*signer, digest, "two\nlines"), Error);
}

TEST(Minisign, malformed_files_are_refused) {
  const auto signer = signer_from_pkcs8(generate_key(KeyType::ed25519));
  const std::string text = write_minisig(sign_minisig(*signer, {}, "comment"));
  for (std::size_t n = 0; n + 1 < text.size(); ++n)
    EXPECT_EQ(code_of([&] { (void)parse_minisig(as_bytes(text.substr(0, n))); }), Code::malformed) << n;
  EXPECT_THROW((void)parse_minisig(as_bytes(text + "x")), Error);
  std::string old = text;
  old[old.find('\n') + 1 + 1] = 'W';  // "RUQ" is ED, "RWQ" is Ed
  EXPECT_THROW((void)parse_minisig(as_bytes(old)), Error);
}

TEST(SshSignature, round_trip_and_every_part_counts) {
  const FileDigests digests = digests_of(as_bytes("file")), others = digests_of(as_bytes("fill"));
  for (const KeyType type : kTypes) {
    const auto signer = signer_from_pkcs8(generate_key(type));
    const SshSignature good = parse_ssh_signature(as_bytes(write_ssh_signature(sign_ssh(*signer, digests, "file"))));
    EXPECT_EQ(good.key, signer->public_key());
    EXPECT_TRUE(verify_ssh(good, digests));
    EXPECT_FALSE(verify_ssh(good, others));
    SshSignature other = good;
    other.name_space = "git";
    EXPECT_FALSE(verify_ssh(other, digests));
    other = good;
    other.hash = SshHash::sha256;
    EXPECT_FALSE(verify_ssh(other, digests));
    other = good;
    other.key = signer_from_pkcs8(generate_key(type))->public_key();
    EXPECT_FALSE(verify_ssh(other, digests));
    if (type == KeyType::rsa3072) {
      other = good;
      other.kind = SshKind::rsa_sha2_256;
      EXPECT_FALSE(verify_ssh(other, digests));
    }
  }
}

TEST(SshSignature, cut_files_are_refused) {
  const auto signer = signer_from_pkcs8(generate_key(KeyType::p256));
  const std::string text = write_ssh_signature(sign_ssh(*signer, digests_of(as_bytes("x")), "file"));
  const std::string armor = "-----BEGIN SSH SIGNATURE-----\n";
  std::string digits = text.substr(armor.size(), text.find("-----END") - armor.size());
  std::erase(digits, '\n');
  const Bytes blob = *from_base64(digits);
  EXPECT_NO_THROW((void)parse_ssh_signature(blob));
  for (std::size_t n = 0; n < blob.size(); ++n)
    EXPECT_EQ(code_of([&] { (void)parse_ssh_signature(ByteSpan(blob).first(n)); }), Code::malformed) << n;
  EXPECT_THROW((void)parse_ssh_signature(as_bytes(text.substr(0, text.size() - 3))), Error);
}

}  // namespace
}  // namespace solemn::sign
