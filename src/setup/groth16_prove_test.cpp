// Proofs by the library, and that no value of a witness is left in memory that was given back.
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/lines.hpp"
#include "base/secret.hpp"
#include "format/r1cs.hpp"
#include "setup/groth16.hpp"
#include "setup/phase2_testing.hpp"

namespace {

using Words = std::array<std::uint64_t, 4>;

std::vector<Words> looked_for;  // sorted
std::atomic<bool> looking = false;
std::atomic<std::size_t> n_found = 0;

/// Looks at it, then wipes it: what is found later was left there later.
void release(void* memory) noexcept {
  if (memory == nullptr) return;
  const std::size_t n_bytes = malloc_usable_size(memory);
  for (std::size_t at = 0; looking && at + sizeof(Words) <= n_bytes; at += sizeof(std::uint64_t)) {
    Words words;
    std::memcpy(words.data(), static_cast<const std::byte*>(memory) + at, sizeof(words));
    if (std::ranges::binary_search(looked_for, words)) ++n_found;
  }
  solemn::base::wipe(memory, n_bytes);
  std::free(memory);
}

constexpr std::size_t rounded(std::size_t n_bytes, std::size_t alignment) noexcept {
  return (n_bytes + alignment) / alignment * alignment;
}

void* obtain(std::size_t n_bytes, std::size_t alignment) {
  void* const memory = std::aligned_alloc(alignment, rounded(n_bytes, alignment));
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t n_bytes) { return obtain(n_bytes, alignof(std::max_align_t)); }
void* operator new(std::size_t n_bytes, std::align_val_t alignment) {
  return obtain(n_bytes, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t n_bytes, const std::nothrow_t&) noexcept {
  return std::aligned_alloc(alignof(std::max_align_t), rounded(n_bytes, alignof(std::max_align_t)));
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }

namespace solemn::setup {
namespace {

/// How many of the values are in memory that step() gives back: each as its file has it, or in Montgomery form.
template <class Fr, class Step>
std::size_t left_behind(std::span<const Fr> values, Step&& step) {
  looked_for.clear();
  for (const Fr& value : values) {
    looked_for.push_back(value.to_canonical());
    looked_for.push_back(value.montgomery());
  }
  std::ranges::sort(looked_for);
  n_found = 0;
  looking = true;
  step();
  looking = false;
  return n_found;
}

template <class C>
class Proving : public testing::Test {
 protected:
  using Fr = typename C::Fr;
  static constexpr unsigned kPower = 7;

  /// 1, y, x, x^2, x^4, ...: y is public.
  static std::vector<Fr> witness() {
    constexpr std::size_t kConstraints = (std::size_t{1} << kPower) - 2;
    std::vector<Fr> values(kConstraints + 2, Fr::one());
    values[2] = -Fr::from_u64(0x123456789abcdef);
    for (std::size_t i = 3; i < values.size(); ++i) values[i] = values[i - 1] * values[i - 1];
    values[1] = values.back() * values.back();
    return values;
  }
  void write(std::span<const Fr> values, std::string_view name = "wtns") {
    base::OutputFile out(workshop_ / name, base::Overwrite::yes);
    format::write_wtns<C>(out, values);
    out.commit();
  }
  void prove() {
    proof_create(workshop_ / "2.zkey", workshop_ / "wtns", workshop_ / "proof", workshop_ / "public", TestKey::refuse,
                 workshop_.context());
  }
  KeyWorkshop workshop_{C::kId, kPower};
};
using Curves = testing::Types<curve::Bn254, curve::Bls12_381>;
TYPED_TEST_SUITE(Proving, Curves);

TYPED_TEST(Proving, what_is_freed_is_looked_at) {
  using Field = typename TypeParam::Fr;
  const std::vector<Field> values = this->witness();
  const auto secret = std::span(values).subspan(2);
  EXPECT_EQ(left_behind<Field>(secret, [&] { std::vector<Field> copy(values); }), secret.size());
  EXPECT_EQ(left_behind<Field>(secret, [&] { base::LineVector<Field> copy(values.begin(), values.end()); }),
            secret.size());
  EXPECT_EQ(left_behind<Field>(secret, [&] { std::vector<typename Field::Limbs> copy(3, values[9].to_canonical()); }),
            3U);
}

TYPED_TEST(Proving, is_accepted_and_leaves_no_value_of_the_witness) {
  using Field = typename TypeParam::Fr;
  const std::vector<Field> values = this->witness();
  this->write(values);
  EXPECT_EQ(left_behind<Field>(std::span(values).subspan(2), [&] { this->prove(); }), 0U);
  const auto at = [&](std::string_view name) { return this->workshop_ / name; };
  zkey_export_vkey(at("2.zkey"), at("vkey"), TestKey::refuse, this->workshop_.context());
  EXPECT_TRUE(
      proof_verify(at("vkey"), at("public"), at("proof"), TestKey::refuse, this->workshop_.context()).accepted());
}

TYPED_TEST(Proving, of_a_malformed_witness_nothing_is_left) {
  using Field = typename TypeParam::Fr;
  const std::vector<Field> values = this->witness();
  this->write(values);
  const base::Path wtns = this->workshop_ / "wtns";
  base::Bytes bytes = contents(wtns);
  std::ranges::fill(std::span(bytes).last(Field::kBytes), std::byte{0xff});  // no integer below the order
  base::write_file(wtns, bytes, base::Overwrite::yes);
  const auto step = [&] { EXPECT_EQ(code_of([&] { this->prove(); }), base::Code::malformed); };
  EXPECT_EQ(left_behind<Field>(std::span(values).subspan(2), step), 0U);
}

TYPED_TEST(Proving, of_a_witness_that_is_refused_nothing_is_left) {
  using Field = typename TypeParam::Fr;
  std::vector<Field> values = this->witness();
  values.push_back(values.back());
  this->write(values);  // another circuit's
  const auto expect = [&](base::Code code) {
    const auto step = [&] { EXPECT_EQ(code_of([&] { this->prove(); }), code); };
    EXPECT_EQ(left_behind<Field>(std::span(values).subspan(2), step), 0U);
    EXPECT_FALSE(std::filesystem::exists(this->workshop_ / "proof"));
    EXPECT_FALSE(std::filesystem::exists(this->workshop_ / "public"));
  };
  expect(base::Code::usage);
  values.pop_back();
  values.back() += Field::one();
  this->write(values);  // satisfies nothing
  expect(base::Code::rejected);
}

}  // namespace
}  // namespace solemn::setup
