#include "base/secret.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>

#include "base/error.hpp"

namespace solemn::base {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
constexpr bool kSanitized = __has_feature(address_sanitizer);
#else
constexpr bool kSanitized = false;
#endif

static_assert(!std::is_copy_constructible_v<Secret<Hash32>> && !std::is_copy_assignable_v<Secret<Hash32>>);
static_assert(!std::is_copy_constructible_v<SecretArray<int>> && !std::is_copy_assignable_v<SecretArray<int>>);
static_assert(std::is_nothrow_move_constructible_v<Secret<Hash32>>);

// The signal or exit status that ends a child which runs `act`.
template <class F>
int end_of_a_child(const F& act) {
  const pid_t child = fork();
  if (child == 0) {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    for (const int number : {SIGSEGV, SIGBUS, SIGABRT}) signal(number, SIG_DFL);
    act();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

TEST(Secret, starts_as_zero_and_keeps_its_value_through_moves) {
  Secret<Hash32> secret;
  EXPECT_EQ(secret.expose(), Hash32{});
  secret.expose()[5] = std::byte{7};
  const void* place = &secret.expose();
  Secret<Hash32> moved(std::move(secret));
  EXPECT_EQ(&moved.expose(), place);  // the pointer moves, the bytes stay
  Secret<Hash32> other;
  other = std::move(moved);
  EXPECT_EQ(other.expose()[5], std::byte{7});
}

TEST(Secret, arrays_are_aligned_zeroed_and_sized) {
  for (const std::size_t size : {0UL, 1UL, 3UL, 7UL, 511UL, 100000UL}) {
    SecretArray<std::uint64_t> array(size);
    EXPECT_EQ(array.size(), size);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(array.expose().data()) % 64, 0U);
    for (const auto word : array.expose()) ASSERT_EQ(word, 0U);
    for (auto& word : array.expose()) word = 42;
  }
  struct alignas(32) Wide {
    std::array<std::uint64_t, 12> limbs;
  };
  Secret<Wide> wide;
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&wide.expose()) % 32, 0U);
}

TEST(Secret, sizes_that_cannot_be_are_refused) {
  volatile std::size_t huge = SIZE_MAX;  // volatile: the compiler would see the absurd size and refuse it itself
  EXPECT_THROW(SecretArray<std::uint64_t>(huge / 4), Error);
  EXPECT_THROW(SecretArray<std::byte>(huge / 8), Error);
}

TEST(Secret, a_write_past_the_end_kills_the_process) {
  EXPECT_LT(end_of_a_child([] {
              SecretArray<std::byte> array(64);
              volatile std::byte* end = array.expose().data() + 64;
              *end = std::byte{1};
            }),
            0);
}

TEST(Secret, freed_memory_cannot_be_read) {
  EXPECT_LT(end_of_a_child([] {
              const volatile std::byte* stale = nullptr;
              {
                SecretArray<std::byte> array(64);
                stale = array.expose().data();
              }
              (void)*stale;
            }),
            0);
}

TEST(Secret, works_when_no_memory_may_be_locked) {
  EXPECT_EQ(end_of_a_child([] {
              const rlimit none{0, 0};
              setrlimit(RLIMIT_MEMLOCK, &none);
              SecretArray<std::byte> array(100000);
              array.expose()[99999] = std::byte{1};
            }),
            0);
}

TEST(Secret, wipe_leaves_zeros_only_where_told) {
  std::array<std::uint32_t, 4> words = {1, 2, 3, 4};
  wipe(std::span(words).first(2));
  EXPECT_EQ(words, (std::array<std::uint32_t, 4>{0, 0, 3, 4}));
  wipe(nullptr, 0);
}

[[gnu::noinline]] void leave_a_mark(std::uintptr_t* place) {
  volatile std::uint64_t deep[64];
  for (auto& word : deep) word = 0x5EC4E75EC4E75EC4;
  *place = reinterpret_cast<std::uintptr_t>(&deep[32]);
}

[[gnu::noinline]] std::uint64_t read_stale(std::uintptr_t place) {
  return *reinterpret_cast<const volatile std::uint64_t*>(place);
}

TEST(Secret, wipe_stack_reaches_what_a_callee_left) {
  if (kSanitized) GTEST_SKIP() << "the address sanitizer keeps its own stack";
  std::uintptr_t place = 0;
  leave_a_mark(&place);
  wipe_stack();
  EXPECT_NE(read_stale(place), 0x5EC4E75EC4E75EC4U);
}

TEST(Secret, a_hardened_process_leaves_no_core) {
  EXPECT_EQ(end_of_a_child([] {
              harden_process();
              rlimit core{};
              getrlimit(RLIMIT_CORE, &core);
              _exit(core.rlim_max == 0 ? 10 + prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) : 99);
            }),
            kSanitized ? 11 : 10);  // the leak checker needs ptrace
}

}  // namespace
}  // namespace solemn::base
