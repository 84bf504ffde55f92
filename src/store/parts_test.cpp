#include "store/parts.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/file_test_folder.hpp"
#include "hash/sha256.hpp"
#include "sign/base64.hpp"

namespace solemn::store {
namespace {

using base::Code;
using base::Hash32;

/// In the form of the example of ListParts in the Amazon S3 API Reference.
std::string page(std::string_view parts, std::string_view end = "<IsTruncated>false</IsTruncated>") {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<ListPartsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\n"
         "  <Bucket>example-bucket</Bucket>\n  <Key>example-object</Key>\n"
         "  <UploadId>XXBsb2FkIElEIGZvciBlbHZpbmcncyVcdS1tb3ZpZS5tMnRzEEEwbG9hZA</UploadId>\n"
         "  <Owner>\n    <ID>75aa57f09aa0c8ca</ID>\n    <DisplayName>someName</DisplayName>\n  </Owner>\n"
         "  <StorageClass>STANDARD</StorageClass>\n  <PartNumberMarker>1</PartNumberMarker>\n"
         "  <MaxParts>2</MaxParts>\n" +
         std::string(end) + std::string(parts) + "</ListPartsResult>\n";
}
std::string part(std::string_view number, std::string_view more = "") {
  return "  <Part>\n    <PartNumber>" + std::string(number) +
         "</PartNumber>\n    <LastModified>2010-11-10T20:48:34.000Z</LastModified>\n"
         "    <ETag>&quot;7778aef83f66abc1fa1e8477f296d394&quot;</ETag>\n    <Size>10485760</Size>\n" +
         std::string(more) + "  </Part>\n";
}

std::string refusal(std::string_view xml) {
  StoredParts parts;
  try {
    (void)read_parts_page(xml, parts);
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), Code::malformed);
    return error.message();
  }
  return "accepted";
}

TEST(Parts, a_list_of_two_pages_is_read) {
  StoredParts parts;
  const Hash32 digest = hash::sha256(base::as_bytes("x"));
  const std::string more = "<ChecksumSHA256>" + sign::to_base64(digest) + "</ChecksumSHA256>";
  const auto next =
      read_parts_page(page(part("2") + part("3", more),
                           "<NextPartNumberMarker>3</NextPartNumberMarker><IsTruncated>true</IsTruncated>"),
                      parts);
  EXPECT_EQ(next, std::uint32_t{3});
  EXPECT_EQ(read_parts_page(page(part("10000")), parts), std::nullopt);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts.at(2).etag, "&quot;7778aef83f66abc1fa1e8477f296d394&quot;");
  EXPECT_EQ(parts.at(2).size_bytes, 10'485'760U);
  EXPECT_EQ(parts.at(2).sha256, std::nullopt);
  EXPECT_EQ(parts.at(3).sha256, digest);
  StoredParts none;
  EXPECT_EQ(read_parts_page(page(""), none), std::nullopt);
  EXPECT_TRUE(none.empty());
}

TEST(Parts, what_is_no_list_of_parts_is_refused) {
  const std::string marker = "<NextPartNumberMarker>3</NextPartNumberMarker><IsTruncated>true</IsTruncated>";
  const std::vector<std::string> bad = {
      "",
      "<Error><Code>NoSuchUpload</Code></Error>",
      page(part("0")),
      page(part("10001")),
      page(part("-1")),
      page(part("")),
      page(part("2") + part("2")),
      page("<Part>" + part("2")),
      page("</Part>" + part("2")),
      page(part("2", "<ChecksumSHA256>AAAA</ChecksumSHA256>")),
      page(part("2", "<ChecksumSHA256>")),
      page("<Part><PartNumber>1</PartNumber><ETag></ETag><Size>1</Size></Part>"),
      page("<Part><PartNumber>1</PartNumber><ETag>a b</ETag><Size>1</Size></Part>"),
      page("<Part><PartNumber>1</PartNumber><ETag>a</ETag><Size>18446744073709551616</Size></Part>"),
      page(part("2"), ""),
      page(part("2"), "<IsTruncated>maybe</IsTruncated>"),
      page(part("2"), "<IsTruncated>true</IsTruncated>"),
      page(part("2"), marker),
      page("", marker)};
  for (const std::string& xml : bad) EXPECT_NE(refusal(xml), "accepted") << xml;
}

TEST(Parts, an_upload_id_and_an_etag_fit_into_what_is_sent_back) {
  EXPECT_EQ(read_upload_id("<InitiateMultipartUploadResult><UploadId>VXBsb2Fk-._~+/=</UploadId></I>"),
            "VXBsb2Fk-._~+/=");
  for (const char* id : {"<UploadId></UploadId>", "<UploadId>a b</UploadId>", "<UploadId>a&amp;b</UploadId>",
                         "<UploadId>a", "<UploadId>a\r\nHost: b</UploadId>", "<UploadId>a<b></b></UploadId>", "no id"})
    EXPECT_THROW((void)read_upload_id(id), base::Error) << id;
  EXPECT_EQ(read_etag("\"abc-1\""), "\"abc-1\"");
  for (const char* etag : {"", "a b", "</ETag>", "&lt;"}) EXPECT_THROW((void)read_etag(etag), base::Error) << etag;
}

TEST(Parts, the_completion_names_every_part_in_order) {
  const std::vector<Hash32> sha256 = {hash::sha256(base::as_bytes("a")), hash::sha256(base::as_bytes("b"))};
  EXPECT_EQ(write_completion({{2, {"\"y\"", 1, {}}}, {1, {"\"x\"", 1, {}}}}, sha256),
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            "<Part><PartNumber>1</PartNumber><ETag>\"x\"</ETag>"
            "<ChecksumSHA256>ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=</ChecksumSHA256></Part>"
            "<Part><PartNumber>2</PartNumber><ETag>\"y\"</ETag>"
            "<ChecksumSHA256>PiPoFgA5WUoziU9lZOGxNIu9egCI1CxKy3PurtWcAJ0=</ChecksumSHA256></Part>"
            "</CompleteMultipartUpload>");
}

/// Against each part hashed by itself; sizes around a block of reading (1 MiB) and around a part.
TEST(Parts, digests_are_those_of_the_parts_and_of_the_whole) {
  const base::TestFolder folder;
  base::Bytes bytes((3 << 20) + 17);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 7 % 251);
  base::write_file(folder / "file", bytes, base::Overwrite::yes);
  const base::InputFile file(folder / "file");
  for (const std::uint64_t part_bytes : {std::uint64_t{1000}, std::uint64_t{1} << 20, (std::uint64_t{1} << 20) + 1,
                                         bytes.size() - 1UL, bytes.size() + 0UL, bytes.size() * 2UL}) {
    const Digests digests = digests_of(file, part_bytes, base::silent_progress());
    EXPECT_EQ(digests.whole, hash::sha256(bytes));
    std::vector<Hash32> expected;
    for (std::uint64_t at = 0; at < bytes.size() && bytes.size() > part_bytes; at += part_bytes)
      expected.push_back(hash::sha256(base::ByteSpan(bytes).subspan(at, std::min(part_bytes, bytes.size() - at))));
    EXPECT_EQ(digests.parts, expected) << part_bytes;
  }
  try {
    (void)digests_of(file, 100, base::silent_progress());
    FAIL() << "more than 10,000 parts";
  } catch (const base::Error& error) { EXPECT_EQ(error.code(), Code::refused); }
}

}  // namespace
}  // namespace solemn::store
