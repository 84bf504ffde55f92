#include "sign/dsse.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/json_input.hpp"
#include "sign/base64.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Error;
using base::Json;

namespace {

constexpr base::JsonLimits kJsonLimits{16 << 20, 16};
constexpr std::size_t kMaxSignatures = 64;

Bytes base64_of(const Json& object, const char* name) {
  const std::string& text = base::string_of(object, name);
  const Padding padding = text.size() % 4 == 0 ? Padding::required : Padding::forbidden;
  for (const Alphabet alphabet : {Alphabet::standard, Alphabet::url})
    if (auto bytes = from_base64(text, alphabet, padding)) return std::move(*bytes);
  base::malformed_field(name, "is not base64");
}

DsseEnvelope read_dsse(std::string_view text) {
  const Json root = base::parse_object(text, kJsonLimits);
  DsseEnvelope envelope{base::string_of(root, "payloadType"), base64_of(root, "payload"), {}};
  for (const Json& item : base::list_of(root, "signatures", 0, kMaxSignatures)) {
    const bool has_id = item.contains("keyid") && !item["keyid"].is_null();
    envelope.signatures.push_back({has_id ? base::string_of(item, "keyid") : "", base64_of(item, "sig")});
  }
  return envelope;
}

bool verify_either(const PublicKey& key, ByteSpan message, ByteSpan signature) {
  if (verify(key, message, signature)) return true;
  const auto der = ecdsa_der_from_fixed(key.algorithm(), signature);
  return der && verify(key, message, *der);
}

}  // namespace

Bytes dsse_message(std::string_view payload_type, ByteSpan payload) {
  const std::string head = "DSSEv1 " + std::to_string(payload_type.size()) + " " + std::string(payload_type) + " " +
                           std::to_string(payload.size()) + " ";
  Bytes message(base::as_bytes(head).begin(), base::as_bytes(head).end());
  message.insert(message.end(), payload.begin(), payload.end());
  return message;
}

DsseEnvelope parse_dsse(ByteSpan json) {
  try {
    return read_dsse(base::as_text(json));
  } catch (const Error& error) { throw error.with_context("DSSE envelope"); }
}

std::string write_dsse(const DsseEnvelope& envelope) {
  Json root{{"payload", to_base64(envelope.payload)}, {"payloadType", envelope.payload_type}};
  root["signatures"] = Json::array();
  for (const DsseSignature& signature : envelope.signatures)
    root["signatures"].push_back({{"keyid", signature.key_id}, {"sig", to_base64(signature.bytes)}});
  return root.dump() + "\n";
}

void sign_dsse(DsseEnvelope& envelope, Signer& signer) {
  envelope.signatures.push_back(
      {signer.public_key().id_hex(), signer.sign(dsse_message(envelope.payload_type, envelope.payload))});
}

std::vector<std::size_t> verify_dsse(const DsseEnvelope& envelope, std::span<const PublicKey> trusted) {
  const Bytes message = dsse_message(envelope.payload_type, envelope.payload);
  std::vector<std::size_t> accepted;
  for (std::size_t i = 0; i < trusted.size(); ++i) {
    const bool seen = std::find(trusted.begin(), trusted.begin() + static_cast<std::ptrdiff_t>(i), trusted[i]) !=
                      trusted.begin() + static_cast<std::ptrdiff_t>(i);
    const bool good = !seen && std::ranges::any_of(envelope.signatures, [&](const DsseSignature& signature) {
      return verify_either(trusted[i], message, signature.bytes);
    });
    if (good) accepted.push_back(i);
  }
  return accepted;
}

}  // namespace solemn::sign
