#include "setup/phase2_seen.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "msm/msm.hpp"

namespace solemn::setup {

using format::ZkeySection;

template <class C>
SeenSections<C>::SeenSections(const Context& context)
    : context_(context),
      max_ic_(context.memory_limit_bytes == 0
                  ? kMaxIc
                  : static_cast<std::size_t>(std::min<std::uint64_t>(kMaxIc, context.memory_limit_bytes >> 10))) {
  for (const ZkeySection section : {ZkeySection::ic, ZkeySection::a, ZkeySection::b1, ZkeySection::b2})
    tags_.emplace(section, key_);
}

template <class C>
void SeenSections<C>::see(ZkeySection section, std::uint64_t first, std::span<const G1Point> points) {
  if (section == ZkeySection::c || section == ZkeySection::h) {
    auto& sum = section == ZkeySection::c ? l_ : h_;
    sum = add_vartime(sum, msm::random_combination<curve::G1<C>>(points, seed_, first, context_.pool));
    if (section == ZkeySection::h && first == 0 && !points.empty()) h_0_ = points[0];
    return;
  }
  tags_.at(section).update(base::object_bytes(points));
  if (section != ZkeySection::ic) return;
  const auto kept = points.first(std::min(points.size(), max_ic_ - ic_.size()));
  ic_.insert(ic_.end(), kept.begin(), kept.end());
}

template <class C>
void SeenSections<C>::see(ZkeySection section, std::uint64_t, std::span<const G2Point> points) {
  tags_.at(section).update(base::object_bytes(points));
}

template class SeenSections<curve::Bn254>;
template class SeenSections<curve::Bls12_381>;

}  // namespace solemn::setup
