#pragma once
// Continuous health tests of raw noise sources: NIST SP 800-90B section 4.4. They find a source that is broken (stuck,
// or far below the entropy it claims); they cannot show that a source is good.
#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"

namespace solemn::hash {

/// Cut-offs for byte samples and a false alarm in 2^30 samples (alpha = 2^-30).
struct HealthLimits {
  unsigned repetition;  // RCT: C = 1 + ceil(30 / H)
  unsigned proportion;  // APT, window of 512 samples: C = 1 + critbinom(512, 2^-H, 1 - 2^-30)
};
/// By the min-entropy in bits that the source claims for each byte.
constexpr HealthLimits kHealthLimits8 = {5, 16}, kHealthLimits6 = {6, 31}, kHealthLimits4 = {9, 71},
                       kHealthLimits1 = {31, 325};

enum class [[nodiscard]] Health : std::uint8_t{good, repeated, one_value_too_often, too_few_samples};
std::string_view describe(Health health) noexcept;

/// Fed with every raw byte, in order. Once failed it stays failed. Variable time in the samples: only for raw output,
/// of which no byte is used unhashed. Wiped at the end.
class HealthTest {
 public:
  static constexpr unsigned kWindow = 512, kStartUp = 1024;  // samples

  explicit HealthTest(HealthLimits limits) noexcept : limits_(limits) {}
  ~HealthTest();
  HealthTest(const HealthTest&) = delete;
  HealthTest& operator=(const HealthTest&) = delete;

  void feed(base::ByteSpan samples) noexcept;
  /// good only after kStartUp samples without a failure.
  Health result() const noexcept;

 private:
  void feed_one(std::byte sample) noexcept;

  HealthLimits limits_;
  Health failure_ = Health::good;
  std::byte last_{}, window_first_{};
  unsigned run_ = 0, in_window_ = 0, equal_ = 0;
  std::uint64_t n_samples_ = 0;
};

}  // namespace solemn::hash
