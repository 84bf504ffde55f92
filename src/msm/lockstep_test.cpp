// The point B: drawn anew, without influence on the products; and the few values of it that make a denominator zero.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "base/cpu.hpp"
#include "msm/multiply.inc"
#include "msm/test_support.hpp"

namespace solemn::msm {
namespace {

using Bn254 = curve::Bn254;
using Bls12_381 = curve::Bls12_381;
using Groups = testing::Types<curve::G1<Bn254>, curve::G2<Bn254>, curve::G1<Bls12_381>, curve::G2<Bls12_381>>;

/// What a new process draws: the bytes of B.
template <class K>
std::vector<std::byte> of_a_child() {
  int ends[2];
  if (pipe(ends) != 0) return {};
  const pid_t child = fork();
  if (child == 0) {
    const auto b = std::as_bytes(std::span(&impl::process_blinding<K>().start, 1));
    _exit(write(ends[1], b.data(), b.size()) == static_cast<ssize_t>(b.size()) ? 0 : 1);
  }
  close(ends[1]);
  std::vector<std::byte> out(sizeof(typename K::Affine) + 1);
  const ssize_t got = read(ends[0], out.data(), out.size());
  close(ends[0]);
  int status = -1;
  waitpid(child, &status, 0);
  out.resize(got > 0 && status == 0 ? static_cast<std::size_t>(got) : 0);
  return out;
}

// Before the other tests of process_blinding: a child would inherit what its parent has drawn.
template <class K>
class ProcessBlinding : public testing::Test {};
TYPED_TEST_SUITE(ProcessBlinding, Groups);
TYPED_TEST(ProcessBlinding, is_drawn_by_every_process_anew) {
  using K = TypeParam;
  const auto a = of_a_child<K>(), b = of_a_child<K>();
  EXPECT_EQ(a.size(), sizeof(typename K::Affine));
  EXPECT_EQ(b.size(), sizeof(typename K::Affine));
  EXPECT_NE(a, b);
}

/// Each law of a group over the Adx backend holds in its own loops and in those of the vector registers.
template <class Law>
class LockstepLaw : public testing::Test {
 protected:
  void SetUp() override {
    const auto usable = base::usable_backends();
    if (std::find(usable.begin(), usable.end(), Law::kBackend) == usable.end()) {
      GTEST_SKIP() << "not usable on this processor: " << base::name(Law::kBackend);
    }
    base::override_backend_for_tests(Law::kBackend);
  }
  void TearDown() override { base::override_backend_for_tests(base::usable_backends().front()); }
};
template <base::Backend backend, class G>
struct Law {
  static constexpr base::Backend kBackend = backend;
  using Group = G;
};
using enum base::Backend;
using Portable1 = Law<portable, curve::G1<Bn254>>;
using Portable2 = Law<portable, curve::G2<Bls12_381>>;
#if defined(__x86_64__)
template <base::Backend backend, template <class> class G, class C>
using OnAdx = Law<backend, G<typename C::template With<field::Adx>>>;
using Laws =
    testing::Types<Portable1, Portable2, OnAdx<adx, curve::G1, Bn254>, OnAdx<adx, curve::G2, Bn254>,
                   OnAdx<adx, curve::G1, Bls12_381>, OnAdx<adx, curve::G2, Bls12_381>, OnAdx<ifma, curve::G1, Bn254>,
                   OnAdx<ifma, curve::G2, Bn254>, OnAdx<ifma, curve::G1, Bls12_381>, OnAdx<ifma, curve::G2, Bls12_381>>;
#else
using Laws = testing::Types<Portable1, Portable2>;
#endif
TYPED_TEST_SUITE(LockstepLaw, Laws);

template <class K>
typename K::Affine times(const typename K::Affine& p, const typename K::Scalar& k) {
  return curve::mul_reference<K>(p, k).to_affine();
}
template <class F>
F from_signed(int x) {
  return x < 0 ? -F::from_u64(static_cast<std::uint64_t>(-x)) : F::from_u64(static_cast<std::uint64_t>(x));
}

/// Twice as many lanes as are done at once: points that are known multiples of the generator, random scalars, their
/// codes and products.
template <class K>
struct Lanes {
  using F = typename K::Scalar;
  using Ring = impl::RingOf<K>;
  const std::size_t kCount = 3 * impl::step_size<K>().width;  // groups: first, between and last
  std::vector<F> logs, scalars;
  std::vector<typename K::Affine> points, products;
  std::vector<std::uint8_t> codes = std::vector<std::uint8_t>((impl::kStepsOf<K> + 1) * kCount);
  test::Random<K> random;

  explicit Lanes(std::uint64_t seed) : random(seed) {
    for (std::size_t i = 0; i < kCount; ++i) {
      logs.push_back(random.scalar());
      scalars.push_back(random.scalar());
      points.push_back(times<K>(K::generator(), logs[i]));
      products.push_back(times<K>(points[i], scalars[i]));
      impl::recode_nonzero<K>(codes.data() + i, kCount, scalars[i]);
    }
  }
  impl::Codes view() const { return {codes.data(), kCount, 1}; }
  bool run(std::vector<typename K::Affine>& out, const Blinding<typename K::Affine>& blinding) const {
    out.assign(kCount, {});
    return impl::run_lockstep<K, true>(out, points, blinding, view());
  }
  /// The digit of a step as a scalar.
  F digit(std::size_t lane, std::size_t step) const {
    using C = typename K::Curve;
    const F zeta = Ring::kDims == 2 ? curve::phi_eigenvalue<C>() : curve::psi_eigenvalue<C>();
    F sum = F::zero();
    for (const auto& d : kDigitTable<Ring>.all) {
      if (d.code != codes[step * kCount + lane]) continue;
      for (std::size_t j = Ring::kDims; j-- > 0;) sum = sum * zeta + from_signed<F>(d.value[j]);
    }
    return sum;
  }
};

TYPED_TEST(LockstepLaw, b_is_in_the_subgroup_and_its_end_is_the_right_multiple) {
  using K = typename TypeParam::Group;
  using Ring = impl::RingOf<K>;
  const auto b = impl::draw_blinding<K>();
  EXPECT_FALSE(b.start.is_infinity_vartime());
  EXPECT_TRUE(curve::is_on_curve<K>(b.start));
  EXPECT_TRUE(curve::is_in_subgroup_reference<K>(b.start));
  const auto radix_power = K::Scalar::from_u64(2).pow_vartime(impl::kStepsOf<K> * Ring::kRadixBits);
  EXPECT_EQ(b.end, times<K>(b.start, radix_power));
  EXPECT_EQ(impl::blinding_from<K>(K::Scalar::zero()).start, K::generator());
}

TYPED_TEST(LockstepLaw, every_draw_is_another_point) {
  using K = typename TypeParam::Group;
  const auto a = impl::draw_blinding<K>(), b = impl::draw_blinding<K>();
  EXPECT_FALSE(a.start == b.start);
  EXPECT_FALSE(a.start == K::generator());
}

TYPED_TEST(LockstepLaw, threads_of_a_process_use_one) {
  using K = typename TypeParam::Group;
  std::array<typename K::Affine, 4> seen;
  {
    std::vector<std::jthread> threads;
    for (auto& s : seen) threads.emplace_back([&s] { s = impl::process_blinding<K>().start; });
  }
  for (const auto& s : seen) EXPECT_EQ(s, seen[0]);
}

/// Loops whose wiping is watched.
template <class K>
struct Watched : impl::ScalarLanes<K, true> {
  inline static std::size_t n_wiped = 0;
  template <class Group>
  static void wipe(std::span<Group> groups) noexcept {
    impl::ScalarLanes<K, true>::wipe(groups);
    n_wiped += groups.size();
    for (const std::byte byte : std::as_bytes(groups)) {
      if (byte != std::byte{}) n_wiped = 0;
    }
  }
};

// The engine is kept for the next block: what it worked on must not wait there.
TYPED_TEST(LockstepLaw, what_was_worked_on_is_wiped_at_every_end) {
  using K = typename TypeParam::Group;
  Lanes<K> lanes(30);
  std::vector<typename K::Affine> out(lanes.kCount);
  impl::Lockstep<Watched<K>> engine(lanes.kCount);
  for (const auto& blinding : {impl::draw_blinding<K>(), impl::blinding_from<K>(lanes.digit(5, 1) * lanes.logs[5])}) {
    Watched<K>::n_wiped = 0;
    static_cast<void>(engine.run(out, lanes.points, blinding, lanes.codes.data(), lanes.kCount, 1));
    EXPECT_EQ(Watched<K>::n_wiped, lanes.kCount + 1) << "the groups and their product";
  }
  EXPECT_TRUE(engine.run({}, {}, impl::process_blinding<K>(), lanes.codes.data(), 0, 1)) << "nothing to do";
}

TYPED_TEST(LockstepLaw, products_do_not_depend_on_b) {
  using K = typename TypeParam::Group;
  Lanes<K> lanes(31);
  std::vector<typename K::Affine> out;
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(lanes.run(out, impl::draw_blinding<K>()));
    EXPECT_EQ(out, lanes.products);
  }
}

// With acc' the accumulator before the digit q of a step is added: acc' = e P makes a denominator zero exactly for
// e = q, -q, -q / 2. The end: k P = -2 radix^steps B.
TYPED_TEST(LockstepLaw, the_excluded_values_of_b_are_met_and_named) {
  using K = typename TypeParam::Group;
  using F = typename K::Scalar;
  using Ring = impl::RingOf<K>;
  Lanes<K> lanes(32);
  const F half = F::from_u64(2).inverse_vartime(), radix = F::from_u64(std::uint64_t{1} << Ring::kRadixBits);
  std::vector<typename K::Affine> out;
  const auto fails = [&](const F& b) { return !lanes.run(out, impl::blinding_from<K>(b)); };
  F prefix = lanes.digit(5, 0), power = F::one();  // acc = power B + prefix P
  for (std::size_t step = 1; step <= impl::kStepsOf<K>; ++step) {
    const F q = lanes.digit(5, step);
    for (const F& e : {q, -q, -q * half}) {
      const F acc = Ring::kRadixBits == 2 ? e * half : e;
      const F b = (acc - prefix) * lanes.logs[5] * power.inverse_vartime();
      if (b.is_zero_vartime()) continue;  // B is never infinity
      EXPECT_TRUE(fails(b)) << "step " << step;
      EXPECT_FALSE(fails(b + F::one())) << "step " << step;
    }
    prefix = prefix * radix + q;
    power *= radix;
  }
  EXPECT_EQ(prefix, lanes.scalars[5]);
  EXPECT_TRUE(fails(-lanes.scalars[5] * lanes.logs[5] * half * power.inverse_vartime()));
}

TYPED_TEST(LockstepLaw, lanes_that_meet_an_excluded_value_are_computed_otherwise) {
  using K = typename TypeParam::Group;
  using F = typename K::Scalar;
  Lanes<K> lanes(33);
  const F half = F::from_u64(2).inverse_vartime();
  const F power = F::from_u64(2).pow_vartime(impl::kStepsOf<K> * impl::RingOf<K>::kRadixBits);
  const auto blinding = impl::blinding_from<K>(-lanes.scalars[2] * lanes.logs[2] * half * power.inverse_vartime());
  std::size_t asked = 0;
  auto points = lanes.points;
  impl::mul_in_step<K, true>(std::span(points), blinding, lanes.view(), 0, points.size(), [&](std::size_t i) {
    ++asked;
    return lanes.scalars[i];
  });
  EXPECT_EQ(points, lanes.products);
  EXPECT_EQ(asked, impl::step_size<K>().width);  // only the half with the lane
}

}  // namespace
}  // namespace solemn::msm
