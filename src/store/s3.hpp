#pragma once
// A store in a bucket: S3 and what speaks its protocol, requests signed with Signature Version 4. Tested against a
// server of others and an emulator; not run on a vendor's cloud. docs/store.md.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/http.hpp"
#include "sign/sigv4.hpp"
#include "store/names.hpp"

namespace solemn::store {

enum class RetentionMode : std::uint8_t { governance, compliance };
/// Object lock: until then nobody can replace or remove the version (compliance), or only who may bypass (governance).
struct Retention {
  RetentionMode mode = RetentionMode::compliance;
  std::int64_t until = 0;  // Unix seconds
};

using Headers = std::vector<std::pair<std::string, std::string>>;
/// What says it when an object is made; none for nullopt.
Headers retention_headers(const std::optional<Retention>& retention);

/// What a bucket says about a key.
struct Stored {
  std::uint64_t size_bytes = 0;
  std::optional<base::Hash32> sha256;  // nullopt: it gives no checksum
  bool sha256_of_parts = false;        // says that it is the one over the parts' (Digests::of_parts)
  std::string lock_mode;               // "COMPLIANCE", "GOVERNANCE", or "" when it says nothing
  std::optional<std::int64_t> locked_until;
};

bool is_s3(std::string_view place) noexcept;

class Bucket {
 public:
  /// "s3://bucket/prefix". As the AWS tools: credentials (sign/sigv4.hpp), AWS_REGION, AWS_DEFAULT_REGION,
  /// AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL (then bucket in the path), AWS_CA_BUNDLE. Throws Error{usage}.
  explicit Bucket(std::string_view place);

  /// For a GET of the key under the prefix, from this offset.
  net::Request get(const std::string& key, std::uint64_t offset_bytes) const;
  /// nullopt: there is no such key. Throws Error{io}.
  std::optional<Stored> look(const std::string& key, const net::Limits& limits, base::Progress& progress) const;
  /// PUT with the checksum, if-none-match and retention. True: written; false: the key was there already.
  /// Throws Error{io}.  REQUIRES: at most kMaxPartBytes.
  bool put(const std::string& key, const base::InputFile& content, const base::Hash32& sha256,
           const std::optional<Retention>& retention, const net::Limits& limits, base::Progress& progress) const;
  std::string shown(const std::string& key) const { return "s3://" + bucket_ + "/" + prefix_ + key; }
  /// Of the server too: two buckets of one name are not the same.
  std::string address(const std::string& key) const { return base_url_ + base_path_ + "/" + prefix_ + key; }

  /// query: encoded and in canonical order. The body, of this SHA-256, is for the caller to add.
  net::Request signed_request(const std::string& method, const std::string& key, const std::string& query,
                              Headers headers, const std::string& payload_sha256) const;
  /// Throws Error{io} with the status, and the code in the XML of an error.
  [[noreturn]] void bad_answer(const std::string& key, const net::Answer& answer) const;

 private:
  std::string bucket_, prefix_, region_, base_url_, base_path_;  // prefix_: "" or ends in '/'
  std::optional<sign::AwsCredentials> credentials_;              // always there after the constructor
};

/// "GOVERNANCE", "COMPLIANCE".
std::string_view name(RetentionMode mode) noexcept;

}  // namespace solemn::store
