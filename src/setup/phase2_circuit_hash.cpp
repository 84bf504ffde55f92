#include "setup/phase2_circuit_hash.hpp"

#include "base/error.hpp"
#include "fft/fft.hpp"
#include "msm/msm.hpp"

namespace solemn::setup {

using curve::G1;
using curve::G2;
using curve::InfinityFlag;
using format::PtauSection;

namespace {

constexpr std::uint64_t kFirstOverlongDomain = std::uint64_t{1} << 15;
constexpr std::size_t kBlockPoints = std::size_t{1} << 14, kTaskPoints = std::size_t{1} << 11;
constexpr std::array<InfinityFlag, 2> kEras = {InfinityFlag::zeros, InfinityFlag::flag_0x40};
constexpr std::size_t era_index(InfinityFlag era) noexcept { return era == kEras[0] ? 0 : 1; }

}  // namespace

std::string CircuitHash::describe() const {
  std::string text = era == InfinityFlag::zeros ? "as snarkjs 0.7.0 and later hash" : "as snarkjs up to 0.6.11 hashed";
  if (extra == Extra::honest) text += ", made with a ptau larger than the circuit";
  if (extra == Extra::beyond_section) text += ", made with a ptau of exactly the circuit's power";
  return text;
}

template <class C>
CircuitHasher<C>::CircuitHasher(const format::ZkeyHeader<C>& setup_header, std::vector<Variant> variants,
                                base::Pool& pool)
    : variants_(std::move(variants)), hashers_(variants_.size()), n_(setup_header.domain_size), pool_(pool) {
  const auto g1 = G1<C>::generator();
  const auto g2 = G2<C>::generator();
  points(std::span(&setup_header.alpha1, 1));
  points(std::span(&setup_header.beta1, 1));
  points(std::span(&setup_header.beta2, 1));
  points(std::span(&g2, 1));  // gamma2
  points(std::span(&g1, 1));  // delta1
  points(std::span(&g2, 1));  // delta2
}

template <class C>
void CircuitHasher<C>::count(std::uint32_t n) {
  std::array<std::byte, 4> bytes{};
  base::store_be32(bytes, n);
  for (base::Bytes& waiting : waiting_) waiting.insert(waiting.end(), bytes.begin(), bytes.end());
}

template <class C>
void CircuitHasher<C>::hash_waiting() {
  for (std::size_t i = 0; i < variants_.size(); ++i) hashers_[i].update(waiting_[era_index(variants_[i].era)]);
  for (base::Bytes& waiting : waiting_) waiting.clear();
}

template <class C>
template <class G>
void CircuitHasher<C>::absorb(std::span<const typename G::Affine> block) {
  for (std::size_t first = 0; first < block.size(); first += kBlockPoints) {
    const auto part = block.subspan(first, std::min(kBlockPoints, block.size() - first));
    const std::size_t n_tasks = (part.size() - 1) / kTaskPoints + 1;  // of an era
    for (base::Bytes& next : next_) next.clear();
    for (const Variant& variant : variants_) next_[era_index(variant.era)].resize(part.size() * G::kBytes);
    pool_.parallel_for(1 + kEras.size() * n_tasks, 1, [&](std::size_t task, std::size_t) {
      if (task == 0) return hash_waiting();
      const std::size_t era = (task - 1) / n_tasks, begin = (task - 1) % n_tasks * kTaskPoints;
      if (next_[era].empty()) return;
      const auto points = part.subspan(begin, std::min(kTaskPoints, part.size() - begin));
      curve::encode_points<G>(
          base::MutableByteSpan(next_[era]).subspan(begin * G::kBytes, points.size() * G::kBytes), points,
          kEras[era] == InfinityFlag::zeros ? curve::Encoding::snarkjs_u : curve::Encoding::snarkjs_u_era_0_6, pool_);
    });
    std::swap(waiting_, next_);
  }
}

template <class C>
void CircuitHasher<C>::points(std::span<const G1Point> block) {
  absorb<G1<C>>(block);
}
template <class C>
void CircuitHasher<C>::points(std::span<const G2Point> block) {
  absorb<G2<C>>(block);
}

template <class C>
void CircuitHasher<C>::differences(const format::PtauReader<C>& ptau, const G1Point& honest_top,
                                   base::Progress& progress) {
  count(static_cast<std::uint32_t>(n_ - 1));
  progress.phase("circuit hash: differences", n_ - 1, "points");
  std::vector<G1Point> low(kBlockPoints), high(kBlockPoints);
  for (std::uint64_t first = 0; first < n_ - 1; first += kBlockPoints) {
    progress.check_interrupt();
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(kBlockPoints, n_ - 1 - first));
    const std::span<G1Point> l = std::span(low).first(count), h = std::span(high).first(count);
    ptau.template read<G1<C>>(PtauSection::tau_g1, first, l, pool_);
    ptau.template read<G1<C>>(PtauSection::tau_g1, first + n_, h, pool_);
    for (G1Point& point : l) point = -point;
    msm::add_each<G1<C>>(h, h, l, pool_);
    points(std::span<const G1Point>(h));
    progress.advance(count);
  }
  if (n_ >= kFirstOverlongDomain) absorb_extra(ptau, honest_top);
}

template <class C>
void CircuitHasher<C>::absorb_extra(const format::PtauReader<C>& ptau, const G1Point& honest_top) {
  hash_waiting();
  G1Point low;  // tau^(n-1)
  ptau.template read<G1<C>>(PtauSection::tau_g1, n_ - 1, std::span(&low, 1), pool_);
  for (std::size_t i = 0; i < variants_.size(); ++i) {
    base::Bytes item(G1<C>::kBytes);
    if (variants_[i].extra == Extra::honest) {
      G1Point difference = honest_top;
      const G1Point minus = -low;
      msm::add_each<G1<C>>(std::span(&difference, 1), std::span(&difference, 1), std::span(&minus, 1), pool_);
      curve::write_snarkjs_u<G1<C>>(item, difference, variants_[i].era);
    } else {
      // What lies behind section 2 in a file of this power: header of section 3 (type, size), then the generator of G2.
      base::Bytes raw(12 + G2<C>::kBytes);
      base::store_le32(std::span(raw).first(4), 3);
      base::store_le64(std::span(raw).subspan(4, 8), n_ * G2<C>::kBytes);
      curve::write_lem<G2<C>>(std::span(raw).subspan(12), G2<C>::generator());
      item = subtract_from_raw<C>(base::ByteSpan(raw).first(G1<C>::kBytes), low);
    }
    hashers_[i].update(item);
  }
}

template <class C>
std::vector<CircuitHash> CircuitHasher<C>::finish() {
  hash_waiting();
  std::vector<CircuitHash> out;
  for (std::size_t i = 0; i < variants_.size(); ++i)
    out.push_back({variants_[i].era, variants_[i].extra, hashers_[i].finish()});
  return out;
}

template <class C>
typename G1<C>::Affine tau_power_2n_minus_1(const format::PtauReader<C>& ptau, unsigned k, base::Pool& pool) {
  using Fr = typename C::Fr;
  using Point = typename G1<C>::Affine;
  const std::uint64_t n = std::uint64_t{1} << k;
  Point top;
  if (ptau.header().power > k) {
    ptau.template read<G1<C>>(PtauSection::tau_g1, 2 * n - 1, std::span(&top, 1), pool);
    return top;
  }
  if (!ptau.has(PtauSection::lagrange_tau_g1) || k + 1 > Fr::kTwoAdicity) return Point::infinity();
  // P_j = sum_i w^(ij) L_i with w^(2n) = 1, so P_{2n-1} = sum_i w^(-i) L_i.
  const Fr root = Fr::root_of_unity(k + 1).inverse();
  typename G1<C>::Jacobian sum = G1<C>::Jacobian::infinity();
  Fr power = Fr::one();
  std::vector<Point> block(kBlockPoints);
  std::vector<Fr> powers(kBlockPoints);
  for (std::uint64_t first = 0; first < 2 * n; first += kBlockPoints) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(kBlockPoints, 2 * n - first));
    for (std::size_t i = 0; i < count; ++i, power *= root) powers[i] = power;
    ptau.template read<G1<C>>(PtauSection::lagrange_tau_g1, format::lagrange_block_offset(k + 1) + first,
                              std::span(block).first(count), pool);
    sum = add_vartime(sum, msm::msm_vartime<G1<C>>(std::span<const Point>(block).first(count),
                                                   std::span<const Fr>(powers).first(count), pool));
  }
  return sum.to_affine_vartime();
}

namespace {

__extension__ using Wide128 = unsigned __int128;

/// The reference code's field arithmetic on values that need not be reduced: R = 2^(64 limbs), wrapping where it wraps
/// (spec 9.1).
template <class F>
class Wrapping {
 public:
  using Limbs = typename F::Limbs;
  static constexpr std::size_t kLimbs = F::kLimbs;
  using Wide = std::array<std::uint64_t, 2 * kLimbs>;

  static Limbs sub(const Limbs& a, const Limbs& b) {  // a - b; if it borrows: + q mod R
    Limbs out{};
    if (subtract(out, a, b)) add_into(out, out, F::Params::kModulus);
    return out;
  }
  static Limbs add(const Limbs& a, const Limbs& b) {
    Limbs out{};
    const bool carry = add_into(out, a, b);
    return reduce_once(out, carry);
  }
  static Limbs mul(const Limbs& a, const Limbs& b) {
    std::array<std::uint64_t, 2 * kLimbs + 1> t{};
    for (std::size_t i = 0; i < kLimbs; ++i) accumulate(t, i, a[i], b);
    const std::uint64_t n0 = minus_inverse();
    for (std::size_t i = 0; i < kLimbs; ++i) accumulate(t, i, t[i] * n0, F::Params::kModulus);
    Limbs out{};
    std::copy_n(t.begin() + kLimbs, kLimbs, out.begin());
    return reduce_once(out, t[2 * kLimbs] != 0);
  }
  /// Out of Montgomery form and reduced mod q.
  static F value(const Limbs& limbs) { return F::from_canonical_reduced(mul(limbs, Limbs{1})); }

 private:
  static bool add_into(Limbs& out, const Limbs& a, const Limbs& b) {
    Wide128 carry = 0;
    for (std::size_t i = 0; i < kLimbs; ++i) {
      carry += static_cast<Wide128>(a[i]) + b[i];
      out[i] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
    return carry != 0;
  }
  static bool subtract(Limbs& out, const Limbs& a, const Limbs& b) {
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < kLimbs; ++i) {
      const Wide128 d = static_cast<Wide128>(a[i]) - b[i] - borrow;
      out[i] = static_cast<std::uint64_t>(d);
      borrow = static_cast<std::uint64_t>(d >> 64) & 1;
    }
    return borrow != 0;
  }
  /// if carry: (s - R - q) mod R, i.e. the limbs minus q; else if s >= q: s - q.
  static Limbs reduce_once(const Limbs& s, bool carry) {
    Limbs less{};
    const bool below = subtract(less, s, F::Params::kModulus);
    return carry || !below ? less : s;
  }
  static void accumulate(std::array<std::uint64_t, 2 * kLimbs + 1>& t, std::size_t at, std::uint64_t factor,
                         const Limbs& b) {
    Wide128 carry = 0;
    for (std::size_t j = 0; j < kLimbs; ++j) {
      carry += static_cast<Wide128>(factor) * b[j] + t[at + j];
      t[at + j] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
    for (std::size_t j = at + kLimbs; j < t.size() && carry != 0; ++j) {
      carry += t[j];
      t[j] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
  }
  static std::uint64_t minus_inverse() {
    std::uint64_t inverse = 1;
    for (int i = 0; i < 6; ++i) inverse *= 2 - F::Params::kModulus[0] * inverse;
    return 0 - inverse;
  }
};

}  // namespace

template <class C>
base::Bytes subtract_from_raw(base::ByteSpan raw, const typename G1<C>::Affine& p) {
  using F = typename C::Fq;
  using W = Wrapping<F>;
  using Limbs = typename F::Limbs;
  Limbs x1{}, y1{};
  for (std::size_t i = 0; i < F::kLimbs; ++i) {
    x1[i] = base::load_le64(raw.subspan(8 * i, 8));
    y1[i] = base::load_le64(raw.subspan(F::kBytes + 8 * i, 8));
  }
  const Limbs x2 = p.x.montgomery(), y2 = W::sub(Limbs{}, p.y.montgomery());
  const Limbs h = W::sub(x2, x1), d = W::sub(y2, y1);
  Limbs i = W::mul(h, h);
  i = W::add(i, i);
  i = W::add(i, i);
  const Limbs j = W::mul(h, i), r = W::add(d, d), v = W::mul(x1, i);
  const Limbs x3 = W::sub(W::sub(W::mul(r, r), j), W::add(v, v));
  Limbs w = W::mul(y1, j);
  w = W::add(w, w);
  const Limbs y3 = W::sub(W::mul(W::sub(v, x3), r), w), z3 = W::add(h, h);
  const F z = W::value(z3), zinv = z.inverse(), zinv2 = zinv.square();
  base::Bytes out(G1<C>::kBytes);
  curve::write_snarkjs_u<G1<C>>(out, {W::value(x3) * zinv2, W::value(y3) * zinv2 * zinv});
  return out;
}

#define SOLEMN_INSTANTIATE(C)                                                                                   \
  template class CircuitHasher<C>;                                                                              \
  template typename G1<C>::Affine tau_power_2n_minus_1<C>(const format::PtauReader<C>&, unsigned, base::Pool&); \
  template base::Bytes subtract_from_raw<C>(base::ByteSpan, const typename G1<C>::Affine&);
SOLEMN_INSTANTIATE(curve::Bn254)
SOLEMN_INSTANTIATE(curve::Bls12_381)
#undef SOLEMN_INSTANTIATE

}  // namespace solemn::setup
