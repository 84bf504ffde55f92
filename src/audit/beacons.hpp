#pragma once
// Beacon steps against announcements: was the round committed to before it existed, and unknown at the last
// contribution?
#include "audit/audit.hpp"
#include "transcript/entry.hpp"

namespace solemn::audit {

/// For every beacon step: the record has a `beacon-used` entry with a drand file whose randomness is the step's value,
/// and before it a `beacon-announced` entry with the announcement of that round, made before the round was out and
/// after which nothing but the last contribution's time decides. Adds: beacon-announced, beacon-unknown-before. Not run
/// without a record, without a beacon step, and for values that are no drand round of the record.
void check_beacons(AuditReport& report, const base::Path* record_folder, const std::vector<transcript::Entry>* entries);

}  // namespace solemn::audit
