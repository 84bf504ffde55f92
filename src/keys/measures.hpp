#pragma once
// Measures whose form is known: what people typed is compared before it is recorded, and again in the audit.
#include <string>
#include <string_view>

namespace solemn::keys {

/// Why `typed` is no answer to the measure with this id; empty when it is one. "wall-clock": a date and time,
/// "2027-03-01 14:05". "program-sha256": at least the first 8 hex digits of the program's SHA-256, which `software`
/// (Beginning) ends with. Every other id takes any text.
std::string measure_objection(std::string_view id, std::string_view typed, std::string_view software);

}  // namespace solemn::keys
