#pragma once
// drand for the verbs: which chain is meant, reading and verifying a file, and comparing a ceremony's beacon with it.
#include <functional>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "beacon/announce.hpp"
#include "beacon/beacon.hpp"
#include "cli/command.hpp"
#include "cli/ui.hpp"
#include "format/ptau.hpp"

namespace solemn::cli {

inline const Option kChainOption{"--chain", "NAME", "default, quicknet, fastnet (retired), or the hash of a chain"};
inline const Option kChainInfoOption{"--chain-info", "FILE", "a chain that this program does not know: its information",
                                     false, Kind::file};
inline const Option kIsDrandOption{
    "--drand", "FILE", "also check that the last step is a beacon whose value is this drand round", false, Kind::file};

/// reader(text of the file), which is at most 16 KiB; errors get its name.
template <class Reader>
auto read_json_file(const base::Path& path, Reader reader) {
  const base::Bytes bytes = base::read_file(path, 16384);
  try {
    return reader(base::as_text(bytes));
  } catch (const base::Error& error) { throw error.with_context("'" + path.string() + "'"); }
}

/// The chain that --chain and --chain-info name; without them the one that a file names by its hash. No other chain is
/// ever taken. Its information is not checked yet: beacon::check_chain, beacon::verify_beacon.
/// Throws Error{usage}: no chain, an unknown one, or two that differ.
beacon::Chain chain_from(const Arguments& arguments, const std::optional<base::Hash32>& named = std::nullopt);
/// The same; throws Error{rejected} when its information does not pass check_chain.
beacon::Chain accepted_chain(const Arguments& arguments);

struct DrandFile {
  base::Path path;
  beacon::Chain chain;
  beacon::Beacon beacon;
  base::Verdict verdict;  // of beacon::verify_beacon
};
/// The file named by this argument, read and verified; the verdict may be anything.
DrandFile read_drand(const Arguments& arguments, std::string_view argument,
                     std::optional<std::uint64_t> round = std::nullopt);
/// Throws Error{usage} when --chain or --chain-info is given. REQUIRES: --drand is not.
void refuse_chain_without_drand(const Arguments& arguments);
/// nullopt when the option is not given, and no chain either.
std::optional<DrandFile> maybe_drand(const Arguments& arguments);
/// Throws Error{rejected} naming the check that failed.
DrandFile accepted_drand(const Arguments& arguments);

/// The words that name this chain to another command: "--chain quicknet", or "--chain-info FILE".
std::string chain_words(const beacon::Chain& chain);
/// "drand quicknet 1000"; an unknown chain by the beginning of its hash.
std::string drand_title(const DrandFile& drand);
/// The chain, round, time and value of an accepted file.
void say_drand(Ui& ui, const DrandFile& drand);
Json chain_json(const beacon::Chain& chain);

/// Adds beacon-is-drand. claims: those of all steps, in order; only called when the structure of the file is good.
void check_beacon_is_drand(base::Verdict& verdict, const DrandFile& drand,
                           const std::function<std::vector<format::ClaimedParams>()>& claims);
template <class Steps>
std::vector<format::ClaimedParams> claims_of(const Steps& steps) {
  std::vector<format::ClaimedParams> claims;
  for (const auto& step : steps) claims.push_back(step.claimed);
  return claims;
}

}  // namespace solemn::cli
