// POSIX ustar (IEEE 1003.1-1988), the part that a few plain files need.
#include "release/archive.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "release/archive_internal.hpp"

namespace solemn::release {

using base::Bytes;
using base::ByteSpan;
using internal::kTarBlock;

namespace {

// Offsets in a header block.
constexpr std::size_t kName = 0, kMode = 100, kUid = 108, kGid = 116, kSize = 124, kTime = 136, kChecksum = 148,
                      kType = 156, kMagic = 257, kPrefix = 345, kNameBytes = 100, kPrefixBytes = 155;
constexpr std::size_t kMaxMemberBytes = 8 << 20;

bool good_name(std::string_view name) {
  return !name.empty() && name.size() < kNameBytes && name[0] != '.' && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

bool all_zero(ByteSpan bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
}

void put_octal(base::MutableByteSpan field, std::uint64_t value) {
  field.back() = std::byte{0};
  for (std::size_t i = field.size() - 1; i > 0; --i, value >>= 3)
    field[i - 1] = static_cast<std::byte>('0' + (value & 7));
}

void put_text(base::MutableByteSpan field, std::string_view text) {
  std::ranges::copy(base::as_bytes(text), field.begin());
}

/// Octal digits, then NUL or space to the end; at most 2^36.
std::optional<std::uint64_t> octal(ByteSpan field) {
  std::uint64_t value = 0;
  std::size_t i = 0;
  for (; i < field.size() && field[i] >= std::byte{'0'} && field[i] <= std::byte{'7'}; ++i)
    value = value << 3 | (std::to_integer<std::uint64_t>(field[i]) - '0');
  const bool ended =
      std::ranges::all_of(field.subspan(i), [](std::byte b) { return b == std::byte{0} || b == std::byte{' '}; });
  if (i == 0 || i == field.size() || !ended) return std::nullopt;
  return value;
}

/// The sum of the header's bytes with its own field read as spaces.
std::uint64_t checksum(ByteSpan header) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kTarBlock; ++i)
    sum += i >= kChecksum && i < kChecksum + 8 ? std::uint64_t{' '} : std::to_integer<std::uint64_t>(header[i]);
  return sum;
}

void append_member(Bytes& out, const Member& member, std::uint64_t seconds) {
  ASSERT(good_name(member.name) && member.bytes.size() <= kMaxMemberBytes);
  const std::size_t begin = out.size(), padded = (member.bytes.size() + kTarBlock - 1) / kTarBlock * kTarBlock;
  out.resize(begin + kTarBlock + padded);
  const auto header = base::MutableByteSpan(out).subspan(begin, kTarBlock);
  put_text(header.subspan(kName), member.name);
  put_octal(header.subspan(kMode, 8), 0644);
  put_octal(header.subspan(kUid, 8), 0);
  put_octal(header.subspan(kGid, 8), 0);
  put_octal(header.subspan(kSize, 12), member.bytes.size());
  put_octal(header.subspan(kTime, 12), seconds);
  header[kType] = std::byte{'0'};
  put_text(header.subspan(kMagic), std::string_view("ustar\00000", 8));
  put_octal(header.subspan(kChecksum, 7), checksum(header));
  header[kChecksum + 7] = std::byte{' '};
  std::ranges::copy(member.bytes, out.begin() + static_cast<std::ptrdiff_t>(begin + kTarBlock));
}

std::string type_name(std::byte type) {
  switch (std::to_integer<char>(type)) {
    case '1':
      return "a hard link";
    case '2':
      return "a symbolic link";
    case '3':
    case '4':
      return "a device";
    case '5':
      return "a folder";
    case '6':
      return "a pipe";
    default:
      return "an extension header or unknown type";
  }
}

class TarReader {
 public:
  explicit TarReader(ByteSpan tar) : rest_(tar) {}
  Archive read() {
    if (rest_.size() % kTarBlock != 0) refuse("archive-tar", "the size is no multiple of 512");
    while (!archive_.fault && !at_end()) read_member();
    if (archive_.fault) archive_.members.clear();
    return std::move(archive_);
  }

 private:
  void refuse(std::string_view rule, std::string why) { archive_.fault = ArchiveFault{rule, std::move(why)}; }

  /// Two blocks of zeros or more, and nothing else.
  bool at_end() {
    if (rest_.size() < 2 * kTarBlock) {
      refuse("archive-tar", "the end mark is missing");
      return true;
    }
    if (!all_zero(rest_.first(kTarBlock))) return false;
    if (!all_zero(rest_)) refuse("archive-tar", "bytes after the end mark");
    return true;
  }

  void read_member() {
    const ByteSpan header = rest_.first(kTarBlock);
    const auto stated = octal(header.subspan(kChecksum, 8));
    const std::string_view magic = base::as_text(header.subspan(kMagic, 8));
    if (!stated || *stated != checksum(header)) return refuse("archive-tar", "the checksum of a header is wrong");
    if (magic != std::string_view("ustar\00000", 8) && magic != std::string_view("ustar  \0", 8))
      return refuse("archive-tar", "a header is not ustar");
    const std::string_view field = base::as_text(header.subspan(kName, kNameBytes));
    const std::string name(field.substr(0, field.find('\0')));
    const std::string shown = "'" + base::printable(name) + "'";
    if (header[kType] != std::byte{'0'} && header[kType] != std::byte{0})
      return refuse("member-type", shown + " is " + type_name(header[kType]));
    if (!good_name(name) || !all_zero(header.subspan(kPrefix, kPrefixBytes)))
      return refuse("member-name", shown + " is not a plain file name");
    const auto size = octal(header.subspan(kSize, 12));
    if (!size || *size > rest_.size()) return refuse("archive-tar", "the size of " + shown + " is wrong");
    if (*size > kMaxMemberBytes || archive_.members.size() == kMaxMembers)
      return refuse("archive-size", shown + " is too large, or one member too many");
    take_content(name, shown, static_cast<std::size_t>(*size));
  }

  void take_content(const std::string& name, const std::string& shown, std::size_t size) {
    const std::size_t padded = (size + kTarBlock - 1) / kTarBlock * kTarBlock;
    if (padded > rest_.size() - kTarBlock) return refuse("archive-tar", "cut inside " + shown);
    const ByteSpan body = rest_.subspan(kTarBlock, padded);
    if (!all_zero(body.subspan(size))) return refuse("archive-tar", "the padding after " + shown + " is not zero");
    if (std::ranges::any_of(archive_.members, [&](const Member& m) { return m.name == name; }))
      return refuse("member-unique", shown + " is there twice");
    archive_.members.push_back({name, Bytes(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(size))});
    rest_ = rest_.subspan(kTarBlock + padded);
  }

  ByteSpan rest_;
  Archive archive_;
};

}  // namespace

Bytes write_tar(std::span<const Member> members, std::uint64_t seconds) {
  ASSERT(seconds < std::uint64_t{1} << 33 && members.size() <= kMaxMembers);
  Bytes tar;
  for (const Member& member : members) append_member(tar, member, seconds);
  tar.resize(tar.size() + 2 * kTarBlock);
  return tar;
}

Bytes write_archive(std::span<const Member> members, std::uint64_t seconds) {
  return internal::gzip_stored(write_tar(members, seconds));
}

Archive read_archive(ByteSpan file) {
  Archive archive;
  const auto tar = internal::gunzip(file, archive.fault);
  return tar ? TarReader(*tar).read() : archive;
}

}  // namespace solemn::release
