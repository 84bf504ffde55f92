// Keys in other people's forms, and contributions that other tools made. Every export first asks whether the key means
// anything.
#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "setup/phase2.hpp"
#include "setup/phase2_chain.hpp"
#include "setup/phase2_hb.hpp"
#include "setup/phase2_update.hpp"

namespace solemn::setup {

using base::Code;
using base::Error;
using curve::G1;
using curve::G2;
using format::ZkeySection;

namespace {

constexpr std::string_view kStamp = "insecure test key: anybody can forge proofs under it";

/// True when the key is a test key that the flag let through: the output is stamped.
bool must_stamp(const base::Path& zkey, TestKey policy, const Context& context) {
  const Verdict verdict = zkey_lint(zkey, Links::verify, context);
  if (verdict.accepted()) return false;
  if (policy == TestKey::allow_insecure && verdict.find("structure")->outcome == Outcome::passed) return true;
  require_sound_key(zkey, policy, Links::verify, context);
  return true;
}

void write_text(const base::Path& out, std::string_view text, const Context& context) {
  base::write_file(out, base::as_bytes(text), context.overwrite);
}

/// Who takes a whole key from us reads points that we vouch for. Throws Error{malformed}.
template <class C>
void require_points(const format::ZkeyReader<C>& zkey, const Context& context) {
  Verdict verdict;
  verify_points<C>(verdict, zkey, context);
  for (const Check& check : verdict.checks())
    if (check.outcome == Outcome::failed)
      throw Error(Code::malformed, "'" + base::printable(zkey.file().path().native()) +
                                       "': " + std::string(check.rule) + ": " + check.detail);
}

/// The exports that write out every point of a key; n_h: points of the H query in that form.
template <class C>
void begin_writing(const format::ZkeyReader<C>& zkey, std::uint64_t n_h, const Context& context) {
  std::uint64_t total = n_h;
  for (const ZkeySection section : {ZkeySection::ic, ZkeySection::a, ZkeySection::b1, ZkeySection::b2, ZkeySection::c})
    total += zkey.points(section);
  context.progress.phase("writing", total, "points");
}

/// A whole key with the H query in the basis of differences: write(file, key, differences).
template <class C, class Write>
void export_with_differences(const base::Path& zkey, const base::Path& out, curve::Form form, const Context& context,
                             const Write& write) {
  const format::ZkeyReader<C> reader(zkey);
  base::OutputFile file(out, context.overwrite);
  // The same points as in the key, and less beside them: no coefficients, no names.
  const std::uint64_t coefs = reader.container().section(static_cast<std::uint32_t>(ZkeySection::coefs)).size_bytes;
  const std::uint64_t points_bytes = reader.file().size() - coefs;
  require_room<C>(reader.header().domain_log2, out, form == curve::Form::compressed ? points_bytes / 2 : points_bytes,
                  HScratch::points_and_transform);
  require_points<C>(reader, context);
  Differences<C> hb(reader, out, context);
  begin_writing<C>(reader, hb.points().count, context);
  write(file, reader, hb.points());
  file.commit();
}

/// As the first field of the object, so that people see it and strict readers can refuse it.
std::string stamped_json(const std::string& json) {
  const std::string key = "{\n \"insecure_test_key\": \"" + std::string(kStamp) + "\",";
  return key + json.substr(1);
}

}  // namespace

format::ZkeySummary groth16_summary(const base::Path& path) {
  const format::ZkeySummary summary = format::read_zkey_summary(base::InputFile(path));
  if (summary.protocol != format::ZkeyProtocol::groth16)
    throw Error(Code::usage, "'" + path.string() + "' is not a Groth16 key",
                "solemn zkey info " + base::shell_word(path.string()));
  return summary;
}

namespace {

/// What read() throws about the bytes of the key is its verdict.
template <class Read>
Verdict lint(const Read& read) {
  Verdict verdict;
  try {
    read(verdict);
  } catch (const Error& error) {
    if (error.code() != Code::malformed) throw;
    verdict.fail("structure", error.message());
  }
  return verdict;
}

template <class C>
void lint_opened(Verdict& verdict, const format::ZkeyReader<C>& zkey, Links links, const Context& context) {
  const format::ZkeyChain<C> chain = zkey.read_chain(context.pool);
  verdict.pass("structure");
  const std::size_t n = chain.contributions.size();
  verdict.add(
      "contributions-exist", n > 0,
      n > 0 ? std::to_string(n) + " steps" : "no phase-2 contribution: anybody can forge proofs under this key");
  if (n > 0 && links == Links::verify) verify_links<C>(verdict, chain, 0, context);
  verify_deltas<C>(verdict, zkey.header(), chain);
}

}  // namespace

template <class C>
Verdict zkey_lint(const format::ZkeyReader<C>& zkey, Links links, const Context& context) {
  return lint([&](Verdict& verdict) { lint_opened<C>(verdict, zkey, links, context); });
}
template Verdict zkey_lint<curve::Bn254>(const format::ZkeyReader<curve::Bn254>&, Links, const Context&);
template Verdict zkey_lint<curve::Bls12_381>(const format::ZkeyReader<curve::Bls12_381>&, Links, const Context&);

Verdict zkey_lint(const base::Path& zkey, Links links, const Context& context) {
  return lint([&](Verdict& verdict) {
    format::with_curve(groth16_summary(zkey).curve,
                       [&]<class C>() { lint_opened<C>(verdict, format::ZkeyReader<C>(zkey), links, context); });
  });
}

void require_sound(const Verdict& verdict, const base::Path& zkey, TestKey policy) {
  const bool readable = verdict.find("structure")->outcome == Outcome::passed;
  for (const Check& check : verdict.checks()) {
    if (check.outcome == Outcome::passed) continue;
    if (!readable) throw Error(Code::malformed, check.detail);  // names the file
    if (policy == TestKey::refuse)
      throw Error(Code::refused,
                  "'" + zkey.string() + "' must not be used: " + std::string(check.rule) + ": " + check.detail,
                  "contribute first: solemn zkey contribute " + base::shell_word(zkey.string()) +
                      " OUT --name NAME (for tests only: --insecure-test-key)");
  }
}

void require_sound_key(const base::Path& zkey, TestKey policy, Links links, const Context& context) {
  require_sound(zkey_lint(zkey, links, context), zkey, policy);
}

void zkey_export_vkey(const base::Path& zkey, const base::Path& out, TestKey policy, const Context& context) {
  base::require_different_files(zkey, out);
  const bool stamp = must_stamp(zkey, policy, context);
  format::with_curve(groth16_summary(zkey).curve, [&]<class C>() {
    const std::string json =
        format::write_vkey_json<C>(format::verifying_key<C>(format::ZkeyReader<C>(zkey), context.pool));
    write_text(out, stamp ? stamped_json(json) : json, context);
  });
}

void zkey_export_solidity(const base::Path& zkey, const base::Path& out, TestKey policy, const Context& context) {
  base::require_different_files(zkey, out);
  const bool stamp = must_stamp(zkey, policy, context);
  if (groth16_summary(zkey).curve != curve::CurveId::bn254)
    throw Error(Code::usage, "a Solidity verifier exists for bn254 only",
                "the precompiles of the chain know no other pairing");
  const auto vk = format::verifying_key<curve::Bn254>(format::ZkeyReader<curve::Bn254>(zkey), context.pool);
  const std::string source = format::write_solidity_verifier(vk);
  write_text(out, stamp ? source + "// " + std::string(kStamp) + "\n" : source, context);
}

void zkey_export_arkworks_vk(const base::Path& zkey, const base::Path& out, curve::Form form, TestKey policy,
                             const Context& context) {
  base::require_different_files(zkey, out);
  require_sound_key(zkey, policy, Links::verify, context);
  format::with_curve(groth16_summary(zkey).curve, [&]<class C>() {
    const auto vk = format::verifying_key<C>(format::ZkeyReader<C>(zkey), context.pool);
    base::write_file(out, format::write_arkworks_vk<C>(vk, form), context.overwrite);
  });
}

void zkey_export_arkworks_pk(const base::Path& zkey, const base::Path& out, curve::Form form, TestKey policy,
                             const Context& context) {
  base::require_different_files(zkey, out);
  require_sound_key(zkey, policy, Links::verify, context);
  format::with_curve(groth16_summary(zkey).curve, [&]<class C>() {
    export_with_differences<C>(zkey, out, form, context, [&](auto& file, const auto& reader, const auto& hb) {
      format::write_arkworks_pk<C>(file, reader, hb, form, context.pool, context.progress);
    });
  });
}

void zkey_export_mpcparams(const base::Path& zkey, const base::Path& out, TestKey policy, const Context& context) {
  base::require_different_files(zkey, out);
  // A key without contributions is what the first contributor needs, so nothing is refused but a broken key.
  const Verdict verdict = zkey_lint(zkey, Links::verify, context);
  const bool fresh = groth16_summary(zkey).protocol == format::ZkeyProtocol::groth16 &&
                     verdict.find("contributions-exist") != nullptr &&
                     verdict.find("contributions-exist")->outcome == Outcome::failed;
  if (!fresh) require_sound_key(zkey, policy, Links::verify, context);
  format::with_curve(groth16_summary(zkey).curve, [&]<class C>() {
    export_with_differences<C>(zkey, out, curve::Form::uncompressed, context,
                               [&](auto& file, const auto& reader, const auto& hb) {
                                 format::write_mpcparams<C>(file, reader, hb, context.pool, context.progress);
                               });
  });
}

void zkey_export_json(const base::Path& zkey, const base::Path& out, TestKey policy, const Context& context) {
  base::require_different_files(zkey, out);
  require_sound_key(zkey, policy, Links::verify, context);
  format::with_curve(groth16_summary(zkey).curve, [&]<class C>() {
    const format::ZkeyReader<C> reader(zkey);
    base::OutputFile file(out, context.overwrite);
    require_points<C>(reader, context);
    begin_writing<C>(reader, reader.points(ZkeySection::h), context);
    format::write_zkey_json<C>(file, reader, context.pool, context.progress);
    file.commit();
  });
}

ZkeyInfo zkey_info(const base::Path& path) {
  const base::InputFile file(path);
  ZkeyInfo info{format::read_zkey_summary(file), file.size(), std::nullopt, {}, {}};
  if (info.summary.protocol != format::ZkeyProtocol::groth16) return info;
  format::with_curve(info.summary.curve, [&]<class C>() {
    const format::ZkeyReader<C> zkey(path);
    base::Pool pool(1);
    const format::ZkeyChain<C> chain = zkey.read_chain(pool);
    info.circuit_hash = chain.circuit_hash;
    for (const auto& link : chain.contributions) info.steps.push_back({link.params, contribution_hash<C>(link)});
    hash::Sha256 hasher;
    const auto& header = zkey.header();
    hasher.update(base::object_bytes(std::span(&header.alpha1, 1)));
    hasher.update(base::object_bytes(std::span(&header.beta1, 1)));
    hasher.update(base::object_bytes(std::span(&header.beta2, 1)));
    info.alpha_beta_fingerprint = base::to_hex(hasher.finish());
  });
  return info;
}

}  // namespace solemn::setup
