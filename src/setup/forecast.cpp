#include "setup/forecast.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

#include "fft/fft.hpp"
#include "hash/blake2b.hpp"
#include "msm/msm.hpp"
#include "setup/phase1_lagrange.hpp"

namespace solemn::setup {

namespace {

using curve::G1;
using curve::G2;

/// Seconds of one run of `body`, the fastest of those that fit the time; at least two, as the first one warms up.
double fastest(double seconds, const Context& context, const std::function<void()>& body) {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  const Clock::time_point begin = Clock::now();
  double best = 1e300;
  for (int n_runs = 0; n_runs < 2 || since(begin) < seconds; ++n_runs) {
    context.progress.check_interrupt();
    const Clock::time_point start = Clock::now();
    body();
    best = std::min(best, since(start));
  }
  return best;
}

template <class G>
struct Samples {
  std::vector<typename G::Affine> points, out;
  std::vector<typename G::Scalar> scalars;

  explicit Samples(const Context& context)
      : points(std::size_t{4096} * std::max(2U, context.pool.size())), out(points.size()), scalars(points.size()) {
    msm::random_coefficients<typename G::Scalar>(scalars, base::Bytes(32), 0);
    for (auto& k : scalars) k = k.square() * k;  // of full size
    msm::mul_base_vartime<G>(points, G::generator(), scalars, context.pool);
    for (auto& k : scalars) k = k.square();
  }
};

/// Of a domain that takes about so much time: in large ones, more butterflies share their twiddles.
template <class G>
double measure_transform(std::span<const typename G::Affine> some, double seconds, const Context& context) {
  constexpr unsigned kLeast = 12, kMost = 15;
  std::vector<typename G::Affine> points(some.begin(), some.begin() + (1 << kLeast));
  for (unsigned log2 = kLeast;; ++log2) {
    auto work = points;
    const double whole = fastest(log2 == kLeast ? 0 : seconds, context,
                                 [&] { fft::inverse<G>(work, context.pool, base::silent_progress()); });
    if (log2 == kMost || whole > seconds / 2) return whole / static_cast<double>(fft::group_transform_cost(log2));
    const std::vector<typename G::Affine> reversed(work.rbegin(), work.rend());
    points.resize(2 * work.size());
    msm::add_each<G>(std::span(points).subspan(work.size()), work, reversed, context.pool);
  }
}

template <class G>
void measure_group(double& multiply, double& transform, double& chain, double& combine, double& msm, double* divide,
                   double seconds, const Context& context) {
  Samples<G> samples(context);
  const auto n = static_cast<double>(samples.points.size());
  const std::span<const typename G::Affine> points = samples.points;
  const std::span<const typename G::Scalar> scalars = samples.scalars;
  const base::Bytes seed(32);
  const auto each = [&](const std::function<void()>& body) {
    const double rate = fastest(seconds, context, body) / n;
    context.progress.advance(1);
    return rate;
  };
  multiply = each([&] { msm::mul_each<G>(samples.out, points, scalars, context.pool); });
  if (divide != nullptr) *divide = each([&] { msm::mul_all<G>(samples.out, points, scalars[0], context.pool); });
  combine = each([&] { static_cast<void>(msm::random_combination<G>(points, seed, 0, context.pool)); });
  msm = each([&] { static_cast<void>(msm::msm_vartime<G>(points, scalars, context.pool)); });
  // As in a large file, whose buckets are filled many times before they are summed.
  msm::ChainCheck<G> check(seed, std::uint64_t{1} << 20, context.pool);
  check.start_chain();
  chain = each([&] { check.add(points); });
  transform = measure_transform<G>(points, seconds, context);
  context.progress.advance(1);
}

double measure_hash(double seconds, const Context& context) {
  const base::Bytes block(std::size_t{1} << 20);
  hash::Blake2b hasher;
  return fastest(seconds, context, [&] { hasher.update(block); }) / static_cast<double>(block.size());
}

/// Multiplications of the transforms of all domains from 1 to 2^power points.
double transforms(unsigned power) {
  double count = 0;
  for (unsigned k = 0; k <= power; ++k) count += static_cast<double>(fft::group_transform_cost(k));
  return count;
}

}  // namespace

Rates measure_rates(curve::CurveId curve, double seconds, const Context& context) {
  constexpr std::uint64_t kKernels = 12;
  Rates rates;
  context.progress.phase(format::curve_name(curve), kKernels, "kernels");
  format::with_curve(curve, [&]<class C>() {
    measure_group<G1<C>>(rates.multiply_g1, rates.transform_g1, rates.chain_g1, rates.combine_g1, rates.msm_g1,
                         &rates.divide_g1, seconds, context);
    measure_group<G2<C>>(rates.multiply_g2, rates.transform_g2, rates.chain_g2, rates.combine_g2, rates.msm_g2, nullptr,
                         seconds, context);
  });
  rates.hash_byte = measure_hash(seconds, context);
  context.progress.advance(1);
  return rates;
}

Forecast forecast(const Rates& rates, curve::CurveId curve, unsigned power, unsigned n_threads) {
  const auto n = static_cast<double>(std::uint64_t{1} << power);
  const double n_g1 = 4 * n, n_g2 = n;  // sections 2 to 6
  const double bytes = format::with_curve(curve, [&]<class C>() {
    return n_g1 * static_cast<double>(G1<C>::kBytes) + n_g2 * static_cast<double>(G2<C>::kBytes);
  });
  // Hashing is one block after the other: it takes its share of the processor, and the step is not faster than it.
  const auto beside_hash = [&](double seconds, double n_bytes) {
    const double hash = n_bytes * rates.hash_byte;
    return std::max(seconds + hash / std::max(1U, n_threads), hash);
  };
  Forecast out;
  const double chain = n_g1 * rates.chain_g1 + n_g2 * rates.chain_g2;
  // The challenge answered and the response, then the powers again for the next challenge and with kFaultBits.
  out.contribute = beside_hash(n_g1 * rates.multiply_g1 + n_g2 * rates.multiply_g2, 1.5 * bytes) +
                   beside_hash(chain * msm::kFaultBits / msm::kSoundBits, bytes);
  out.verify = beside_hash(chain, bytes);
  const double lagrange_g1 = 2 * (2 * n) + 2 * (2 * n), lagrange_g2 = 2 * n;
  // Rows of digits while the coefficients of section 12, of a power more, are kept; else full-size ones on both sides.
  const bool kept = power < phase1::LagrangeLimits{curve::Bn254::Fr::kTwoAdicity}.largest_transform;
  const auto lagrange = [&](unsigned bits) {
    const double rows = lagrange_g1 * rates.chain_g1 + lagrange_g2 * rates.chain_g2;
    const double full = lagrange_g1 * rates.msm_g1 + lagrange_g2 * (rates.msm_g2 + rates.chain_g2);
    return (kept ? rows * bits / msm::kSoundBits : full) + n_g1 * rates.msm_g1 + n_g2 * rates.msm_g2;
  };
  out.verify_prepared = out.verify + lagrange(msm::kSoundBits);
  out.prepare = (transforms(power + 1) + 2 * transforms(power)) * rates.transform_g1 +
                transforms(power) * rates.transform_g2 + lagrange(msm::kFaultBits);
  out.zkey_contribute = 2 * n * rates.divide_g1 + 4 * n * rates.combine_g1 * msm::kFaultBits / msm::kSoundBits;
  out.proof = 4 * n * rates.msm_g1 + n * rates.msm_g2;
  return out;
}

}  // namespace solemn::setup
