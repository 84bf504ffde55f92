#pragma once
// A verification key as source text, with a line that says where it came from (docs/bundle.md "Embedding"), and the
// guard that makes all of it again.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "curve/constants.hpp"
#include "setup/verdict.hpp"

namespace solemn::release {

enum class Language : std::uint8_t { rust, cpp };

constexpr std::string_view kDefaultProgramContext = "NONOS:ZK:PROGRAM:v1";
/// What build guards look for, the seed's included.
constexpr std::string_view kMarker = "ZK-EMBED:";

/// Where the key came from. `bundle_sha256` empty: from no signed bundle, and then the text has no marker.
struct Provenance {
  std::string tool;  // "solemn/0.1.0"
  std::string bundle_sha256, vk_blake3;
  std::vector<std::string> key_ids;  // of the signers whose signature was valid
  unsigned threshold = 0;
};

struct Snippet {
  Language language = Language::rust;
  curve::CurveId curve = curve::CurveId::bls12_381;
  base::Bytes program_id;                                    // 1 to 4096 bytes
  std::string domain = std::string(kDefaultProgramContext);  // BLAKE3 key-derivation context; printable ASCII
  std::string prefix = "PROGRAM";                            // of the constants, see clean_prefix
  base::Bytes vk;                                            // compressed
  Provenance provenance;
};

/// BLAKE3 derive_key(context = domain, material = id).
base::Hash32 program_hash(std::string_view domain, base::ByteSpan program_id);
/// Letters upper-case, everything that is no letter or digit `_`. Throws Error{usage} when the result is empty or
/// begins with a digit.
std::string clean_prefix(std::string_view typed);
/// The source text: the same input, the same bytes. Throws Error{usage} for an id or domain outside its range.
std::string emit(const Snippet& snippet);

/// "solemn/0.1.0" of the marker line; nullopt when the text has not exactly one marker line, or it is not of our form.
std::optional<std::string> tool_in_marker(std::string_view text);
/// Adds `marker`, `program-hash`, `embedded-key`, `snippet`: the last passes only when `text` is, byte for byte, what
/// emit gives (with the tool's name as it stands in the text); the others say what differs. snippet.provenance must be
/// that of a verified bundle.
void check_snippet(setup::Verdict& verdict, std::string_view text, Snippet snippet);

}  // namespace solemn::release
