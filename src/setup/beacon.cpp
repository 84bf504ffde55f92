#include <algorithm>

#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "setup/context.hpp"

namespace solemn::setup {

namespace {

constexpr std::size_t kMinBeaconBytes = 16, kMaxBeaconBytes = 255;

// 07 07 07..., 01 02 03..., ff fe fd...: the tutorial's value is one of these.
bool is_arithmetic_sequence(base::ByteSpan value) noexcept {
  const auto step = [&](std::size_t i) {
    return static_cast<std::uint8_t>(std::to_integer<unsigned>(value[i]) - std::to_integer<unsigned>(value[i - 1]));
  };
  for (std::size_t i = 2; i < value.size(); ++i) {
    if (step(i) != step(1)) return false;
  }
  return true;
}

// A pattern of at most half the length, over and over: deadbeefdeadbeef...
bool is_repetition(base::ByteSpan value) noexcept {
  for (std::size_t period = 1; period <= value.size() / 2; ++period) {
    if (std::equal(value.begin() + static_cast<std::ptrdiff_t>(period), value.end(), value.begin())) return true;
  }
  return false;
}

}  // namespace

bool is_known_test_beacon(base::ByteSpan value) noexcept {
  return value.size() < kMinBeaconBytes || is_arithmetic_sequence(value) || is_repetition(value);
}

void require_unknown_beacon(const Beacon& beacon, TestBeacon policy) {
  using base::Code;
  using base::Error;
  if (beacon.value.empty() || beacon.value.size() > kMaxBeaconBytes) {
    throw Error(Code::usage, "a beacon value has 1 to 255 bytes, not " + std::to_string(beacon.value.size()));
  }
  if (beacon.iterations_exp < kMinIterationsExp || beacon.iterations_exp > kMaxIterationsExp) {
    throw Error(Code::usage, "the beacon's exponent of iterations must be from 10 to 40, not " +
                                 std::to_string(beacon.iterations_exp));
  }
  if (policy == TestBeacon::refuse && is_known_test_beacon(beacon.value)) {
    throw Error(Code::refused,
                "the beacon value " + base::to_hex(beacon.value) + " is short or predictable: everybody knew it before",
                "take a value that nobody could know when the last contribution was published, such as a future "
                "drand round; --insecure-test-beacon for tests");
  }
}

void require_plain_name(std::string_view name) {
  if (base::printable(name) == name) return;
  throw base::Error(base::Code::usage, "the name '" + base::printable(name) + "' has control characters or is no UTF-8",
                    "it stands in the public record for ever: write it as plain text");
}

base::Hash32 run_beacon(const Beacon& beacon, base::Progress& progress) {
  const std::uint64_t iterations = std::uint64_t{1} << std::min(beacon.iterations_exp, kMaxIterationsExp);
  progress.phase("hashing the beacon", iterations, "hashes");
  return hash::sha256_iterated(beacon.value, iterations, &progress);
}

}  // namespace solemn::setup
