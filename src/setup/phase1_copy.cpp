#include "setup/phase1_copy.hpp"

#include <algorithm>

namespace solemn::setup::phase1 {

base::Error not_as_written() {
  return base::Error(base::Code::io, "what was read back is not what was written", "check the disk and the memory");
}

template <class C>
std::uint64_t SectionCopier<C>::section_bytes(format::PtauSection section) const {
  const std::uint64_t point = format::ptau_section_is_g2(section) ? curve::G2<C>::kBytes : curve::G1<C>::kBytes;
  return format::ptau_section_points(section, power_) * point;
}

template <class C>
template <class G, class F>
void SectionCopier<C>::for_each_block(format::PtauSection section, F&& f) {
  const std::uint64_t n = format::ptau_section_points(section, power_);
  const std::span<typename G::Affine> block =
      buffer_.template first<G>(static_cast<std::size_t>(std::min<std::uint64_t>(n, piece_bytes_ / G::kBytes)));
  for (std::uint64_t first = 0; first < n; first += block.size()) {
    const auto now = block.first(static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), n - first)));
    f(first * G::kBytes, now);
    context_.progress.advance(now.size_bytes());
    context_.progress.check_interrupt();
  }
}

template <class C>
template <class G>
void SectionCopier<C>::copy(format::PtauSection section, format::PtauWriter<C>& writer, const See<G>& see) {
  Tag tag(key_);
  writer.begin(section);
  for_each_block<G>(section, [&](std::uint64_t offset, std::span<typename G::Affine> block) {
    const base::MutableByteSpan bytes = base::writable_object_bytes(block);
    in_.read_raw(section, offset, bytes);
    tag.update(bytes);
    writer.raw(bytes);
    if (see) see(block);
  });
  writer.end();
  tags_[section] = tag.finish();
}

template <class C>
void SectionCopier<C>::copy(format::PtauSection section, format::PtauWriter<C>& writer) {
  with_group<C>(section, [&]<class G>() { copy<G>(section, writer, {}); });
}

template <class C>
template <class G>
bool SectionCopier<C>::is_equal(format::PtauSection section, const format::PtauReader<C>& written) {
  const auto kept = tags_.find(section);
  Tag tag(key_);
  bool equal = true;
  for_each_block<G>(section, [&](std::uint64_t offset, std::span<typename G::Affine> block) {
    const base::MutableByteSpan bytes = base::writable_object_bytes(block);
    written.read_raw(section, offset, bytes);
    if (kept != tags_.end()) return tag.update(bytes);
    const base::MutableByteSpan expected = base::writable_object_bytes(other_.template first<G>(block.size()));
    in_.read_raw(section, offset, expected);
    equal = equal && std::ranges::equal(bytes, expected);
  });
  return kept != tags_.end() ? tag.finish() == kept->second : equal;
}

template <class C>
bool SectionCopier<C>::is_equal(std::span<const format::PtauSection> sections, const base::Path& written) {
  const format::PtauReader<C> file(written);
  bool equal = file.read_contributions_raw() == in_.read_contributions_raw();
  for (const format::PtauSection section : sections)
    equal = with_group<C>(section, [&]<class G>() { return is_equal<G>(section, file); }) && equal;
  return equal;
}

template class SectionCopier<curve::Bn254>;
template class SectionCopier<curve::Bls12_381>;

template void SectionCopier<curve::Bn254>::copy<curve::G1<curve::Bn254>>(format::PtauSection,
                                                                         format::PtauWriter<curve::Bn254>&,
                                                                         const See<curve::G1<curve::Bn254>>&);
template void SectionCopier<curve::Bn254>::copy<curve::G2<curve::Bn254>>(format::PtauSection,
                                                                         format::PtauWriter<curve::Bn254>&,
                                                                         const See<curve::G2<curve::Bn254>>&);
template void SectionCopier<curve::Bls12_381>::copy<curve::G1<curve::Bls12_381>>(
    format::PtauSection, format::PtauWriter<curve::Bls12_381>&, const See<curve::G1<curve::Bls12_381>>&);
template void SectionCopier<curve::Bls12_381>::copy<curve::G2<curve::Bls12_381>>(
    format::PtauSection, format::PtauWriter<curve::Bls12_381>&, const See<curve::G2<curve::Bls12_381>>&);
}  // namespace solemn::setup::phase1
