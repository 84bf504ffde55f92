#include "store/parts.hpp"

#include <algorithm>
#include <charconv>

#include "base/blocks.hpp"
#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "sign/base64.hpp"

namespace solemn::store {

using base::Code;
using base::Error;
using base::Hash32;

namespace {

constexpr std::size_t kMaxTextBytes = 1024;

[[noreturn]] void malformed(const std::string& what) { throw Error(Code::malformed, "the server's answer: " + what); }

/// The text of the first such element, which holds no other; nullopt: there is none.
std::optional<std::string_view> text_of(std::string_view xml, const std::string& name) {
  const std::string open = "<" + name + ">", close = "</" + name + ">";
  const std::size_t at = xml.find(open);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = xml.substr(at + open.size());
  const std::size_t end = rest.find('<');
  if (end == std::string_view::npos || !rest.substr(end).starts_with(close)) malformed("<" + name + "> does not end");
  return rest.substr(0, end);
}

std::string_view required_text(std::string_view xml, const std::string& name) {
  const auto text = text_of(xml, name);
  if (!text) malformed("there is no <" + name + ">");
  return *text;
}

std::uint64_t number_of(std::string_view xml, const std::string& name) {
  const std::string_view text = required_text(xml, name);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size())
    malformed("<" + name + "> is no number");
  return number;
}

std::uint32_t part_number_of(std::string_view xml, const std::string& name) {
  const std::uint64_t number = number_of(xml, name);
  if (number < 1 || number > kMaxParts) malformed("<" + name + "> is no number of a part");
  return static_cast<std::uint32_t>(number);
}

bool is_printable(std::string_view text) {
  return !text.empty() && text.size() <= kMaxTextBytes &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f' && c != '<' && c != '>'; });
}

StoredPart read_part(std::string_view xml) {
  StoredPart part;
  part.etag = required_text(xml, "ETag");
  if (!is_printable(part.etag)) malformed("<ETag> is none");
  part.size_bytes = number_of(xml, "Size");
  if (const auto text = text_of(xml, "ChecksumSHA256")) {
    const auto bytes = sign::from_base64(*text);
    if (!bytes || bytes->size() != std::tuple_size_v<Hash32>) malformed("<ChecksumSHA256> is none");
    std::ranges::copy(*bytes, part.sha256.emplace().begin());
  }
  return part;
}

}  // namespace

Hash32 Digests::of_parts() const {
  hash::Sha256 sha;
  for (const Hash32& part : parts) sha.update(part);
  return sha.finish();
}

Digests digests_of(const base::InputFile& file, std::uint64_t part_bytes, base::Progress& progress) {
  if (file.size() > part_bytes && (file.size() - 1) / part_bytes >= kMaxParts)
    throw Error(Code::refused,
                "'" + file.path().string() + "' has more than " + std::to_string(kMaxParts) + " parts of " +
                    std::to_string(part_bytes) + " bytes",
                "larger parts: --part-size BYTES");
  Digests digests;
  const bool in_parts = file.size() > part_bytes;
  hash::Sha256 whole;
  std::optional<hash::Sha256> part;
  std::uint64_t n_bytes = 0;  // of the part
  base::for_each_block(file, progress, [&](base::ByteSpan block) {
    whole.update(block);
    while (in_parts && !block.empty()) {
      const auto piece = block.first(static_cast<std::size_t>(std::min(part_bytes - n_bytes, block.size() + 0UL)));
      if (n_bytes == 0) part.emplace();
      part->update(piece);
      n_bytes = (n_bytes + piece.size()) % part_bytes;
      if (n_bytes == 0) digests.parts.push_back(part->finish());
      block = block.subspan(piece.size());
    }
  });
  if (n_bytes != 0) digests.parts.push_back(part->finish());
  digests.whole = whole.finish();
  return digests;
}

std::optional<std::uint32_t> read_parts_page(std::string_view xml, StoredParts& parts) {
  constexpr std::string_view kOpen = "<Part>", kClose = "</Part>";
  std::uint32_t last = 0;
  for (std::string_view rest = xml;;) {
    const std::size_t at = rest.find(kOpen), end = rest.find(kClose);
    if (at == std::string_view::npos && end == std::string_view::npos) break;
    if (at == std::string_view::npos || end == std::string_view::npos || end < at) malformed("<Part> does not end");
    const std::string_view one = rest.substr(at + kOpen.size(), end - at - kOpen.size());
    if (one.find(kOpen) != std::string_view::npos) malformed("<Part> holds another");
    const std::uint32_t number = part_number_of(one, "PartNumber");
    if (!parts.emplace(number, read_part(one)).second) malformed("a part is there twice");
    last = std::max(last, number);
    rest.remove_prefix(end + kClose.size());
  }
  const std::string_view truncated = required_text(xml, "IsTruncated");
  if (truncated != "true" && truncated != "false") malformed("<IsTruncated> is neither true nor false");
  if (truncated == "false") return std::nullopt;
  if (last == 0 || part_number_of(xml, "NextPartNumberMarker") != last)
    malformed("<NextPartNumberMarker> leads nowhere");
  return last;
}

std::string read_upload_id(std::string_view xml) {
  const std::string_view id = required_text(xml, "UploadId");
  if (!is_printable(id) || id.find('&') != std::string_view::npos) malformed("<UploadId> is none");
  return std::string(id);
}

std::string read_etag(std::string_view header) {
  if (!is_printable(header) || header.find('&') != std::string_view::npos) malformed("ETag is none");
  return std::string(header);
}

std::string write_completion(const StoredParts& parts, const std::vector<Hash32>& sha256) {
  std::string xml = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
  for (const auto& [number, part] : parts)
    xml += "<Part><PartNumber>" + std::to_string(number) + "</PartNumber><ETag>" + part.etag +
           "</ETag><ChecksumSHA256>" + sign::to_base64(sha256[number - 1]) + "</ChecksumSHA256></Part>";
  return xml + "</CompleteMultipartUpload>";
}

}  // namespace solemn::store
