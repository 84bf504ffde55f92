#include "format/malformed.hpp"

#include "base/bytes.hpp"

namespace solemn::format::internal {

void malformed(std::string what) { throw base::Error(base::Code::malformed, std::move(what)); }

void malformed_point(std::string_view name, curve::PointStatus status) {
  malformed(std::string(name) + " is " + std::string(curve::describe(status)));
}

void malformed_point(std::string_view where, std::uint64_t index, curve::PointStatus status) {
  malformed_point(std::string(where) + ": point " + std::to_string(index), status);
}

base::Error with_path(const base::Error& error, const base::Path& path) {
  if (error.code() != base::Code::malformed || error.message().starts_with('\'')) return error;
  return error.with_context("'" + base::printable(path.native()) + "'");
}

}  // namespace solemn::format::internal
