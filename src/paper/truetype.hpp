#pragma once
// Just enough of TrueType (ISO/IEC 14496-22) for the fonts that are part of the program: widths, kerning, and subsets
// to put into a PDF. Private to this folder. The fonts are trusted; what does not fit is a bug and aborts.
#include <cstdint>
#include <map>
#include <vector>

#include "base/bytes.hpp"

namespace solemn::paper {

using Glyph = std::uint16_t;

class TrueType {
 public:
  explicit TrueType(base::ByteSpan file);
  /// 0 when the font has no such character.
  Glyph glyph(char32_t character) const noexcept;
  /// In thousandths of the font's size.
  double advance(Glyph glyph) const noexcept;
  double kerning(Glyph left, Glyph right) const noexcept;
  double ascent() const noexcept { return scaled(ascent_); }
  double descent() const noexcept { return scaled(descent_); }
  /// A font whose glyph i is glyphs[i]; parts of composite glyphs follow. REQUIRES: glyphs[0] == 0.
  base::Bytes subset(std::vector<Glyph> glyphs) const;

 private:
  base::ByteSpan table(std::string_view tag) const noexcept;  // empty: none
  base::ByteSpan outline(Glyph glyph) const noexcept;
  double scaled(int units) const noexcept { return 1000.0 * units / units_per_em_; }

  base::ByteSpan file_;
  std::map<char32_t, Glyph> characters_;
  int units_per_em_ = 0, ascent_ = 0, descent_ = 0;
  unsigned n_glyphs_ = 0, n_widths_ = 0;
  bool long_offsets_ = false;
};

}  // namespace solemn::paper
