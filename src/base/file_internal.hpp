#pragma once
// What the two halves of file.hpp share. Not for other folders.
#include <cerrno>
#include <string>
#include <system_error>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/file.hpp"

namespace solemn::base::internal {

inline std::string quoted(const Path& path) { return "'" + printable(path.native()) + "'"; }

/// Error{io}: "cannot <act> '<path>': <reason>", with a hint where the reason has one.
inline Error system_error(std::string_view act, const Path& path, int error_number) {
  std::string hint;
  if (error_number == ENOSPC || error_number == EDQUOT) hint = "free some disk space, or write to another folder";
  if (error_number == EACCES || error_number == EPERM) hint = "check the permissions and the owner";
  if (error_number == ENOENT || error_number == ENOTDIR) hint = "check the spelling of the path";
  if (error_number == EMFILE || error_number == ENFILE) hint = "raise the limit of open files (ulimit -n)";
  return Error(Code::io,
               "cannot " + std::string(act) + " " + quoted(path) + ": " + std::generic_category().message(error_number),
               std::move(hint));
}

/// Fills `out` from offset; throws as InputFile::read_at.
void read_exactly(int descriptor, const Path& path, std::uint64_t offset_bytes, MutableByteSpan out);

/// The folder that holds `path`; "." for a bare name.
inline Path folder_of(const Path& path) { return path.has_parent_path() ? path.parent_path() : Path("."); }

}  // namespace solemn::base::internal
