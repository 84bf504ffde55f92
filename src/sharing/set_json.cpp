#include "sharing/set_json.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "sharing/json_limits.hpp"

namespace solemn::sharing {

using base::Code;
using base::Error;
using base::Json;

namespace {

constexpr std::string_view kSchema = "solemn.share-set/1";
constexpr std::size_t kMaxCiphertext = (64 << 10) + 16;
constexpr std::size_t kMaxPublicHalf = 2048;

Json sealed_json(const SealedSecret& sealed) {
  return {{"kind", name(sealed.kind)},
          {"public", base::to_hex(sealed.public_half)},
          {"nonce", base::to_hex(sealed.nonce)},
          {"ciphertext", base::to_hex(sealed.ciphertext)}};
}

SealedSecret parse_sealed(const Json& json) {
  constexpr std::string_view kFields[] = {"kind", "public", "nonce", "ciphertext"};
  base::require_fields(json, kFields, {});
  SealedSecret sealed;
  const auto kind = secret_kind_named(base::string_of(json, "kind"));
  if (!kind) base::malformed_field("kind", "is no kind of secret");
  sealed.kind = *kind;
  sealed.public_half = base::hex_of(json, "public", 0, kMaxPublicHalf);
  std::ranges::copy(base::hex_of(json, "nonce", sealed.nonce.size(), sealed.nonce.size()), sealed.nonce.begin());
  sealed.ciphertext = base::hex_of(json, "ciphertext", 17, kMaxCiphertext);
  return sealed;
}

/// Points that a dealer's polynomial gives: none infinite, none twice.
void require_real_shares(const ShareSet& set) {
  std::set<PublicKey> seen;
  for (unsigned i = 1; i <= set.count; ++i) {
    const auto key = set.share_key(i);
    if (!key || !seen.insert(*key).second)
      base::malformed_field("commitments", "is not of a real set: share " + std::to_string(i) + " would be worthless");
  }
}

ShareSet parse_numbers(const Json& json, const std::optional<base::Hash32>& sealed) {
  ShareSet set;
  set.name = base::string_of(json, "key");
  if (!is_key_name(set.name)) base::malformed_field("key", "is no name for a key");
  set.drill = base::flag_of(json, "drill") ? Drill::yes : Drill::no;
  set.threshold = static_cast<unsigned>(base::number_of(json, "threshold", 2, kMaxShares));
  set.count = static_cast<unsigned>(base::number_of(json, "shares", set.threshold, kMaxShares));
  for (const Json& text : base::list_of(json, "commitments", set.threshold, set.threshold)) {
    if (!text.is_string()) base::malformed_field("commitments", "is not a list of strings");
    set.commitments.push_back(PublicKey::parse_hex(text.get_ref<const std::string&>()));
    if (set.commitments.back().hex() != text.get_ref<const std::string&>())
      base::malformed_field("commitments", "is not lower-case hexadecimal");
  }
  require_real_shares(set);
  set.sealed = sealed;
  if (base::hash_of(json, "set_id") != set.id()) base::malformed_field("set_id", "is not that of the other fields");
  if (base::string_of(json, "public_key") != set.public_key().hex())
    base::malformed_field("public_key", "is not the first commitment");
  return set;
}

}  // namespace

std::string SetFile::file_name() const { return set.name + ".set.json"; }

SetFile set_file_of(const Dealt& dealt) {
  SetFile file{dealt.set, {}, std::nullopt, std::nullopt};
  for (const Share& share : dealt.shares) file.share_commitments.push_back(share.commitment());
  return file;
}

SetFile set_file_of(const DealtSecret& dealt) {
  SetFile file = set_file_of(dealt.dealt);
  file.sealed = dealt.sealed;
  return file;
}

base::Verdict verify_share(const SetFile& file, const Share& share) {
  base::Verdict verdict = verify_share(file.set, share);
  if (share.index >= 1 && share.index <= file.share_commitments.size()) {
    const bool same = share.commitment() == file.share_commitments[share.index - 1];
    verdict.add("share-commitment", same, same ? "" : "not the sheet that was logged when the share was made");
  }
  return verdict;
}

std::string write_set(const SetFile& file) {
  const ShareSet& set = file.set;
  Json json{{"schema", kSchema},
            {"key", set.name},
            {"drill", set.drill == Drill::yes},
            {"threshold", set.threshold},
            {"shares", set.count},
            {"set_id", base::to_hex(set.id())},
            {"public_key", set.public_key().hex()},
            {"commitments", Json::array()}};
  for (const PublicKey& commitment : set.commitments) json["commitments"].push_back(commitment.hex());
  for (const base::Hash32& commitment : file.share_commitments)
    json["share_commitments"].push_back(base::to_hex(commitment));
  if (file.sealed) json["sealed"] = sealed_json(*file.sealed);
  if (file.replaces) json["replaces"] = base::to_hex(*file.replaces);
  return json.dump(2) + "\n";
}

SetFile parse_set(std::string_view text) {
  constexpr std::string_view kRequired[] = {"schema", "key",         "drill",  "threshold",
                                            "shares", "commitments", "set_id", "public_key"};
  constexpr std::string_view kOptional[] = {"share_commitments", "sealed", "replaces"};
  const Json json = base::parse_object(text, kJsonLimits);
  base::require_fields(json, kRequired, kOptional);
  if (base::string_of(json, "schema") != kSchema) base::malformed_field("schema", "is not " + std::string(kSchema));
  std::optional<SealedSecret> sealed;
  if (json.contains("sealed")) sealed = parse_sealed(json.at("sealed"));
  SetFile file{parse_numbers(json, sealed ? std::optional(sealed->digest()) : std::nullopt), {}, sealed, std::nullopt};
  if (json.contains("share_commitments"))
    for (const Json& one : base::list_of(json, "share_commitments", file.set.count, file.set.count))
      file.share_commitments.push_back(base::hash_from(one, "share_commitments"));
  if (json.contains("replaces")) file.replaces = base::hash_of(json, "replaces");
  return file;
}

SetFile read_set(const base::Path& path) {
  const base::Bytes bytes = base::read_file(path, kJsonLimits.bytes);
  try {
    return parse_set(base::as_text(bytes));
  } catch (const Error& error) {
    throw error.with_context("'" + base::printable(path.string()) + "' is no file of a share set");
  }
}

}  // namespace solemn::sharing
