#pragma once
// What every long operation is given: threads, progress, whether outputs may be replaced.
#include <algorithm>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/pool.hpp"
#include "base/progress.hpp"
#include "base/secret.hpp"
#include "format/ptau.hpp"

namespace solemn::setup {

struct Context {
  base::Pool& pool;
  base::Progress& progress;
  base::Overwrite overwrite = base::Overwrite::no;
  std::uint64_t memory_limit_bytes = 0;  // 0: the documented bound of the operation
};

/// For a short task beside the one whose progress people see: ctrl-C reaches it, and it says nothing.
class Unseen final : public base::Progress {
 public:
  explicit Unseen(base::Progress& seen) noexcept : seen_(seen) {}
  void phase(std::string_view, std::uint64_t, std::string_view) override {}
  void advance(std::uint64_t) override {}
  void check_interrupt() override { seen_.check_interrupt(); }

 private:
  base::Progress& seen_;
};

/// A 64-byte secret seed from hash::EntropyPool; a contribution's toxic waste is derived from it and both are wiped.
using Entropy = base::Secret<base::Hash64>;

/// A beacon step: everybody can repeat it. value: 1..255 bytes; 10 <= iterations_exp <= 40 when made, <= 40 when
/// verified.
struct Beacon {
  base::Bytes value;
  unsigned iterations_exp = 10;
};
constexpr unsigned kMinIterationsExp = 10, kMaxIterationsExp = 40;
/// A verifier repeats no more than 2^32 hashes for all steps of a file together (some minutes): kinds and exponents are
/// under no hash, so a file may claim thousands of beacons. Beyond that the check is reported as not run.
constexpr unsigned kMaxVerifiedExp = 32;
/// What is left of that for one file.
class BeaconBudget {
 public:
  explicit BeaconBudget(unsigned max_exp) : hashes_left_(std::uint64_t{1} << std::min(max_exp, kMaxIterationsExp)) {}
  /// False when the step would take more than what is left; nothing is used up then.
  bool take(unsigned iterations_exp) noexcept {
    if (iterations_exp > kMaxIterationsExp || (std::uint64_t{1} << iterations_exp) > hashes_left_) return false;
    hashes_left_ -= std::uint64_t{1} << iterations_exp;
    return true;
  }

 private:
  std::uint64_t hashes_left_;
};

/// Throws Error{usage} for a name that a new record must not carry into the world: control characters, text that turns
/// itself around, or bytes that are no UTF-8. Names of old records are kept as they are, and shown escaped.
void require_plain_name(std::string_view name);

enum class TestBeacon : std::uint8_t { refuse, allow_insecure };
/// Throws Error{refused} for values that everybody knows: the tutorial's 0102...1f(20), all bytes equal, counting
/// sequences, shorter than 16 bytes.
void require_unknown_beacon(const Beacon& beacon, TestBeacon policy);
bool is_known_test_beacon(base::ByteSpan value) noexcept;
/// ChaCha seed of a beacon: 2^exp times SHA-256 (spec 4.5). Progress counts iterations.
base::Hash32 run_beacon(const Beacon& beacon, base::Progress& progress);

}  // namespace solemn::setup
