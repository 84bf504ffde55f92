#include "keys/certificate.hpp"

#include <gtest/gtest.h>

#include "keys/test_ceremony.hpp"
#include "keys/test_life.hpp"

namespace solemn::keys {
namespace {

using testing::failed_rules;
using transcript::Json;

class Certified : public ::testing::Test {
 protected:
  Certified() {
    room.step(record, "policies", "CO", {"W1"},
              {{"left_out", transcript::Json::array({"tea"})}, {"policies", {{"tea", "no"}}}});
    text = text_now();
    envelope = sign_certificate(text, room.people, room.keyring);
  }
  std::string text_now() {
    return certificate_text(room.script, room.people, facts_of(record.progress(), record.entries()), record.replay(),
                            record.tree().size());
  }
  std::string faults(const sign::DsseEnvelope& one) {
    base::Verdict verdict;
    check_certificate(verdict, one, text, room.people, *record.replay().registry);
    return failed_rules(verdict);
  }
  /// Signed by these only.
  sign::DsseEnvelope signed_by(std::initializer_list<const char*> people) {
    sign::DsseEnvelope one = envelope;
    one.signatures.clear();
    for (const char* initials : people) sign::sign_dsse(one, room.signer(initials));
    return one;
  }
  testing::CeremonyOnDisk room;
  CeremonyRecord record = room.open();
  std::string text;
  sign::DsseEnvelope envelope;
};

TEST_F(Certified, SaysWhatTheRecordSays) {
  const Json json = Json::parse(text);
  EXPECT_EQ(json["drill"], true);
  EXPECT_EQ(json["policies"]["tea"], "no");
  EXPECT_EQ(json["record"]["entries"], record.tree().size());
  EXPECT_EQ(json["record"]["root"], base::to_hex(record.tree().root()));
  EXPECT_EQ(json["people"].size(), room.people.all.size());
  EXPECT_EQ(envelope.signatures.size(), room.people.all.size());
  EXPECT_EQ(faults(envelope), "");
}

TEST_F(Certified, OfAnotherRecordOrOfAnEarlierOneDoesNotMatch) {
  room.step(record, "make", "CO", {"W1", "W2"});
  text = text_now();
  EXPECT_EQ(faults(envelope), "certificate-matches");
  sign::DsseEnvelope other = sign_certificate(text, room.people, room.keyring);
  EXPECT_EQ(faults(other), "");
  other.payload_type = "application/json";
  EXPECT_EQ(faults(other), "certificate-matches certificate-signatures") << "the type is signed as well";
}

TEST_F(Certified, CoordinatorAuditorAndTwoWitnessesAreTheLeast) {
  EXPECT_EQ(faults(signed_by({"CO", "AU", "W1", "W2"})), "");
  EXPECT_EQ(faults(signed_by({"AU", "W1", "W2", "C1", "C2"})), "certificate-signatures");
  EXPECT_EQ(faults(signed_by({"CO", "W1", "W2", "C1", "C2"})), "certificate-signatures");
  EXPECT_EQ(faults(signed_by({"CO", "AU", "W1", "C1", "C2"})), "certificate-signatures");
  EXPECT_EQ(faults(signed_by({"CO", "AU", "W1", "W1", "W1"})), "certificate-signatures") << "one witness three times";
  sign::DsseEnvelope foreign = signed_by({"CO", "AU", "W1"});
  const auto stranger = sign::signer_from_pkcs8(sign::generate_key(sign::KeyType::ed25519));
  sign::sign_dsse(foreign, *stranger);
  foreign.signatures.back().key_id = envelope.signatures.back().key_id;  // who it says it is
  EXPECT_EQ(faults(foreign), "certificate-signatures");
  sign::DsseEnvelope spoilt = envelope;
  for (sign::DsseSignature& one : spoilt.signatures) one.bytes[0] ^= std::byte{1};
  EXPECT_EQ(faults(spoilt), "certificate-signatures");
}

TEST_F(Certified, AStepWithAResultOfAnotherFormIsNamed) {
  room.step(record, "make", "CO", {"W1", "W2"}, {{"keys", {{{"name", "k"}}}}});
  EXPECT_THROW((void)facts_of(record.progress(), record.entries()), base::Error);
}

}  // namespace
}  // namespace solemn::keys
