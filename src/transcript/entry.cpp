#include "transcript/entry.hpp"

#include <algorithm>

#include "sign/base64.hpp"
#include "transcript/malformed.hpp"
#include "transcript/time.hpp"

namespace solemn::transcript {

namespace {

constexpr std::string_view kSignedPrefix = "solemn/transcript/entry/v1\n";
constexpr std::size_t kMaxAttachments = 64;

Json unsigned_members(const Entry& entry) {
  return Json{{"body", entry.body},
              {"key", base::to_hex(entry.key)},
              {"previous", base::to_hex(entry.previous)},
              {"sequence", entry.sequence},
              {"time", entry.time},
              {"type", entry.type},
              {"version", std::uint64_t{1}}};
}

Attachment attachment_of(const Json& json) {
  object_of(json, "an attachment", {"bytes", "name", "sha256"});
  return {name_of(json["name"], "an attachment's name"),
          hash_from_hex(string_of(json["sha256"], "an attachment's sha256"), "an attachment's sha256"),
          number_of(json["bytes"], "an attachment's bytes")};
}

}  // namespace

Hash hash_from_hex(const std::string& hex, const std::string& what) {
  const auto bytes = base::from_hex(hex);
  Hash hash{};
  if (!bytes || bytes->size() != hash.size() || base::to_hex(*bytes) != hex) {
    malformed(what + " is not 64 lower-case hex digits");
  }
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return hash;
}

bool is_type_name(std::string_view type) noexcept {
  if (type.empty() || type.size() > 40 || type.front() == '-' || type.back() == '-') return false;
  char before = '-';
  for (const char c : type) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!plain && (c != '-' || before == '-')) return false;
    before = c;
  }
  return true;
}

std::string Entry::signed_text() const { return std::string(kSignedPrefix) + canonical(unsigned_members(*this)); }

std::string Entry::line() const {
  Json json = unsigned_members(*this);
  json["signature"] = sign::to_base64(signature);
  return canonical(json);
}

std::vector<Attachment> Entry::attachments() const {
  std::vector<Attachment> found;
  const auto member = body.find("attachments");
  if (member == body.end()) return found;
  for (const Json& item : array_of(*member, "attachments", kMaxAttachments)) found.push_back(attachment_of(item));
  return found;
}

Entry parse_entry(std::string_view line) {
  if (line.size() > kMaxLineBytes) malformed("the entry is longer than 64 KiB");
  const Json json = parse_canonical(line);
  object_of(json, "the entry", {"body", "key", "previous", "sequence", "signature", "time", "type", "version"});
  Entry entry;
  if (number_of(json["version"], "version") != 1) malformed("the entry is not of version 1");
  entry.sequence = number_of(json["sequence"], "sequence");
  if (entry.sequence >= kMaxEntries) malformed("the sequence number is too large");
  entry.previous = hash_from_hex(string_of(json["previous"], "previous"), "previous");
  entry.type = string_of(json["type"], "type");
  if (!is_type_name(entry.type)) malformed("the type is not a name in lower-case words");
  entry.time = string_of(json["time"], "time");
  if (!parse_time(entry.time)) malformed("the time is not like 2026-01-31T12:00:00Z");
  entry.body = json["body"];
  if (!entry.body.is_object()) malformed("body is not an object");
  entry.key = hash_from_hex(string_of(json["key"], "key"), "key");
  const auto signature = sign::from_base64(string_of(json["signature"], "signature"));
  if (!signature || signature->empty()) malformed("the signature is not base64");
  entry.signature = *signature;
  (void)entry.attachments();
  return entry;
}

void sign_entry(Entry& entry, sign::Signer& signer) {
  entry.key = signer.public_key().id();
  entry.signature = signer.sign(base::as_bytes(entry.signed_text()));
  if (entry.line().size() > kMaxLineBytes) {
    throw base::Error(base::Code::usage, "the entry would be longer than 64 KiB", "put the content into an attachment");
  }
}

bool verify_entry(const Entry& entry, const sign::PublicKey& key) {
  return entry.key == key.id() && sign::verify(key, base::as_bytes(entry.signed_text()), entry.signature);
}

}  // namespace solemn::transcript
