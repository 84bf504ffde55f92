#pragma once
// Points with known logarithms: the transform of x_j * G must be X_i * G, with X the transform of x.
#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/pool.hpp"
#include "base/progress.hpp"
#include "curve/curves.hpp"
#include "curve/group.hpp"
#include "fft/fft_testing.hpp"
#include "fft/group_fft.hpp"
#include "msm/msm.hpp"

namespace solemn::fft::testing {

using Groups = ::testing::Types<curve::G1<curve::Bn254>, curve::G2<curve::Bn254>, curve::G1<curve::Bls12_381>,
                                curve::G2<curve::Bls12_381>>;

template <class G>
std::vector<typename G::Affine> points_of(const std::vector<typename G::Scalar>& logarithms, base::Pool& pool) {
  std::vector<typename G::Affine> points(logarithms.size());
  msm::mul_base_vartime<G>(points, G::generator(), logarithms, pool);
  return points;
}

/// Random, with zeros, equal and opposite neighbours among them.
template <class F>
std::vector<F> awkward_scalars(std::size_t count, std::uint64_t seed) {
  std::vector<F> scalars = random_scalars<F>(count, seed);
  if (count >= 2) scalars[count / 2] = scalars[0];
  if (count >= 4) scalars[count / 4] = F::zero();
  if (count >= 8) scalars[count / 2 + 1] = -scalars[1];
  if (count >= 16) scalars[3] = scalars[5] = scalars[3 + count / 4] = F::one();
  return scalars;
}

class Counter final : public base::Progress {
 public:
  void phase(std::string_view, std::uint64_t, std::string_view) override {}
  void advance(std::uint64_t n) override { units += n; }
  void check_interrupt() override { ++checks; }
  std::atomic<std::uint64_t> units = 0, checks = 0;
};

/// A PointStore over a vector, which it borrows; refuses what lies outside, and counts.
template <class G>
struct VectorStore {
  std::vector<typename G::Affine>& points;
  std::uint64_t n_calls = 0;
  PointStore<G> store() {
    return {[this](std::uint64_t first, std::span<typename G::Affine> out) {
              const auto part = range(first, out.size());
              std::copy(part.begin(), part.end(), out.begin());
            },
            [this](std::uint64_t first, std::span<const typename G::Affine> in) {
              std::copy(in.begin(), in.end(), range(first, in.size()).begin());
            }};
  }
  std::span<typename G::Affine> range(std::uint64_t first, std::size_t count) {
    ++n_calls;
    EXPECT_LE(first, points.size());
    EXPECT_LE(count, points.size() - first);
    return std::span(points).subspan(static_cast<std::size_t>(first), count);
  }
};

}  // namespace solemn::fft::testing
