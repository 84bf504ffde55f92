#pragma once
// Contribution logs against files, steps and registered participants.
#include <map>

#include "audit/audit.hpp"

namespace solemn::audit {

/// An attachment of a contribution entry.
struct RecordedLog {
  base::Hash32 sha256{};
  sign::KeyId key{};  // who put it into the record, and was registered when that happened
};

/// Who may sign what, from the record and the root key. Empty pointer: there is no list that can be trusted.
struct Participants {
  std::vector<transcript::Participant> all;
  bool pinned = false;  // the list is signed by the root key that the auditor brought
  std::string why_not;  // when not pinned
  std::vector<RecordedLog> recorded_logs;
};

/// Every log is the log of one file here, no file has two, every step has one.
/// Adds: logs-match-files, files-have-logs.
void check_logs_match_files(AuditReport& report);
/// A log says of its step what the file says: contribution hash, kind, claimed name, curve, power; its input is the
/// file before. Adds: logs-match-steps, logs-in-order.
void check_logs_match_steps(AuditReport& report);
/// Every log is signed, by the key registered for its participant, whose role allows the step. Adds: logs-signed,
/// log-signatures, log-participants.
void check_log_signatures(AuditReport& report, const Participants& participants);
/// Adds: distinct-contributors.
void check_contributors(AuditReport& report, const Participants& participants, std::size_t min_contributors);

}  // namespace solemn::audit
