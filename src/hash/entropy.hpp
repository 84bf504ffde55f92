#pragma once
// Where secret randomness comes from: always the operating system, optionally more. Sources are labelled and
// length-prefixed into one extractor (BLAKE2b-512); the result is secret; descriptions of the sources are not.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace solemn::hash {

/// getrandom(2); throws Error{io} when the system has none to give. For coefficients of verifiers as well.
void os_random(base::MutableByteSpan out);
/// n bytes of it: what a verifier's random coefficients are drawn from, or the key of a tag.
template <std::size_t n>
std::array<std::byte, n> fresh_bytes() {
  std::array<std::byte, n> bytes{};
  os_random(bytes);
  return bytes;
}

/// What is known of a source. Never any of its bytes.
struct EntropySource {
  std::string name;          // "operating system", "rdseed", "typed text"
  std::uint64_t n_bytes;     // as given
  bool counted;              // false: mixed in for what it may be worth, relied on for nothing
  std::string note;          // "healthy", "the text is short"; may be empty
  std::string text() const;  // "typed text (9 bytes, not counted: the text is short)"
};
enum class Counted : std::uint8_t { no, yes };

/// Collects sources, then gives one 64-byte secret seed. The operating system's bytes are always among them.
class EntropyPool {
 public:
  EntropyPool();  // draws 64 bytes from the operating system at once
  /// More bytes from a named source ("file", "stdin", "typed"). Empty input throws Error{usage}: it would only look
  /// like entropy.
  void add(std::string_view source, base::ByteSpan bytes, Counted counted = Counted::yes, std::string_view note = "");
  /// The seed for everything: H(all sources). The pool is spent.
  base::Secret<base::Hash64> extract();
  /// What was mixed, for the log and the screen: "operating system (64 bytes), typed text". Never any bytes.
  std::string description() const;
  const std::vector<EntropySource>& sources() const noexcept { return sources_; }

 private:
  base::SecretArray<std::byte> state_;
  std::vector<EntropySource> sources_;
};

}  // namespace solemn::hash
