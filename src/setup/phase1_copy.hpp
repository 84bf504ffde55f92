#pragma once
// Bytes of sections that go from one ptau to another unchanged.
#include "setup/context.hpp"
#include "setup/phase1_blocks.hpp"

namespace solemn::setup::phase1 {

template <class C>
class SectionCopier {
 public:
  /// Copies what a file of 2^power has of each section. The progress phase counts bytes.
  SectionCopier(const format::PtauReader<C>& in, unsigned power, const Context& context)
      : in_(in), power_(power), context_(context) {}

  std::uint64_t section_bytes(format::PtauSection section) const;
  void copy(format::PtauSection section, format::PtauWriter<C>& writer);
  /// The sections and the record were written as they were read. Throws Error{io} otherwise.
  void require_equal(std::span<const format::PtauSection> sections, const base::Path& written);

 private:
  template <class F>
  void for_each_piece(format::PtauSection section, F&& f);
  const format::PtauReader<C>& in_;
  const unsigned power_;
  const Context& context_;
  base::Bytes buffer_;
};

}  // namespace solemn::setup::phase1
