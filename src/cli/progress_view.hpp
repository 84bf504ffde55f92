#pragma once
// Draws progress on stderr: after half a second, at most ten times a second, only if stderr is a terminal; otherwise a
// line per phase and per ten per cent, or JSON lines. It counts points and bytes; the time left is what the rate of
// this phase says.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/progress.hpp"

namespace solemn::cli {

class ProgressView : public base::Progress {
 public:
  /// mode: auto, json, none.
  explicit ProgressView(std::string_view mode);
  void phase(std::string_view name, std::uint64_t total, std::string_view unit) override;
  void advance(std::uint64_t n) override;
  void check_interrupt() override;
  /// Removes the drawn line, so that other text can be written.
  void clear();
  void finish();

 private:
  using Clock = std::chrono::steady_clock;
  enum class Style : std::uint8_t { none, terminal, lines, json };
  void draw(Clock::time_point now, bool last);
  std::string describe(double seconds) const;

  Style style_;
  std::mutex mutex_;
  std::string name_, unit_;
  std::uint64_t total_ = 0;
  std::atomic<std::uint64_t> done_ = 0;
  Clock::time_point started_, phase_started_, drawn_;
  std::atomic<std::int64_t> next_draw_ns_ = 0;
  unsigned tenths_ = 0;
  bool on_screen_ = false;
};

}  // namespace solemn::cli
