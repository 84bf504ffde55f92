#include "format/contribution_log.hpp"

#include <algorithm>
#include <array>

#include "base/blocks.hpp"
#include "base/time.hpp"
#include "format/json_input.hpp"
#include "hash/blake2b.hpp"
#include "hash/sha256.hpp"

namespace solemn::format {

namespace {

using base::Json;
using internal::malformed;

constexpr std::size_t kMaxLogBytes = 65536, kMaxTextBytes = 4096, kMaxNameBytes = 256;
constexpr std::string_view kSchema = "solemn.contribution-log/1";
constexpr std::array<std::pair<StepKind, std::string_view>, 7> kKinds = {{
    {StepKind::ptau_new, "ptau-new"},
    {StepKind::ptau_contribution, "ptau-contribution"},
    {StepKind::ptau_beacon, "ptau-beacon"},
    {StepKind::ptau_prepare, "ptau-prepare"},
    {StepKind::zkey_new, "zkey-new"},
    {StepKind::zkey_contribution, "zkey-contribution"},
    {StepKind::zkey_beacon, "zkey-beacon"},
}};
constexpr std::array<std::string_view, 32> kFields = {"schema",
                                                      "kind",
                                                      "participant",
                                                      "operator",
                                                      "input_transcript",
                                                      "input_sha256",
                                                      "input_blake2b",
                                                      "output_transcript",
                                                      "output_sha256",
                                                      "output_blake2b",
                                                      "artifact",
                                                      "path",
                                                      "sha256",
                                                      "contribution_hash",
                                                      "curve",
                                                      "power",
                                                      "powersoftau",
                                                      "tool",
                                                      "powersoftau_version",
                                                      "tool_version",
                                                      "build_id",
                                                      "entropy",
                                                      "entropy_source",
                                                      "host",
                                                      "host_fingerprint",
                                                      "uname",
                                                      "uname_fingerprint",
                                                      "started_at",
                                                      "timestamp",
                                                      "created_at",
                                                      "previous_log_sha256",
                                                      "key_id"};

/// The first of the spellings that the object has; null when it has none. Both spellings at once are refused.
const Json* field_of(const Json& json, std::string_view first, std::string_view second = {}) {
  const bool has_first = json.contains(first), has_second = !second.empty() && json.contains(second);
  if (has_first && has_second) {
    malformed("the fields '" + std::string(first) + "' and '" + std::string(second) + "' are both there");
  }
  return has_first ? &json[first] : has_second ? &json[second] : nullptr;
}

std::string text_of(const Json& json, std::string_view first, std::string_view second = {},
                    std::size_t max_bytes = kMaxTextBytes) {
  const Json* value = field_of(json, first, second);
  if (value == nullptr) return {};
  const std::string& text = internal::string_of(*value, std::string(first));
  if (text.size() > max_bytes) malformed(std::string(first) + " is too long");
  return text;
}

template <std::size_t N>
std::optional<std::array<std::byte, N>> hash_of(const Json& json, std::string_view first,
                                                std::string_view second = {}) {
  const Json* value = field_of(json, first, second);
  if (value == nullptr || value->is_null()) return std::nullopt;
  const auto bytes = base::from_hex(internal::string_of(*value, std::string(first)));
  if (!bytes || bytes->size() != N) malformed(std::string(first) + " is not " + std::to_string(2 * N) + " hex digits");
  std::array<std::byte, N> hash;
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return hash;
}

std::optional<std::int64_t> time_of(const Json& json, std::string_view first, std::string_view second = {}) {
  const Json* value = field_of(json, first, second);
  if (value == nullptr) return std::nullopt;
  const auto time = base::parse_utc(internal::string_of(*value, std::string(first)));
  if (!time) malformed(std::string(first) + " is not a time like 2026-11-26T01:02:03Z");
  return time;
}

std::string file_name_of(const Json& json, std::string_view first, std::string_view second = {}) {
  const std::string name = text_of(json, first, second, kMaxNameBytes);
  if (name.find('/') != std::string::npos || name == "." || name == ".." || name.find('\0') != std::string::npos) {
    malformed(std::string(first) + " is not a file name without folders");
  }
  return name;
}

std::optional<unsigned> power_of(const Json& json) {
  const Json* value = field_of(json, "power");
  if (value == nullptr) return std::nullopt;
  std::uint64_t power = 0;
  if (value->is_number_unsigned()) {
    power = value->get<std::uint64_t>();
  } else {
    const std::string& text = internal::string_of(*value, "power");
    if (text.empty() || text.size() > 2) malformed("power is not a number");
    for (const char c : text) {
      if (c < '0' || c > '9') malformed("power is not a number");
      power = 10 * power + static_cast<unsigned>(c - '0');
    }
  }
  if (power < 1 || power > 28) malformed("power is not between 1 and 28");
  return static_cast<unsigned>(power);
}

void read_files(ContributionLog& log, const Json& json) {
  if (const auto sha256 = hash_of<32>(json, "input_sha256")) {
    log.input = FileDigests{file_name_of(json, "input_transcript"), *sha256, hash_of<64>(json, "input_blake2b")};
  } else if (json.contains("input_transcript") || json.contains("input_blake2b")) {
    malformed("the field 'input_sha256' is missing");
  }
  const auto sha256 = hash_of<32>(json, "output_sha256", "sha256");
  if (!sha256) malformed("the field 'output_sha256' is missing");
  log.output = {file_name_of(json, "output_transcript", "artifact"), *sha256, hash_of<64>(json, "output_blake2b")};
}

/// What a log of ours must say.
void require_complete(const ContributionLog& log, const Json& json) {
  if (internal::string_of(json["schema"], "schema") != kSchema) malformed("the schema is not one that is known");
  for (const std::string_view field : {"kind", "contribution_hash", "curve", "power", "output_blake2b", "powersoftau",
                                       "powersoftau_version", "entropy", "previous_log_sha256", "key_id"}) {
    if (!json.contains(field)) malformed("the field '" + std::string(field) + "' is missing");
  }
  const bool is_new = log.kind == StepKind::ptau_new;
  if (log.input.has_value() == is_new) malformed("a log of this kind and its input do not fit together");
  if (log.input && !log.input->blake2b) malformed("the field 'input_blake2b' is missing");
}

void put_file(Json& json, const std::string& role, const FileDigests& file) {
  json[role + "_transcript"] = file.name;
  json[role + "_sha256"] = base::to_hex(file.sha256);
  if (file.blake2b) json[role + "_blake2b"] = base::to_hex(*file.blake2b);
}

template <class Hash>
Json hex_or_null(const std::optional<Hash>& hash) {
  return hash ? Json(base::to_hex(*hash)) : Json(nullptr);
}

}  // namespace

FileDigests digests_of(const base::Path& path, base::Progress& progress) {
  const base::InputFile file(path);
  progress.phase("hash '" + path.filename().string() + "'", file.size(), "bytes");
  hash::Sha256 sha256;
  hash::Blake2b blake2b;
  base::for_each_block(file, progress, [&](base::ByteSpan block) {
    sha256.update(block);
    blake2b.update(block);
  });
  return {path.filename().string(), sha256.finish(), blake2b.finish()};
}

std::string_view name(StepKind kind) noexcept {
  for (const auto& [known, text] : kKinds) {
    if (known == kind) return text;
  }
  return "";
}

std::optional<StepKind> step_kind_named(std::string_view name) noexcept {
  for (const auto& [kind, text] : kKinds) {
    if (text == name) return kind;
  }
  return std::nullopt;
}

std::string write_contribution_log(const ContributionLog& log) {
  Json json;
  json["schema"] = kSchema;
  if (log.kind) json["kind"] = name(*log.kind);
  json["participant"] = log.participant;
  if (log.input) put_file(json, "input", *log.input);
  put_file(json, "output", log.output);
  json["contribution_hash"] = hex_or_null(log.contribution_hash);
  json["curve"] = log.curve;
  if (log.power) json["power"] = *log.power;
  json["powersoftau"] = log.tool;
  json["powersoftau_version"] = log.tool_version;
  json["build_id"] = log.build_id;
  json["entropy"] = log.entropy;
  json[log.host.substr(0, 7) == "sha256:" ? "host_fingerprint" : "host"] = log.host;
  if (log.started_at) json["started_at"] = base::utc(*log.started_at);
  json["timestamp"] = base::utc(log.timestamp);
  json["previous_log_sha256"] = hex_or_null(log.previous_log_sha256);
  json["key_id"] = hex_or_null(log.key_id);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

ContributionLog read_contribution_log(std::string_view text) {
  if (text.size() > kMaxLogBytes) malformed("a contribution log has at most 64 KiB");
  const Json json = base::parse_json(text, internal::kJsonLimits);
  base::require_fields(json, {}, kFields);
  ContributionLog log;
  if (const std::string kind = text_of(json, "kind"); !kind.empty()) {
    log.kind = step_kind_named(kind);
    if (!log.kind) malformed("kind '" + base::printable(kind) + "' is not known");
  }
  log.participant = text_of(json, "participant", "operator", kMaxNameBytes);
  if (log.participant.empty()) malformed("the field 'participant' is missing");
  read_files(log, json);
  log.contribution_hash = hash_of<64>(json, "contribution_hash");
  log.curve = text_of(json, "curve");
  log.power = power_of(json);
  log.tool = text_of(json, "powersoftau", "tool");
  log.tool_version = text_of(json, "powersoftau_version", "tool_version");
  log.build_id = text_of(json, "build_id");
  log.entropy = text_of(json, "entropy", "entropy_source");
  log.host = text_of(json, "host_fingerprint", "host");
  log.started_at = time_of(json, "started_at");
  const auto timestamp = time_of(json, "timestamp", "created_at");
  if (!timestamp) malformed("the field 'timestamp' is missing");
  log.timestamp = *timestamp;
  log.previous_log_sha256 = hash_of<32>(json, "previous_log_sha256");
  log.key_id = hash_of<32>(json, "key_id");
  if (json.contains("schema")) require_complete(log, json);
  return log;
}

std::string contribution_log_name(const ContributionLog& log) {
  std::string who;
  for (const char c : log.participant) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    who += plain ? c : '_';
  }
  std::string time;
  for (const char c : base::utc(log.timestamp)) {
    if (c != '-' && c != ':') time += c;
  }
  const bool begins = log.kind == StepKind::ptau_new || log.kind == StepKind::zkey_new;
  return (begins ? "init_" : "contrib_") + who.substr(0, 64) + "_" + time + ".json";
}

}  // namespace solemn::format
