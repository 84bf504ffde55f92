#include "hash/health.hpp"

#include <algorithm>

#include "base/secret.hpp"

namespace solemn::hash {

std::string_view describe(Health health) noexcept {
  switch (health) {
    case Health::good:
      return "healthy";
    case Health::repeated:
      return "the same byte again and again";
    case Health::one_value_too_often:
      return "one byte value far too often";
    case Health::too_few_samples:
      return "fewer than 1024 bytes for the start-up test";
  }
  return "";
}

HealthTest::~HealthTest() {
  base::wipe(&last_, sizeof last_);
  base::wipe(&window_first_, sizeof window_first_);
}

void HealthTest::feed(base::ByteSpan samples) noexcept {
  for (const std::byte sample : samples) feed_one(sample);
}

void HealthTest::feed_one(std::byte sample) noexcept {
  // Repetition count test (section 4.4.1).
  run_ = n_samples_ != 0 && sample == last_ ? run_ + 1 : 1;
  last_ = sample;
  if (failure_ == Health::good && run_ >= limits_.repetition) failure_ = Health::repeated;
  // Adaptive proportion test (section 4.4.2): how often the first sample of a window occurs in it.
  if (in_window_ == 0) {
    window_first_ = sample;
    equal_ = 0;
  }
  if (sample == window_first_) ++equal_;
  if (failure_ == Health::good && equal_ >= limits_.proportion) failure_ = Health::one_value_too_often;
  in_window_ = (in_window_ + 1) % kWindow;
  ++n_samples_;
}

Health HealthTest::result() const noexcept {
  if (failure_ != Health::good) return failure_;
  return n_samples_ < kStartUp ? Health::too_few_samples : Health::good;
}

}  // namespace solemn::hash
