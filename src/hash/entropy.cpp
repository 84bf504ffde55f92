#include "hash/entropy.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <type_traits>
#include <utility>

#include "base/error.hpp"
#include "hash/blake2b.hpp"

namespace solemn::hash {

namespace {

constexpr std::size_t kSystemBytes = 64;
constexpr std::string_view kDomain = "solemn entropy pool 1";

// The hash state is secret: it lives in the pool's guarded memory, and is wiped with it.
static_assert(std::is_trivially_copyable_v<Blake2b> && std::is_trivially_destructible_v<Blake2b>);

Blake2b& hash_in(base::SecretArray<std::byte>& memory) noexcept {
  return *std::launder(reinterpret_cast<Blake2b*>(memory.expose().data()));
}

void absorb_number(Blake2b& hash, std::uint64_t number) noexcept {
  std::array<std::byte, 8> bytes{};
  base::store_le64(bytes, number);
  hash.update(bytes);
}

// length || label || length || bytes: no two different lists of sources give the same input.
void absorb(Blake2b& hash, std::string_view label, base::ByteSpan bytes) noexcept {
  absorb_number(hash, label.size());
  hash.update(base::as_bytes(label));
  absorb_number(hash, bytes.size());
  hash.update(bytes);
}

}  // namespace

void os_random(base::MutableByteSpan out) {
  constexpr std::size_t kMaxCall = 1U << 20;
  for (std::size_t done = 0; done < out.size();) {
    const ssize_t got = getrandom(out.data() + done, std::min(out.size() - done, kMaxCall), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      throw base::Error(base::Code::io, "the operating system gives no random bytes (getrandom)",
                        "a sandbox may forbid the call: run outside it");
    }
    done += static_cast<std::size_t>(got);
  }
}

std::string EntropySource::text() const {
  std::string text = name + " (" + std::to_string(n_bytes) + (n_bytes == 1 ? " byte" : " bytes");
  if (!counted) text += ", not counted";
  if (!note.empty()) text += (counted ? ", " : ": ") + note;
  return text + ")";
}

EntropyPool::EntropyPool() : state_(sizeof(Blake2b)) {
  static_assert(alignof(Blake2b) <= 64);  // what guarded memory is aligned to
  new (state_.expose().data()) Blake2b();
  hash_in(state_).update(base::as_bytes(kDomain));
  base::SecretArray<std::byte> drawn(kSystemBytes);
  os_random(drawn.expose());
  absorb(hash_in(state_), "operating system", drawn.expose());
  base::wipe_stack();
  sources_.push_back({"operating system", kSystemBytes, true, ""});
}

void EntropyPool::add(std::string_view source, base::ByteSpan bytes, Counted counted, std::string_view note) {
  ASSERT(state_.size() != 0);  // not after extract()
  if (bytes.empty()) {
    throw base::Error(
        base::Code::usage, "the entropy source '" + base::printable(source) + "' gave no bytes",
        "give at least one byte, or leave the source out: the operating system's randomness is always used");
  }
  absorb(hash_in(state_), source, bytes);
  base::wipe_stack();
  sources_.push_back({base::printable(source), bytes.size(), counted == Counted::yes, base::printable(note)});
}

base::Secret<base::Hash64> EntropyPool::extract() {
  ASSERT(state_.size() != 0);  // once only
  absorb_number(hash_in(state_), sources_.size());
  base::Secret<base::Hash64> seed;
  base::Hash64 digest = hash_in(state_).finish();
  seed.expose() = digest;
  base::wipe(std::span(digest));
  base::SecretArray<std::byte> spent(0);
  std::swap(state_, spent);
  base::wipe_stack();
  return seed;
}

std::string EntropyPool::description() const {
  std::string text;
  for (const EntropySource& source : sources_) {
    if (!text.empty()) text += ", ";
    text += source.text();
  }
  return text;
}

}  // namespace solemn::hash
