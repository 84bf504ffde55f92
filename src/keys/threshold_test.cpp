#include "keys/threshold.hpp"

#include <gtest/gtest.h>

#include "keys/test_keys.hpp"

namespace solemn::keys {
namespace {

using base::as_bytes;
using base::Bytes;
using testing::bip340_key;
using testing::bip340_signature;
using testing::ecdsa_key;
using testing::ecdsa_signature;
using testing::maintainers;
using Names = std::vector<std::string>;

const std::string kMessage = "RELEASE:v1.0.0:0123456789abcdef0123456789abcdef01234567";

SuppliedSignature by(unsigned number, const std::string& message = kMessage) {
  return {"s" + std::to_string(number), ecdsa_signature(number, as_bytes(message)), std::nullopt};
}
// n - s in the place of s.
SuppliedSignature high_s(SuppliedSignature one) {
  const Bytes n = *base::from_hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
  int borrow = 0;
  for (std::size_t i = 32; i-- > 0;) {
    const int d = static_cast<int>(n[i]) - static_cast<int>(one.bytes[32 + i]) - borrow;
    borrow = d < 0 ? 1 : 0;
    one.bytes[32 + i] = static_cast<std::byte>(d + 256 * borrow);
  }
  one.source += "-high";
  return one;
}
base::Verdict judged(const std::vector<RegisteredKey>& registry, unsigned threshold,
                     const std::vector<SuppliedSignature>& signatures, const std::string& message = kMessage) {
  base::Verdict verdict;
  (void)check_threshold(verdict, registry, threshold, as_bytes(message), signatures);
  return verdict;
}

TEST(Threshold, DistinctKeysAreCounted) {
  const auto verdict = judged(maintainers(7), 3, {by(5), by(1), by(2)});
  EXPECT_TRUE(verdict.accepted());
  EXPECT_EQ(verdict.find("threshold")->detail,
            "3 distinct registered keys, 3 needed; signed: maintainer-1, maintainer-2, maintainer-5");
}

TEST(Threshold, OneSignatureSixTimesIsOneKey) {
  const auto verdict = judged(maintainers(7), 6, {by(1), by(1), by(1), by(1), by(1), by(1)});
  EXPECT_EQ(verdict.find("threshold")->outcome, base::Outcome::failed);
  EXPECT_NE(verdict.find("threshold")->detail.find("1 distinct registered keys, 6 needed"), std::string::npos);
  EXPECT_NE(verdict.find("threshold")->detail.find("s1: maintainer-1 again, the same signature"), std::string::npos);
}

TEST(Threshold, TheOtherFormOfASignatureIsTheSameKey) {
  const SuppliedSignature low = by(1), high = high_s(low);
  ASSERT_NE(low.bytes, high.bytes);
  EXPECT_EQ(count_signers(maintainers(3), as_bytes(kMessage), {high}).signers, Names{"maintainer-1"});
  const Count both = count_signers(maintainers(3), as_bytes(kMessage), {low, high});
  EXPECT_EQ(both.signers, Names{"maintainer-1"});
  EXPECT_EQ(both.duplicates, Names{"s1-high: maintainer-1 again, the same signature"});
}

TEST(Threshold, TwoSignaturesOfOneKeyAreOneKey) {
  std::vector<RegisteredKey> registry = {{"nostr", bip340_key(9)}, {"other", bip340_key(8)}};
  const auto a = sharing::sign_bip340(testing::scalar(9), hash::sha256(as_bytes(kMessage)), {std::byte{1}});
  const auto b = sharing::sign_bip340(testing::scalar(9), hash::sha256(as_bytes(kMessage)), {std::byte{2}});
  const Count count =
      count_signers(registry, as_bytes(kMessage),
                    {{"a", {a.begin(), a.end()}, std::nullopt}, {"b", {b.begin(), b.end()}, std::nullopt}});
  EXPECT_EQ(count.signers, Names{"nostr"});
  EXPECT_EQ(count.duplicates, Names{"b: nostr again"});
}

TEST(Threshold, OneKeyUnderTwoIdsIsNamedAndCountedOnce) {
  auto registry = maintainers(3);
  registry.push_back({"maintainer-9", ecdsa_key(1)});
  const auto verdict = judged(registry, 2, {by(1), by(1)});
  EXPECT_EQ(verdict.find("registry-distinct")->detail.substr(0, 38), "maintainer-1 and maintainer-9 are one ");
  EXPECT_TRUE(verdict.rejected());
  EXPECT_EQ(count_signers(registry, as_bytes(kMessage), {by(1), by(1)}).signers.size(), 1U);
}

TEST(Threshold, AKeyItsNegativeAndItsXAreOneKey) {
  std::string hex = ecdsa_key(1).hex();
  hex[1] = hex[1] == '2' ? '3' : '2';
  const CeremonyKey negative = CeremonyKey::parse(Scheme::ecdsa_secp256k1, hex);
  EXPECT_EQ(negative.identity(), ecdsa_key(1).identity());
  EXPECT_EQ(bip340_key(1).identity(), ecdsa_key(1).identity());
  EXPECT_NE(bip340_key(2).identity(), ecdsa_key(1).identity());
  const std::vector<RegisteredKey> registry = {{"a", ecdsa_key(1)}, {"b", bip340_key(1)}};
  const Count count = count_signers(registry, as_bytes(kMessage),
                                    {by(1), {"x", bip340_signature(1, as_bytes(kMessage)), std::nullopt}});
  EXPECT_EQ(count.signers, Names{"a"});
}

TEST(Threshold, AnEd25519KeyIsTheSameInBothForms) {
  const auto signer = sign::signer_from_pkcs8(sign::generate_key(sign::KeyType::ed25519));
  const sign::PublicKey& key = signer->public_key();
  const CeremonyKey raw = CeremonyKey::parse(Scheme::ed25519, base::to_hex(key.key_bytes()));
  const CeremonyKey der = CeremonyKey::parse(Scheme::spki, base::to_hex(key.spki()));
  EXPECT_EQ(raw.identity(), der.identity());
  const Bytes signature = signer->sign(as_bytes(kMessage));
  EXPECT_TRUE(raw.verify(as_bytes(kMessage), signature));
  EXPECT_TRUE(der.verify(as_bytes(kMessage), signature));
  EXPECT_FALSE(raw.verify(as_bytes("other"), signature));
}

TEST(Threshold, StrangersAndRevokedKeysAreNamedAndNotCounted) {
  auto registry = maintainers(4);
  registry[1].status = "revoked";
  registry[2].status = "retiring";
  SuppliedSignature stranger = by(99);
  stranger.claimed = "maintainer-4";
  const Count count = count_signers(registry, as_bytes(kMessage), {by(1), by(2), by(3), stranger});
  EXPECT_EQ(count.signers, (Names{"maintainer-1", "maintainer-3"}));
  EXPECT_EQ(count.unregistered, (Names{"s2: made by maintainer-2, which is revoked",
                                       "s99: no registered key made it; it claims maintainer-4"}));
}

TEST(Threshold, ThresholdsThatMeanNothing) {
  EXPECT_EQ(judged(maintainers(2), 0, {}).find("threshold-sound")->outcome, base::Outcome::failed);
  EXPECT_EQ(judged(maintainers(2), 3, {by(1), by(2)}).find("threshold-sound")->outcome, base::Outcome::failed);
  EXPECT_TRUE(judged({}, 0, {}).rejected());
}

TEST(Messages, BuildersRefuseWhatCanBeReadInTwoWays) {
  EXPECT_EQ(release_message("v1.0.0", "0123456789abcdef0123456789abcdef01234567"), kMessage);
  EXPECT_EQ(module_message("consensus", "v2"), "MODULE:consensus:v2");
  EXPECT_EQ(budget_message("5000", "audit of the parser"), "BUDGET:5000:audit of the parser");
  EXPECT_THROW(release_message("v1:0", std::string(40, 'a')), base::Error);
  EXPECT_THROW(release_message("v1", "HEAD"), base::Error);
  EXPECT_THROW(release_message("v1", std::string(40, 'A')), base::Error);
  EXPECT_THROW(module_message("a:b", "c"), base::Error);
  EXPECT_THROW(module_message("", "c"), base::Error);
  EXPECT_THROW(module_message("a", "b c"), base::Error);
  EXPECT_THROW(module_message("a", "b\n"), base::Error);
  EXPECT_THROW(module_message("a", "b\xc2\xa0"), base::Error);
  EXPECT_THROW(budget_message("0500", "x"), base::Error);
  EXPECT_THROW(budget_message("5e3", "x"), base::Error);
  EXPECT_THROW(budget_message("5", "x:BUDGET"), base::Error);
  EXPECT_THROW(budget_message("5", " x"), base::Error);
}

TEST(Messages, AmbiguousOnesAreRejected) {
  EXPECT_EQ(is_unambiguous(kMessage), true);
  EXPECT_EQ(is_unambiguous("RELEASE:v1:0:" + std::string(40, 'a')), false);
  EXPECT_EQ(is_unambiguous("BUDGET:5:000:x"), false);
  EXPECT_EQ(is_unambiguous("BUDGET:5"), false);
  EXPECT_EQ(is_unambiguous("MODULE:a:b\n"), false);
  EXPECT_EQ(is_unambiguous("hello"), std::nullopt);
  const std::string injected = "MODULE:a:b:c";
  const auto verdict = judged(maintainers(1), 1, {by(1, injected)}, injected);
  EXPECT_EQ(verdict.find("threshold")->outcome, base::Outcome::passed);
  EXPECT_EQ(verdict.find("message-unambiguous")->outcome, base::Outcome::failed);
}

TEST(Registry, ComesBackTheSameAndBadOnesAreRefused) {
  auto registry = maintainers(3);
  registry.push_back({"nostr", bip340_key(7), "revoked"});
  const std::string json = write_registry(registry);
  EXPECT_EQ(write_registry(read_registry(json)), json);
  const auto with = [&](std::string_view what, std::string_view instead) {
    std::string changed = json;
    changed.replace(changed.find(what), what.size(), instead);
    return changed;
  };
  EXPECT_THROW(read_registry(with("maintainer-2", "maintainer-1")), base::Error);
  EXPECT_THROW(read_registry(with("ecdsa-secp256k1", "ecdsa")), base::Error);
  EXPECT_THROW(read_registry(with("\"public_key\": \"0", "\"public_key\": \"1")), base::Error);
  EXPECT_THROW(read_registry(with("key-registry/1", "key-registry/2")), base::Error);
  EXPECT_THROW(read_registry("{}"), base::Error);
}

TEST(SignatureFile, HexOrJsonAndWhatItClaimsIsAHint) {
  const std::string hex = base::to_hex(by(1).bytes);
  EXPECT_EQ(read_signature(hex + "\n", "a").bytes, by(1).bytes);
  const auto claimed =
      read_signature("{\"signature\":\"" + hex + "\",\"public_key\":\"02ab\",\"created_at\":\"x\"}", "b");
  EXPECT_EQ(claimed.bytes, by(1).bytes);
  EXPECT_EQ(claimed.claimed, "02ab");
  for (const char* bad : {"", "  \n", "xyz", "{}", "{\"signature\":1}", "abc"})
    EXPECT_THROW(read_signature(bad, "c"), base::Error) << bad;
}

TEST(Envelopes, ManySignersUnderDsse) {
  sign::DsseEnvelope envelope{"text/plain", {std::byte{65}}, {}};
  const Bytes message = sign::dsse_message(envelope.payload_type, envelope.payload);
  for (const unsigned i : {1U, 2U, 2U}) envelope.signatures.push_back({"", ecdsa_signature(i, message)});
  const Count count = count_envelope_signers(maintainers(3), envelope);
  EXPECT_EQ(count.signers, (Names{"maintainer-1", "maintainer-2"}));
  EXPECT_EQ(count.duplicates.size(), 1U);
}

}  // namespace
}  // namespace solemn::keys
