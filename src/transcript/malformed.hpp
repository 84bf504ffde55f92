#pragma once
// Not for other folders.
#include <string>

#include "base/error.hpp"

namespace solemn::transcript {

[[noreturn]] inline void malformed(std::string what) {
  throw base::Error(base::Code::malformed, std::move(what), "fetch the file again, or ask whoever made it");
}

}  // namespace solemn::transcript
