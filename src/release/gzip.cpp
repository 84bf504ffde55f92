// gzip (RFC 1952, 1951): written as stored blocks, read by zlib under a limit.
#include <zlib.h>

#include <algorithm>
#include <array>

#include "release/archive_internal.hpp"

namespace solemn::release::internal {

using base::Bytes;
using base::ByteSpan;

namespace {

constexpr std::size_t kMaxStoredBlock = 65535, kStep = 64 << 10;

void append(Bytes& out, ByteSpan bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void append_le32(Bytes& out, std::uint32_t value) {
  std::array<std::byte, 4> bytes;
  base::store_le32(bytes, value);
  append(out, bytes);
}

std::uint32_t crc32_of(ByteSpan bytes) {
  return static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

/// Ends inflate on all paths.
class Inflater {
 public:
  Inflater() { ready_ = inflateInit2(&stream, 15 + 16) == Z_OK; }  // 15 + 16: gzip with the largest window
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  bool ready() const noexcept { return ready_; }
  z_stream stream{};

 private:
  bool ready_ = false;
};

}  // namespace

Bytes gzip_stored(ByteSpan bytes) {
  Bytes out;
  for (const int byte : {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}) out.push_back(static_cast<std::byte>(byte));
  ByteSpan rest = bytes;
  do {
    const std::size_t n = std::min(rest.size(), kMaxStoredBlock);
    out.push_back(static_cast<std::byte>(n == rest.size() ? 1 : 0));  // BFINAL, BTYPE = 00
    append_le32(out, static_cast<std::uint32_t>(n | (~n & 0xffff) << 16));
    append(out, rest.first(n));
    rest = rest.subspan(n);
  } while (!rest.empty());
  append_le32(out, crc32_of(bytes));
  append_le32(out, static_cast<std::uint32_t>(bytes.size()));
  return out;
}

std::optional<Bytes> gunzip(ByteSpan file, std::optional<ArchiveFault>& fault) {
  const auto refuse = [&](std::string_view rule, std::string why) {
    fault = ArchiveFault{rule, std::move(why)};
    return std::nullopt;
  };
  if (file.size() > kMaxArchiveBytes) return refuse("archive-size", "more than " + base::human_bytes(kMaxArchiveBytes));
  if (file.size() < 18 || file[0] != std::byte{0x1f} || file[1] != std::byte{0x8b})
    return refuse("archive-gzip", "not a gzip file");
  Inflater inflater;
  if (!inflater.ready()) return refuse("archive-gzip", "zlib cannot start");
  z_stream& stream = inflater.stream;
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(file.data()));
  stream.avail_in = static_cast<uInt>(file.size());
  Bytes out;
  for (int status = Z_OK; status != Z_STREAM_END;) {
    if (out.size() > kMaxTarBytes)
      return refuse("archive-size", "unpacks to more than " + base::human_bytes(kMaxTarBytes));
    const std::size_t begin = out.size();
    out.resize(begin + kStep);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + begin);
    stream.avail_out = static_cast<uInt>(kStep);
    status = inflate(&stream, Z_NO_FLUSH);
    out.resize(begin + kStep - stream.avail_out);
    if (status == Z_BUF_ERROR || (status == Z_OK && stream.avail_in == 0 && stream.avail_out != 0))
      return refuse("archive-gzip", "the file is cut");
    if (status != Z_OK && status != Z_STREAM_END) return refuse("archive-gzip", "damaged");
  }
  if (stream.avail_in != 0)
    return refuse("archive-trailing", std::to_string(stream.avail_in) + " bytes after the end of the archive");
  return out;
}

}  // namespace solemn::release::internal
