#include "paper/fonts.hpp"

#include <algorithm>

#include "base/error.hpp"

// The files come from Debian's fonts-open-sans (Apache License 2.0) and fonts-jetbrains-mono (SIL Open Font License).
#define SOLEMN_EMBED(name, path)                                                                 \
  asm(".section .rodata\n.balign 16\n.global solemn_" name "\nsolemn_" name ":\n.incbin \"" path \
      "\"\n"                                                                                     \
      ".global solemn_" name "_end\nsolemn_" name "_end:\n.byte 0\n.previous\n")
SOLEMN_EMBED("font_regular", SOLEMN_FONT_REGULAR);
SOLEMN_EMBED("font_bold", SOLEMN_FONT_BOLD);
SOLEMN_EMBED("font_mono", SOLEMN_FONT_MONO);
SOLEMN_EMBED("font_mono_bold", SOLEMN_FONT_MONO_BOLD);

extern "C" {
extern const std::byte solemn_font_regular[], solemn_font_regular_end[], solemn_font_bold[], solemn_font_bold_end[],
    solemn_font_mono[], solemn_font_mono_end[], solemn_font_mono_bold[], solemn_font_mono_bold_end[];
}

namespace solemn::paper {

namespace {

constexpr char32_t kFirst = 0x20, kLast = 0x7e, kReplacement = 0xfffd;

const TrueType& font(Face face) {
  static const std::array<TrueType, kFaces> fonts = {
      TrueType({solemn_font_regular, solemn_font_regular_end}), TrueType({solemn_font_bold, solemn_font_bold_end}),
      TrueType({solemn_font_mono, solemn_font_mono_end}), TrueType({solemn_font_mono_bold, solemn_font_mono_bold_end})};
  return fonts[static_cast<std::size_t>(face)];
}

unsigned byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
}

}  // namespace

char32_t take_character(std::string_view& text) noexcept {
  const unsigned first = byte_at(text, 0);
  const std::size_t n = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
  constexpr std::array<char32_t, 5> kLowest = {0, 0, 0x80, 0x800, 0x10000};
  char32_t character = n == 1 ? first : first & (0x7fU >> n);
  std::size_t taken = 1;
  for (; taken < n && (byte_at(text, taken) & 0xc0U) == 0x80; ++taken)
    character = character << 6 | (byte_at(text, taken) & 0x3fU);
  text.remove_prefix(taken);
  const bool good = n != 0 && taken == n && character >= kLowest[n] && character <= 0x10ffff &&
                    (character < 0xd800 || character > 0xdfff);
  return good ? character : kReplacement;
}

FontUse::FontUse(const TrueType& font, std::string_view name)
    : font_(&font), name_(name), glyphs_{0}, characters_{kReplacement} {
  for (char32_t c = kFirst; c <= kLast; ++c) {
    glyphs_.push_back(font.glyph(c));
    characters_.push_back(c);
  }
}

Glyph FontUse::use(char32_t character) {
  if (character >= kFirst && character <= kLast) return static_cast<Glyph>(character - kFirst + 1);
  const auto [place, is_new] = numbers_.try_emplace(character, Glyph{0});
  if (is_new) {
    const Glyph glyph = font_->glyph(character);
    if (glyph == 0 || character == kReplacement) return 0;
    place->second = static_cast<Glyph>(glyphs_.size());
    glyphs_.push_back(glyph);
    characters_.push_back(character);
  }
  return place->second;
}

Fonts::Fonts()
    : faces_{FontUse(font(Face::regular), "OpenSans-Regular"), FontUse(font(Face::bold), "OpenSans-Semibold"),
             FontUse(font(Face::mono), "JetBrainsMono-Regular"), FontUse(font(Face::mono_bold), "JetBrainsMono-Bold")} {
}

std::string Fonts::missing(char32_t character) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string number;
  for (unsigned shift = character > 0xfffff ? 20 : character > 0xffff ? 16 : 12;; shift -= 4) {
    number += kDigits[(character >> shift) & 15U];
    if (shift == 0) break;
  }
  const std::string text = "[U+" + number + "]";
  unprintable_.insert(text);
  return text;
}

double Fonts::width(const Style& style, std::string_view text) {
  double thousandths = 0, letters = 0;
  Glyph before = 0;
  for_glyphs(style.face, text, [&](Glyph number) {
    const FontUse& face = (*this)[style.face];
    thousandths += face.advance(number) + (before != 0 ? face.kerning(before, number) : 0);
    before = number;
    letters += 1;
  });
  return thousandths * style.size / 1000 + style.tracking * letters;
}

std::vector<std::string_view> wrap(Fonts& fonts, const Style& style, std::string_view text, double width) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    std::size_t end = 0, blank = std::string_view::npos;  // end of the line; last blank in it
    while (end < text.size() && text[end] != '\n') {
      std::string_view rest = text.substr(end);
      take_character(rest);
      const std::size_t next = text.size() - rest.size();
      if (text[end] != ' ' && fonts.width(style, text.substr(0, next)) > width && end != 0) break;
      if (text[end] == ' ') blank = end;
      end = next;
    }
    const bool whole = end == text.size() || text[end] == '\n';
    const std::size_t cut = whole || blank == std::string_view::npos ? end : blank;
    lines.push_back(text.substr(0, cut));
    text.remove_prefix(cut);
    if (!text.empty() && (text[0] == '\n' || text[0] == ' ')) text.remove_prefix(1);
  }
  return lines;
}

}  // namespace solemn::paper
