#include "cli/progress_view.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "base/error.hpp"
#include "cli/ui.hpp"

namespace solemn::cli {
namespace {

std::string rate_text(double per_second) {
  constexpr std::array<const char*, 4> kUnits = {"", " k", " M", " G"};
  std::size_t unit = 0;
  while (per_second >= 1000 && unit + 1 < kUnits.size()) {
    per_second /= 1000;
    ++unit;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g%s/s", per_second, kUnits[unit]);
  return text.data();
}

std::string time_text(double seconds) {
  std::array<char, 32> text{};
  if (seconds < 90) {
    std::snprintf(text.data(), text.size(), "%.0f s", seconds);
  } else if (seconds < 5400) {
    std::snprintf(text.data(), text.size(), "%.0f min", seconds / 60);
  } else {
    std::snprintf(text.data(), text.size(), "%.1f h", seconds / 3600);
  }
  return text.data();
}

constexpr auto kFirstDraw = std::chrono::milliseconds(500);
constexpr auto kInterval = std::chrono::milliseconds(100);

}  // namespace

ProgressView::ProgressView(std::string_view mode) {
  const char* term = std::getenv("TERM");
  const bool foreground = isatty(STDERR_FILENO) != 0 && tcgetpgrp(STDERR_FILENO) == getpgrp();
  const bool terminal = foreground && (term == nullptr || std::string_view(term) != "dumb");
  style_ = mode == "none" ? Style::none : (mode == "json" ? Style::json : (terminal ? Style::terminal : Style::lines));
  started_ = phase_started_ = drawn_ = Clock::now();
  next_draw_ns_ = (started_ + kFirstDraw).time_since_epoch().count();
}

void ProgressView::phase(std::string_view name, std::uint64_t total, std::string_view unit) {
  const std::lock_guard lock(mutex_);
  name_ = name;
  unit_ = unit;
  total_ = total;
  done_ = 0;
  tenths_ = 0;
  phase_started_ = Clock::now();
}

void ProgressView::advance(std::uint64_t n) {
  done_ += n;
  if (style_ == Style::none) return;
  const auto now = Clock::now();
  if (now.time_since_epoch().count() < next_draw_ns_.load(std::memory_order_relaxed)) return;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return;
  next_draw_ns_ = (now + kInterval).time_since_epoch().count();
  draw(now, false);
}

void ProgressView::check_interrupt() {
  if (interrupted())
    throw base::Error(base::Code::interrupted, "interrupted", "run the same command again to continue or restart");
}

std::string ProgressView::describe(double seconds) const {
  const std::uint64_t done = done_;
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string text = name_;
  if (total_ > 0) text += "  " + std::to_string(std::min<std::uint64_t>(100, done * 100 / total_)) + " %";
  text += "  " + rate_text(rate) + " " + unit_;
  if (total_ > done && rate > 0 && seconds > 0.5)
    text += "  left " + time_text(static_cast<double>(total_ - done) / rate);
  return text;
}

void ProgressView::draw(Clock::time_point now, bool) {
  const double seconds = std::chrono::duration<double>(now - phase_started_).count();
  const std::uint64_t done = done_;
  if (style_ == Style::terminal) {
    std::cerr << "\r\033[K" << describe(seconds) << std::flush;
    on_screen_ = true;
    return;
  }
  const auto tenths = total_ > 0 ? static_cast<unsigned>(std::min<std::uint64_t>(10, done * 10 / total_)) : 0U;
  if (style_ == Style::json) {
    Json object{{"schema", "solemn.progress/1"},
                {"phase", name_},
                {"done", done},
                {"total", total_},
                {"unit", unit_},
                {"seconds", seconds}};
    std::cerr << object.dump() << std::endl;
    return;
  }
  if (tenths > tenths_ || now - drawn_ > std::chrono::minutes(1)) {
    std::cerr << describe(seconds) << std::endl;
    tenths_ = tenths;
    drawn_ = now;
  }
}

void ProgressView::clear() {
  const std::lock_guard lock(mutex_);
  if (on_screen_) std::cerr << "\r\033[K" << std::flush;
  on_screen_ = false;
}

void ProgressView::finish() { clear(); }

}  // namespace solemn::cli
