#pragma once
// Reading files of lines. Not for other folders.
#include <cstdint>
#include <string>
#include <string_view>

namespace solemn::transcript {

/// Cuts the first line off, without its newline. Throws Error{malformed} when no newline is left.
std::string_view take_line(std::string_view& text, const std::string& what);
/// No leading zero, below 2^62. Throws Error{malformed}.
std::uint64_t decimal_of(std::string_view text, const std::string& what);

}  // namespace solemn::transcript
