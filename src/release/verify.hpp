#pragma once
// The one verifier of bundles: `bundle verify`, `bundle inspect` and `embed` ask it.
#include "release/bundle.hpp"
#include "release/files.hpp"
#include "release/trust.hpp"
#include "setup/context.hpp"

namespace solemn::release {

struct BundleQuestion {
  base::ByteSpan file;
  TrustOptions trust;
  const base::Bytes* statement = nullptr;  // the DSSE envelope that lies beside the bundle
  /// Also: the key is that of the proving key, whose chain is whole, and the metadata says what the files do.
  CeremonyFiles files = {};
  /// Accept metadata that does not say that the whole ceremony was verified (chain-only, or made by other programs).
  bool accept_unverified_ceremony = false;
};

struct BundleReport {
  setup::Verdict verdict;
  std::string sha256;  // of the file
  // Present as far as the checks before them passed.
  std::optional<Bundle> bundle;
  std::optional<Metadata> metadata;
  std::optional<CanonicalVk> vk;
  std::vector<sign::PublicKey> signers;  // distinct, trusted, not revoked, signature valid
  unsigned threshold = 0;
};

/// Never throws for bad content. Rules: those of read_archive, or `archive`; `members`, `metadata`, `no-seed`,
/// `canonical-vk-len`, `vk-encoding`, `public-inputs`, `vk-blake3`, the lint of the key (no-infinity, delta-not-gamma,
/// delta-not-generator, alpha-beta-not-generator, ic-binds-inputs, ic-distinct), `contributions`,
/// `ceremony-verified`, those of establish_trust, `signature`, `distinct-signers`, `cosignatures` (with a fourth member
/// or a statement), `threshold`, `not-revoked` (with a revocation list), `matches-zkey` and `contributions-exist` (with
/// a zkey), and those of check_against_files.
BundleReport verify_bundle(const BundleQuestion& question, const setup::Context& context);

/// What the signers of a bundle look at before they sign: everything but signatures. The same rules.
void check_content(BundleReport& report, bool accept_unverified_ceremony, const CeremonyFiles& files,
                   const setup::Context& context);

}  // namespace solemn::release
