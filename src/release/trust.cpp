#include "release/trust.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "sign/base64.hpp"
#include "sign/key_secret.hpp"

namespace solemn::release {

using base::ByteSpan;
using base::Code;
using base::Error;
using setup::Verdict;

namespace {

constexpr std::string_view kSignersSchema = "solemn.signers/1", kRevocationsSchema = "solemn.revocations/1";
constexpr std::size_t kMaxSigners = 64, kMaxRevocations = 4096;
constexpr std::uint64_t kMaxNumber = std::uint64_t{1} << 40;
constexpr std::uint64_t kClockSkewSeconds = 600;

[[noreturn]] void malformed(const std::string& what) { throw Error(Code::malformed, what); }

sign::PublicKey key_field(const Json& object) {
  const auto der = sign::from_base64(base::string_of(object, "spki"));
  if (!der) malformed("a key of the signer list is not base64");
  return sign::PublicKey::from_spki(*der);
}

void require_schema(const Json& json, std::string_view schema) {
  if (base::string_of(json, "schema") != schema) malformed("the schema is not " + std::string(schema));
}

std::string time_field(const Json& json, const char* name) {
  std::string text = base::string_of(json, name);
  if (!parse_utc(text)) malformed("field '" + std::string(name) + "' is not of the form 2026-01-31T23:59:59Z");
  return text;
}

std::vector<sign::PublicKey> keys_of(const SignerList& list) {
  std::vector<sign::PublicKey> keys;
  for (const NamedKey& signer : list.signers) keys.push_back(signer.key);
  return keys;
}

std::string counted(std::size_t n, unsigned threshold, std::size_t of) {
  return std::to_string(n) + " of " + std::to_string(of) + " keys signed, " + std::to_string(threshold) + " needed";
}

/// A signed list of this folder. Throws Error{malformed}.
sign::DsseEnvelope envelope_of(ByteSpan file, const char* type) {
  sign::DsseEnvelope envelope = sign::parse_dsse(file);
  if (envelope.payload_type != type) malformed("the payload type is not " + std::string(type));
  return envelope;
}

/// No two of one secret.
bool distinct(const std::vector<sign::PublicKey>& keys) {
  std::set<std::string> secrets;
  return std::ranges::all_of(keys, [&](const auto& key) { return secrets.insert(sign::secret_behind(key)).second; });
}

struct ReadList {
  sign::DsseEnvelope envelope;
  SignerList list;
};

std::vector<ReadList> read_lists(const std::vector<base::Bytes>& files) {
  std::vector<ReadList> lists;
  for (const base::Bytes& file : files) {
    sign::DsseEnvelope envelope = envelope_of(file, kSignersType);
    SignerList list = read_signer_list(envelope.payload);
    // Said before any signature is looked at: in another order none would be the right one.
    if (!lists.empty() && list.version <= lists.back().list.version)
      malformed("list " + std::to_string(list.version) + " is given after list " +
                std::to_string(lists.back().list.version) + ": the oldest must come first");
    lists.push_back({std::move(envelope), std::move(list)});
  }
  return lists;
}

/// One list after another; the trusted keys of the last one.
Trusted follow_lists(const TrustOptions& options, std::string& detail) {
  Trusted trusted{options.roots, options.threshold, {}};
  const std::vector<ReadList> lists = read_lists(options.signer_lists);
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const auto& [envelope, list] = lists[i];
    const std::string which = "list " + std::to_string(list.version) + ": ";
    const std::size_t old = sign::verify_dsse(envelope, trusted.keys).size();
    if (old < trusted.threshold)
      malformed(which + counted(old, trusted.threshold, trusted.keys.size()) +
                (i > 0                          ? " (of the list before)"
                 : list.previous_sha256.empty() ? " (of the pinned keys)"
                                                : " (of the pinned keys); it follows a list that was not given"));
    if (i > 0) {
      const std::vector<sign::PublicKey> own = keys_of(list);
      const std::size_t signed_by_own = sign::verify_dsse(envelope, own).size();
      if (signed_by_own < list.threshold)
        malformed(which + counted(signed_by_own, list.threshold, own.size()) + " (of the new list)");
      const auto& [before_envelope, before] = lists[i - 1];
      if (list.version != before.version + 1 ||
          list.previous_sha256 != base::to_hex(hash::sha256(before_envelope.payload)))
        malformed(which + "it does not follow list " + std::to_string(before.version));
    }
    trusted.keys = keys_of(list);
    trusted.threshold = list.threshold;
  }
  detail = "list " + std::to_string(lists.back().list.version) + ", " + std::to_string(trusted.threshold) + " of " +
           std::to_string(trusted.keys.size());
  return trusted;
}

void check_age(Verdict& verdict, const RevocationList& list, const TrustOptions& options) {
  if (!options.max_revocation_age_seconds) return;
  const std::uint64_t issued = *parse_utc(list.issued), now = options.now_seconds;
  const bool future = issued > now + kClockSkewSeconds;
  const bool stale = now > issued && now - issued > *options.max_revocation_age_seconds;
  verdict.add("revocations-fresh", !future && !stale,
              "issued " + list.issued +
                  (future  ? ", which is in the future"
                   : stale ? ", which is too long ago"
                           : ""));
}

void check_revocations(Verdict& verdict, const TrustOptions& options, Trusted& trusted) {
  try {
    const sign::DsseEnvelope envelope = envelope_of(*options.revocations, kRevocationsType);
    const std::size_t n = sign::verify_dsse(envelope, options.roots).size();
    verdict.add("revocations-signed", n >= options.threshold, counted(n, options.threshold, options.roots.size()));
    if (n < options.threshold) return;
    RevocationList list = read_revocations(envelope.payload);
    check_age(verdict, list, options);
    trusted.revoked = std::move(list.entries);
  } catch (const Error& error) {
    if (error.code() != Code::malformed) throw;
    verdict.fail("revocations-signed", error.message());
  }
}

}  // namespace

std::string write_signer_list(const SignerList& list) {
  Json json{{"schema", kSignersSchema}, {"version", list.version}};
  if (!list.previous_sha256.empty()) json["previous_sha256"] = list.previous_sha256;
  json["issued"] = list.issued;
  json["threshold"] = list.threshold;
  json["signers"] = Json::array();
  for (const NamedKey& signer : list.signers)
    json["signers"].push_back({{"name", signer.name},
                               {"algorithm", sign::name(signer.key.algorithm())},
                               {"key_id", signer.key.id_hex()},
                               {"spki", sign::to_base64(signer.key.spki())}});
  return json.dump();
}

SignerList read_signer_list(ByteSpan payload) {
  const Json json = parse_object(payload, "signer list");
  require_schema(json, kSignersSchema);
  SignerList list;
  list.version = base::number_of(json, "version", 0, kMaxNumber);
  if (json.contains("previous_sha256")) list.previous_sha256 = digest_field(json, "previous_sha256");
  list.issued = time_field(json, "issued");
  std::set<std::string> names;
  for (const Json& item : base::list_of(json, "signers", 0, kMaxSigners)) {
    if (!item.is_object()) malformed("a signer is not an object");
    NamedKey signer{base::string_of(item, "name"), key_field(item)};
    if (signer.key.id_hex() != base::string_of(item, "key_id")) malformed("a key id is not that of its key");
    if (!names.insert(signer.name).second) malformed("a name is in the signer list twice");
    list.signers.push_back(std::move(signer));
  }
  list.threshold = static_cast<unsigned>(base::number_of(json, "threshold", 0, kMaxSigners));
  if (!distinct(keys_of(list))) malformed("one key is in the signer list twice, or a key of the same secret");
  if (list.threshold < 1 || list.threshold > list.signers.size())
    malformed("the threshold of the signer list is not between 1 and the number of signers");
  return list;
}

std::string_view name(Revoked kind) noexcept {
  return kind == Revoked::key ? "key" : kind == Revoked::bundle ? "bundle" : "vk";
}

std::string write_revocations(const RevocationList& list) {
  Json json{{"schema", kRevocationsSchema}, {"number", list.number}, {"issued", list.issued}};
  json["entries"] = Json::array();
  for (const Revocation& entry : list.entries)
    json["entries"].push_back(
        {{"kind", name(entry.kind)}, {"id", entry.id}, {"reason", entry.reason}, {"time", entry.time}});
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

RevocationList read_revocations(ByteSpan payload) {
  const Json json = parse_object(payload, "revocation list");
  require_schema(json, kRevocationsSchema);
  RevocationList list;
  list.number = base::number_of(json, "number", 0, kMaxNumber);
  list.issued = time_field(json, "issued");
  for (const Json& item : base::list_of(json, "entries", 0, kMaxRevocations)) {
    if (!item.is_object()) malformed("an entry of the revocation list is not an object");
    const std::string kind = base::string_of(item, "kind");
    std::optional<Revoked> found;
    for (const Revoked one : {Revoked::key, Revoked::bundle, Revoked::verifying_key})
      if (kind == name(one)) found = one;
    // An entry that this version does not know could revoke anything: the list is refused.
    if (!found) malformed("an entry of the revocation list is of an unknown kind");
    list.entries.push_back(
        {*found, digest_field(item, "id"), base::string_of(item, "reason"), time_field(item, "time")});
  }
  return list;
}

std::optional<Trusted> establish_trust(Verdict& verdict, const TrustOptions& options) {
  const std::size_t n = options.roots.size();
  if (n == 0) {
    verdict.not_run("pinned-keys", "no --root-pubkey: nothing says whose signature counts");
    return std::nullopt;
  }
  const bool sound = distinct(options.roots) && options.threshold >= 1 && options.threshold <= n;
  verdict.add("pinned-keys", sound,
              !distinct(options.roots)
                  ? "one key is pinned twice, or a key of the same secret: it would be counted twice"
                  : std::to_string(options.threshold) + " of " + std::to_string(n));
  if (!sound) return std::nullopt;
  Trusted trusted{options.roots, options.threshold, {}};
  if (!options.signer_lists.empty()) {
    try {
      std::string detail;
      trusted = follow_lists(options, detail);
      verdict.pass("signer-list", detail);
    } catch (const Error& error) {
      if (error.code() != Code::malformed) throw;
      verdict.fail("signer-list", error.message());
    }
  }
  if (options.revocations) check_revocations(verdict, options, trusted);
  if (verdict.rejected()) return std::nullopt;
  return trusted;
}

}  // namespace solemn::release
