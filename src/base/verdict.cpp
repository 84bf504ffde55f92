#include "base/verdict.hpp"

#include <algorithm>

namespace solemn::base {

void Verdict::pass(std::string_view rule, std::string detail) {
  checks_.push_back({rule, Outcome::passed, std::move(detail)});
}

void Verdict::fail(std::string_view rule, std::string detail) {
  checks_.push_back({rule, Outcome::failed, std::move(detail)});
}

void Verdict::not_run(std::string_view rule, std::string reason) {
  checks_.push_back({rule, Outcome::not_run, std::move(reason)});
}

void Verdict::add(std::string_view rule, bool passed, std::string detail) {
  checks_.push_back({rule, passed ? Outcome::passed : Outcome::failed, std::move(detail)});
}

void Verdict::append(const Verdict& more) { checks_.insert(checks_.end(), more.checks_.begin(), more.checks_.end()); }

const Check* Verdict::find(std::string_view rule) const noexcept {
  const Check* found = nullptr;
  for (const Check& check : checks_) {
    if (check.rule != rule) continue;
    if (check.outcome == Outcome::failed) return &check;
    if (found == nullptr) found = &check;
  }
  return found;
}

std::size_t Verdict::count(Outcome outcome) const noexcept {
  return static_cast<std::size_t>(std::count_if(checks_.begin(), checks_.end(),
                                                [outcome](const Check& check) { return check.outcome == outcome; }));
}

bool Verdict::accepted() const noexcept { return !checks_.empty() && count(Outcome::passed) == checks_.size(); }

bool Verdict::rejected() const noexcept { return count(Outcome::failed) != 0; }

}  // namespace solemn::base
