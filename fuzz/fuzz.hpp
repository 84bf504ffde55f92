#pragma once
// What the targets share. A reader may refuse any input with Error{malformed}; everything else that leaves it is a
// finding.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/error.hpp"
#include "format/samples.hpp"

namespace solemn::fuzz {

inline base::ByteSpan bytes_of(const std::uint8_t* data, std::size_t size) {
  return std::as_bytes(std::span(data, size));
}

inline void require(bool condition) {
  if (!condition) std::abort();
}

/// Runs body(); false when it refuses the input.
template <class Body>
bool accepts(Body&& body) {
  try {
    body();
    return true;
  } catch (const base::Error& error) {
    require(error.code() == base::Code::malformed);
    require(!error.message().empty());
    return false;
  }
}

inline base::Pool& pool() {
  static base::Pool one(1);
  return one;
}

}  // namespace solemn::fuzz
