#include "setup/phase1_copy.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace solemn::setup::phase1 {

namespace {

constexpr std::size_t kPieceBytes = std::size_t{4} << 20;

}  // namespace

template <class C>
std::uint64_t SectionCopier<C>::section_bytes(format::PtauSection section) const {
  const std::uint64_t point = format::ptau_section_is_g2(section) ? curve::G2<C>::kBytes : curve::G1<C>::kBytes;
  return format::ptau_section_points(section, power_) * point;
}

template <class C>
template <class F>
void SectionCopier<C>::for_each_piece(format::PtauSection section, F&& f) {
  buffer_.resize(kPieceBytes);
  const std::uint64_t size = section_bytes(section);
  for (std::uint64_t offset = 0; offset < size; offset += kPieceBytes) {
    const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, size - offset));
    f(offset, base::MutableByteSpan(buffer_).first(now));
    context_.progress.advance(now);
    context_.progress.check_interrupt();
  }
}

template <class C>
void SectionCopier<C>::copy(format::PtauSection section, format::PtauWriter<C>& writer) {
  writer.begin(section);
  for_each_piece(section, [&](std::uint64_t offset, base::MutableByteSpan piece) {
    in_.read_raw(section, offset, piece);
    writer.raw(piece);
  });
  writer.end();
}

template <class C>
void SectionCopier<C>::require_equal(std::span<const format::PtauSection> sections, const base::Path& written) {
  const format::PtauReader<C> file(written);
  bool equal = file.read_contributions_raw() == in_.read_contributions_raw();
  base::Bytes other(kPieceBytes);
  for (const format::PtauSection section : sections) {
    for_each_piece(section, [&](std::uint64_t offset, base::MutableByteSpan piece) {
      const auto copied = base::MutableByteSpan(other).first(piece.size());
      in_.read_raw(section, offset, piece);
      file.read_raw(section, offset, copied);
      equal = equal && std::ranges::equal(piece, copied);
    });
  }
  if (equal) return;
  throw base::Error(base::Code::io, "what was read back is not what was written", "check the disk and the memory");
}

template class SectionCopier<curve::Bn254>;
template class SectionCopier<curve::Bls12_381>;

}  // namespace solemn::setup::phase1
