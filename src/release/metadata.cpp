#include "release/metadata.hpp"

#include "base/error.hpp"
#include "format/container.hpp"

namespace solemn::release {

using base::Code;
using base::Error;

namespace {

constexpr std::string_view kSchema = "solemn.release/1";
constexpr std::uint64_t kMaxVkBytes = 8 << 20, kMaxPublic = 1 << 18;
constexpr std::size_t kMaxParticipants = 1 << 16;
constexpr const char* kUnsignedStamp = "this bundle is not signed: for tests only";

[[noreturn]] void malformed(const std::string& what) { throw Error(Code::malformed, "metadata: " + what); }

std::string optional_text(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return {};
  return base::string_of(object, name);
}

Participant read_participant(const Json& item) {
  if (!item.is_object()) malformed("a participant is not an object");
  Participant participant;
  participant.name = base::string_of(item, item.contains("participant") ? "participant" : "name");
  participant.transcript_sha256 = optional_text(item, "transcript_sha256");
  if (!participant.transcript_sha256.empty() && !is_digest(participant.transcript_sha256))
    malformed("a transcript_sha256 is not 64 lower-case hexadecimal digits");
  participant.phase = optional_text(item, "phase");
  participant.kind = optional_text(item, "kind");
  participant.contribution_hash = optional_text(item, "contribution_hash");
  return participant;
}

std::vector<Participant> read_participants(const Json& list, const char* name) {
  if (!list.is_array() || list.size() > kMaxParticipants) malformed("'" + std::string(name) + "' is not a list");
  std::vector<Participant> participants;
  for (const Json& item : list) participants.push_back(read_participant(item));
  return participants;
}

/// The fields that our own shape has beyond the runbook's.
void read_own(Metadata& metadata, const Json& json) {
  if (base::string_of(json, "schema") != kSchema) malformed("the schema is not " + std::string(kSchema));
  metadata.shape = "solemn";
  const std::string curve = base::string_of(json, "curve");
  for (const curve::CurveId id : {curve::CurveId::bn254, curve::CurveId::bls12_381})
    if (curve == format::curve_name(id)) metadata.curve = id;
  if (!metadata.curve) malformed("the curve is not known");
  const std::string level = base::string_of(base::field(json, "verification"), "level");
  if (level != name(Verification::full) && level != name(Verification::chain_only))
    malformed("the verification level is not known");
  metadata.verification = level == name(Verification::full) ? Verification::full : Verification::chain_only;
  for (const Participant& participant : metadata.participants)
    if ((participant.phase != "1" && participant.phase != "2") ||
        (participant.kind != "contribution" && participant.kind != "beacon"))
      malformed("a participant's phase or kind is not known");
}

Metadata read(const Json& json) {
  Metadata metadata;
  const bool tool_shape = !json.contains("timestamp") && json.contains("generated_at_utc");
  metadata.shape = tool_shape ? "tool" : "runbook";
  metadata.timestamp = base::string_of(json, tool_shape ? "generated_at_utc" : "timestamp");
  metadata.vk_blake3 = digest_field(json, "vk_blake3");
  metadata.public_inputs_expected = base::number_of(json, "public_inputs_expected", 0, kMaxPublic);
  metadata.canonical_vk_len = base::number_of(json, "canonical_vk_len", 0, kMaxVkBytes);
  metadata.commit = optional_text(json, "commit");
  metadata.discloses_seed = json.contains("seed");
  metadata.is_unsigned = json.contains("unsigned");
  if (!tool_shape) {
    metadata.participants = read_participants(base::field(json, "participants"), "participants");
  } else if (json.contains("contributors") && !json["contributors"].is_null()) {
    metadata.participants = read_participants(json["contributors"], "contributors");
  }
  if (json.contains("schema")) read_own(metadata, json);
  metadata.json = json;
  return metadata;
}

Json participant_json(const Participant& participant) {
  Json item{{"name", participant.name}, {"transcript_sha256", nullptr}};
  if (!participant.transcript_sha256.empty()) item["transcript_sha256"] = participant.transcript_sha256;
  item["phase"] = participant.phase;
  item["kind"] = participant.kind;
  item["contribution_hash"] = participant.contribution_hash;
  return item;
}

Json verification_json(const MetadataFacts& facts) {
  Json verification{{"level", name(facts.verification)}, {"checks", facts.checks}};
  verification["zkey_sha256"] = facts.zkey_sha256;
  if (facts.verification == Verification::full) {
    verification["r1cs_sha256"] = facts.r1cs_sha256;
    verification["ptau_sha256"] = facts.ptau_sha256;
  }
  return verification;
}

}  // namespace

std::string_view name(Verification verification) noexcept {
  switch (verification) {
    case Verification::full:
      return "full";
    case Verification::chain_only:
      return "chain-only";
    case Verification::unknown:
      break;
  }
  return "unknown";
}

Metadata read_metadata(base::ByteSpan text) {
  const Json json = parse_object(text, "metadata");
  try {
    return read(json);
  } catch (const Error& error) {
    throw error.message().starts_with("metadata") ? error : error.with_context("metadata");
  }
}

std::string write_metadata(const MetadataFacts& facts) {
  Json json{{"schema", kSchema}};
  if (facts.is_unsigned) json["unsigned"] = kUnsignedStamp;
  json["tool_versions"] = {{"powersoftau", "solemn " + facts.tool_version},
                           {"solemn", facts.tool_version},
                           {"arkworks", "CanonicalSerialize 0.4 and 0.5, compressed; written by solemn"}};
  json["commit"] = facts.commit;
  json["protocol"] = "groth16";
  json["curve"] = format::curve_name(facts.curve);
  json["participants"] = Json::array();
  for (const Participant& participant : facts.participants)
    json["participants"].push_back(participant_json(participant));
  json["vk_blake3"] = facts.vk_blake3;
  json["public_inputs_expected"] = facts.public_inputs;
  json["canonical_vk_len"] = facts.vk_bytes;
  json["circuit_hash"] = facts.circuit_hash;
  json["verification"] = verification_json(facts);
  json["timestamp"] = utc_text(facts.seconds);
  // Names come from files: what is not UTF-8 in them is replaced.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace solemn::release
