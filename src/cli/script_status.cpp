#include "cli/script_status.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;

std::optional<int> script_status(std::span<const ScriptStatus> table, const base::Verdict& verdict, Ui& ui) {
  Json lines = Json::array();
  for (const ScriptStatus& line : table)
    lines.push_back({{"rule", line.rule}, {"outcome", outcome_text(line.outcome)}, {"status", line.status}});
  ui.json()["script_statuses"] = std::move(lines);
  const auto decides = std::ranges::find_if(table, [&](const ScriptStatus& line) {
    return std::ranges::any_of(verdict.checks(), [&](const base::Check& check) {
      return check.rule == line.rule && check.outcome == line.outcome;
    });
  });
  return decides == table.end() ? std::nullopt : std::optional<int>(decides->status);
}

std::string_view outcome_text(base::Outcome outcome) noexcept {
  return outcome == base::Outcome::passed ? "passed" : outcome == base::Outcome::failed ? "failed" : "not_run";
}

int with_script_status(bool script, const std::function<int()>& run) {
  try {
    return run();
  } catch (const Error& error) {
    if (!script || error.code() == Code::interrupted || error.code() == Code::internal) throw;
    throw Error(Code::rejected, error.message(), error.hint());
  }
}

}  // namespace solemn::cli
