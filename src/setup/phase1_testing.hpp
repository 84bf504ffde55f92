#pragma once
// A folder with small ceremonies in it. For tests.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/file_test_folder.hpp"
#include "hash/entropy.hpp"
#include "hash/sha256.hpp"
#include "setup/phase1.hpp"

namespace solemn::setup {

inline base::Bytes bytes_of(std::string_view hex) { return base::from_hex(hex).value(); }

inline Beacon tutorial_beacon() {
  return {bytes_of("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"), 10};
}
inline Beacon real_beacon() {
  return {bytes_of("e586fccaf245c9a1d7e78294d4802018f3001149a71b8f10cd997ef8235aa372"), 10};
}

/// Everything a verb needs, in a folder of its own.
class Workshop {
 public:
  explicit Workshop(unsigned n_threads = 2) : pool_(n_threads) {}
  Context context() { return {pool_, base::silent_progress()}; }
  base::Path operator/(std::string_view name) const { return folder_ / name; }
  const base::TestFolder& folder() const noexcept { return folder_; }

  base::Path fresh(curve::CurveId curve, unsigned power, std::string_view name = "0.ptau") {
    ptau_new(curve, power, folder_ / name, context());
    return folder_ / name;
  }
  base::Path contribute(const base::Path& in, std::string_view name) {
    Entropy entropy;
    hash::os_random(entropy.expose());
    ptau_contribute(in, folder_ / name, name, std::move(entropy), context());
    return folder_ / name;
  }
  base::Path beacon(const base::Path& in, std::string_view name, const Beacon& value = real_beacon()) {
    ptau_beacon(in, folder_ / name, "Beacon", value, TestBeacon::allow_insecure, context());
    return folder_ / name;
  }
  base::Path prepare(const base::Path& in, std::string_view name) {
    ptau_prepare(in, folder_ / name, context());
    return folder_ / name;
  }
  Verdict verify(const base::Path& file, PtauVerifyOptions options = {}) {
    return ptau_verify(file, options, context());
  }

 private:
  base::Pool pool_;
  base::TestFolder folder_;
};

inline base::Bytes contents(const base::Path& path) { return base::read_file(path, std::uint64_t{1} << 32); }
inline std::string sha256_of(const base::Path& path) { return base::to_hex(hash::sha256(contents(path))); }

/// For failure messages: every check that did not pass.
inline std::string problems(const Verdict& verdict) {
  std::string text;
  for (const Check& check : verdict.checks()) {
    if (check.outcome == Outcome::passed) continue;
    text +=
        std::string(check.rule) + (check.outcome == Outcome::failed ? " failed: " : " not run: ") + check.detail + "\n";
  }
  return text;
}

/// The rules that failed, in order, separated by spaces.
inline std::string failed_rules(const Verdict& verdict) {
  std::string rules;
  for (const Check& check : verdict.checks()) {
    if (check.outcome == Outcome::failed) rules += (rules.empty() ? "" : " ") + std::string(check.rule);
  }
  return rules;
}

/// What the error says that f throws; empty when it throws none.
template <class F>
std::string message_of(F&& f) {
  try {
    f();
  } catch (const base::Error& error) { return error.message(); }
  return {};
}

/// The code of the error that f throws; internal when it throws none.
template <class F>
base::Code code_of(F&& f) {
  try {
    f();
  } catch (const base::Error& error) { return error.code(); }
  return base::Code::internal;
}

}  // namespace solemn::setup
