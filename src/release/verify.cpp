#include "release/verify.hpp"

#include <set>

#include "base/error.hpp"
#include "hash/blake3.hpp"
#include "hash/sha256.hpp"
#include "setup/groth16.hpp"

namespace solemn::release {

using base::ByteSpan;
using base::Code;
using base::Error;
using setup::Check;
using setup::Outcome;
using setup::Verdict;

namespace {

/// Runs body(); a malformed error becomes a failed check.
template <class Body>
bool passes(Verdict& verdict, std::string_view rule, Body&& body) {
  try {
    verdict.pass(rule, body());
    return true;
  } catch (const Error& error) {
    if (error.code() != Code::malformed) throw;
    verdict.fail(rule, error.message());
    return false;
  }
}

void check_contributions(Verdict& verdict, const Metadata& metadata) {
  std::size_t secret = 0, phase2 = 0;
  for (const Participant& participant : metadata.participants) {
    if (participant.kind == "beacon") continue;
    ++secret;
    if (participant.phase != "1") ++phase2;
  }
  verdict.add("contributions", secret > 0 && phase2 > 0,
              phase2 == 0 ? "no contributor to phase 2 is recorded: anybody could forge proofs"
                          : std::to_string(secret) + " contributions, of " +
                                std::to_string(metadata.participants.size()) + " steps");
}

void check_ceremony(Verdict& verdict, const Metadata& metadata, bool accept) {
  constexpr std::string_view kRule = "ceremony-verified";
  if (metadata.verification == Verification::full)
    return verdict.pass(kRule, "powers of tau and key, when the metadata was made");
  const std::string what = metadata.verification == Verification::chain_only
                               ? "only the contribution chain of the key was verified when the metadata was made"
                               : "the metadata does not say how the ceremony was verified";
  if (accept) return verdict.pass(kRule, what + "; accepted by --accept-unverified-ceremony");
  verdict.not_run(kRule, what + "; to accept: --accept-unverified-ceremony");
}

/// Everything that the key must be, whoever signed it.
void check_vk(BundleReport& report, const base::Path* zkey, const setup::Context& context) {
  Verdict& verdict = report.verdict;
  const base::Bytes& vk = report.bundle->vk;
  const Metadata& metadata = *report.metadata;
  verdict.add("canonical-vk-len", metadata.canonical_vk_len == vk.size(),
              std::to_string(vk.size()) + " bytes, the metadata says " + std::to_string(metadata.canonical_vk_len));
  const std::string blake3 = base::to_hex(hash::blake3(vk));
  verdict.add("vk-blake3", blake3 == metadata.vk_blake3,
              blake3 == metadata.vk_blake3 ? blake3 : "the key's is " + blake3 + ", the metadata says another");
  passes(verdict, "vk-encoding", [&] {
    report.vk = read_canonical_vk(vk, metadata.curve);
    return std::string(format::curve_name(report.vk->curve)) + ", compressed, every point in its group";
  });
  if (!report.vk) return;
  verdict.add("public-inputs", report.vk->n_public == metadata.public_inputs_expected,
              "the key takes " + std::to_string(report.vk->n_public) + ", the metadata says " +
                  std::to_string(metadata.public_inputs_expected));
  const Verdict lint = setup::vkey_check_bytes(vk, zkey, context);
  for (const Check& check : lint.checks()) {
    const bool covered = check.rule == "structure" || check.rule == "curve-points";
    const bool needs_zkey = check.rule == "contributions-exist" && zkey == nullptr;
    if (check.outcome == Outcome::failed) verdict.fail(check.rule, check.detail);
    if (check.outcome == Outcome::passed && !covered) verdict.pass(check.rule, check.detail);
    if (check.outcome == Outcome::not_run && !needs_zkey) verdict.not_run(check.rule, check.detail);
  }
}

/// The envelope must be of exactly these members. Adds the keys that signed it; two signatures of one key are a
/// failure.
void count_envelope(BundleReport& report, std::string_view rule, ByteSpan file, const Trusted& trusted,
                    std::set<sign::PublicKey>& signers) {
  const Bundle& bundle = *report.bundle;
  passes(report.verdict, rule, [&] {
    const sign::DsseEnvelope envelope = sign::parse_dsse(file);
    if (envelope.payload_type != kInTotoType ||
        base::as_text(envelope.payload) != statement(bundle.vk, bundle.metadata))
      throw Error(Code::malformed, "the signed statement is of something else than the bundle's members");
    std::set<sign::PublicKey> here;
    for (const sign::DsseSignature& one : envelope.signatures) {
      const sign::DsseEnvelope single{envelope.payload_type, envelope.payload, {one}};
      for (const std::size_t i : sign::verify_dsse(single, trusted.keys))
        if (!here.insert(trusted.keys[i]).second)
          report.verdict.fail("distinct-signers", "two signatures of one key, " + trusted.keys[i].id_hex());
    }
    if (here.empty()) throw Error(Code::malformed, "no signature of a trusted key");
    signers.insert(here.begin(), here.end());
    return std::to_string(here.size()) + " of trusted keys";
  });
}

void check_revoked(BundleReport& report, const Trusted& trusted, std::set<sign::PublicKey>& signers) {
  Verdict& verdict = report.verdict;
  std::string gone;
  for (const Revocation& entry : trusted.revoked) {
    const std::string why = " was revoked on " + entry.time + ": " + entry.reason;
    if (entry.kind == Revoked::bundle && entry.id == report.sha256) verdict.fail("not-revoked", "this bundle" + why);
    if (entry.kind == Revoked::verifying_key && entry.id == base::to_hex(hash::blake3(report.bundle->vk)))
      verdict.fail("not-revoked", "this verification key" + why);
    if (entry.kind == Revoked::key && std::erase_if(signers, [&](const auto& key) { return key.id_hex() == entry.id; }))
      gone += (gone.empty() ? "key " : "; key ") + entry.id + why;
  }
  if (!gone.empty() && signers.size() < trusted.threshold) verdict.fail("not-revoked", gone);
  if (verdict.find("not-revoked") == nullptr)
    verdict.pass("not-revoked", gone.empty() ? std::to_string(trusted.revoked.size()) + " revocations, none of these"
                                             : gone + "; not counted");
}

void check_signatures(BundleReport& report, const BundleQuestion& question, const Trusted& trusted) {
  Verdict& verdict = report.verdict;
  const Bundle& bundle = *report.bundle;
  std::set<sign::PublicKey> signers;
  const base::Bytes message = signed_bytes(bundle.vk, bundle.metadata);
  for (const sign::PublicKey& key : trusted.keys)
    if (sign::verify(key, message, bundle.signature)) signers.insert(key);
  const bool is_unsigned = bundle.signature.empty() || report.metadata->is_unsigned;
  verdict.add("signature", !signers.empty() && !is_unsigned,
              is_unsigned       ? "the bundle is not signed"
              : signers.empty() ? "signature.sig is not a signature of a trusted key over these members"
                                : "signature.sig, key " + signers.begin()->id_hex());
  if (bundle.signatures) count_envelope(report, "cosignatures", *bundle.signatures, trusted, signers);
  if (question.statement != nullptr) count_envelope(report, "statement", *question.statement, trusted, signers);
  if (question.trust.revocations) check_revoked(report, trusted, signers);
  if (verdict.find("distinct-signers") == nullptr)
    verdict.add("distinct-signers", !signers.empty(), std::to_string(signers.size()) + " different keys");
  verdict.add("threshold", signers.size() >= trusted.threshold,
              std::to_string(signers.size()) + " of " + std::to_string(trusted.keys.size()) + " trusted keys signed, " +
                  std::to_string(trusted.threshold) + " needed");
  report.signers.assign(signers.begin(), signers.end());
  report.threshold = trusted.threshold;
}

}  // namespace

void check_content(BundleReport& report, bool accept_unverified_ceremony, const CeremonyFiles& files,
                   const setup::Context& context) {
  Verdict& verdict = report.verdict;
  passes(verdict, "metadata", [&] {
    report.metadata = read_metadata(report.bundle->metadata);
    return "of " + report.metadata->timestamp + " (" + report.metadata->shape + " form)";
  });
  if (!report.metadata) return;
  verdict.add(
      "no-seed", !report.metadata->discloses_seed,
      report.metadata->discloses_seed ? "a seed is published: everybody can compute the secret and forge proofs" : "");
  check_vk(report, files.zkey, context);
  check_against_files(verdict, *report.metadata, files);
  check_contributions(verdict, *report.metadata);
  check_ceremony(verdict, *report.metadata, accept_unverified_ceremony);
}

BundleReport verify_bundle(const BundleQuestion& question, const setup::Context& context) {
  BundleReport report;
  report.sha256 = base::to_hex(hash::sha256(question.file));
  std::optional<ArchiveFault> fault;
  report.bundle = unpack_bundle(question.file, fault);
  if (fault) {
    report.verdict.fail(fault->rule, fault->detail);
    return report;
  }
  report.verdict.pass("archive", "gzip of ustar, plain files only, nothing before, between or after them");
  report.verdict.pass("members",
                      report.bundle->signatures ? "the three, and signatures.dsse.json" : "exactly the three");
  check_content(report, question.accept_unverified_ceremony, question.files, context);
  if (!report.metadata) return report;
  Verdict trust;
  const std::optional<Trusted> trusted = establish_trust(trust, question.trust);
  report.verdict.append(trust);
  if (trusted) {
    check_signatures(report, question, *trusted);
  } else {
    report.verdict.not_run("signature", "no trusted keys");
  }
  return report;
}

}  // namespace solemn::release
