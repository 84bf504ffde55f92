#include "release/prepare.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "format/exports.hpp"
#include "hash/blake3.hpp"
#include "release/files.hpp"
#include "setup/phase1.hpp"

namespace solemn::release {

using base::Code;
using base::Error;
using base::Path;
using setup::Check;
using setup::Outcome;
using setup::Verdict;

namespace {

/// A step's file must be what it claims: a record alone can be copied into another file.
void require_verified(const Path& path, const Ceremony& ceremony, const setup::Context& context) {
  const bool given =
      base::same_file(path, ceremony.zkey) || (ceremony.ptau != nullptr && base::same_file(path, *ceremony.ptau));
  if (given) return;  // verified already
  setup::ZkeyVerifyOptions options;
  options.chain_only = ceremony.chain_only;
  const Verdict verdict = path.extension() == ".ptau"
                              ? setup::ptau_verify(path, {}, context)
                              : setup::zkey_verify(ceremony.r1cs, ceremony.ptau, path, options, context);
  for (const Check& check : verdict.checks())
    // A state that only beacons have made yet is a state like any other.
    if (check.outcome == Outcome::failed && check.rule != "secret-contribution")
      throw Error(Code::rejected, "'" + path.string() + "': " + std::string(check.rule) + ": " + check.detail,
                  "this file is not the state after its step; nothing was written");
}

class Participants {
 public:
  Participants(const Ceremony& ceremony, const setup::Context& context) : ceremony_(ceremony), context_(context) {
    if (ceremony.transcripts != nullptr) files_ = files_by_chain(*ceremony.transcripts);
  }
  void add(const char* phase, const std::vector<Step>& steps) {
    ChainKey chain;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      chain.add(steps[i].hash);
      const auto found = files_.find(chain);
      if (found == files_.end() && !ceremony_.missing_transcripts)
        throw Error(Code::usage,
                    "the file after step " + std::to_string(i + 1) + " of phase " + phase +
                        " is not there, so its SHA-256 is not known",
                    "give the folder with all files: --transcripts DIR; or leave it out: --missing-transcripts");
      if (found != files_.end()) require_verified(found->second, ceremony_, context_);
      const bool beacon = steps[i].claimed.type == format::ContributionType::beacon;
      list_.push_back({base::printable(steps[i].claimed.name),
                       found == files_.end() ? "" : sha256_of_file(found->second), phase,
                       beacon ? "beacon" : "contribution", steps[i].hash});
    }
  }
  std::vector<Participant> take() { return std::move(list_); }

 private:
  const Ceremony& ceremony_;
  const setup::Context& context_;
  std::map<ChainKey, Path> files_;
  std::vector<Participant> list_;
};

void append(Verdict& verdict, const Verdict& more) {
  for (const Check& check : more.checks()) {
    if (check.outcome == Outcome::passed) verdict.pass(check.rule, check.detail);
    if (check.outcome == Outcome::failed) verdict.fail(check.rule, check.detail);
    if (check.outcome == Outcome::not_run) verdict.not_run(check.rule, check.detail);
  }
}

Verdict verify_ceremony(const Ceremony& ceremony, const setup::Context& context) {
  Verdict verdict;
  setup::ZkeyVerifyOptions options;
  if (ceremony.chain_only) {
    options.chain_only = true;
    return setup::zkey_verify(nullptr, nullptr, ceremony.zkey, options, context);
  }
  append(verdict, setup::ptau_verify(*ceremony.ptau, {}, context));
  append(verdict, setup::zkey_verify(ceremony.r1cs, ceremony.ptau, ceremony.zkey, options, context));
  return verdict;
}

void require_inputs(const Ceremony& ceremony) {
  const bool both = ceremony.r1cs != nullptr && ceremony.ptau != nullptr;
  if (ceremony.chain_only ? ceremony.r1cs != nullptr || ceremony.ptau != nullptr : !both)
    throw Error(Code::usage, "to verify the ceremony, --r1cs FILE and --ptau FILE are needed",
                "the weaker way, which the metadata records: --chain-only, without both");
}

}  // namespace

Prepared prepare(const Ceremony& ceremony, const setup::Context& context) {
  require_inputs(ceremony);
  try {
    setup::require_sound_key(ceremony.zkey, setup::TestKey::refuse, setup::Links::verify, context);
  } catch (const Error& error) {  // no option releases such a key
    if (error.code() != Code::refused) throw;
    throw Error(
        Code::refused, error.message(),
        "contribute first: solemn zkey contribute " + base::shell_word(ceremony.zkey.string()) + " OUT --name NAME");
  }
  Prepared prepared;
  prepared.verdict = verify_ceremony(ceremony, context);
  if (ceremony.chain_only ? prepared.verdict.rejected() : !prepared.verdict.accepted()) return prepared;
  const setup::ZkeyInfo info = setup::zkey_info(ceremony.zkey);
  MetadataFacts facts;
  facts.curve = info.summary.curve;
  format::with_curve(facts.curve, [&]<class C>() {
    const auto vk = format::verifying_key<C>(format::ZkeyReader<C>(ceremony.zkey), context.pool);
    prepared.vk = format::write_arkworks_vk<C>(vk, curve::Form::compressed);
  });
  Participants participants(ceremony, context);
  if (ceremony.ptau != nullptr) participants.add("1", steps_of_ptau(*ceremony.ptau));
  participants.add("2", steps_of_zkey(ceremony.zkey));
  facts.participants = participants.take();
  facts.tool_version = ceremony.tool_version;
  facts.commit = ceremony.commit;
  facts.seconds = ceremony.now_seconds;
  facts.vk_blake3 = base::to_hex(hash::blake3(prepared.vk));
  facts.public_inputs = info.summary.n_public;
  facts.vk_bytes = prepared.vk.size();
  facts.circuit_hash = base::to_hex(*info.circuit_hash);
  facts.zkey_sha256 = sha256_of_file(ceremony.zkey);
  facts.verification = ceremony.chain_only ? Verification::chain_only : Verification::full;
  if (!ceremony.chain_only) {
    facts.r1cs_sha256 = sha256_of_file(*ceremony.r1cs);
    facts.ptau_sha256 = sha256_of_file(*ceremony.ptau);
  }
  for (const Check& check : prepared.verdict.checks())
    if (check.outcome == Outcome::passed && std::ranges::find(facts.checks, check.rule) == facts.checks.end())
      facts.checks.emplace_back(check.rule);
  facts.is_unsigned = ceremony.is_unsigned;
  const std::string text = write_metadata(facts);
  prepared.metadata.assign(base::as_bytes(text).begin(), base::as_bytes(text).end());
  return prepared;
}

}  // namespace solemn::release
