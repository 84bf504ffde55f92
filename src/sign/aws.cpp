// What the AWS tools read from the environment and the home directory.
#include <ctime>

#include "base/error.hpp"
#include "sign/key_service_internal.hpp"
#include "sign/sigv4.hpp"

namespace solemn::sign {

using base::Bytes;
using base::Code;
using base::Error;

namespace {

/// "name = value" of a section of an INI file.
std::optional<std::string> ini_value(std::string_view text, std::string_view section, std::string_view name) {
  bool inside = false;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string line(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    std::erase_if(line, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
    if (line.starts_with('[')) inside = line == "[" + std::string(section) + "]";
    if (inside && line.starts_with(std::string(name) + "=")) return line.substr(name.size() + 1);
  }
  return std::nullopt;
}

}  // namespace

AwsCredentials aws_credentials() {
  const auto id = setting("AWS_ACCESS_KEY_ID"), secret = setting("AWS_SECRET_ACCESS_KEY");
  if (id && secret) return {*id, secret_copy(base::as_bytes(*secret)), setting("AWS_SESSION_TOKEN").value_or("")};
  const base::Path path = setting("AWS_SHARED_CREDENTIALS_FILE").value_or(in_home(".aws/credentials").string());
  const std::string profile = setting("AWS_PROFILE").value_or("default");
  if (std::filesystem::exists(path)) {
    Bytes file = base::read_file(path, 1 << 20);
    const std::string_view text = base::as_text(file);
    const auto file_id = ini_value(text, profile, "aws_access_key_id"),
               file_secret = ini_value(text, profile, "aws_secret_access_key");
    const std::string token = ini_value(text, profile, "aws_session_token").value_or("");
    base::wipe(file.data(), file.size());
    if (file_id && file_secret) return {*file_id, secret_copy(base::as_bytes(*file_secret)), token};
  }
  throw Error(Code::usage, "no AWS credentials",
              "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write them to ~/.aws/credentials (aws configure)");
}

std::optional<std::string> aws_region() {
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"})
    if (auto region = setting(name)) return region;
  return std::nullopt;
}

std::optional<std::string> aws_endpoint(const char* service) {
  auto url = setting((std::string("AWS_ENDPOINT_URL_") + service).c_str());
  if (!url) url = setting("AWS_ENDPOINT_URL");
  while (url && url->ends_with('/')) url->pop_back();
  return url;
}

std::string aws_authorities() { return setting("AWS_CA_BUNDLE").value_or(""); }

std::string aws_date_time() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[17];
  std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &utc);
  return text;
}

}  // namespace solemn::sign
