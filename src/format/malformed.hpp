#pragma once
// How the readers of this folder say what is wrong with a file. Not for other folders.
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/file.hpp"
#include "curve/group.hpp"

namespace solemn::format::internal {

[[noreturn]] void malformed(std::string what);
/// "section 2: point 17 is not on the curve"
[[noreturn]] void malformed_point(std::string_view where, std::uint64_t index, curve::PointStatus status);
/// "gamma2 is not on the curve"
[[noreturn]] void malformed_point(std::string_view name, curve::PointStatus status);

inline std::string section_name(std::uint32_t type) { return "section " + std::to_string(type); }

/// The error with "'path': " before its message, unless a path is there already.
base::Error with_path(const base::Error& error, const base::Path& path);

/// Calls body(); a malformed error leaves with the path of `file` before it.
template <class Body>
decltype(auto) naming(const base::InputFile& file, Body&& body) {
  try {
    return body();
  } catch (const base::Error& error) { throw with_path(error, file.path()); }
}

}  // namespace solemn::format::internal
