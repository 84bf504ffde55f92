#include <algorithm>

#include "base/error.hpp"
#include "beacon/chain.hpp"
#include "beacon/json_limits.hpp"
#include "beacon/round_time.hpp"

namespace solemn::beacon {

namespace {

using base::Json;

constexpr std::array<std::string_view, 7> kV1Fields = {"public_key", "period",   "genesis_time", "hash",
                                                       "groupHash",  "schemeID", "metadata"};
constexpr std::array<std::string_view, 1> kV1Optional = {"catchup_period_seconds"};
constexpr std::array<std::string_view, 7> kV2Fields = {"public_key",   "period", "genesis_time", "chain_hash",
                                                       "genesis_seed", "scheme", "beacon_id"};

Scheme scheme_of(const Json& json, const char* field) {
  const std::string& name = base::string_of(json, field);
  if (const auto scheme = scheme_from_name(name)) return *scheme;
  throw base::Error(base::Code::usage, "the scheme '" + base::printable(name) + "' is not supported",
                    "supported: pedersen-bls-chained, pedersen-bls-unchained, bls-unchained-on-g1, "
                    "bls-unchained-g1-rfc9380 (all on BLS12-381)");
}

// It is hashed and shown: plain characters only. drand reads an empty id as "default".
std::string beacon_id_of(const Json& json, const char* field) {
  const std::string& id = base::string_of(json, field);
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  if (id.size() > 64 || !std::all_of(id.begin(), id.end(), plain)) base::malformed_field(field, "is not a plain name");
  return id.empty() ? "default" : id;
}

void read_common(const Json& json, Chain& chain) {
  chain.period_seconds = static_cast<std::uint32_t>(base::number_of(json, "period", 1, 31'536'000));
  chain.genesis_time =
      static_cast<std::int64_t>(base::number_of(json, "genesis_time", 1, static_cast<std::uint64_t>(kMaxTime)));
  const std::size_t n_bytes = facts(chain.scheme).key_bytes();
  chain.public_key = base::hex_of(json, "public_key", n_bytes, n_bytes);
}

}  // namespace

Chain read_chain_info(std::string_view text) {
  const Json json = base::parse_object(text, kJsonLimits);
  Chain chain;
  if (json.contains("schemeID")) {
    base::require_fields(json, kV1Fields, kV1Optional);
    constexpr std::array<std::string_view, 1> kMetadataFields = {"beaconID"};
    if (!json.at("metadata").is_object()) base::malformed_field("metadata", "is not an object");
    base::require_fields(json.at("metadata"), kMetadataFields, {});
    chain.scheme = scheme_of(json, "schemeID");
    chain.beacon_id = beacon_id_of(json.at("metadata"), "beaconID");
    chain.hash = base::hash_of(json, "hash");
    chain.group_hash = base::hex_of(json, "groupHash", 32, 32);
  } else {
    base::require_fields(json, kV2Fields, {});
    chain.scheme = scheme_of(json, "scheme");
    chain.beacon_id = beacon_id_of(json, "beacon_id");
    chain.hash = base::hash_of(json, "chain_hash");
    chain.group_hash = base::hex_of(json, "genesis_seed", 32, 32);
  }
  read_common(json, chain);
  const Chain* known = find_chain(chain.hash);
  chain.name = known != nullptr ? known->name : chain.beacon_id;
  chain.retired = known != nullptr && known->retired;
  return chain;
}

}  // namespace solemn::beacon
