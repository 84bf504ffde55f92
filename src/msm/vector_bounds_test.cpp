// The lanes of IFMA with their bounds followed (bound.hpp): a value that would not fit, or a subtraction that could go
// below zero, ends the program with its reason. What is computed must be right as well.
#if defined(__x86_64__)
#define SOLEMN_GHOST_BOUNDS
#include <gtest/gtest.h>
#include <immintrin.h>

#include <array>
#include <bit>
#include <cstring>
#include <vector>

#include "base/secret.hpp"
#include "msm/blinding.inc"
#include "msm/endomorphism.inc"
#include "msm/recode.hpp"
#include "msm/test_support.hpp"
#include "msm/vector_kernels.hpp"

#include "field/ifma_begin.inc"

#include "msm/vec8_adder.inc"
#include "msm/vector_kernels.inc"

namespace solemn::msm {
template <class G>
VectorKernels<G> followed_kernels() {
  using Lanes = impl::ifma::Vec8<typename G::Curve::Fq::Params, 1>;
  return VectorBodies<G, Lanes>::table(64, nullptr);
}
template VectorKernels<curve::G1<curve::Bn254>> followed_kernels();
template VectorKernels<curve::G2<curve::Bn254>> followed_kernels();
template VectorKernels<curve::G1<curve::Bls12_381>> followed_kernels();
template VectorKernels<curve::G2<curve::Bls12_381>> followed_kernels();
}  // namespace solemn::msm

#include "field/ifma_end.inc"

namespace solemn::msm {
namespace {

template <class G>
class VectorBounds : public testing::Test {
 protected:
  void SetUp() override {
    if (base::usable_backends().front() != base::Backend::ifma) GTEST_SKIP() << "this processor has no IFMA";
  }
};
using Groups = testing::Types<curve::G1<curve::Bn254>, curve::G2<curve::Bn254>, curve::G1<curve::Bls12_381>,
                              curve::G2<curve::Bls12_381>>;
TYPED_TEST_SUITE(VectorBounds, Groups);

TYPED_TEST(VectorBounds, hold_in_the_multiplication_in_step) {
  using G = TypeParam;
  using Ring = impl::RingOf<G>;
  constexpr std::size_t kCount = 24;  // groups: first, between and last
  test::Random<G> random(41);
  const auto points = random.points(kCount);
  std::vector<typename G::Affine> out(kCount), products;
  std::vector<std::uint8_t> codes((impl::kStepsOf<G> + 1) * kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    const auto k = random.scalar();
    recode<typename G::Curve, Ring>(codes.data() + i, kCount, k.to_canonical());
    products.push_back(reference::mul<G>(points[i], k));
  }
  const auto kernels = followed_kernels<G>();
  const auto blinding = impl::draw_blinding<G>();
  ASSERT_TRUE(kernels.run_secret(out, points, blinding, codes.data(), kCount, 1));
  EXPECT_EQ(out, products);
}

TYPED_TEST(VectorBounds, hold_in_additions) {
  using G = TypeParam;
  test::Random<G> random(42);
  const auto points = random.points(32), doubled = random.points(16);
  std::vector<typename G::Affine> a(points.begin(), points.begin() + 16), b(points.begin() + 16, points.end()),
      c = doubled;
  const auto kernels = followed_kernels<G>();
  const std::vector<std::uint8_t> negative = {0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 1};
  const auto pointers = [](auto& items) {
    std::vector<typename G::Affine*> out;
    for (auto& item : items) out.push_back(&item);
    return out;
  };
  const auto pa = pointers(a), pb = pointers(b), pc = pointers(c);
  const std::vector<const typename G::Affine*> constant(pb.begin(), pb.end());
  kernels.add(pa, constant, negative, pc);
  for (std::size_t i = 0; i < 16; ++i) {
    EXPECT_EQ(a[i], reference::add<G>(points[i], negative[i] != 0 ? -points[16 + i] : points[16 + i])) << i;
    EXPECT_EQ(c[i], reference::add<G>(doubled[i], doubled[i])) << i;
  }
  std::copy(points.begin(), points.begin() + 16, a.begin());
  kernels.add_and_subtract(pa, pb);
  for (std::size_t i = 0; i < 16; ++i) {
    EXPECT_EQ(a[i], reference::add<G>(points[i], points[16 + i])) << i;
    EXPECT_EQ(b[i], reference::add<G>(points[i], -points[16 + i])) << i;
  }
}

// That a bound which does not hold is seen, with no need of the processor.
TEST(BoundDeathTest, each_check_ends_the_program) {
  using field::Bound;
  const Bound one = Bound::of(1), eight = Bound::of(8), twenty = Bound::of(20);
  EXPECT_DEATH(static_cast<void>(Bound::difference(one, eight, 8, 84)), "what is subtracted is too large");
  EXPECT_DEATH(static_cast<void>(Bound::difference(one, eight, 84, 84)), "no limbs for it");
  EXPECT_DEATH(static_cast<void>(Bound::sum(twenty, eight, 27)), "no limbs for it");
  EXPECT_DEATH(static_cast<void>(Bound::product(twenty, twenty, 20)), "no limbs for it");
  EXPECT_DEATH(static_cast<void>(Bound::product_sum(twenty, eight, twenty, eight, 17)), "no limbs for it");
  EXPECT_DEATH(static_cast<void>(Bound::reduced(twenty, 19)), "too large for a quotient");
  static_cast<void>(Bound::difference(one, Bound::of(7.99), 8, 84));
  static_cast<void>(Bound::product(twenty, twenty, 22));
  static_cast<void>(Bound::product_sum(twenty, eight, twenty, eight, 20));
  static_cast<void>(Bound::reduced(twenty, 21));
}

}  // namespace
}  // namespace solemn::msm
#endif
