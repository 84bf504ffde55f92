#pragma once
// One entry of the record: a line of canonical JSON, signed by one key, naming the hash of the line before it.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "sign/signer.hpp"
#include "transcript/canonical_json.hpp"
#include "transcript/merkle.hpp"

namespace solemn::transcript {

inline constexpr std::size_t kMaxLineBytes = std::size_t{64} << 10;
inline constexpr std::uint64_t kMaxEntries = std::uint64_t{1} << 20;

/// A file that belongs to an entry: attachments/SHA256, by its hash.
struct Attachment {
  std::string name;
  Hash sha256;
  std::uint64_t size_bytes = 0;
};

struct Entry {
  std::uint64_t sequence = 0;
  Hash previous{};   // leaf hash of the line before; zeros in the first
  std::string type;  // lower-case words: "beacon-used"
  std::string time;  // claimed by the signer
  Json body = Json::object();
  sign::KeyId key{};
  base::Bytes signature;

  /// What is signed: a fixed first line, then the entry without its signature.
  std::string signed_text() const;
  /// The canonical JSON, without newline.
  std::string line() const;
  /// From body["attachments"], empty when there is none. Throws Error{malformed}.
  std::vector<Attachment> attachments() const;
};

/// Strict: canonical, all members, at most kMaxLineBytes. Throws Error{malformed}.
Entry parse_entry(std::string_view line);
inline Hash leaf_hash_of_line(std::string_view line) { return leaf_hash(base::as_bytes(line)); }

/// Fills in key and signature. Throws what the signer throws, and Error{usage} when the line would be too long.
void sign_entry(Entry& entry, sign::Signer& signer);
[[nodiscard]] bool verify_entry(const Entry& entry, const sign::PublicKey& key);

/// "beacon-used": 1 to 40 of a-z, 0-9 and single hyphens between them.
bool is_type_name(std::string_view type) noexcept;

/// 64 lower-case hex digits. Throws Error{malformed} naming `what`.
Hash hash_from_hex(const std::string& hex, const std::string& what);

}  // namespace solemn::transcript
