#include "setup/phase2_kept.hpp"

#include <algorithm>

#include "hash/entropy.hpp"

namespace solemn::setup {

using curve::G1;
using format::ZkeySection;

template <class C>
QuerySum<C>::QuerySum(base::ByteSpan seed32, std::uint64_t n_points, base::Pool& pool)
    : rows_(seed32, n_points, pool, msm::kFaultBits) {
  waiting_.reserve(kAtOnce);
}

template <class C>
void QuerySum<C>::add(std::span<const Affine> points) {
  while (!points.empty()) {
    const auto now = points.first(std::min(points.size(), kAtOnce - waiting_.size()));
    waiting_.insert(waiting_.end(), now.begin(), now.end());
    points = points.subspan(now.size());
    if (waiting_.size() == kAtOnce) flush();
  }
}

template <class C>
typename QuerySum<C>::Affine QuerySum<C>::finish() {
  flush();
  return rows_.finish().sum.to_affine_vartime();
}

template <class C>
void QuerySum<C>::flush() {
  rows_.add(waiting_);
  waiting_.clear();
}

template <class C>
Kept<C>::Kept(const format::ZkeyReader<C>& before, const Context& context)
    : n_queries_(before.points(ZkeySection::c) + before.points(ZkeySection::h)),
      context_(context),
      seed_(hash::fresh_bytes<32>()),
      tag_key_(hash::fresh_bytes<32>()),
      queries_(seed_, n_queries_, context.pool),
      hash_(std::in_place, tag_key_) {
  before_.delta2 = before.header().delta2;
}

template <class C>
void Kept<C>::fixed(std::size_t i, base::ByteSpan bytes, bool last) {
  hash_->update(bytes);
  if (!last) return;
  before_.tags[i] = hash_->finish();
  hash_.emplace(tag_key_);
}

template <class C>
void Kept<C>::read(const format::ZkeyReader<C>& after) {
  context_.progress.phase("checking what was written", n_queries_, "points");
  after_.delta2 = after.header().delta2;
  context_.pool.run_together({[&] { after_.tags = tags_of(after); }, [&] { after_.sum = sum_of(after); },
                              [&] { before_.sum = queries_.finish(); }});
}

template <class C>
typename Kept<C>::Tags Kept<C>::tags_of(const format::ZkeyReader<C>& after) const {
  base::Bytes buffer(std::size_t{1} << 16);  // stays in the second cache
  Tags tags{};
  for (std::size_t i = 0; i < kFixedSections.size(); ++i) {
    const ZkeySection section = kFixedSections[i].second;
    const std::uint64_t size = after.container().section(static_cast<std::uint32_t>(section)).size_bytes;
    hash::Poly1305 hash(tag_key_);
    for (std::uint64_t offset = 0; offset < size; offset += buffer.size()) {
      context_.progress.check_interrupt();
      const auto part =
          std::span(buffer).first(static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size - offset)));
      after.read_raw(section, offset, part);
      hash.update(part);
    }
    tags[i] = hash.finish();
  }
  return tags;
}

template <class C>
typename G1<C>::Affine Kept<C>::sum_of(const format::ZkeyReader<C>& after) const {
  QuerySum<C> now(seed_, n_queries_, context_.pool);
  std::vector<typename G1<C>::Affine> block(std::size_t{1} << 13);
  for (const ZkeySection section : {ZkeySection::c, ZkeySection::h}) {
    const std::uint64_t n = after.points(section);
    for (std::uint64_t first = 0; first < n; first += block.size()) {
      context_.progress.check_interrupt();
      const auto part =
          std::span(block).first(static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), n - first)));
      after.template read<G1<C>>(section, first, part, context_.pool);
      now.add(part);
      context_.progress.advance(part.size());
    }
  }
  return now.finish();
}

template <class C>
void Kept<C>::compare(Verdict& verdict) const {
  for (std::size_t i = 0; i < kFixedSections.size(); ++i)
    verdict.add(kFixedSections[i].first, after_.tags[i] == before_.tags[i],
                "differs from what was read of the previous key");
  verdict.add("queries", divided_by_delta<C>(before_.sum, before_.delta2, after_.sum, after_.delta2),
              "sections 8 and 9 are not the previous ones divided by the change of delta");
}

template class QuerySum<curve::Bn254>;
template class QuerySum<curve::Bls12_381>;
template class Kept<curve::Bn254>;
template class Kept<curve::Bls12_381>;

}  // namespace solemn::setup
