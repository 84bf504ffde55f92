#pragma once
// The bundle: what a release of a verification key consists of (docs/bundle.md).
#include <optional>
#include <string>
#include <vector>

#include "curve/constants.hpp"
#include "release/archive.hpp"
#include "release/metadata.hpp"
#include "sign/dsse.hpp"

namespace solemn::release {

constexpr const char* kVkMember = "attestation_verifying_key.bin";
constexpr const char* kMetadataMember = "metadata.json";
constexpr const char* kSignatureMember = "signature.sig";
/// Only in bundles with more than one signer: a DSSE envelope with the signatures of all of them.
constexpr const char* kSignaturesMember = "signatures.dsse.json";
constexpr const char* kInTotoType = "application/vnd.in-toto+json";

struct Bundle {
  base::Bytes vk, metadata, signature;
  std::optional<base::Bytes> signatures;  // the fourth member
};

/// The archive; its time is the metadata's timestamp, so the same members are the same bytes everywhere.
/// Throws Error{malformed} when the metadata has no timestamp of the form that it must have.
base::Bytes pack_bundle(const Bundle& bundle);
/// nullopt with `fault` filled: those of read_archive, and `members` (one is missing, or one is there too many).
std::optional<Bundle> unpack_bundle(base::ByteSpan file, std::optional<ArchiveFault>& fault);

/// What signature.sig signs: the key, then the metadata, nothing between. The boundary is safe because a verifier takes
/// a key only when its own encoding ends exactly there (read_canonical_vk), and canonical_vk_len agrees.
base::Bytes signed_bytes(base::ByteSpan vk, base::ByteSpan metadata);

/// The in-toto Statement v1 about both members: a function of them alone, so a verifier makes it again and compares.
std::string statement(base::ByteSpan vk, base::ByteSpan metadata);

struct CanonicalVk {
  curve::CurveId curve;
  std::size_t n_public;
};
/// The arkworks compressed form, and not one byte more or less; every point checked. When `expected` is empty the curve
/// on which all of it decodes is taken. Throws Error{malformed}.
CanonicalVk read_canonical_vk(base::ByteSpan vk, std::optional<curve::CurveId> expected);

/// Signs: the first signer makes signature.sig; two and more also the fourth member. Signers must be distinct keys:
/// Error{usage} otherwise.
Bundle sign_bundle(base::Bytes vk, base::Bytes metadata, const std::vector<sign::Signer*>& signers);
/// The envelope of statement() with one signature for each signer.
sign::DsseEnvelope sign_statement(base::ByteSpan vk, base::ByteSpan metadata,
                                  const std::vector<sign::Signer*>& signers);
/// One more signature, by a key that has not signed yet (Error{usage}).
Bundle cosign_bundle(Bundle bundle, sign::Signer& signer);

}  // namespace solemn::release
