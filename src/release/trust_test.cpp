#include "release/trust.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "release/metadata.hpp"

namespace solemn::release {
namespace {

// RFC 8032, 7.1, tests 1 and 2.
sign::PublicKey key(int number) {
  return sign::PublicKey::from_ed25519(
      *base::from_hex(number == 1 ? "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
                                  : "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
}

const std::string kTime = "2026-01-31T23:59:59Z";

SignerList list() { return {2, std::string(64, 'b'), 2, {{"Ada", key(1)}, {"Grace", key(2)}}, kTime}; }

template <class Read>
void every_cut_and_flip_ends(const std::string& text, Read read) {
  for (std::size_t n = 0; n < text.size(); ++n)
    EXPECT_THROW(read(base::as_bytes(std::string_view(text).substr(0, n))), base::Error) << n;
  std::string flipped = text;
  for (std::size_t i = 0; i < 8 * text.size(); ++i) {
    flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << (i % 8)));
    try {
      (void)read(base::as_bytes(flipped));
    } catch (const base::Error& error) { EXPECT_EQ(error.code(), base::Code::malformed) << error.message(); }
    flipped[i / 8] = text[i / 8];
  }
}

TEST(SignerList, read_gives_back_what_was_written) {
  const SignerList read = read_signer_list(base::as_bytes(write_signer_list(list())));
  EXPECT_EQ(read.version, 2U);
  EXPECT_EQ(read.threshold, 2U);
  EXPECT_EQ(read.previous_sha256, list().previous_sha256);
  ASSERT_EQ(read.signers.size(), 2U);
  EXPECT_EQ(read.signers[1].name, "Grace");
  EXPECT_EQ(read.signers[1].key, key(2));
}

TEST(SignerList, lists_that_cannot_be) {
  const auto refused = [](auto change) {
    SignerList bad = list();
    change(bad);
    EXPECT_THROW(read_signer_list(base::as_bytes(write_signer_list(bad))), base::Error);
  };
  refused([](SignerList& l) { l.threshold = 0; });
  refused([](SignerList& l) { l.threshold = 3; });
  refused([](SignerList& l) { l.signers[1].key = key(1); });
  refused([](SignerList& l) { l.signers[1].name = "Ada"; });
  refused([](SignerList& l) { l.signers.clear(); });
  refused([](SignerList& l) { l.issued = "yesterday"; });
  refused([](SignerList& l) { l.previous_sha256 = "ab"; });
}

TEST(SignerList, every_cut_and_flip_ends) { every_cut_and_flip_ends(write_signer_list(list()), read_signer_list); }

TEST(Revocations, read_gives_back_what_was_written) {
  const RevocationList written{7, kTime, {{Revoked::bundle, std::string(64, 'c'), "a \"reason\"", kTime}}};
  const std::string text = write_revocations(written);
  const RevocationList read = read_revocations(base::as_bytes(text));
  EXPECT_EQ(read.number, 7U);
  ASSERT_EQ(read.entries.size(), 1U);
  EXPECT_EQ(read.entries[0].kind, Revoked::bundle);
  EXPECT_EQ(read.entries[0].reason, "a \"reason\"");
  every_cut_and_flip_ends(text, read_revocations);
}

TEST(Revocations, an_unknown_kind_refuses_the_list) {
  std::string text = write_revocations({1, kTime, {{Revoked::key, std::string(64, 'c'), "", kTime}}});
  text.replace(text.find("\"key\""), 5, "\"all\"");
  EXPECT_THROW(read_revocations(base::as_bytes(text)), base::Error);
}

TEST(Metadata, every_cut_and_flip_ends) {
  MetadataFacts facts;
  facts.curve = curve::CurveId::bls12_381;
  facts.vk_blake3 = std::string(64, 'a');
  facts.participants.push_back({"Ada", "", "2", "contribution", "00"});
  std::string text = write_metadata(facts);
  EXPECT_EQ(read_metadata(base::as_bytes(text)).participants[0].name, "Ada");
  text.pop_back();  // the newline at the end may be missing
  every_cut_and_flip_ends(text, read_metadata);
}

TEST(Utc, there_and_back) {
  for (const std::uint64_t seconds : {0ULL, 951782399ULL, 951782400ULL, 1700000000ULL, 7258118399ULL})
    EXPECT_EQ(parse_utc(utc_text(seconds)), seconds);
  EXPECT_EQ(utc_text(1700000000), "2023-11-14T22:13:20Z");
  for (const char* bad : {"", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
                          "2026-01-01T00:60:00Z", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00z",
                          "1969-12-31T23:59:59Z", "2026-01-01T00:00:00+00:00", "20a6-01-01T00:00:00Z"})
    EXPECT_FALSE(parse_utc(bad)) << bad;
}

}  // namespace
}  // namespace solemn::release
