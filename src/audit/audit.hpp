#pragma once
// solemn audit: everything in a ceremony's folder, offline. The verdict is a list of named checks (docs/checks.md);
// what is missing is failed or not run.
#include <optional>
#include <string>
#include <vector>

#include "audit/chain.hpp"
#include "audit/survey.hpp"
#include "base/verdict.hpp"
#include "beacon/chain.hpp"
#include "sign/signer.hpp"
#include "transcript/registry.hpp"
#include "transcript/time.hpp"

namespace solemn::audit {

struct AuditOptions {
  std::optional<sign::PublicKey> root_key;  // pins the list of participants; from outside the folder
  std::size_t min_contributors = 1;         // distinct keys that contributed, in each chain
  setup::TestBeacon beacon_policy = setup::TestBeacon::refuse;
  std::vector<beacon::Chain> chains;           // drand chains besides the known ones, as the auditor has them
  bool without_beacon = false;                 // the participants agreed on none: then a chain may end without one
  std::uint64_t now = transcript::unix_now();  // the auditor's clock
};

/// One file and what its own verification said.
struct FileVerdict {
  base::Path path;
  std::string what;  // "powers of tau, 2 steps"
  base::Verdict verdict;
  std::vector<std::string> expected_failures;  // of a first state: no contributions yet
  bool sound() const;
};

/// One step as the records and logs tell it.
struct Step {
  std::string chain;  // "phase 1", "phase 2 of circuit.zkey"
  std::size_t number = 0;
  std::string file, claimed_name;
  format::StepKind kind = format::StepKind::ptau_new;
  std::string curve;
  unsigned power = 0;  // of a key: of its domain
  bool is_beacon = false;
  base::Hash32 sha256{};     // of the file
  base::Bytes beacon_value;  // of a beacon step
  base::Hash64 contribution_hash{};
  const LogFile* log = nullptr;  // null: none; points into the report's survey
  bool log_signature_good = false;
};

struct AuditReport {
  Survey found;
  base::Verdict verdict;
  std::vector<FileVerdict> files;
  std::vector<Step> steps;
  std::vector<transcript::Participant> participants;
  std::string ceremony;  // label and id from the record; empty without one
  std::string label;     // of the ceremony; empty without a record
};

/// Errors: Error{io}. Bad content is in the verdict.
AuditReport audit(Survey found, const AuditOptions& options, const setup::Context& context);

}  // namespace solemn::audit
