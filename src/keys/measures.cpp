#include "keys/measures.hpp"

#include <algorithm>

#include "transcript/time.hpp"

namespace solemn::keys {

namespace {

constexpr std::size_t kFewestDigits = 8, kHexDigits = 64;

bool is_wall_clock(std::string_view typed) {
  // "2027-03-01 14:05" is the record's own spelling of a time but for three characters.
  if (typed.size() != 16 || typed[10] != ' ') return false;
  return transcript::parse_time(std::string(typed.substr(0, 10)) + "T" + std::string(typed.substr(11)) + ":00Z")
      .has_value();
}

bool begins_own_digest(std::string_view typed, std::string_view software) {
  if (typed.size() < kFewestDigits || software.size() < kHexDigits) return false;
  return software.substr(software.size() - kHexDigits).starts_with(typed);
}

}  // namespace

std::string measure_objection(std::string_view id, std::string_view typed, std::string_view software) {
  if (id == "wall-clock" && !is_wall_clock(typed)) return "this is no date and time like 2027-03-01 14:05";
  if (id == "program-sha256" && !begins_own_digest(typed, software))
    return "these are not the first digits of the SHA-256 of the program that runs here";
  return "";
}

}  // namespace solemn::keys
