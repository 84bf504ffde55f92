#pragma once
// The one exception type of the program. Thrown by files, devices and readers; arithmetic kernels never throw.
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

namespace solemn::base {

/// What kind of failure; cli/ maps each to an exit status (see the help topic `exit-status`).
enum class Code : std::uint8_t {
  rejected,     // 1: the answer is no
  usage,        // 2: no answer: usage, or something needed was not given
  io,           // 3: files, disk, network
  malformed,    // 4: an input file is not what it claims to be
  device,       // 5: HSM, GPU, enclave
  refused,      // 6: refused by policy, or aborted by the user
  internal,     // 70: a bug of ours
  interrupted,  // 130: ctrl-C
};

/// what: lower case, no final stop, paths in single quotes. hint: what to do next, may be empty.
class Error : public std::exception {
 public:
  Error(Code code, std::string what, std::string hint = {});
  Code code() const noexcept { return code_; }
  const std::string& message() const noexcept { return what_; }
  const std::string& hint() const noexcept { return hint_; }
  const char* what() const noexcept override { return what_.c_str(); }
  /// The same error with "context: " put before the message; one layer adds its context once.
  Error with_context(std::string_view context) const;

 private:
  Code code_;
  std::string what_;
  std::string hint_;
};

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace solemn::base

/// For our own bugs only, never for input: always on, aborts.
#define ASSERT(condition) ((condition) ? void(0) : ::solemn::base::assertion_failed(#condition, __FILE__, __LINE__))
