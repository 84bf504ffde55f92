#include "sign/dsse.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "sign/file_key.hpp"

namespace solemn::sign {
namespace {

using base::as_bytes;
using base::Bytes;

// The test vector of the DSSE protocol, version 1.0.2; X and Y as hexadecimal.
constexpr std::string_view kEnvelope =
    R"({"payload": "aGVsbG8gd29ybGQ=", "payloadType": "http://example.com/HelloWorld", "signatures": [{"sig":)"
    R"( "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="}]})";

PublicKey vector_key() {
  return PublicKey::from_ec_point(Algorithm::ecdsa_p256_sha256,
                                  *base::from_hex("0467cd390f77aa359cb08c2235f652270493a9ed832b0abcc01f70954c0390d238"
                                                  "0c782bd54e269125a44f4433aff1432ce94e12bca73aa67ac80cea12608ddf74"));
}

TEST(Dsse, the_protocols_vector_verifies) {
  const DsseEnvelope envelope = parse_dsse(as_bytes(kEnvelope));
  EXPECT_EQ(base::as_text(dsse_message(envelope.payload_type, envelope.payload)),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  const std::vector<PublicKey> trusted{vector_key()};
  EXPECT_EQ(verify_dsse(envelope, trusted).size(), 1U);
  DsseEnvelope changed = envelope;
  changed.payload_type += "x";
  EXPECT_TRUE(verify_dsse(changed, trusted).empty());
}

TEST(Dsse, one_key_counts_once) {
  const auto a = signer_from_pkcs8(generate_key(KeyType::ed25519)), b = signer_from_pkcs8(generate_key(KeyType::p384)),
             c = signer_from_pkcs8(generate_key(KeyType::rsa3072));
  DsseEnvelope envelope{"text/plain", Bytes(3), {}};
  sign_dsse(envelope, *a);
  sign_dsse(envelope, *a);
  sign_dsse(envelope, *b);
  const std::vector<PublicKey> trusted{a->public_key(), a->public_key(), c->public_key(), b->public_key()};
  const DsseEnvelope again = parse_dsse(as_bytes(write_dsse(envelope)));
  EXPECT_EQ(verify_dsse(again, trusted), (std::vector<std::size_t>{0, 3}));
  EXPECT_EQ(again.signatures[0].key_id, a->public_key().id_hex());
}

TEST(Dsse, both_alphabets_and_unknown_fields_are_taken) {
  const DsseEnvelope envelope = parse_dsse(
      as_bytes(R"({"payload":"__-_","payloadType":"a","later":{"x":[1]},"signatures":[{"sig":"","keyid":null}]})"));
  EXPECT_EQ(base::to_hex(envelope.payload), "ffffbf");
}

TEST(Dsse, malformed_envelopes_are_refused) {
  for (const char* bad :
       {"", "[]", "{}", R"({"payload":"","payloadType":"a"})", R"({"payload":"","payloadType":"a","signatures":{}})",
        R"({"payload":"","payload":"","payloadType":"a","signatures":[]})",
        R"({"payload":"","payloadType":"a","signatures":[{"sig":"","sig":""}]})",
        R"({"payload":"!","payloadType":"a","signatures":[]})", R"({"payload":"","payloadType":1,"signatures":[]})",
        R"({"payload":"","payloadType":"a","signatures":[{}]})", R"({"payload":"","payloadType":"a","signatures":[1]})",
        R"({"payload":"A","payloadType":"a","signatures":[]})",
        R"({"payload":"","payloadType":"a","signatures":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]})"})
    EXPECT_THROW((void)parse_dsse(as_bytes(bad)), base::Error) << bad;
}

}  // namespace
}  // namespace solemn::sign
