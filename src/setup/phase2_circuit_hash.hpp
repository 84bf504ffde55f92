#pragma once
// csHash, the 64 bytes that name a circuit in its contribution chain (spec 9.1), with everything that snarkjs' versions
// did to it:
//   era    up to 0.6.11 a point at infinity was hashed as 0x40 and zeros, from 0.7.0 on as zeros
//   extra  for domains of 2^15 and more one difference too many is hashed; where it comes from depends on the size of
//   the ptau
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "format/zkey.hpp"
#include "setup/context.hpp"

namespace solemn::setup {

/// Which point follows tau^(2n-2) when the over-long difference is taken.
enum class Extra : std::uint8_t {
  none,           // n <= 2^14: no extra item
  honest,         // the ptau was larger than the circuit: tau^(2n-1)
  beyond_section  // the ptau had exactly the circuit's size: the bytes behind section 2, taken for a point
};
struct CircuitHash {
  curve::InfinityFlag era;
  Extra extra;
  base::Hash64 digest;
  std::string describe() const;
};

/// Absorbs the parts in their order, for every variant asked for at once.
template <class C>
class CircuitHasher {
 public:
  using G1Point = typename curve::G1<C>::Affine;
  using G2Point = typename curve::G2<C>::Affine;
  struct Variant {
    curve::InfinityFlag era;
    Extra extra;
  };
  /// setup_header: delta = gamma = generators.
  CircuitHasher(const format::ZkeyHeader<C>& setup_header, std::vector<Variant> variants, base::Pool& pool);
  void count(std::uint32_t n);  // u32 big-endian before each list
  void points(std::span<const G1Point> block);
  void points(std::span<const G2Point> block);
  /// tau^(i+n) - tau^i for i < n-1 and the extra item, from the ptau. honest_top: tau^(2n-1) G1 where the variant asks
  /// for it.
  void differences(const format::PtauReader<C>& ptau, const G1Point& honest_top, base::Progress& progress);
  std::vector<CircuitHash> finish();

 private:
  template <class G>
  void absorb(std::span<const typename G::Affine> block);
  void absorb_extra(const format::PtauReader<C>& ptau, const G1Point& honest_top);
  void hash_waiting();
  std::vector<Variant> variants_;
  std::vector<hash::Blake2b> hashers_;
  std::uint64_t n_;
  base::Pool& pool_;
  std::array<base::Bytes, 2> waiting_, next_;  // of each era: hashed while what follows is encoded
};

/// tau^(2n-1) G1 for n = 2^k: from section 2 of a larger ptau, or, for a ptau of exactly that power, from the Lagrange
/// block of 2n points (which a truncated file cut from the larger ceremony). Infinity when the file cannot know it.
template <class C>
typename curve::G1<C>::Affine tau_power_2n_minus_1(const format::PtauReader<C>& ptau, unsigned k, base::Pool& pool);

/// What snarkjs' wrapping arithmetic makes of "raw - p" when raw are bytes that are no point (spec 9.1). raw: 2 n8q
/// bytes.
template <class C>
base::Bytes subtract_from_raw(base::ByteSpan raw, const typename curve::G1<C>::Affine& p);

}  // namespace solemn::setup
