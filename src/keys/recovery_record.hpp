#pragma once
// The report of a recovery, computed from the record of the recovery ceremony.
#include "keys/record.hpp"
#include "keys/recovery.hpp"

namespace solemn::keys {

inline constexpr std::string_view kRecoveryReportType = "application/vnd.solemn.recovery-report+json";

/// From the steps: "recovery-key" (which key, as the auditor found it in the inventory), "recovery-share" of each
/// custodian with the numbers of bags ("seal" before, "new-seal" after; "destroyed": none), "recovery-independent" and
/// "recovery-forget". Began and ended: the first entry and the last of `entries`. Throws Error{malformed} when a result
/// is not of its form, Error{usage} when one of these steps is not done.
RecoveryReport recovery_report_of(const Progress& progress, const std::vector<CeremonyEntry>& entries);

/// What people typed for a measure, in the last step that has it; empty: nobody was asked. person: of a step that each
/// does; null: any.
std::string measured_in(const Progress& progress, const std::vector<CeremonyEntry>& entries, std::string_view measure,
                        const Person* person = nullptr);

}  // namespace solemn::keys
