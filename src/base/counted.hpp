#pragma once
// "1 file", "3 files", for people.
#include <cstdint>
#include <string>
#include <string_view>

namespace solemn::base {

/// many: the plural, when it is not `one` with an s ("entries").
inline std::string counted(std::uint64_t n, std::string_view one, std::string_view many = {}) {
  std::string text = std::to_string(n) + " ";
  if (n == 1 || many.empty()) return text + std::string(one) + (n == 1 ? "" : "s");
  return text + std::string(many);
}

}  // namespace solemn::base
