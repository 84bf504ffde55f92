#include "base/json_input.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace solemn::base {
namespace {

constexpr JsonLimits kLimits{4096, 4, 8, 1000};

/// The message with which body() refuses; empty when it does not.
template <class Body>
std::string refusal(Body&& body) {
  try {
    static_cast<void>(body());
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::malformed);
    return error.message();
  }
  return {};
}
std::string parse_refusal(const std::string& text, const JsonLimits& limits = kLimits) {
  return refusal([&] { return parse_json(text, limits); });
}
std::string object_of(std::size_t n_fields) {
  std::string text = "{";
  for (std::size_t i = 0; i < n_fields; ++i) text += (i == 0 ? "\"f" : ",\"f") + std::to_string(i) + "\":0";
  return text + "}";
}

TEST(JsonInput, text_of_an_object_is_told_from_bytes) {
  const auto looks = [](std::string_view text) { return looks_like_json(as_bytes(text)); };
  for (const std::string_view text : {"{", "{}", " {", "\n{", "\t{", "\r\n{\"a\": 0}", "{ no JSON, but text"})
    EXPECT_TRUE(looks(text)) << text;
  using namespace std::string_view_literals;
  for (const std::string_view text : {""sv, " "sv, "[]"sv, "a{"sv, "{\0"sv, "{}\0"sv, " \0{"sv, "\0"sv})
    EXPECT_FALSE(looks(text)) << text;
}

TEST(JsonInput, what_is_bounded_ends_early) {
  EXPECT_EQ(parse_refusal(std::string(4096, ' ') + "1"), "the JSON text is larger than 4 KiB");
  EXPECT_EQ(parse_refusal(std::string((std::size_t{2} << 20) + 1, ' '), {std::size_t{2} << 20, 4}),
            "the JSON text is larger than 2 MiB");
  EXPECT_EQ(parse_refusal("[[[[1]]]]"), "");
  EXPECT_EQ(parse_refusal("[[[[[1]]]]]"), "the JSON text is nested too deeply");
  EXPECT_EQ(parse_refusal(std::string(4000, '[')), "the JSON text is nested too deeply");
  std::string many = "[0";
  for (int i = 0; i < 1000; ++i) many += ",0";
  EXPECT_EQ(parse_refusal(many + "]"), "the JSON text has too many values");
}

// Members are found one after the other: without a limit, a text of some MiB takes hours.
TEST(JsonInput, an_object_has_few_fields) {
  EXPECT_EQ(parse_refusal(object_of(8)), "");
  EXPECT_EQ(parse_refusal(object_of(9)), "an object has more than 8 fields");
  EXPECT_EQ(parse_refusal(object_of(2'000'000), {std::size_t{64} << 20, 4}), "an object has more than 256 fields");
}

TEST(JsonInput, no_field_twice_in_one_object) {
  EXPECT_EQ(parse_refusal(R"({"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]})"), "");
  EXPECT_EQ(parse_refusal(R"({"a":1,"b":2,"a":1})"), "the field 'a' occurs twice");
  EXPECT_EQ(parse_refusal(R"({"a":{"x":1,"\u0078":2}})"), "the field 'x' occurs twice");
  EXPECT_EQ(refusal([] { return parse_json<nlohmann::json>(R"({"a":1,"a":1})", kLimits); }),
            "the field 'a' occurs twice");
}

TEST(JsonInput, only_json_and_nothing_around_it) {
  for (const char* text : {"", "{", "{}x", "{} {}", "{'a':1}", "{\"a\":1,}", "[01]", "[+1]", "[1e999]", "// c\n{}",
                           "nul", "\"\xff\"", "[\"\\ud800\"]"})
    EXPECT_NE(parse_refusal(text), "") << text;
  EXPECT_EQ(parse_refusal("\xef\xbb\xbf{}"), "the JSON text begins with a byte order mark");
  EXPECT_EQ(refusal([] { return parse_object("[]", kLimits); }), "not a JSON object");
}

TEST(JsonInput, fields_are_those_that_are_known) {
  constexpr std::string_view kRequired[] = {"a", "b"}, kOptional[] = {"c"};
  const auto require = [&](const char* text) {
    return refusal([&] {
      require_fields(parse_json(text, kLimits), kRequired, kOptional);
      return 0;
    });
  };
  EXPECT_EQ(require(R"({"a":1,"b":1})"), "");
  EXPECT_EQ(require(R"({"c":1,"b":1,"a":1})"), "");
  EXPECT_EQ(require(R"({"a":1})"), "the field 'b' is missing");
  EXPECT_EQ(require(R"({"a":1,"b":1,"d":1})"), "the field 'd' is not known");
  EXPECT_EQ(require("[]"), "not a JSON object");
}

TEST(JsonInput, every_error_names_the_field) {
  const Json json = parse_json(R"({"n":7,"big":18446744073709551615,"minus":-1,"half":0.5,"t":"x","y":true,"l":[1,2],
                                   "h":"0aff"})",
                               kLimits);
  EXPECT_EQ(number_of(json, "n", 7, 7), 7U);
  EXPECT_EQ(number_of(json, "big", 0, ~std::uint64_t{0}), ~std::uint64_t{0});
  EXPECT_EQ(refusal([&] { return number_of(json, "n", 8, 9); }), "the field 'n' is not from 8 to 9");
  for (const char* name : {"minus", "half", "t", "y", "l"})
    EXPECT_EQ(refusal([&] { return number_of(json, name, 0, 9); }),
              "the field '" + std::string(name) + "' is not a whole number");
  EXPECT_EQ(refusal([&] { return number_of(json, "none", 0, 9); }), "the field 'none' is missing");
  EXPECT_TRUE(flag_of(json, "y"));
  EXPECT_EQ(refusal([&] { return flag_of(json, "n"); }), "the field 'n' is not true or false");
  EXPECT_EQ(string_of(json, "t"), "x");
  EXPECT_EQ(refusal([&] { return string_of(json, "n"); }), "the field 'n' is not a string");
  EXPECT_EQ(list_of(json, "l", 2, 2).size(), 2U);
  EXPECT_EQ(refusal([&] { return list_of(json, "l", 3, 4); }), "the field 'l' has 2 entries");
  EXPECT_EQ(refusal([&] { return list_of(json, "t", 0, 4); }), "the field 't' is not a list");
  EXPECT_EQ(to_hex(hex_of(json, "h", 1, 2)), "0aff");
  EXPECT_EQ(refusal([&] { return hex_of(json, "h", 3, 4); }), "the field 'h' has 2 bytes");
  EXPECT_EQ(refusal([&] { return hex_of(json, "t", 0, 4); }), "the field 't' is not lower-case hexadecimal");
  EXPECT_EQ(refusal([&] { return hex_of(parse_json(R"({"h":"0AFF"})", kLimits), "h", 1, 2); }),
            "the field 'h' is not lower-case hexadecimal");
  EXPECT_EQ(refusal([&] { return hash_of(json, "h"); }), "the field 'h' is not 32 bytes in lower-case hexadecimal");
}

}  // namespace
}  // namespace solemn::base
