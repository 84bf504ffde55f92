// Butterflies in lanes of IFMA, with the bounds of every value followed (field/bound.hpp), against the definition by
// the reference multiplication; and what the engine must leave to others.
#if defined(__x86_64__)
#define SOLEMN_GHOST_BOUNDS
#include "fft/shared_chains.hpp"

#include <immintrin.h>

#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <vector>

#include "base/secret.hpp"
#include "fft/group_testing.hpp"
#include "msm/endomorphism.inc"
#include "msm/vector_kernels.hpp"

#include "field/ifma_begin.inc"

#include "fft/shared_chains.inc"
#include "field/vec8.inc"

namespace solemn::fft {
template <class G>
SharedChainKernels<G> followed_chains() {
  return SharedChainBodies<G, field::ifma::Vec8<typename G::Curve::Fq::Params, 1>>::table(2);
}
template SharedChainKernels<curve::G1<curve::Bn254>> followed_chains();
template SharedChainKernels<curve::G2<curve::Bn254>> followed_chains();
template SharedChainKernels<curve::G1<curve::Bls12_381>> followed_chains();
template SharedChainKernels<curve::G2<curve::Bls12_381>> followed_chains();
}  // namespace solemn::fft

#include "field/ifma_end.inc"

namespace solemn::fft {
namespace {

template <class G>
class SharedChain : public ::testing::Test {
 protected:
  using Affine = typename G::Affine;
  using Scalar = typename G::Scalar;
  static constexpr std::size_t kGroups = 2, kWidth = 8, kCount = kGroups * kWidth;

  void SetUp() override {
    if (base::usable_backends().front() != base::Backend::ifma) GTEST_SKIP() << "this processor has no IFMA";
    for (std::size_t i = 0; i < 4; ++i)
      x_[i] = testing::points_of<G>(testing::random_scalars<Scalar>(kCount, i), pool_);
    const auto scalars = testing::random_scalars<Scalar>(kGroups + 2, 7);
    twiddles_.assign(scalars.begin(), scalars.begin() + kGroups);
    h_ = scalars[kGroups];
    scale_ = scalars[kGroups + 1];
  }
  /// With the programs of one butterfly after the other.
  bool run(bool scaled) {
    programs_.clear();
    std::vector<Quad> quads;
    const Scalar s = scaled ? scale_ : Scalar::one();
    for (const Scalar& c : twiddles_) {
      Quad quad{};
      quad.a = programs_.append(s * c * c);
      quad.b = programs_.append(s * c, s * c * c * c);
      quad.d = programs_.append(h_ * s * c, -(h_ * s * c * c * c));
      if (scaled) quad.x0 = programs_.append(s);
      quads.push_back(quad);
    }
    Affine* const rows[4] = {x_[0].data(), x_[1].data(), x_[2].data(), x_[3].data()};
    return followed_chains<G>().two_layers(rows, kGroups, quads.data(), programs_.steps(), scaled);
  }
  static Affine sum(const Affine& p, const Affine& q) {
    return add_vartime(G::Jacobian::from(p), G::Jacobian::from(q)).to_affine();
  }
  static Affine times(const Affine& p, const Scalar& k) { return curve::mul_reference<G>(p, k).to_affine(); }
  std::array<Affine, 4> expected(const std::array<std::vector<Affine>, 4>& in, std::size_t i, const Scalar& s) const {
    const Scalar c = twiddles_[i / kWidth];
    const Affine x0 = times(in[0][i], s), a = times(in[2][i], s * c * c);
    const Affine b1 = times(in[1][i], s * c), b3 = times(in[3][i], s * c * c * c);
    const Affine b = sum(b1, b3), d = times(sum(b1, -b3), h_);
    return {sum(sum(x0, a), b), sum(sum(x0, a), -b), sum(sum(x0, -a), d), sum(sum(x0, -a), -d)};
  }

  base::Pool pool_{1};
  std::array<std::vector<Affine>, 4> x_;
  std::vector<Scalar> twiddles_;
  Scalar h_, scale_;
  Programs<G> programs_;
};
TYPED_TEST_SUITE(SharedChain, testing::Groups);

TYPED_TEST(SharedChain, equals_the_definition) {
  for (const bool scaled : {false, true}) {
    const auto in = this->x_;
    ASSERT_TRUE(this->run(scaled));
    for (std::size_t i = 0; i < in[0].size(); ++i) {
      const auto out = this->expected(in, i, scaled ? this->scale_ : TypeParam::Scalar::one());
      for (std::size_t j = 0; j < 4; ++j) EXPECT_EQ(this->x_[j][i], out[j]) << i << " " << j;
    }
  }
}

TYPED_TEST(SharedChain, leaves_exceptional_points_alone) {
  const auto original = this->x_;
  const auto refuses = [&](std::size_t row, std::size_t i, const typename TypeParam::Affine& point) {
    this->x_ = original;
    this->x_[row][i] = point;
    const auto before = this->x_;
    EXPECT_FALSE(this->run(false)) << row << " " << i;
    EXPECT_EQ(this->x_, before);
  };
  for (std::size_t row = 0; row < 4; ++row) refuses(row, 5 + row, TypeParam::Affine::infinity());
  // The first sum, x0 + c^2 x2, of opposite and of equal points.
  const auto c = this->twiddles_[0];
  refuses(0, 3, -this->times(original[2][3], c * c));
  refuses(0, 3, this->times(original[2][3], c * c));
}

}  // namespace
}  // namespace solemn::fft
#endif
