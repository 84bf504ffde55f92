#pragma once
// The exit statuses of the seed's script names: 2 transcript, 3 signature, 4 threshold, 5 missing signers; 1 is
// anything else.
#include <functional>
#include <optional>
#include <span>

#include "base/verdict.hpp"
#include "cli/ui.hpp"

namespace solemn::cli {

/// What a check's outcome means to a script. Of a table, the first line that is true of a verdict decides.
struct ScriptStatus {
  std::string_view rule;
  base::Outcome outcome;
  int status;
};

/// nullopt: no line is true of this verdict. The table goes into the JSON too, as "script_statuses".
std::optional<int> script_status(std::span<const ScriptStatus> table, const base::Verdict& verdict, Ui& ui);

/// "passed", "failed", "not_run"
std::string_view outcome_text(base::Outcome outcome) noexcept;

/// run(); when `script`, an error is one of status 1: in the statuses of the script names 2 to 5 mean something else.
int with_script_status(bool script, const std::function<int()>& run);

}  // namespace solemn::cli
