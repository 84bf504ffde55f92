#include "paper/scan.hpp"

#define ZX_USE_UTF8
#include <ZXing/ReadBarcode.h>

#include <algorithm>
#include <exception>

#include "base/error.hpp"
#include "paper/wiped_heap.hpp"

namespace solemn::paper {

using base::ByteSpan;
using base::MutableByteSpan;

namespace {

constexpr unsigned kFine = 600;  // pixels across, above which a smaller copy is looked at when there is nothing

/// Half as large; each pixel the mean of four: takes away noise and the pattern of a screen or printer.
Picture halved(const Picture& picture) {
  Picture half{picture.width / 2, picture.height / 2,
               SecretBytes(std::size_t{picture.width / 2} * (picture.height / 2))};
  const auto in = picture.pixels.expose();
  const auto out = half.pixels.expose();
  const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(in[i]); };
  for (std::size_t y = 0; y < half.height; ++y)
    for (std::size_t x = 0; x < half.width; ++x) {
      const std::size_t i = 2 * y * picture.width + 2 * x;
      out[y * half.width + x] =
          static_cast<std::byte>((at(i) + at(i + 1) + at(i + picture.width) + at(i + picture.width + 1)) / 4);
    }
  return half;
}

struct Placed {
  int top, left;
  Scanned text;
};

std::vector<Placed> look(const Picture& picture, ZXing::Binarizer binarizer) {
  const ZXing::ImageView view(reinterpret_cast<const std::uint8_t*>(picture.pixels.expose().data()),
                              static_cast<int>(picture.width), static_cast<int>(picture.height),
                              ZXing::ImageFormat::Lum);
  ZXing::DecodeHints hints;
  hints.setFormats(ZXing::BarcodeFormat::QRCode).setBinarizer(binarizer);
  std::vector<Placed> found;
  const WipedHeap wiped;
  try {
    for (const ZXing::Result& result : ZXing::ReadBarcodes(view, hints)) {
      if (!result.isValid()) continue;
      Placed one{result.position().topLeft().y, result.position().topLeft().x, Scanned(result.bytes().size())};
      std::ranges::copy(std::as_bytes(std::span(result.bytes().data(), result.bytes().size())),
                        one.text.expose().begin());
      found.push_back(std::move(one));
    }
  } catch (const base::Error&) {
    throw;                                            // ours: the library cannot be loaded
  } catch (const std::exception&) { found.clear(); }  // what ZXing throws at strange pictures: nothing to read there
  return found;
}

std::string ordinal(std::size_t i) { return "code " + std::to_string(i + 1); }

bool same(ByteSpan a, std::string_view b) { return std::ranges::equal(a, base::as_bytes(b)); }

/// Which of those meant it is; meant.size() when none.
std::size_t which(const Scanned& found, std::span<const Meant> meant) {
  return static_cast<std::size_t>(
      std::ranges::find_if(meant, [&](const Meant& one) { return same(found.expose(), one.code); }) - meant.begin());
}

/// Without blanks and line ends: layout is not content.
SecretBytes squeezed(ByteSpan text) {
  const auto is_blank = [](std::byte b) { return b <= std::byte{' '}; };
  SecretBytes out(text.size());
  const auto end = std::ranges::remove_copy_if(text, out.expose().begin(), is_blank).out;
  SecretBytes exact(static_cast<std::size_t>(end - out.expose().begin()));
  std::ranges::copy(out.expose().first(exact.size()), exact.expose().begin());
  return exact;
}

}  // namespace

std::vector<Scanned> scan(const Picture& picture) {
  std::vector<Placed> found = look(picture, ZXing::Binarizer::LocalAverage);
  if (found.empty()) found = look(picture, ZXing::Binarizer::GlobalHistogram);
  Picture smaller;
  for (const Picture* larger = &picture; found.empty() && std::min(larger->width, larger->height) > kFine;) {
    smaller = halved(*larger);
    found = look(smaller, ZXing::Binarizer::LocalAverage);
    larger = &smaller;
  }
  std::ranges::sort(
      found, [](const Placed& a, const Placed& b) { return std::pair(a.top, a.left) < std::pair(b.top, b.left); });
  std::vector<Scanned> texts;
  for (Placed& one : found) texts.push_back(std::move(one.text));
  return texts;
}

std::vector<Scanned> scan_file(ByteSpan file) {
  std::vector<Scanned> all;
  for_each_picture(file, [&](const Picture& picture) {
    for (Scanned& one : scan(picture)) all.push_back(std::move(one));
  });
  return all;
}

base::Verdict compare(std::span<const Scanned> found, std::span<const Meant> meant) {
  base::Verdict verdict;
  verdict.add("qr-readable", found.size() == meant.size() && !meant.empty(),
              std::to_string(found.size()) + " codes were read, " + std::to_string(meant.size()) + " were meant");
  std::string strangers, order;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::size_t is = which(found[i], meant);
    if (is == meant.size())
      strangers += (strangers.empty() ? "" : "; ") + ordinal(i) + " has another text";
    else if (is != i)
      order += (order.empty() ? "" : "; ") + ordinal(i) + " is that of " + meant[is].name;
  }
  if (found.empty()) {
    verdict.not_run("qr-text", "no code could be read");
    verdict.not_run("qr-order", "no code could be read");
    return verdict;
  }
  verdict.add("qr-text", strangers.empty(), strangers);
  verdict.add("qr-order", order.empty(), order);
  return verdict;
}

base::Verdict reread(ByteSpan pdf, std::span<const Meant> meant, std::span<const std::string_view> lines) {
  base::Verdict verdict = compare(scan_file(pdf), meant);
  const SecretBytes text = squeezed(pdf_text(pdf).expose());
  std::string missing;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const SecretBytes line = squeezed(base::as_bytes(lines[i]));
    const auto in = text.expose(), wanted = line.expose();
    if (std::search(in.begin(), in.end(), wanted.begin(), wanted.end()) == in.end() && !wanted.empty())
      missing += (missing.empty() ? "line " : ", line ") + std::to_string(i + 1);
  }
  verdict.add("printed-text", missing.empty(), missing.empty() ? "" : missing + " is not on the pages as letters");
  return verdict;
}

}  // namespace solemn::paper
