#pragma once
// The audit of a ceremony by somebody who was not there: everything in its folder, offline. The record is replayed
// under the same rules that held while it was written; what it says is compared with the files beside it.
#include <memory>
#include <optional>

#include "keys/certificate.hpp"
#include "transcript/time.hpp"

namespace solemn::keys {

/// Whether the folder holds the record of a key ceremony (in record/). Never throws for bad content.
bool holds_ceremony(const base::Path& folder);

struct CeremonyAuditOptions {
  std::optional<sign::PublicKey> root_key;  // from the paper certificate, not from the folder
  bool accept_drill = false;
  std::uint64_t now = transcript::unix_now();  // the auditor's clock
};

struct CeremonyAudit {
  base::Verdict verdict;
  std::string origin;
  std::unique_ptr<Script> script;  // null when it could not be read, and then so are the others
  std::unique_ptr<People> people;
  std::unique_ptr<Progress> progress;
  std::vector<CeremonyEntry> entries;
  CeremonyFacts facts;
};
/// The checks of the record (docs/transcript.md), and: ceremony-script, ceremony-people, the rules of progress.hpp,
/// steps-complete, recorded-checks, commitments, distribution, certificate-matches, certificate-signatures,
/// bundle-files, exceptions, inventory-matches, not-a-drill. Errors: Error{io}; bad content is in the verdict.
CeremonyAudit audit_ceremony(const base::Path& folder, const CeremonyAuditOptions& options);

}  // namespace solemn::keys
