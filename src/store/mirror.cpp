#include "store/mirror.hpp"

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "store/s3.hpp"

namespace solemn::store::internal {

using base::Code;
using base::Error;
using base::Hash32;

namespace {

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The total of "bytes OFFSET-LAST/TOTAL" when it is exactly the rest from the offset.
std::optional<std::uint64_t> total_of_rest(std::string_view range, std::uint64_t offset_bytes) {
  const std::size_t slash = range.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto total = number_in(range.substr(slash + 1));
  if (!total || *total <= offset_bytes) return std::nullopt;
  const std::string right =
      "bytes " + std::to_string(offset_bytes) + "-" + std::to_string(*total - 1) + "/" + std::to_string(*total);
  return range == right ? total : std::nullopt;
}

/// Judges the status line and the lengths before a byte of the body is looked at.
void begin(const net::Head& head, std::uint64_t offset_bytes, const Mirror::Taker& taker) {
  const std::string status = std::to_string(head.status);
  if (head.status >= 300 && head.status < 400) throw Refusal{"answers with a redirect, which is not followed"};
  if (head.status == 404 || head.status == 410) throw Refusal{"does not have it (status " + status + ")"};
  if (head.status == 416 && offset_bytes != 0) throw NothingFollows{};
  if (head.status == 429 || head.status >= 500) throw Error(Code::io, "answers with status " + status);
  if (head.status != 200 && head.status != 206) throw Refusal{"answers with status " + status};
  const std::string_view coding = head.header("content-encoding");
  if (!coding.empty() && coding != "identity")
    throw Refusal{"answers in another encoding, '" + base::printable(coding) + "'"};
  const auto length = number_in(head.header("content-length"));
  if (!length) throw Refusal{"does not say how long its answer is"};
  if (head.status == 200) return taker.begin(*length, 0);
  const auto total = total_of_rest(head.header("content-range"), offset_bytes);
  if (offset_bytes == 0 || !total || *total - offset_bytes != *length)
    throw Refusal{"answers with another part than was asked for"};
  taker.begin(*total, offset_bytes);
}

class WebMirror : public Mirror {
 public:
  explicit WebMirror(std::string address) : address_(std::move(address)) {}
  void give(const Hash32& digest, std::uint64_t offset_bytes, const Taker& taker, const net::Limits& limits,
            base::Progress& progress) override {
    const net::Receiver to{[&](const net::Head& head) { begin(head, offset_bytes, taker); },
                           [&](base::ByteSpan piece) { taker.take(piece); }};
    (void)net::exchange(request(object_place(digest), offset_bytes), limits, to, progress);
  }

 private:
  virtual net::Request request(const std::string& key, std::uint64_t offset_bytes) const {
    net::Request request;
    request.url = address_ + "/" + key;
    if (offset_bytes != 0) request.headers.push_back("Range: bytes=" + std::to_string(offset_bytes) + "-");
    return request;
  }
  std::string address_;
};

class BucketMirror final : public WebMirror {
 public:
  explicit BucketMirror(const std::string& place) : WebMirror(place), bucket_(place) {}

 private:
  net::Request request(const std::string& key, std::uint64_t offset_bytes) const override {
    return bucket_.get(key, offset_bytes);
  }
  Bucket bucket_;
};

class FolderMirror final : public Mirror {
 public:
  explicit FolderMirror(base::Path folder) : folder_(std::move(folder)) {}
  void give(const Hash32& digest, std::uint64_t offset_bytes, const Taker& taker, const net::Limits&,
            base::Progress& progress) override {
    const base::Path path = folder_ / object_place(digest);
    std::error_code failed;
    if (!std::filesystem::is_regular_file(path, failed)) throw Refusal{"does not have it"};
    const base::InputFile file(path);
    std::uint64_t at = offset_bytes < file.size() ? offset_bytes : 0;
    taker.begin(file.size(), at);
    base::Bytes block;
    for (; at < file.size(); at += block.size()) {
      progress.check_interrupt();
      block.resize(std::min<std::uint64_t>(kBlockBytes, file.size() - at));
      file.read_at(at, block);
      taker.take(block);
    }
  }

 private:
  static constexpr std::uint64_t kBlockBytes = 1 << 20;
  base::Path folder_;
};

}  // namespace

std::unique_ptr<Mirror> open_mirror(const std::string& place) {
  if (is_s3(place)) return std::make_unique<BucketMirror>(place);
  if (place.find("://") == std::string::npos) {
    std::error_code failed;
    if (!std::filesystem::is_directory(place, failed))
      throw Error(Code::usage, "'" + base::printable(place) + "' is neither a folder nor an address",
                  "a mirror is a folder, https://HOST/PATH, http://HOST/PATH or s3://BUCKET/PREFIX");
    return std::make_unique<FolderMirror>(place);
  }
  const bool web = place.starts_with("https://") || place.starts_with("http://");
  const auto allowed = [](char c) { return c > ' ' && c < '\x7f' && c != '?' && c != '#' && c != '@'; };
  if (!web || !std::ranges::all_of(place, allowed))
    throw Error(Code::usage, "'" + net::origin_of(place) + "' is not the address of a mirror",
                "https://HOST/PATH or http://HOST/PATH, without a password, '?' or '#'");
  std::string address = place;
  while (address.ends_with('/')) address.pop_back();
  return std::make_unique<WebMirror>(std::move(address));
}

}  // namespace solemn::store::internal
