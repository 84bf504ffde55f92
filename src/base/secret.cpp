#include "base/secret.hpp"

#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/error.hpp"

namespace solemn::base {

namespace {

constexpr std::size_t kGuardedAlignment = 64;

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kLeakCheckerNeedsPtrace = true;
#else
constexpr bool kLeakCheckerNeedsPtrace = false;
#endif
#elif defined(__SANITIZE_ADDRESS__)
constexpr bool kLeakCheckerNeedsPtrace = true;
#else
constexpr bool kLeakCheckerNeedsPtrace = false;
#endif

bool sodium_ready() noexcept {
  static const bool ready = sodium_init() >= 0;
  return ready;
}

}  // namespace

// libsodium puts the end of the region at a guard page, so a size that is a multiple of the alignment gives an aligned
// start. When memory cannot be locked (RLIMIT_MEMLOCK), libsodium still gives guarded memory that is left out of core
// dumps.
void* allocate_guarded(std::size_t size_bytes) {
  if (!sodium_ready()) throw Error(Code::internal, "libsodium does not start");
  if (size_bytes > SIZE_MAX / 4) throw Error(Code::internal, "guarded memory: size out of range");
  const std::size_t rounded = (size_bytes == 0 ? 1 : size_bytes) + (kGuardedAlignment - 1) -
                              ((size_bytes == 0 ? 1 : size_bytes) - 1) % kGuardedAlignment;
  void* memory = sodium_malloc(rounded);
  if (memory == nullptr) {
    throw Error(Code::internal, "no guarded memory for " + human_bytes(size_bytes) + " of secrets",
                "raise the limit of memory for this process (ulimit -v) or free some");
  }
  return memory;
}

void free_guarded(void* memory) noexcept { sodium_free(memory); }

void wipe(void* memory, std::size_t size_bytes) noexcept {
  if (size_bytes != 0) sodium_memzero(memory, size_bytes);
}

void wipe_stack() noexcept { sodium_stackzero(std::size_t{1} << 14); }

void harden_process() noexcept {
  const rlimit no_core{0, 0};
  (void)setrlimit(RLIMIT_CORE, &no_core);
  if constexpr (!kLeakCheckerNeedsPtrace) (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  (void)sodium_ready();
}

}  // namespace solemn::base
