#include "transcript/entry.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "transcript/test_record.hpp"
#include "transcript/time.hpp"

namespace solemn::transcript {
namespace {

using testing::TestRecord;

std::string refusal(const std::function<void()>& body) {
  try {
    body();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::Code::malformed);
    return error.message();
  }
  return "accepted";
}

TEST(CanonicalJson, has_one_spelling) {
  // The last is from RFC 8785 3.2.2: escapes.
  for (const char* text : {"{}", "[]", "{\"a\":1,\"b\":[true,null,-5]}", "\"\\u000f\\n\\\"\\\\A'/\xe2\x82\xac\"",
                           "9007199254740991", "-9007199254740991"}) {
    EXPECT_EQ(canonical(parse_canonical(text)), text);
  }
  for (const char* text : {" {}", "{} ", "{\"b\":1,\"a\":1}", "{\"a\": 1}", "\"\\u0041\"", "\"\\/\"", "\"\\u000F\"",
                           "\"\\u20ac\"", "-0", "01", "\"\\u000a\""}) {
    EXPECT_NE(refusal([&] { (void)parse_canonical(text); }), "accepted") << text;
  }
  EXPECT_EQ(canonical(parse_json(" { \"b\" : 1 , \"a\" : \"\\u20ac\" } ")), "{\"a\":\"\xe2\x82\xac\",\"b\":1}");
}

TEST(CanonicalJson, refuses_what_has_no_single_meaning) {
  EXPECT_NE(refusal([] { (void)parse_json("{\"a\":1,\"a\":2}"); }).find("twice"), std::string::npos);
  EXPECT_NE(refusal([] { (void)parse_json("{\"a\":{\"b\":1,\"b\":1}}"); }).find("twice"), std::string::npos);
  for (const char* text : {"1.5", "1e3", "9007199254740992", "-9007199254740992", "18446744073709551616", "1.0"}) {
    EXPECT_NE(refusal([&] { (void)parse_json(text); }).find("integer"), std::string::npos) << text;
  }
  for (const char* text : {"{\"\":1}", "{\"\xc3\xa4\":1}", "{\"a b\":1}", "{\"a\\\"b\":1}"}) {
    EXPECT_NE(refusal([&] { (void)parse_json(text); }).find("name"), std::string::npos) << text;
  }
  for (const char* text :
       {"", "{", "{}{}", "nul", "\"\xff\"", "\"\xed\xa0\x80\"", "\"\\ud800\"", "\"\n\"", "\xef\xbb\xbf{}"}) {
    EXPECT_NE(refusal([&] { (void)parse_json(text); }), "accepted") << text;
  }
}

TEST(CanonicalJson, is_bounded) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
  };
  (void)parse_json(nested(kMaxJsonDepth));
  EXPECT_NE(refusal([&] { (void)parse_json(nested(kMaxJsonDepth + 2)); }).find("deep"), std::string::npos);
  EXPECT_NE(refusal([&] { (void)parse_json(nested(500000)); }).find("deep"), std::string::npos);
  EXPECT_NE(refusal([] { (void)parse_json("\"" + std::string(kMaxJsonBytes, 'a') + "\""); }).find("1 MiB"),
            std::string::npos);
}

TEST(Time, is_one_form_and_a_day_that_exists) {
  EXPECT_EQ(parse_time("1970-01-01T00:00:00Z"), 0U);
  EXPECT_EQ(parse_time("2024-02-29T23:59:59Z"), 1709251199U);  // date -u -d 2024-02-29T23:59:59Z +%s
  EXPECT_EQ(time_text(253402300799), "9999-12-31T23:59:59Z");
  for (const char* text :
       {"2023-02-29T00:00:00Z", "2024-04-31T00:00:00Z", "2024-13-01T00:00:00Z", "1969-12-31T23:59:59Z",
        "2024-01-01T24:00:00Z", "2024-01-01T00:00:60Z", "2024-01-01T00:00:00", "2024-01-01 00:00:00Z",
        "2024-01-01T00:00:00z", "24-01-01T00:00:00Z", "2024-01-01T00:00:00+0", "", "2024-00-10T00:00:00Z"}) {
    EXPECT_EQ(parse_time(text), std::nullopt) << text;
  }
}

TEST(Entry, is_read_as_written_and_its_signature_covers_everything) {
  TestRecord record;
  const Entry entry = record.entry("contribution", Json{{"text", "hello"}}, *record.alice);
  const Entry read = parse_entry(entry.line());
  EXPECT_EQ(read.line(), entry.line());
  EXPECT_TRUE(verify_entry(read, record.alice->public_key()));
  EXPECT_FALSE(verify_entry(read, record.bob->public_key()));
  const auto changed = [&](auto&& change) {
    Entry other = read;
    change(other);
    return verify_entry(other, record.alice->public_key());
  };
  EXPECT_TRUE(changed([](Entry&) {}));
  EXPECT_FALSE(changed([](Entry& e) { ++e.sequence; }));
  EXPECT_FALSE(changed([](Entry& e) { e.previous[0] ^= std::byte{1}; }));
  EXPECT_FALSE(changed([](Entry& e) { e.type = "statement"; }));
  EXPECT_FALSE(changed([](Entry& e) { e.time = "2026-01-31T12:00:01Z"; }));
  EXPECT_FALSE(changed([](Entry& e) { e.body["text"] = "hallo"; }));
  EXPECT_FALSE(changed([](Entry& e) { e.key[0] ^= std::byte{1}; }));
  EXPECT_FALSE(changed([](Entry& e) { e.signature[5] ^= std::byte{1}; }));
}

TEST(Entry, every_kind_of_key_signs) {
  TestRecord record;
  for (const auto type : {sign::KeyType::ed25519, sign::KeyType::p256, sign::KeyType::p384, sign::KeyType::rsa3072}) {
    const auto key = testing::new_key(type);
    EXPECT_TRUE(verify_entry(parse_entry(record.entry("statement", Json::object(), *key).line()), key->public_key()));
  }
}

TEST(Entry, malformed_lines_are_refused) {
  TestRecord record;
  const std::string line = record.entry("contribution", Json{{"attachments", Json::array()}}, *record.alice).line();
  (void)parse_entry(line);
  const auto with = [&](const char* member, const Json& value) {
    Json json = Json::parse(line);
    json[member] = value;
    return refusal([&] { (void)parse_entry(canonical(json)); });
  };
  EXPECT_NE(with("version", 2U), "accepted");
  EXPECT_NE(with("sequence", -1), "accepted");
  EXPECT_NE(with("sequence", std::uint64_t{1} << 40), "accepted");
  EXPECT_NE(with("previous", std::string(64, 'A')), "accepted");
  EXPECT_NE(with("previous", std::string(63, 'a')), "accepted");
  EXPECT_NE(with("key", 5), "accepted");
  EXPECT_NE(with("type", "Contribution"), "accepted");
  EXPECT_NE(with("type", "a--b"), "accepted");
  EXPECT_NE(with("type", ""), "accepted");
  EXPECT_NE(with("time", "yesterday"), "accepted");
  EXPECT_NE(with("body", Json::array()), "accepted");
  EXPECT_NE(with("signature", "?"), "accepted");
  EXPECT_NE(with("signature", ""), "accepted");
  EXPECT_NE(with("more", 1U), "accepted");
  EXPECT_NE(with("body", Json{{"attachments", 5U}}), "accepted");
  EXPECT_NE(with("body", Json{{"attachments", Json::array({Json{{"name", "../x"}, {"sha256", "00"}, {"bytes", 1U}}})}}),
            "accepted");
  EXPECT_NE(with("body", Json{{"text", std::string(kMaxLineBytes, 'a')}}).find("64 KiB"), std::string::npos);
  for (std::size_t length = 0; length < line.size(); length += 3) {
    EXPECT_NE(refusal([&] { (void)parse_entry(line.substr(0, length)); }), "accepted");
  }
}

TEST(Entry, any_flipped_bit_is_refused_or_not_signed) {
  TestRecord record;
  const std::string line = record.entry("contribution", Json{{"text", "x"}}, *record.alice).line();
  for (std::size_t bit = 0; bit < 8 * line.size(); ++bit) {
    std::string flipped = line;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    try {
      EXPECT_FALSE(verify_entry(parse_entry(flipped), record.alice->public_key())) << bit;
    } catch (const base::Error& error) { EXPECT_EQ(error.code(), base::Code::malformed); }
  }
}

}  // namespace
}  // namespace solemn::transcript
