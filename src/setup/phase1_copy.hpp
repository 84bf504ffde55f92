#pragma once
// Points of sections that go from one ptau to another unchanged.
#include <functional>
#include <map>

#include "base/error.hpp"
#include "hash/entropy.hpp"
#include "hash/poly1305.hpp"
#include "setup/context.hpp"
#include "setup/phase1_blocks.hpp"

namespace solemn::setup::phase1 {

/// Error{io}: of a file that is not as it was written.
base::Error not_as_written();

inline constexpr std::size_t kPieceBytes = std::size_t{4} << 20;

template <class C>
class SectionCopier {
 public:
  /// Copies what a file of 2^power has of each section, so much at a time. The progress phase counts bytes.
  SectionCopier(const format::PtauReader<C>& in, unsigned power, const Context& context,
                std::size_t piece_bytes = kPieceBytes)
      : in_(in), power_(power), context_(context), piece_bytes_(piece_bytes) {}

  std::uint64_t section_bytes(format::PtauSection section) const;
  /// see(points): given all that is copied, block by block. The group is that of the section.
  template <class G>
  using See = std::function<void(std::span<const typename G::Affine>)>;
  template <class G>
  void copy(format::PtauSection section, format::PtauWriter<C>& writer, const See<G>& see);
  void copy(format::PtauSection section, format::PtauWriter<C>& writer);
  /// Whether the sections and the record were written as they were read. Of sections that were copied here a tag is
  /// kept: the input is read again for others only.
  bool is_equal(std::span<const format::PtauSection> sections, const base::Path& written);

 private:
  using Tag = hash::Poly1305Pair;
  template <class G, class F>
  void for_each_block(format::PtauSection section, F&& f);
  template <class G>
  bool is_equal(format::PtauSection section, const format::PtauReader<C>& written);
  const format::PtauReader<C>& in_;
  const unsigned power_;
  const Context& context_;
  const std::size_t piece_bytes_;
  PointBuffer<C> buffer_, other_;
  const std::array<std::byte, 64> key_ = hash::fresh_bytes<64>();
  std::map<format::PtauSection, Tag::Tag> tags_;
};

}  // namespace solemn::setup::phase1
