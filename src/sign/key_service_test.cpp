#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "sign/pkcs11_uri.hpp"
#include "sign/sigv4.hpp"

namespace solemn::sign {
namespace {

using base::as_text;

std::optional<std::string> content(const base::Path& path) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  const base::Bytes bytes = base::read_file(path, 1 << 20);
  return std::string(as_text(bytes));
}

std::string take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string line(rest.substr(0, end));
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

/// request.txt of the suite; path and query are taken from the canonical request, as ours are canonical already.
SigV4Request request_in(std::string_view text, std::string_view canonical, const std::string& time,
                        const std::string& token) {
  SigV4Request request;
  const std::string first = take_line(text);
  request.method = first.substr(0, first.find(' '));
  take_line(canonical);
  request.path = take_line(canonical);
  request.query = take_line(canonical);
  while (!text.empty()) {
    const std::string line = take_line(text);
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
  }
  request.body = text;
  request.headers.emplace_back("x-amz-date", time);
  if (!token.empty()) request.headers.emplace_back("x-amz-security-token", token);
  return request;
}

TEST(SigV4, the_suite_of_aws) {
  const base::Path root = base::Path(SOLEMN_VECTORS) / "sigv4" / "v4";
  if (!std::filesystem::exists(root)) GTEST_SKIP() << "shared/vectors is not beside the checkout";
  std::size_t n = 0;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    const std::string name = entry.path().filename().string();
    if (name == "get-header-value-multiline") continue;  // folded headers, which nobody may send any more
    const auto context = nlohmann::json::parse(content(entry.path() / "context.json").value());
    if (context.value("sign_body", false) || context.value("omit_session_token", false)) continue;
    const auto canonical = content(entry.path() / "header-canonical-request.txt"),
               text = content(entry.path() / "request.txt"), signature = content(entry.path() / "header-signature.txt");
    std::string time = context["timestamp"];
    std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
    const auto& given = context["credentials"];
    const AwsCredentials credentials{given["access_key_id"],
                                     secret_copy(base::as_bytes(given["secret_access_key"].get<std::string>())),
                                     given.value("token", "")};
    const SigV4Request request = request_in(*text, *canonical, time, credentials.session_token);
    EXPECT_EQ(sigv4_canonical_request(request), *canonical) << name;
    const std::string authorization = sigv4_authorization(
        request, credentials, time, context["region"].get<std::string>(), context["service"].get<std::string>());
    EXPECT_TRUE(authorization.ends_with("Signature=" + *signature)) << name;
    ++n;
  }
  EXPECT_GT(n, 25U);
}

TEST(Pkcs11Uri, rfc_7512) {
  const Pkcs11Uri uri = parse_pkcs11_uri(
      "pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;manufacturer=Snake%20Oil,%20Inc.;model=1.0;object=my-"
      "certificate;"
      "type=private;id=%69%95%3E;serial=;slot-id=327?module-path=/lib/a.so&pin-source=file:/etc/token");
  EXPECT_EQ(uri.token, "The Software PKCS#11 Softtoken");
  EXPECT_EQ(uri.manufacturer, "Snake Oil, Inc.");
  EXPECT_EQ(uri.serial, "");
  EXPECT_EQ(uri.slot_id, 327U);
  EXPECT_EQ(base::to_hex(*uri.id), "69953e");
  EXPECT_EQ(uri.pin_source, "/etc/token");
  for (const char* bad :
       {"", "pkcs11:", "pkcs11:object", "pkcs11:=a", "pkcs11:object=a;object=b", "pkcs11:object=%g0",
        "pkcs11:object=%0", "pkcs11:object=a b", "pkcs11:object=a?pin-value=1", "pkcs11:object=a?x=1",
        "pkcs11:object=a;type=cert", "pkcs11:token=a", "pkcs11:object=a?pin-source=|cat", "pkcs11:object=a;slot-id=-1"})
    EXPECT_THROW((void)parse_pkcs11_uri(bad), base::Error) << bad;
}

}  // namespace
}  // namespace solemn::sign
