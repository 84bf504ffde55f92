#pragma once
// What a contribution keeps of the key that it builds on, while that is read: enough to compare the new key with it
// without reading it again.
#include <array>
#include <optional>
#include <vector>

#include "format/zkey.hpp"
#include "hash/poly1305.hpp"
#include "msm/msm.hpp"
#include "setup/context.hpp"
#include "setup/phase2_update.hpp"
#include "setup/verdict.hpp"

namespace solemn::setup {

/// sum r_i P_i over L and then H, all of both, a stream; r_i of msm::kFaultBits.
template <class C>
class QuerySum {
 public:
  using Affine = typename curve::G1<C>::Affine;
  QuerySum(base::ByteSpan seed32, std::uint64_t n_points, base::Pool& pool);
  void add(std::span<const Affine> points);
  Affine finish();

 private:
  static constexpr std::size_t kAtOnce = std::size_t{1} << 13;  // where a block costs nothing of its own
  void flush();
  msm::RowCombination<curve::G1<C>> rows_;
  std::vector<Affine> waiting_;
};

/// A tag for each section that stays, a random combination of what is multiplied. That finds what goes wrong once the
/// old key is read, in memory and on the disk; nobody else made the file.
template <class C>
class Kept {
 public:
  Kept(const format::ZkeyReader<C>& before, const Context& context);

  /// The next bytes of kFixedSections[i], i = 0, 1, ...
  void fixed(std::size_t i, base::ByteSpan bytes, bool last);
  /// The next points of L, then of H. May run beside fixed().
  void queries(std::span<const typename curve::G1<C>::Affine> points) { queries_.add(points); }

  /// Reads the new key. Once, after all of the old key was given.
  void read(const format::ZkeyReader<C>& after);
  /// After that. Rules query-ic, coefficients, query-a, query-b1, query-b2, queries. On one thread: a pairing.
  void compare(Verdict& verdict) const;

 private:
  using Tag = std::array<std::byte, 16>;
  using Tags = std::array<Tag, kFixedSections.size()>;
  Tags tags_of(const format::ZkeyReader<C>& after) const;
  typename curve::G1<C>::Affine sum_of(const format::ZkeyReader<C>& after) const;

  struct Side {
    Tags tags{};
    typename curve::G1<C>::Affine sum{};
    typename curve::G2<C>::Affine delta2{};
  };
  const std::uint64_t n_queries_;
  const Context& context_;
  const base::Hash32 seed_, tag_key_;  // secret until the comparison
  QuerySum<C> queries_;
  std::optional<hash::Poly1305> hash_;  // of the section that is being copied
  Side before_, after_;
};

}  // namespace solemn::setup
