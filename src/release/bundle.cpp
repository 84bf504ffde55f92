#include "release/bundle.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "format/exports.hpp"
#include "hash/sha256.hpp"

namespace solemn::release {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

constexpr const char* kStatementType = "https://in-toto.io/Statement/v1";
constexpr const char* kPredicateType = "urn:solemn:ceremony-bundle:v1";

Bytes bytes_of(std::string_view text) {
  const ByteSpan span = base::as_bytes(text);
  return Bytes(span.begin(), span.end());
}

template <class C>
std::size_t read_canonical(ByteSpan vk) {
  const auto key = format::read_arkworks_vk<C>(vk);
  if (!std::ranges::equal(format::write_arkworks_vk<C>(key, curve::Form::compressed), vk))
    throw Error(Code::malformed, "the verification key is not in compressed form",
                "solemn zkey export arkworks-vk ZKEY VK.bin");
  return key.ic.size() - 1;
}

std::uint64_t time_of(ByteSpan metadata) {
  const Metadata read = read_metadata(metadata);
  const auto seconds = parse_utc(read.timestamp);
  if (!seconds) throw Error(Code::malformed, "metadata: the timestamp is not of the form 2026-01-31T23:59:59Z");
  return *seconds;
}

void require_distinct(const std::vector<sign::Signer*>& signers) {
  for (std::size_t i = 0; i < signers.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (signers[i]->public_key() == signers[j]->public_key())
        throw Error(Code::usage, "the same key is given twice: " + signers[i]->public_key().id_hex(),
                    "each signature must be of another key");
}

}  // namespace

Bytes pack_bundle(const Bundle& bundle) {
  std::vector<Member> members = {
      {kVkMember, bundle.vk}, {kMetadataMember, bundle.metadata}, {kSignatureMember, bundle.signature}};
  if (bundle.signatures) members.push_back({kSignaturesMember, *bundle.signatures});
  return write_archive(members, time_of(bundle.metadata));
}

std::optional<Bundle> unpack_bundle(ByteSpan file, std::optional<ArchiveFault>& fault) {
  Archive archive = read_archive(file);
  fault = archive.fault;
  if (fault) return std::nullopt;
  Bundle bundle;
  std::size_t found = 0;
  for (Member& member : archive.members) {
    if (member.name == kSignaturesMember) {
      bundle.signatures = std::move(member.bytes);
      continue;
    }
    Bytes* place = member.name == kVkMember          ? &bundle.vk
                   : member.name == kMetadataMember  ? &bundle.metadata
                   : member.name == kSignatureMember ? &bundle.signature
                                                     : nullptr;
    if (place == nullptr) {
      fault = ArchiveFault{"members", "'" + member.name + "' does not belong into a bundle"};
      return std::nullopt;
    }
    *place = std::move(member.bytes);
    ++found;
  }
  if (found == 3) return bundle;
  fault = ArchiveFault{"members", "not all of attestation_verifying_key.bin, metadata.json, signature.sig are there"};
  return std::nullopt;
}

Bytes signed_bytes(ByteSpan vk, ByteSpan metadata) {
  Bytes all(vk.begin(), vk.end());
  all.insert(all.end(), metadata.begin(), metadata.end());
  return all;
}

std::string statement(ByteSpan vk, ByteSpan metadata) {
  const Metadata read = read_metadata(metadata);
  const auto subject = [](const char* name, ByteSpan bytes) {
    return Json{{"name", name}, {"digest", {{"sha256", base::to_hex(hash::sha256(bytes))}}}};
  };
  Json json{{"_type", kStatementType}};
  json["subject"] = {subject(kVkMember, vk), subject(kMetadataMember, metadata)};
  json["predicateType"] = kPredicateType;
  json["predicate"] = {{"vk_blake3", read.vk_blake3},
                       {"canonical_vk_len", vk.size()},
                       {"public_inputs_expected", read.public_inputs_expected},
                       {"verification", name(read.verification)},
                       {"timestamp", read.timestamp}};
  return json.dump();
}

CanonicalVk read_canonical_vk(ByteSpan vk, std::optional<curve::CurveId> expected) {
  std::string reasons;
  for (const curve::CurveId id : {curve::CurveId::bls12_381, curve::CurveId::bn254}) {
    if (expected && *expected != id) continue;
    try {
      return {id, format::with_curve(id, [&]<class C>() { return read_canonical<C>(vk); })};
    } catch (const Error& error) {
      if (error.code() != Code::malformed) throw;
      reasons += (reasons.empty() ? "" : "; ") + error.message();
    }
  }
  throw Error(Code::malformed, reasons);
}

sign::DsseEnvelope sign_statement(ByteSpan vk, ByteSpan metadata, const std::vector<sign::Signer*>& signers) {
  require_distinct(signers);
  sign::DsseEnvelope envelope{kInTotoType, bytes_of(statement(vk, metadata)), {}};
  for (sign::Signer* signer : signers) sign::sign_dsse(envelope, *signer);
  return envelope;
}

Bundle sign_bundle(Bytes vk, Bytes metadata, const std::vector<sign::Signer*>& signers) {
  require_distinct(signers);
  Bundle bundle;
  if (!signers.empty()) bundle.signature = signers[0]->sign(signed_bytes(vk, metadata));
  if (signers.size() > 1) bundle.signatures = bytes_of(sign::write_dsse(sign_statement(vk, metadata, signers)));
  bundle.vk = std::move(vk);
  bundle.metadata = std::move(metadata);
  return bundle;
}

Bundle cosign_bundle(Bundle bundle, sign::Signer& signer) {
  const sign::PublicKey& key = signer.public_key();
  sign::DsseEnvelope envelope{kInTotoType, bytes_of(statement(bundle.vk, bundle.metadata)), {}};
  if (bundle.signatures) {
    sign::DsseEnvelope read = sign::parse_dsse(*bundle.signatures);
    if (read.payload_type != envelope.payload_type || read.payload != envelope.payload)
      throw Error(Code::rejected, "the signatures in the bundle are of something else than its members");
    envelope = std::move(read);
  }
  if (sign::verify(key, signed_bytes(bundle.vk, bundle.metadata), bundle.signature) ||
      !sign::verify_dsse(envelope, std::span(&key, 1)).empty())
    throw Error(Code::usage, "this key has signed the bundle already: " + key.id_hex(),
                "each signature must be of another key");
  sign::sign_dsse(envelope, signer);
  bundle.signatures = bytes_of(sign::write_dsse(envelope));
  return bundle;
}

}  // namespace solemn::release
