#include "keys/threshold.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "sharing/secp256k1.hpp"
#include "sign/key_secret.hpp"

namespace solemn::keys {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;
using transcript::Json;

namespace {

constexpr std::array<std::string_view, 4> kSchemes = {"ecdsa-secp256k1", "bip340", "ed25519", "spki"};
constexpr const char* kRegistrySchema = "solemn.key-registry/1";
constexpr std::size_t kMaxKeys = 256, kMaxSignatureBytes = 2048;

[[noreturn]] void malformed(const std::string& what) { throw Error(Code::malformed, what); }

bool is_hex_of(std::string_view text, std::initializer_list<std::size_t> lengths) {
  return std::find(lengths.begin(), lengths.end(), text.size()) != lengths.end() &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// ---- secp256k1: s and n - s

constexpr std::string_view kOrder = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
constexpr std::string_view kHalfOrder = "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0";

/// The same signature with the lower of s and n - s. Anything that is not r || s below n is left as it is.
Bytes with_low_s(ByteSpan signature) {
  Bytes out(signature.begin(), signature.end());
  if (out.size() != 64) return out;
  static const Bytes kN = *base::from_hex(kOrder), kHalf = *base::from_hex(kHalfOrder);
  const auto s = out.begin() + 32;
  const bool above_half = std::lexicographical_compare(kHalf.begin(), kHalf.end(), s, out.end());
  const bool below_n = std::lexicographical_compare(s, out.end(), kN.begin(), kN.end());
  if (!above_half || !below_n) return out;
  int borrow = 0;
  for (std::ptrdiff_t i = 31; i >= 0; --i) {
    const int difference = static_cast<int>(kN[static_cast<std::size_t>(i)]) - static_cast<int>(s[i]) - borrow;
    borrow = difference < 0 ? 1 : 0;
    s[i] = static_cast<std::byte>(difference + 256 * borrow);
  }
  return out;
}

// ---- counting

struct Counter {
  const std::vector<RegisteredKey>& registry;
  ByteSpan message;
  Count count{};
  std::set<std::string> seen_signatures{};  // with low s: the other form of one is the same
  std::set<std::string> seen_keys{};        // identities

  const RegisteredKey* signer_of(ByteSpan signature) const {
    const auto found = std::find_if(registry.begin(), registry.end(),
                                    [&](const RegisteredKey& one) { return one.key.verify(message, signature); });
    return found == registry.end() ? nullptr : &*found;
  }
  void add(const SuppliedSignature& supplied) {
    const bool again = !seen_signatures.insert(base::to_hex(with_low_s(supplied.bytes))).second;
    const RegisteredKey* signer = signer_of(supplied.bytes);
    if (signer == nullptr) {
      count.unregistered.push_back(supplied.source + ": no registered key made it" +
                                   (supplied.claimed ? "; it claims " + base::printable(*supplied.claimed) : ""));
    } else if (!signer->counts()) {
      count.unregistered.push_back(supplied.source + ": made by " + signer->id + ", which is " + signer->status);
    } else if (again || !seen_keys.insert(signer->key.identity()).second) {
      count.duplicates.push_back(supplied.source + ": " + signer->id + " again" +
                                 (again ? ", the same signature" : ""));
    } else {
      count.signers.push_back(signer->id);
    }
  }
};

std::string list_text(const char* title, const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? std::string("; ") + title + ": " : ", ") + item;
  return text;
}

void check_registry(base::Verdict& verdict, const std::vector<RegisteredKey>& registry) {
  for (std::size_t i = 0; i < registry.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (registry[i].key.identity() == registry[j].key.identity())
        return verdict.fail("registry-distinct", registry[j].id + " and " + registry[i].id +
                                                     " are one key: whoever holds it would vote twice");
    }
  }
  verdict.pass("registry-distinct", std::to_string(registry.size()) + " keys");
}

// ---- messages

std::string field_of(std::string_view what, std::string_view text, bool with_spaces) {
  const bool clean = !text.empty() && text.size() <= 200 && std::all_of(text.begin(), text.end(), [&](char c) {
    return c > ' ' && c < '\x7f' && c != ':' ? true : c == ' ' && with_spaces;
  });
  if (!clean || text.front() == ' ' || text.back() == ' ')
    throw Error(Code::usage,
                "the " + std::string(what) + " '" + base::printable(text.substr(0, 60)) + "' is empty or ambiguous",
                "no colon, no control or non-ASCII character, no space at an end, 1 to 200 characters");
  return std::string(text);
}

}  // namespace

std::string_view name(Scheme scheme) noexcept { return kSchemes[static_cast<std::size_t>(scheme)]; }

std::optional<Scheme> scheme_named(std::string_view name) noexcept {
  const auto found = std::find(kSchemes.begin(), kSchemes.end(), name);
  if (found == kSchemes.end()) return std::nullopt;
  return static_cast<Scheme>(found - kSchemes.begin());
}

CeremonyKey CeremonyKey::parse(Scheme scheme, std::string_view hex) {
  auto bytes = base::from_hex(hex);
  if (!bytes) malformed("a public key is not hexadecimal digits");
  CeremonyKey key{scheme, std::move(*bytes)};
  switch (scheme) {
    case Scheme::ecdsa_secp256k1:
      (void)sharing::PublicKey::parse(key.bytes);
      break;
    case Scheme::bip340:
      (void)sharing::PublicKey::parse_hex("02" + key.hex());
      break;
    case Scheme::ed25519:
      (void)sign::PublicKey::from_ed25519(key.bytes);
      break;
    case Scheme::spki:
      (void)sign::PublicKey::from_spki(key.bytes);
      break;
  }
  return key;
}

base::Hash32 CeremonyKey::fingerprint() const {
  hash::Sha256 digest;
  digest.update(base::as_bytes(name(scheme)));
  digest.update(std::array{std::byte{0}});
  digest.update(bytes);
  return digest.finish();
}

std::string CeremonyKey::identity() const {
  if (scheme == Scheme::ecdsa_secp256k1) return "secp256k1 " + base::to_hex(ByteSpan(bytes).subspan(1));
  if (scheme == Scheme::bip340) return "secp256k1 " + hex();
  return sign::secret_behind(scheme == Scheme::ed25519 ? sign::PublicKey::from_ed25519(bytes)
                                                       : sign::PublicKey::from_spki(bytes));
}

bool CeremonyKey::verify(ByteSpan message, ByteSpan signature) const noexcept {
  try {
    switch (scheme) {
      case Scheme::ecdsa_secp256k1:
        return sharing::verify_ecdsa(sharing::PublicKey::parse(bytes), hash::sha256(message), with_low_s(signature));
      case Scheme::bip340: {
        base::Hash32 x{};
        std::copy(bytes.begin(), bytes.end(), x.begin());
        return sharing::verify_bip340(x, hash::sha256(message), signature);
      }
      case Scheme::ed25519:
        return sign::verify(sign::PublicKey::from_ed25519(bytes), message, signature);
      case Scheme::spki:
        return sign::verify(sign::PublicKey::from_spki(bytes), message, signature);
    }
  } catch (const Error&) {}
  return false;
}

std::vector<RegisteredKey> read_registry(std::string_view text) {
  const Json json = transcript::parse_json(text);
  transcript::object_of(json, "the registry", {"keys", "schema"});
  if (json["schema"] != kRegistrySchema) malformed("the schema is not " + std::string(kRegistrySchema));
  std::vector<RegisteredKey> registry;
  std::set<std::string> ids;
  for (const Json& item : transcript::array_of(json["keys"], "keys", kMaxKeys)) {
    transcript::object_of(item, "a key", {"id", "public_key", "scheme", "status"});
    const std::string& id = transcript::name_of(item["id"], "a key's id", 100);
    const auto scheme = scheme_named(transcript::string_of(item["scheme"], "a key's scheme"));
    if (!scheme)
      malformed("the scheme of '" + base::printable(id) + "' is not one of ecdsa-secp256k1, bip340, ed25519, spki");
    if (!ids.insert(id).second) malformed("the id '" + base::printable(id) + "' occurs twice");
    registry.push_back({id, CeremonyKey::parse(*scheme, transcript::string_of(item["public_key"], "a public key")),
                        transcript::name_of(item["status"], "a key's status", 20)});
  }
  return registry;
}

std::string write_registry(const std::vector<RegisteredKey>& registry) {
  Json keys = Json::array();
  for (const RegisteredKey& one : registry)
    keys.push_back(
        {{"id", one.id}, {"public_key", one.key.hex()}, {"scheme", name(one.key.scheme)}, {"status", one.status}});
  return Json{{"keys", std::move(keys)}, {"schema", kRegistrySchema}}.dump(1) + "\n";
}

SuppliedSignature read_signature(std::string_view file, std::string source) {
  SuppliedSignature made{std::move(source), {}, std::nullopt};
  std::string hex;
  const std::size_t begin = file.find_first_not_of(" \t\r\n");
  if (begin != std::string_view::npos && file[begin] == '{') {
    const Json json = transcript::parse_json(file);
    if (!json.contains("signature")) malformed(made.source + ": there is no member 'signature'");
    hex = transcript::string_of(json["signature"], "signature");
    for (const char* name : {"public_key", "signer"})
      if (json.contains(name)) made.claimed = transcript::name_of(json[name], name, 2 * kMaxSignatureBytes);
  } else {
    const std::size_t end = file.find_last_not_of(" \t\r\n");
    if (begin != std::string_view::npos) hex = std::string(file.substr(begin, end - begin + 1));
  }
  auto bytes = base::from_hex(hex);
  if (!bytes || bytes->empty() || bytes->size() > kMaxSignatureBytes)
    malformed(base::printable(made.source) + ": not the hexadecimal digits of a signature");
  made.bytes = std::move(*bytes);
  return made;
}

Count count_signers(const std::vector<RegisteredKey>& registry, ByteSpan message,
                    const std::vector<SuppliedSignature>& signatures) {
  Counter counter{registry, message};
  for (const SuppliedSignature& supplied : signatures) counter.add(supplied);
  std::sort(counter.count.signers.begin(), counter.count.signers.end());
  return std::move(counter.count);
}

Count check_threshold(base::Verdict& verdict, const std::vector<RegisteredKey>& registry, unsigned threshold,
                      ByteSpan message, const std::vector<SuppliedSignature>& signatures) {
  check_registry(verdict, registry);
  std::set<std::string> counting;
  for (const RegisteredKey& one : registry)
    if (one.counts()) counting.insert(one.key.identity());
  const bool sound = threshold >= 1 && threshold <= counting.size();
  verdict.add("threshold-sound", sound,
              std::to_string(threshold) + " of " + std::to_string(counting.size()) + " keys that count");
  if (const auto clear = is_unambiguous(base::as_text(message)))
    verdict.add("message-unambiguous", *clear, *clear ? "" : "its fields can be read in two ways");
  Count count = count_signers(registry, message, signatures);
  verdict.add("threshold", count.signers.size() >= threshold && threshold >= 1,
              std::to_string(count.signers.size()) + " distinct registered keys, " + std::to_string(threshold) +
                  " needed" + list_text("signed", count.signers) + list_text("counted once", count.duplicates) +
                  list_text("not counted", count.unregistered));
  return count;
}

std::string release_message(std::string_view version, std::string_view commit) {
  if (!is_hex_of(commit, {40, 64})) throw Error(Code::usage, "a commit is 40 or 64 lower-case hexadecimal digits");
  return "RELEASE:" + field_of("version", version, false) + ":" + std::string(commit);
}

std::string module_message(std::string_view name, std::string_view version) {
  return "MODULE:" + field_of("name", name, false) + ":" + field_of("version", version, false);
}

std::string budget_message(std::string_view amount, std::string_view purpose) {
  const bool digits = !amount.empty() && amount.size() <= 18 && amount.front() != '0' &&
                      amount.find_first_not_of("0123456789") == std::string_view::npos;
  if (!digits) throw Error(Code::usage, "an amount is 1 to 18 digits without sign, point or leading zero");
  return "BUDGET:" + std::string(amount) + ":" + field_of("purpose", purpose, true);
}

std::optional<bool> is_unambiguous(std::string_view message) {
  const std::size_t first = message.find(':');
  const std::string_view kind = message.substr(0, first);
  if (first == std::string_view::npos || (kind != "RELEASE" && kind != "MODULE" && kind != "BUDGET"))
    return std::nullopt;
  const std::size_t second = message.find(':', first + 1);
  if (second == std::string_view::npos) return false;
  const std::string_view a = message.substr(first + 1, second - first - 1), b = message.substr(second + 1);
  try {
    return message == (kind == "RELEASE"  ? release_message(a, b)
                       : kind == "MODULE" ? module_message(a, b)
                                          : budget_message(a, b));
  } catch (const Error&) { return false; }
}

Count count_envelope_signers(const std::vector<RegisteredKey>& registry, const sign::DsseEnvelope& envelope) {
  std::vector<SuppliedSignature> signatures;
  for (const sign::DsseSignature& one : envelope.signatures)
    signatures.push_back({"signature " + std::to_string(signatures.size() + 1), one.bytes,
                          one.key_id.empty() ? std::nullopt : std::optional(one.key_id)});
  return count_signers(registry, sign::dsse_message(envelope.payload_type, envelope.payload), signatures);
}

}  // namespace solemn::keys
