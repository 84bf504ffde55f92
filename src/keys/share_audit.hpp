#pragma once
// Do the custodians still have their shares? Each answers a fresh challenge with a proof of possession, which tells
// nothing about the share; the report names who did not.
#include <string>
#include <vector>

#include "keys/inventory.hpp"
#include "sharing/randomness.hpp"

namespace solemn::keys {

struct AuditChallenge {
  std::string nonce;   // 64 hex digits
  std::string issued;  // time text
  struct Asked {
    std::string key, set_id;
    unsigned index = 0;
    std::string custodian;
  };
  std::vector<Asked> asked;
  transcript::Json json() const;
  /// Throws Error{malformed}.
  static AuditChallenge from_json(const transcript::Json& json);
  /// What a share signs: no other use of shares has this prefix.
  base::Bytes bytes() const;
};
/// Every share of every key that is pending, active or retiring and shared, lost ones left out.
AuditChallenge new_challenge(const Inventory& inventory, std::string nonce, std::string issued);

struct AuditAnswer {
  std::string set_id;
  unsigned index = 0;
  std::string proof;  // 128 hex digits
  transcript::Json json() const;
  static AuditAnswer from_json(const transcript::Json& json);
};
/// Throws Error{rejected} when the challenge does not ask for that share, or is dated more than a day after `now`: kept
/// until then, the answer would prove what nobody knows yet.
AuditAnswer answer_challenge(const AuditChallenge& challenge, const sharing::ShareSet& set, const sharing::Share& share,
                             std::int64_t now, sharing::Randomness& randomness);

/// The body of a "share-audit" entry: the challenge and all answers, so that everybody can judge it again.
struct AuditReport {
  AuditChallenge challenge;
  std::vector<AuditAnswer> answers;
  transcript::Json json() const;
  static AuditReport from_json(const transcript::Json& json);
};
struct JudgedAudit {
  std::vector<AuditChallenge::Asked> proven, silent, wrong;  // wrong: an answer that proves nothing
  std::vector<std::string> strange;                          // answers to nothing that was asked
};
/// Rules: audit-date (the challenge is not of a time after `now`), audit-asked (it asks for every share of the
/// inventory, and each answer is to something asked), audit-answers (all asked shares answered), audit-proofs (no
/// answer that proves nothing).
JudgedAudit judge_audit(const Inventory& inventory, const AuditReport& report, std::int64_t now,
                        base::Verdict& verdict);

}  // namespace solemn::keys
