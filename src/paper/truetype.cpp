#include "paper/truetype.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace solemn::paper {

using base::Bytes;
using base::ByteSpan;

namespace {

unsigned u16(ByteSpan in, std::size_t at) {
  ASSERT(at + 2 <= in.size());
  return std::to_integer<unsigned>(in[at]) << 8 | std::to_integer<unsigned>(in[at + 1]);
}
int i16(ByteSpan in, std::size_t at) { return static_cast<std::int16_t>(u16(in, at)); }
std::uint32_t u32(ByteSpan in, std::size_t at) { return base::load_be32(in.subspan(at)); }

void put16(Bytes& out, unsigned value) {
  out.push_back(static_cast<std::byte>(value >> 8));
  out.push_back(static_cast<std::byte>(value));
}
void put32(Bytes& out, std::size_t value) {
  put16(out, static_cast<unsigned>(value >> 16));
  put16(out, static_cast<unsigned>(value & 0xffff));
}
void set16(Bytes& bytes, std::size_t at, unsigned value) {
  bytes[at] = static_cast<std::byte>(value >> 8);
  bytes[at + 1] = static_cast<std::byte>(value);
}

std::map<char32_t, Glyph> characters_of(ByteSpan cmap) {
  ByteSpan best;
  for (unsigned i = 0; i < u16(cmap, 2); ++i)
    if (u16(cmap, 4 + 8 * i) == 3 && u16(cmap, 6 + 8 * i) == 1) best = cmap.subspan(u32(cmap, 8 + 8 * i));
  ASSERT(!best.empty() && u16(best, 0) == 4);
  std::map<char32_t, Glyph> found;
  const unsigned n = u16(best, 6) / 2;
  for (unsigned i = 0; i < n; ++i) {
    const unsigned last = u16(best, 14 + 2 * i), first = u16(best, 16 + 2 * (n + i)),
                   delta = u16(best, 16 + 2 * (2 * n + i)), offset = u16(best, 16 + 2 * (3 * n + i));
    for (unsigned c = first; c <= last && c != 0xffff; ++c) {
      unsigned glyph = c;
      if (offset != 0) glyph = u16(best, 16 + 2 * (3 * n + i) + offset + 2 * (c - first));
      if (offset == 0 || glyph != 0) glyph = (glyph + delta) & 0xffff;
      if (glyph != 0) found[c] = static_cast<Glyph>(glyph);
    }
  }
  return found;
}

constexpr unsigned kArgumentsAreWords = 1, kHasScale = 8, kMoreComponents = 32, kHasTwoScales = 64, kHasMatrix = 128;

/// Calls each(offset of the glyph number) for the parts of a composite glyph.
template <class Each>
void for_parts(ByteSpan outline, Each each) {
  if (outline.empty() || i16(outline, 0) >= 0) return;
  for (std::size_t at = 10;;) {
    const unsigned flags = u16(outline, at);
    each(at + 2);
    at += 4 + ((flags & kArgumentsAreWords) != 0 ? 4 : 2);
    at += (flags & kHasScale) != 0 ? 2 : (flags & kHasTwoScales) != 0 ? 4 : (flags & kHasMatrix) != 0 ? 8 : 0;
    if ((flags & kMoreComponents) == 0) return;
  }
}

std::uint32_t checksum(ByteSpan table) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < table.size(); ++i) sum += std::to_integer<std::uint32_t>(table[i]) << (8 * (3 - i % 4));
  return sum;
}

Bytes font_file(const std::map<std::string_view, Bytes>& tables) {
  Bytes out, body;
  const auto n = static_cast<unsigned>(tables.size());
  unsigned power = 0;
  while ((2U << power) <= n) ++power;
  put32(out, 0x00010000);
  put16(out, n);
  put16(out, 16U << power);
  put16(out, power);
  put16(out, 16 * n - (16U << power));
  for (const auto& [tag, bytes] : tables) {
    const ByteSpan name = base::as_bytes(tag);
    out.insert(out.end(), name.begin(), name.end());
    put32(out, checksum(bytes));
    put32(out, 12 + 16 * n + body.size());
    put32(out, bytes.size());
    body.insert(body.end(), bytes.begin(), bytes.end());
    body.resize((body.size() + 3) / 4 * 4);
  }
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

}  // namespace

TrueType::TrueType(ByteSpan file) : file_(file) {
  const ByteSpan head = table("head"), hhea = table("hhea");
  units_per_em_ = static_cast<int>(u16(head, 18));
  long_offsets_ = u16(head, 50) != 0;
  ascent_ = i16(hhea, 4);
  descent_ = i16(hhea, 6);
  n_widths_ = u16(hhea, 34);
  n_glyphs_ = u16(table("maxp"), 4);
  ASSERT(units_per_em_ > 0 && n_widths_ > 0);
  characters_ = characters_of(table("cmap"));
}

ByteSpan TrueType::table(std::string_view tag) const noexcept {
  for (unsigned i = 0; i < u16(file_, 4); ++i) {
    const ByteSpan entry = file_.subspan(12 + 16 * i, 16);
    if (base::as_text(entry.first(4)) == tag) return file_.subspan(u32(entry, 8), u32(entry, 12));
  }
  return {};
}

Glyph TrueType::glyph(char32_t character) const noexcept {
  const auto found = characters_.find(character);
  return found == characters_.end() ? Glyph{0} : found->second;
}

double TrueType::advance(Glyph glyph) const noexcept {
  return scaled(static_cast<int>(u16(table("hmtx"), 4 * std::min<std::size_t>(glyph, n_widths_ - 1))));
}

double TrueType::kerning(Glyph left, Glyph right) const noexcept {
  const ByteSpan kern = table("kern");  // version 0, one table of format 0
  if (kern.empty()) return 0;
  const std::uint32_t wanted = std::uint32_t{left} << 16 | right;
  std::size_t low = 0, high = u16(kern, 10);
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    const std::uint32_t pair = u32(kern, 18 + 6 * middle);
    if (pair == wanted) return scaled(i16(kern, 22 + 6 * middle));
    if (pair < wanted)
      low = middle + 1;
    else
      high = middle;
  }
  return 0;
}

ByteSpan TrueType::outline(Glyph glyph) const noexcept {
  const ByteSpan loca = table("loca");
  const auto offset = [&](std::size_t i) -> std::size_t {
    return long_offsets_ ? u32(loca, 4 * i) : 2 * std::size_t{u16(loca, 2 * i)};
  };
  ASSERT(glyph < n_glyphs_);
  return table("glyf").subspan(offset(glyph), offset(glyph + std::size_t{1}) - offset(glyph));
}

Bytes TrueType::subset(std::vector<Glyph> glyphs) const {
  ASSERT(!glyphs.empty() && glyphs[0] == 0);
  Bytes glyf, loca, hmtx;
  for (std::size_t i = 0; i < glyphs.size(); ++i) {  // grows by the parts of composites
    put32(loca, glyf.size());
    const ByteSpan original = outline(glyphs[i]);
    Bytes copy(original.begin(), original.end());
    for_parts(original, [&](std::size_t at) {
      const auto part = static_cast<Glyph>(u16(original, at));
      const auto where = std::find(glyphs.begin(), glyphs.end(), part);
      set16(copy, at, static_cast<unsigned>(where - glyphs.begin()));
      if (where == glyphs.end()) glyphs.push_back(part);
    });
    copy.resize((copy.size() + 3) / 4 * 4);
    glyf.insert(glyf.end(), copy.begin(), copy.end());
    const std::size_t width_at = 4 * std::min<std::size_t>(glyphs[i], n_widths_ - 1);
    put16(hmtx, u16(table("hmtx"), width_at));
    put16(hmtx, original.size() < 4 ? 0 : static_cast<unsigned>(i16(original, 2)));  // left side: of the outline
  }
  put32(loca, glyf.size());
  std::map<std::string_view, Bytes> tables;
  for (const std::string_view tag : {"head", "hhea", "maxp", "cvt ", "fpgm", "prep"}) {
    const ByteSpan bytes = table(tag);
    if (!bytes.empty()) tables[tag] = Bytes(bytes.begin(), bytes.end());
  }
  set16(tables["head"], 50, 1);
  set16(tables["hhea"], 34, static_cast<unsigned>(glyphs.size()));
  set16(tables["maxp"], 4, static_cast<unsigned>(glyphs.size()));
  tables["glyf"] = std::move(glyf);
  tables["loca"] = std::move(loca);
  tables["hmtx"] = std::move(hmtx);
  return font_file(tables);
}

}  // namespace solemn::paper
