#include "sign/dsse.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.hpp"
#include "sign/base64.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t kMaxBytes = 16 << 20, kMaxSignatures = 64;
constexpr int kMaxDepth = 16;

[[noreturn]] void malformed(std::string_view why) {
  throw Error(Code::malformed, "DSSE envelope: " + std::string(why));
}

/// JSON without repeated fields, at most kMaxDepth deep.
Json parse_json(std::string_view text) {
  std::vector<std::set<std::string>> names;  // of the objects that are open
  const auto watch = [&](int depth, Json::parse_event_t event, Json& value) {
    if (depth > kMaxDepth) malformed("nested too deeply");
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end) names.pop_back();
    if (event == Json::parse_event_t::key && !names.back().insert(value.get<std::string>()).second)
      malformed("a field is given twice");
    return true;
  };
  try {
    return Json::parse(text, watch);
  } catch (const Json::exception&) { malformed("not JSON"); }
}

const std::string& text_field(const Json& object, const char* field) {
  const auto found = object.find(field);
  if (found == object.end() || !found->is_string()) malformed(std::string("'") + field + "' is missing, or not a text");
  return found->get_ref<const std::string&>();
}

Bytes decode(const std::string& text, const char* field) {
  const Padding padding = text.size() % 4 == 0 ? Padding::required : Padding::forbidden;
  for (const Alphabet alphabet : {Alphabet::standard, Alphabet::url})
    if (auto bytes = from_base64(text, alphabet, padding)) return std::move(*bytes);
  malformed(std::string("'") + field + "' is not base64");
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
  if (json.size() > kMaxBytes) malformed("more than 16 MiB");
  const Json root = parse_json(base::as_text(json));
  if (!root.is_object()) malformed("not a JSON object");
  DsseEnvelope envelope{text_field(root, "payloadType"), decode(text_field(root, "payload"), "payload"), {}};
  const auto signatures = root.find("signatures");
  if (signatures == root.end() || !signatures->is_array()) malformed("'signatures' is missing, or not a list");
  if (signatures->size() > kMaxSignatures) malformed("more than 64 signatures");
  for (const Json& item : *signatures) {
    if (!item.is_object()) malformed("a signature is not an object");
    const bool has_id = item.contains("keyid") && !item["keyid"].is_null();
    envelope.signatures.push_back({has_id ? text_field(item, "keyid") : "", decode(text_field(item, "sig"), "sig")});
  }
  return envelope;
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
