#include "base/error.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace solemn::base {

Error::Error(Code code, std::string what, std::string hint)
    : code_(code), what_(std::move(what)), hint_(std::move(hint)) {}

Error Error::with_context(std::string_view context) const {
  std::string what(context);
  what += ": ";
  what += what_;
  return Error(code_, std::move(what), hint_);
}

void assertion_failed(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "solemn: internal error: %s:%d: not true: %s\n", file, line, expression);
  std::abort();
}

}  // namespace solemn::base
