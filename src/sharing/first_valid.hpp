#pragma once
// BIP-32's rule for indices that give no key. Private to this folder.
#include <string>
#include <vector>

#include "base/error.hpp"

namespace solemn::sharing {

/// What make(index) returns, or make(index + 1) ... when it throws Error{rejected}; each index that was passed over is
/// noted. Throws Error{internal} after eight: that has the chance of 2^-1000.
template <class Make>
auto first_valid(std::uint32_t index, Make make, std::vector<std::string>& notes) {
  for (std::uint32_t tried = index; tried < index + 8; ++tried) {
    try {
      return make(tried);
    } catch (const base::Error& error) {
      if (error.code() != base::Code::rejected) throw;
      notes.push_back("index " + std::to_string(tried) + " gave no valid key and was passed over");
    }
  }
  throw base::Error(base::Code::internal, "eight indices in a row gave no valid key", "do not use this machine");
}

}  // namespace solemn::sharing
