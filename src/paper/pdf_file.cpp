#include "paper/pdf_file.hpp"

#include "base/time.hpp"

namespace solemn::paper {

namespace {

constexpr std::size_t kCatalog = 1, kPages = 2, kInfo = 3, kFirstFont = 4, kObjectsPerFont = 5;
constexpr std::size_t kFirstPage = kFirstFont + kFaces * kObjectsPerFont;

class File {
 public:
  File() : out_(256 << 10) { out_ << "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"; }
  GuardedBuffer& begin(std::size_t number) {
    offsets_.resize(std::max(offsets_.size(), number + 1));
    offsets_[number] = out_.size();
    return out_ << number << " 0 obj\n";
  }
  void end() { out_ << "\nendobj\n"; }
  void stream(std::size_t number, base::ByteSpan content, std::string_view entries = {}) {
    begin(number) << "<< /Length " << content.size() << entries << " >>\nstream\n";
    out_.bytes(content) << "\nendstream";
    end();
  }
  base::SecretArray<std::byte> finish() {
    const std::size_t table_at = out_.size();
    out_ << "xref\n0 " << offsets_.size() << "\n0000000000 65535 f \n";
    for (std::size_t i = 1; i < offsets_.size(); ++i) out_.ten_digits(offsets_[i]) << " 00000 n \n";
    out_ << "trailer\n<< /Size " << offsets_.size() << " /Root " << kCatalog << " 0 R /Info " << kInfo
         << " 0 R >>\nstartxref\n"
         << table_at << "\n%%EOF\n";
    return out_.take();
  }

 private:
  GuardedBuffer out_;
  std::vector<std::size_t> offsets_;
};

void put_utf16(GuardedBuffer& out, char32_t character) {
  if (character > 0xffff) {
    out.hex16(static_cast<std::uint16_t>(0xd7c0 + (character >> 10)));
    out.hex16(static_cast<std::uint16_t>(0xdc00 + (character & 0x3ff)));
  } else {
    out.hex16(static_cast<std::uint16_t>(character));
  }
}

void put_text(GuardedBuffer& out, std::string_view text) {
  out << "<feff";
  while (!text.empty()) put_utf16(out, take_character(text));
  out << ">";
}

/// What a glyph number means, for search and copying.
base::SecretArray<std::byte> to_unicode(const FontUse& face) {
  GuardedBuffer out;
  out << "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n/CMapName /Solemn def /CMapType 2 def\n"
         "1 begincodespacerange <0000> <ffff> endcodespacerange\n";
  for (std::size_t at = 1; at < face.size(); at += 100) {
    const std::size_t n = std::min<std::size_t>(100, face.size() - at);
    out << n << " beginbfchar\n";
    for (std::size_t i = at; i < at + n; ++i) {
      (out << "<").hex16(static_cast<std::uint16_t>(i)) << "> <";
      put_utf16(out, face.character(static_cast<Glyph>(i)));
      out << ">\n";
    }
    out << "endbfchar\n";
  }
  out << "endcmap end end\n";
  return out.take();
}

void put_font(File& file, const FontUse& face, std::size_t first, bool mono) {
  const TrueType& font = face.font();
  file.begin(first) << "<< /Type /Font /Subtype /Type0 /BaseFont /SOLEMN+" << face.name()
                    << " /Encoding /Identity-H /DescendantFonts [" << first + 1 << " 0 R] /ToUnicode " << first + 4
                    << " 0 R >>";
  file.end();
  GuardedBuffer& out = file.begin(first + 1);
  out << "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SOLEMN+" << face.name()
      << " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor " << first + 2
      << " 0 R /CIDToGIDMap /Identity /W [0 [";
  for (std::size_t i = 0; i < face.size(); ++i) out << (i == 0 ? "" : " ") << face.advance(static_cast<Glyph>(i));
  out << "]] >>";
  file.end();
  file.begin(first + 2) << "<< /Type /FontDescriptor /FontName /SOLEMN+" << face.name() << " /Flags "
                        << (mono ? "5" : "4") << " /FontBBox [-800 " << font.descent() << " 1300 " << font.ascent()
                        << "] /ItalicAngle 0 /Ascent " << font.ascent() << " /Descent " << font.descent()
                        << " /CapHeight 720 /StemV 80 /FontFile2 " << first + 3 << " 0 R >>";
  file.end();
  const base::Bytes subset = face.subset();
  GuardedBuffer length;
  length << " /Length1 " << subset.size();
  file.stream(first + 3, subset, base::as_text(length.view()));
  file.stream(first + 4, to_unicode(face).expose());
}

void put_info(File& file, const DocumentInfo& info) {
  const std::string time = base::utc(info.time);  // 2026-11-26T04:00:00Z
  std::string digits;
  for (const char c : time)
    if (c >= '0' && c <= '9') digits += c;
  GuardedBuffer& out = file.begin(kInfo);
  out << "<< /Title ";
  put_text(out, info.title);
  out << " /Subject ";
  put_text(out, info.ceremony);
  out << " /Producer (solemn) /CreationDate (D:" << digits << "Z) /ModDate (D:" << digits << "Z) >>";
  file.end();
}

}  // namespace

SecretBytes pdf_file(const DocumentInfo& info, Fonts& fonts, const std::vector<GuardedBuffer>& pages) {
  File file;
  file.begin(kCatalog) << "<< /Type /Catalog /Pages " << kPages
                       << " 0 R /Lang (en) /ViewerPreferences << /PrintScaling /None /DisplayDocTitle true >> >>";
  file.end();
  GuardedBuffer& tree = file.begin(kPages);
  tree << "<< /Type /Pages /Count " << pages.size() << " /Kids [";
  for (std::size_t i = 0; i < pages.size(); ++i) tree << (i == 0 ? "" : " ") << kFirstPage + 2 * i << " 0 R";
  const Extent size = extent(info);
  tree << "] /MediaBox [0 0 " << size.width << " " << size.height << "] /Resources << /Font <<";
  for (std::size_t i = 0; i < kFaces; ++i) tree << " /F" << i << " " << kFirstFont + kObjectsPerFont * i << " 0 R";
  tree << " >> >> >>";
  file.end();
  put_info(file, info);
  for (std::size_t i = 0; i < kFaces; ++i)
    put_font(file, fonts[static_cast<Face>(i)], kFirstFont + kObjectsPerFont * i, i >= 2);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const std::size_t page = kFirstPage + 2 * i;
    file.begin(page) << "<< /Type /Page /Parent " << kPages << " 0 R /Contents " << page + 1 << " 0 R >>";
    file.end();
    file.stream(page + 1, pages[i].view());
  }
  return file.finish();
}

}  // namespace solemn::paper
