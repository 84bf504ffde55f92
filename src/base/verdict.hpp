#pragma once
// Verification is a value: a list of named checks, each passed, failed or not run. Empty is not accepted; "not run" is
// never "ok".
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace solemn::base {

enum class Outcome : std::uint8_t { passed, failed, not_run };

struct Check {
  std::string_view rule;  // kebab-case name, documented in docs/checks.md: "tau-g1-powers"
  Outcome outcome;
  std::string detail;  // what was seen: section, index, count; for not_run the reason
};

class [[nodiscard]] Verdict {
 public:
  void pass(std::string_view rule, std::string detail = {});
  void fail(std::string_view rule, std::string detail);
  void not_run(std::string_view rule, std::string reason);
  void add(std::string_view rule, bool passed, std::string detail = {});
  void append(const Verdict& more);
  const std::vector<Check>& checks() const noexcept { return checks_; }
  const Check* find(
      std::string_view rule) const noexcept;  // the first with that name, failed ones first; null when absent
  std::size_t count(Outcome outcome) const noexcept;
  /// Non-empty, and every check passed.
  bool accepted() const noexcept;
  /// At least one check failed.
  bool rejected() const noexcept;

 private:
  std::vector<Check> checks_;
};

}  // namespace solemn::base
