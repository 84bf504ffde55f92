#include "release/archive.hpp"

#include <gtest/gtest.h>

#include "hash/sha256.hpp"
#include "release/archive_internal.hpp"

namespace solemn::release {
namespace {

using base::Bytes;
using base::ByteSpan;

// SHA-256 of the sample: another value means that everybody's bundles would change.
constexpr std::string_view kSampleDigest = "c5ff11d534890fb5e42a4366e8dc3db5508b8f50d67cc74e4346297a5dfa9901";

Bytes bytes_of(std::string_view text) {
  const ByteSpan span = base::as_bytes(text);
  return Bytes(span.begin(), span.end());
}

const std::vector<Member>& sample() {
  static const std::vector<Member> kMembers = {
      {"a.bin", bytes_of("one")}, {"metadata.json", Bytes(1000, std::byte{7})}, {"empty", {}}};
  return kMembers;
}

std::string rule_of(ByteSpan file) {
  const Archive archive = read_archive(file);
  if (!archive.fault) return "none";
  EXPECT_FALSE(archive.fault->detail.empty());
  EXPECT_TRUE(archive.members.empty());
  return std::string(archive.fault->rule);
}

/// The sample's tar after a change, as a whole archive; the first header's checksum is made right again.
template <class Change>
std::string rule_after(Change change) {
  Bytes tar = write_tar(sample(), 1);
  change(tar);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < 512; ++i)
    sum += i >= 148 && i < 156 ? std::uint64_t{32} : std::to_integer<std::uint64_t>(tar[i]);
  for (std::size_t i = 0; i < 6; ++i, sum >>= 3) tar[153 - i] = static_cast<std::byte>('0' + (sum & 7));
  return rule_of(internal::gzip_stored(tar));
}

void put(Bytes& tar, std::size_t at, std::string_view text) {
  std::ranges::copy(base::as_bytes(text), tar.begin() + static_cast<std::ptrdiff_t>(at));
}

TEST(Archive, read_gives_back_what_was_written) {
  const Archive archive = read_archive(write_archive(sample(), 1700000000));
  ASSERT_FALSE(archive.fault);
  ASSERT_EQ(archive.members.size(), sample().size());
  for (std::size_t i = 0; i < sample().size(); ++i) {
    EXPECT_EQ(archive.members[i].name, sample()[i].name);
    EXPECT_EQ(archive.members[i].bytes, sample()[i].bytes);
  }
}

TEST(Archive, bytes_never_change) {
  EXPECT_EQ(write_archive(sample(), 1700000000), write_archive(sample(), 1700000000));
  EXPECT_EQ(base::to_hex(hash::sha256(write_archive(sample(), 1700000000))), kSampleDigest);
}

TEST(Archive, many_stored_blocks) {
  const std::vector<Member> big = {{"big", Bytes(300000, std::byte{9})}};
  const Archive archive = read_archive(write_archive(big, 0));
  ASSERT_FALSE(archive.fault);
  EXPECT_EQ(archive.members[0].bytes, big[0].bytes);
}

TEST(Archive, every_refusal_has_its_name) {
  EXPECT_EQ(rule_after([](Bytes&) {}), "none");
  EXPECT_EQ(rule_after([](Bytes& tar) { tar[156] = std::byte{'2'}; }), "member-type");
  EXPECT_EQ(rule_after([](Bytes& tar) { tar[156] = std::byte{'1'}; }), "member-type");
  EXPECT_EQ(rule_after([](Bytes& tar) { tar[156] = std::byte{'5'}; }), "member-type");
  EXPECT_EQ(rule_after([](Bytes& tar) { tar[156] = std::byte{'x'}; }), "member-type");
  for (const char* name : {"../a", "/a.b", "x/a.b", "./a.b", ".a.bc", "a b.c", "..\0"})
    EXPECT_EQ(rule_after([&](Bytes& tar) { put(tar, 0, name); }), "member-name") << name;
  EXPECT_EQ(rule_after([](Bytes& tar) { put(tar, 345, "folder"); }), "member-name");
  EXPECT_EQ(rule_after([](Bytes& tar) { put(tar, 0, std::string_view("empty\0", 6)); }), "member-unique");
  EXPECT_EQ(rule_after([](Bytes& tar) { put(tar, 257, "vstar"); }), "archive-tar");
  EXPECT_EQ(rule_after([](Bytes& tar) { put(tar, 124, "00000000009"); }), "archive-tar");  // 9 is not octal
  EXPECT_EQ(rule_after([](Bytes& tar) { put(tar, 124, "77777777777"); }), "archive-tar");
  EXPECT_EQ(rule_after([](Bytes& tar) { tar[600] = std::byte{1}; }), "archive-tar");  // padding
  EXPECT_EQ(rule_after([](Bytes& tar) { tar.back() = std::byte{1}; }), "archive-tar");
  EXPECT_EQ(rule_after([](Bytes& tar) { tar.resize(tar.size() - 1024); }), "archive-tar");
  EXPECT_EQ(rule_after([](Bytes& tar) { tar.resize(tar.size() - 1); }), "archive-tar");
  EXPECT_EQ(rule_of({}), "archive-gzip");
  EXPECT_EQ(rule_of(write_tar(sample(), 1)), "archive-gzip");
}

TEST(Archive, a_wrong_checksum) {
  Bytes tar = write_tar(sample(), 1);
  tar[0] = std::byte{'b'};
  EXPECT_EQ(rule_of(internal::gzip_stored(tar)), "archive-tar");
}

TEST(Archive, bytes_after_the_end) {
  Bytes file = write_archive(sample(), 1);
  file.push_back(std::byte{0});
  EXPECT_EQ(rule_of(file), "archive-trailing");
  file.pop_back();
  const Bytes again = file;
  file.insert(file.end(), again.begin(), again.end());  // a second gzip member, which gunzip would append
  EXPECT_EQ(rule_of(file), "archive-trailing");
}

TEST(Archive, too_large) {
  EXPECT_EQ(rule_of(internal::gzip_stored(Bytes(kMaxTarBytes + 1024))), "archive-size");
  EXPECT_EQ(rule_of(Bytes(kMaxArchiveBytes + 1)), "archive-size");
  std::vector<Member> many;
  for (std::size_t i = 0; i < kMaxMembers; ++i) many.push_back({"m" + std::to_string(i), {}});
  Bytes tar = write_tar(many, 0);
  const std::vector<Member> more = {{"last", {}}};
  const Bytes tail = write_tar(more, 0);
  tar.resize(tar.size() - 1024);
  tar.insert(tar.end(), tail.begin(), tail.end());
  EXPECT_EQ(rule_of(internal::gzip_stored(tar)), "archive-size");
}

TEST(Archive, every_prefix_and_flip_ends) {
  Bytes file = write_archive(sample(), 1);
  for (std::size_t n = 0; n < file.size(); n += 7) EXPECT_NE(rule_of(ByteSpan(file).first(n)), "none") << n;
  for (std::size_t i = 80; i < 8 * file.size(); i += 11) {  // the first bytes hold the time and the system: not checked
    file[i / 8] ^= static_cast<std::byte>(1U << (i % 8));
    EXPECT_NE(rule_of(file), "none") << i;
    file[i / 8] ^= static_cast<std::byte>(1U << (i % 8));
  }
}

}  // namespace
}  // namespace solemn::release
