#pragma once
// Long work says how far it is. Libraries report here; only cli/ draws. Also the way ctrl-C reaches a loop.
#include <cstdint>
#include <string_view>

namespace solemn::base {

class Progress {
 public:
  virtual ~Progress() = default;
  /// A new phase of `total` units ("points", "bytes", "links"); ends the one before.
  virtual void phase(std::string_view name, std::uint64_t total, std::string_view unit) = 0;
  /// n more units are done. Callable from any thread; cheap.
  virtual void advance(std::uint64_t n) = 0;
  /// Throws Error{interrupted} after ctrl-C. Long loops call it once per block.
  virtual void check_interrupt() = 0;
};

/// Says nothing, never interrupts.
Progress& silent_progress() noexcept;

}  // namespace solemn::base
