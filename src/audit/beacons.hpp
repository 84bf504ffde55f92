#pragma once
// Beacon steps against announcements: was the round committed to before it existed, and unknown at the last
// contribution?
#include "audit/audit.hpp"
#include "transcript/replay.hpp"

namespace solemn::audit {

/// The record of the folder, read before.
struct RecordView {
  const base::Path& folder;
  const transcript::Replay& replay;
  const std::vector<transcript::Entry>& entries;  // with their bodies
};

/// The labels that a round may be announced under: the ceremony's, or that of one of its phases.
std::vector<std::string> announced_labels(const std::string& ceremony);
/// "--label 'Example 2027' or --label 'Example 2027, phase 1'", as a shell takes it.
std::string labels_text(const std::vector<std::string>& labels);

/// Every chain ends with a beacon step, and for every one of those: the record has a `beacon-used` entry with a drand
/// file whose randomness is the step's value; before it a `beacon-announced` entry, written before the round was out,
/// with the announcement of that round; no second announced round that would do as well; and the round came out after
/// the last contribution, by its signed log and by the order of the record. Adds: beacon-announced,
/// beacon-unknown-before; and beacon-witnessed where root wants witnesses: they cosigned the announcement and all
/// contributions before the round was out, by their own clocks. Not run without a record, for a chain that does not end
/// with a beacon, and for values that are no drand round of the record. Chains that count: the known ones and
/// those of the options; information in the folder never counts. With options.without_beacon, where no chain has a
/// beacon step, there is one check instead, beacon-waived: it fails when the record announces a round.
void check_beacons(AuditReport& report, const RecordView* record, const AuditOptions& options);

}  // namespace solemn::audit
