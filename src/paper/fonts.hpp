#pragma once
// The fonts of a document, and which of their characters it uses. Private to this folder.
#include <array>
#include <set>
#include <string>
#include <string_view>

#include "paper/truetype.hpp"

namespace solemn::paper {

enum class Face : std::uint8_t { regular, bold, mono, mono_bold };
constexpr std::size_t kFaces = 4;

struct Style {
  Face face = Face::regular;
  double size = 10;     // points
  double grey = 0;      // 0: black
  double tracking = 0;  // points more after each letter
};

/// Cuts one character off; U+FFFD for bytes that are not UTF-8. REQUIRES: text is not empty.
char32_t take_character(std::string_view& text) noexcept;

/// One face. All of printable ASCII is always in it, so the file does not tell which letters a secret has; and those
/// glyphs have fixed numbers.
class FontUse {
 public:
  FontUse(const TrueType& font, std::string_view name);
  /// The number in this document; 0 when the font has no such character.
  Glyph use(char32_t character);
  double advance(Glyph number) const noexcept { return font_->advance(glyphs_[number]); }
  double kerning(Glyph left, Glyph right) const noexcept { return font_->kerning(glyphs_[left], glyphs_[right]); }
  const TrueType& font() const noexcept { return *font_; }
  std::string_view name() const noexcept { return name_; }
  std::size_t size() const noexcept { return glyphs_.size(); }
  char32_t character(Glyph number) const noexcept { return characters_[number]; }
  base::Bytes subset() const { return font_->subset(glyphs_); }

 private:
  const TrueType* font_;
  std::string_view name_;
  std::vector<Glyph> glyphs_;         // by number: glyph of the font
  std::vector<char32_t> characters_;  // by number
  std::map<char32_t, Glyph> numbers_;
};

class Fonts {
 public:
  Fonts();
  FontUse& operator[](Face face) noexcept { return faces_[static_cast<std::size_t>(face)]; }
  /// Points. Marks its characters as used.
  double width(const Style& style, std::string_view text);
  /// Calls each(number) for the glyphs of a text; a character that the face has not becomes "[U+6F22]".
  template <class Each>
  void for_glyphs(Face face, std::string_view text, Each each) {
    while (!text.empty()) {
      const char32_t character = take_character(text);
      const Glyph number = (*this)[face].use(character);
      if (number != 0) {
        each(number);
        continue;
      }
      for (const char c : missing(character)) each((*this)[face].use(static_cast<char32_t>(c)));
    }
  }
  const std::set<std::string>& unprintable() const noexcept { return unprintable_; }

 private:
  std::string missing(char32_t character);
  std::array<FontUse, kFaces> faces_;
  std::set<std::string> unprintable_;
};

/// Lines of at most `width` points: at blanks, inside a word only when it is alone too long; '\n' always. Views of
/// text.
std::vector<std::string_view> wrap(Fonts& fonts, const Style& style, std::string_view text, double width);

}  // namespace solemn::paper
