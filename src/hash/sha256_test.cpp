#include "hash/sha256.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "base/error.hpp"
#include "hash/sha256_internal.hpp"

namespace solemn::hash {
namespace {

// FIPS 180-4 examples.
TEST(Sha256, known_answers) {
  EXPECT_EQ(base::to_hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(base::to_hex(sha256(base::as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(base::to_hex(sha256(base::as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, chunks_do_not_matter) {
  const base::Bytes bytes(1000, std::byte{0x5A});
  Sha256 state;
  for (std::size_t done = 0; done < bytes.size(); done += 125) state.update(std::span(bytes).subspan(done, 125));
  EXPECT_EQ(state.finish(), sha256(bytes));
}

base::Hash32 one_by_one(base::ByteSpan start, std::uint64_t iterations) {
  base::Bytes hash(start.begin(), start.end());
  for (std::uint64_t i = 0; i < iterations; ++i) {
    base::Bytes next(32);
    EVP_Digest(hash.data(), hash.size(), reinterpret_cast<unsigned char*>(next.data()), nullptr, EVP_sha256(), nullptr);
    hash = next;
  }
  base::Hash32 out{};
  std::copy(hash.begin(), hash.end(), out.begin());
  return out;
}

TEST(Sha256, iterated_is_one_after_the_other) {
  for (const std::size_t size : {1UL, 31UL, 32UL, 33UL, 64UL, 255UL}) {
    const base::Bytes start(size, static_cast<std::byte>(size));
    for (const std::uint64_t iterations : {1UL, 2UL, 3UL, 1024UL}) {
      EXPECT_EQ(sha256_iterated(start, iterations, nullptr), one_by_one(start, iterations))
          << size << " " << iterations;
    }
  }
}

TEST(Sha256, the_instructions_agree_with_openssl) {
  if (!internal::processor_has_sha()) GTEST_SKIP() << "this processor has no SHA instructions";
  for (unsigned seed = 0; seed < 200; ++seed) {
    base::Hash32 a = sha256(base::as_bytes(std::to_string(seed)));
    base::Hash32 b = a;
    internal::iterate_with_openssl(a, seed % 7);
    internal::iterate_with_sha_instructions(b, seed % 7);
    ASSERT_EQ(a, b) << seed;
  }
}

class Counting final : public base::Progress {
 public:
  explicit Counting(int stop_at_call) : stop_at_call_(stop_at_call) {}
  void phase(std::string_view, std::uint64_t, std::string_view) override {}
  void advance(std::uint64_t n) override { done += n; }
  void check_interrupt() override {
    if (++calls_ == stop_at_call_) throw base::Error(base::Code::interrupted, "interrupted");
  }
  std::uint64_t done = 0;

 private:
  int stop_at_call_;
  int calls_ = 0;
};

TEST(Sha256, iterations_are_counted_and_can_be_interrupted) {
  const std::uint64_t iterations = (1 << 19) + 5;
  Counting all(-1);
  const base::Hash32 hash = sha256_iterated(base::as_bytes("beacon"), iterations, &all);
  EXPECT_EQ(all.done, iterations);
  EXPECT_EQ(hash, one_by_one(base::as_bytes("beacon"), iterations));
  Counting stopped(2);
  EXPECT_THROW((void)sha256_iterated(base::as_bytes("beacon"), iterations, &stopped), base::Error);
  EXPECT_LT(stopped.done, iterations);
}

TEST(Sha256, what_cannot_be_iterated_is_refused) {
  EXPECT_THROW((void)sha256_iterated({}, 1, nullptr), base::Error);
  EXPECT_THROW((void)sha256_iterated(base::Bytes(256), 1, nullptr), base::Error);
  EXPECT_THROW((void)sha256_iterated(base::Bytes(32), 0, nullptr), base::Error);
}

}  // namespace
}  // namespace solemn::hash
