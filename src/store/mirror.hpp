#pragma once
// One place to ask for contents. Private to this folder.
#include <memory>

#include "net/http.hpp"
#include "store/names.hpp"

namespace solemn::store::internal {

/// What a mirror did that no further try will change: redirect, other bytes, no such file.
struct Refusal {
  std::string why;
};

/// It has no more than what was there already: to be asked again from the start.
struct NothingFollows {};

class Mirror {
 public:
  virtual ~Mirror() = default;
  /// Calls begin(total_bytes, offset_bytes) once, where the offset is 0 or the one asked for, then take() with what
  /// follows from there.
  /// Throws Refusal; NothingFollows; Error{io}: worth another try.
  struct Taker {
    std::function<void(std::uint64_t, std::uint64_t)> begin;
    std::function<void(base::ByteSpan)> take;
  };
  virtual void give(const base::Hash32& digest, std::uint64_t offset_bytes, const Taker& taker,
                    const net::Limits& limits, base::Progress& progress) = 0;
};

/// "s3://bucket/prefix", "https://host/path", "http://host/path", or a folder. Throws Error{usage}.
std::unique_ptr<Mirror> open_mirror(const std::string& place);

}  // namespace solemn::store::internal
