#pragma once
// What a ceremony came to, as its record says; and the certificate that everybody signs. All of it is computed from the
// record, so whoever has the record computes it again.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "keys/cleanup.hpp"
#include "keys/papers.hpp"
#include "keys/record.hpp"
#include "keys/session.hpp"
#include "sign/dsse.hpp"

namespace solemn::keys {

struct SetFact {
  std::string key, set_id, file_sha256;  // both 64 hex digits
};
struct BagFact {
  const Person* custodian = nullptr;
  std::string seal, location;
  std::string backup;                                    // the encrypted one: which stick; empty: none
  std::string wrapped;                                   // the one that a token opens
  std::vector<std::pair<std::string, unsigned>> shares;  // key and index
};
struct DeviationFact {
  std::string step, person, what, text;
};
/// Sealed on the day; of the file itself only the hash of what it says is public.
struct RevocationFact {
  std::string key, payload_sha256;
};
/// Not done: the policy's choice.
struct LeftOutFact {
  std::string step, policy, choice;
};
struct IncidentFact {
  std::uint64_t entry = 0;
  std::string time, text;
};

struct CeremonyFacts {
  Beginning beginning;
  std::string began, latest;                                // times of the first and the last entry
  std::map<std::string, std::string> choices, wall_clocks;  // by policy; by step
  std::vector<MadeKey> keys;
  std::vector<SetFact> sets;
  std::vector<BagFact> bags;
  std::vector<DeviationFact> deviations;
  std::vector<IncidentFact> incidents;
  std::vector<RevocationFact> revocations;
  std::string revocations_issued, revocations_seal, revocations_location;  // time text; of the bag
  std::vector<LeftOutFact> left_out;
  CleanupCertificate cleanup;  // what became of media and equipment; its time is empty before that
  std::uint64_t rounds = 1;
  std::size_t steps = 0, signatures = 0;  // done; of performers and witnesses
  std::vector<Progress::CheckLine> checklist;
  const SetFact* set_of(std::string_view key) const noexcept;
  std::vector<std::string> holders_of(std::string_view key) const;  // "Custodian 2 (share 1)", in order of the shares
};
/// REQUIRES: progress took exactly these entries. `assumed`: a step that counts as done in the checklist: the one in
/// which the certificate is made. Throws Error{malformed} when a result is not of its form.
CeremonyFacts facts_of(const Progress& progress, const std::vector<CeremonyEntry>& entries,
                       const Step* assumed = nullptr);

inline constexpr std::string_view kCertificateType = "application/vnd.solemn.key-ceremony-certificate+json";

/// The certificate of the first `n_entries` of a record. Canonical JSON, "solemn.keys.certificate/1".
std::string certificate_text(const Script& script, const People& people, const CeremonyFacts& facts,
                             const transcript::Replay& record, std::uint64_t n_entries);
/// Everybody present signs. Signatures of coordinator, auditor and two witnesses are the least that counts.
sign::DsseEnvelope sign_by_all(std::string_view type, const std::string& text, const People& people,
                               const Keyring& keyring);
inline sign::DsseEnvelope sign_certificate(const std::string& text, const People& people, const Keyring& keyring) {
  return sign_by_all(kCertificateType, text, people, keyring);
}
/// What is wrong with a document that all should have signed: not `expected`, byte for byte, or not signed by enough;
/// empty when nothing is.
std::string document_problem(const sign::DsseEnvelope& envelope, std::string_view type, const std::string& expected,
                             const People& people, const transcript::Registry& registry);
/// Rules: certificate-matches (it is `expected`, byte for byte), certificate-signatures (coordinator, auditor and two
/// witnesses at least, by the keys of the record; who did not sign is named).
void check_certificate(base::Verdict& verdict, const sign::DsseEnvelope& envelope, const std::string& expected,
                       const People& people, const transcript::Registry& registry);

/// The payload of the certificate of destruction: canonical JSON, type kCleanupType. Empty before media and equipment
/// are recorded.
std::string destruction_text(const CeremonyFacts& facts);
paper::DestructionCertificate destruction_paper(const Script& script, const People& people, const CeremonyFacts& facts,
                                                const PlanFacts& plan);

paper::Certificate certificate_paper(const Script& script, const People& people, const CeremonyFacts& facts,
                                     const std::string& text, const PlanFacts& plan);
/// What was checked, by whom, and every deviation, incident and checklist line.
paper::Report verification_paper(const Script& script, const Progress& progress, const CeremonyFacts& facts,
                                 const std::vector<CeremonyEntry>& entries, const PlanFacts& plan);

}  // namespace solemn::keys
