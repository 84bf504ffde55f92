#include "hash/expand_message.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace solemn::hash {
namespace {

using Json = nlohmann::json;

// RFC 9380 appendices K.1 and K.2 (the domain of the second is longer than 255 bytes).
TEST(ExpandMessage, vectors_of_the_rfc) {
  for (const std::string name : {"expand_message_xmd_SHA256_38.json", "expand_message_xmd_SHA256_256.json"}) {
    std::ifstream file(std::string(SOLEMN_TEST_VECTORS) + "/rfc9380/" + name);
    ASSERT_TRUE(file) << name;
    const Json vectors = Json::parse(file);
    ASSERT_EQ(vectors.at("tests").size(), 10U);
    for (const Json& test : vectors.at("tests")) {
      base::Bytes out(std::stoul(test.at("len_in_bytes").get<std::string>(), nullptr, 16));
      const auto message = test.at("msg").get<std::string>();
      expand_message_xmd(base::as_bytes(message), vectors.at("DST").get<std::string>(), out);
      EXPECT_EQ(base::to_hex(out), test.at("uniform_bytes").get<std::string>()) << name << " " << message;
    }
  }
}

TEST(ExpandMessage, the_length_and_the_domain_change_every_byte) {
  base::Bytes a(32), b(33), c(32);
  expand_message_xmd(base::as_bytes("m"), "domain", a);
  expand_message_xmd(base::as_bytes("m"), "domain", b);
  expand_message_xmd(base::as_bytes("m"), "Domain", c);
  EXPECT_FALSE(std::equal(a.begin(), a.end(), b.begin()));
  EXPECT_NE(a, c);
}

}  // namespace
}  // namespace solemn::hash
