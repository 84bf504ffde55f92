#include "release/files.hpp"

#include <algorithm>
#include <iterator>

#include "base/blocks.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "setup/phase1.hpp"
#include "setup/phase2.hpp"

namespace solemn::release {

using base::Code;
using base::Error;
using base::Path;
using base::Verdict;

namespace {

constexpr std::size_t kMaxTranscriptFiles = 4096;

[[noreturn]] void differs(const std::string& what) { throw Error(Code::malformed, what); }

void require_file(const Metadata& metadata, const char* name, const Path& path) {
  const Json& verification = base::field(metadata.json, "verification");
  if (!verification.contains(name)) differs("the metadata names none: only the chain of the key was verified");
  if (base::string_of(verification, name) != sha256_of_file(path))
    differs(std::string(name) + " is that of another file");
}

/// The participants of one phase are the steps of its file: as many, in this order, each with name, kind and hash.
std::string require_steps(const Metadata& metadata, std::string_view phase, const std::vector<Step>& steps) {
  std::vector<Participant> said;
  std::ranges::copy_if(metadata.participants, std::back_inserter(said),
                       [&](const auto& p) { return p.phase == phase; });
  const bool same = std::ranges::equal(said, steps, [](const Participant& participant, const Step& step) {
    const bool beacon = step.claimed.type == format::ContributionType::beacon;
    return participant.name == base::printable(step.claimed.name) &&
           participant.kind == (beacon ? "beacon" : "contribution") && participant.contribution_hash == step.hash;
  });
  if (!same) differs("the participants of phase " + std::string(phase) + " are not the steps of this file");
  return "its SHA-256, and " + base::counted(steps.size(), "step") + " of phase " + std::string(phase);
}

std::string against_zkey(const Metadata& metadata, const Path& zkey) {
  require_file(metadata, "zkey_sha256", zkey);
  const auto circuit_hash = setup::zkey_info(zkey).circuit_hash;
  if (!circuit_hash || base::string_of(metadata.json, "circuit_hash") != base::to_hex(*circuit_hash))
    differs("circuit_hash is that of another circuit");
  return require_steps(metadata, "2", steps_of_zkey(zkey));
}

std::string against_ptau(const Metadata& metadata, const Path& ptau) {
  require_file(metadata, "ptau_sha256", ptau);
  return require_steps(metadata, "1", steps_of_ptau(ptau));
}

std::string against_transcripts(const Metadata& metadata, const Path& folder) {
  const auto files = files_by_chain(folder);
  std::map<std::string, ChainKey> chains;  // of each phase, so far
  std::size_t n_named = 0, step = 0;
  for (const Participant& participant : metadata.participants) {
    ++step;
    ChainKey& chain = chains[participant.phase];
    chain.add(participant.contribution_hash);
    if (participant.transcript_sha256.empty()) continue;
    ++n_named;
    const auto found = files.find(chain);
    if (found == files.end()) differs("the file after participant " + std::to_string(step) + " is not here");
    if (sha256_of_file(found->second) != participant.transcript_sha256)
      differs("transcript_sha256 of participant " + std::to_string(step) + " is that of another file than '" +
              base::printable(found->second.filename().string()) + "'");
  }
  return std::to_string(n_named) + " of " + base::counted(metadata.participants.size(), "participant") +
         ": the file after the step";
}

}  // namespace

std::vector<Step> steps_of_zkey(const Path& path) {
  std::vector<Step> steps;
  for (const auto& step : setup::zkey_info(path).steps)
    steps.push_back({step.claimed, base::to_hex(step.contribution_hash)});
  return steps;
}

std::vector<Step> steps_of_ptau(const Path& path) {
  std::vector<Step> steps;
  for (const auto& step : setup::ptau_info(path).steps)
    steps.push_back({step.claimed, base::to_hex(step.response_hash)});
  return steps;
}

std::map<ChainKey, Path> files_by_chain(const Path& folder) {
  std::vector<Path> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const Path extension = entry.path().extension();
    if (!entry.is_regular_file() || (extension != ".zkey" && extension != ".ptau")) continue;
    paths.push_back(entry.path());
    if (paths.size() > kMaxTranscriptFiles) throw Error(Code::usage, "too many files in '" + folder.string() + "'");
  }
  if (error) throw Error(Code::io, "cannot read the folder '" + folder.string() + "': " + error.message());
  std::ranges::sort(paths, {}, [](const Path& path) { return std::pair(std::filesystem::file_size(path), path); });
  std::map<ChainKey, Path> found;
  for (const Path& path : paths) {
    ChainKey chain;
    const auto steps = path.extension() == ".zkey" ? steps_of_zkey(path) : steps_of_ptau(path);
    for (const Step& step : steps) chain.add(step.hash);
    if (!steps.empty()) found.emplace(chain, path);
  }
  return found;
}

std::string sha256_of_file(const Path& path) {
  const base::InputFile file(path);
  hash::Sha256 hasher;
  base::for_each_block(file, base::silent_progress(), [&](base::ByteSpan block) { hasher.update(block); });
  return base::to_hex(hasher.finish());
}

void check_against_files(Verdict& verdict, const Metadata& metadata, const CeremonyFiles& files) {
  const auto check = [&](std::string_view rule, const Path* path, auto against) {
    if (path == nullptr) return;
    if (metadata.shape != "solemn") return verdict.not_run(rule, "metadata of another program names no files");
    try {
      verdict.pass(rule, against(metadata, *path));
    } catch (const Error& error) {
      if (error.code() != Code::malformed) throw;
      verdict.fail(rule, error.message());
    }
  };
  check("metadata-matches-zkey", files.zkey, against_zkey);
  check("metadata-matches-ptau", files.ptau, against_ptau);
  check("metadata-matches-r1cs", files.r1cs, [](const Metadata& said, const Path& r1cs) {
    require_file(said, "r1cs_sha256", r1cs);
    return std::string("its SHA-256");
  });
  check("metadata-matches-transcripts", files.transcripts, against_transcripts);
}

}  // namespace solemn::release
