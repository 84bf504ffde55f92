#pragma once
// When a key has to be rebuilt, and when a ceremony failed: their procedures as scripts (script.hpp), and the report of
// a recovery.
#include <string>
#include <string_view>
#include <vector>

#include "keys/inventory.hpp"

namespace solemn::keys {

std::string_view recovery_script_text() noexcept;
std::string_view reschedule_script_text() noexcept;

/// The type of the entry that holds a report; signed by root or coordinator.
inline constexpr std::string_view kRecoveredType = "key-recovered";

struct RecoveryReport {
  std::string key, set_id;  // of the inventory
  std::string public_key;   // as the independent verifier saw it, hex
  std::string purpose;      // "reshare", "sign" or "install"
  std::string reason;
  std::string began, ended;  // time texts
  struct Used {
    unsigned index = 0;
    std::string custodian, old_seal, new_seal;  // new_seal empty: destroyed
  };
  std::vector<Used> used;
  std::string performed_by, verified_by;
  std::vector<std::string> witnesses;
  transcript::Json json() const;
  /// Throws Error{malformed}.
  static RecoveryReport from_json(const transcript::Json& json);
};
/// Rules: recovery-key (of the inventory, active or retiring, that share set), recovery-public-key (what the verifier
/// saw is the inventory's), recovery-quorum (as many distinct shares as the threshold, none of them lost, brought by
/// their holders), recovery-seals (the bags had the inventory's numbers), recovery-independent (the verifier did not
/// rebuild, held no share and is no witness; two witnesses).
base::Verdict check_recovery(const Inventory& inventory, const RecoveryReport& report);

}  // namespace solemn::keys
