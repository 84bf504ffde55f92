#pragma once
// What verify keeps of a key's sections while their points are tested, to compare them with what the circuit gives
// without reading them again.
#include <map>
#include <vector>

#include "format/zkey.hpp"
#include "hash/entropy.hpp"
#include "hash/poly1305.hpp"
#include "setup/context.hpp"
#include "setup/phase2_update.hpp"

namespace solemn::setup {

/// Of IC, A, B1 and B2 a tag; of L and H, which are divided by delta, a random combination; the first points of IC.
/// Tags and combinations of different sections are equal with probability below 2^-125.
template <class C>
class SeenSections final : public SectionObserver<C> {
 public:
  using G1Point = typename curve::G1<C>::Affine;
  using G2Point = typename curve::G2<C>::Affine;
  using Tag = hash::Poly1305Pair::Tag;
  static constexpr std::size_t kMaxIc = std::size_t{1} << 16;

  /// Keeps so many points of IC, fewer where memory is bounded.
  explicit SeenSections(const Context& context);
  void see(format::ZkeySection section, std::uint64_t first, std::span<const G1Point> points) override;
  void see(format::ZkeySection section, std::uint64_t first, std::span<const G2Point> points) override;

  /// For a tag of what a section should be.
  base::ByteSpan tag_key() const noexcept { return key_; }
  /// Once for each section.
  Tag tag(format::ZkeySection section) { return tags_.at(section).finish(); }
  /// The coefficients of the combinations are those of msm::random_combination with this seed.
  base::ByteSpan seed() const noexcept { return seed_; }
  const typename curve::G1<C>::Jacobian& l() const noexcept { return l_; }
  const typename curve::G1<C>::Jacobian& h() const noexcept { return h_; }
  const G1Point& h_0() const noexcept { return h_0_; }
  std::span<const G1Point> ic() const noexcept { return ic_; }

 private:
  const Context& context_;
  const std::size_t max_ic_;
  const std::array<std::byte, 64> key_ = hash::fresh_bytes<64>();  // secret until the comparison, as is the seed
  const base::Hash32 seed_ = hash::fresh_bytes<32>();
  std::map<format::ZkeySection, hash::Poly1305Pair> tags_;
  typename curve::G1<C>::Jacobian l_ = curve::G1<C>::Jacobian::infinity(), h_ = l_;
  G1Point h_0_ = G1Point::infinity();
  std::vector<G1Point> ic_;
};

}  // namespace solemn::setup
