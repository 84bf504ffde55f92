#pragma once
// What a bundle's metadata says of the ceremony, against the ceremony's own files: whoever signed, it was not typed.
#include <map>

#include "base/file.hpp"
#include "base/verdict.hpp"
#include "format/ptau.hpp"
#include "release/metadata.hpp"

namespace solemn::release {

/// As far as a verifier has them.
struct CeremonyFiles {
  const base::Path *zkey = nullptr, *ptau = nullptr, *r1cs = nullptr;
  const base::Path* transcripts = nullptr;  // folder with the files after the steps
};

/// One step as its own file tells it: what the contributor published.
struct Step {
  format::ClaimedParams claimed;
  std::string hash;
};
std::vector<Step> steps_of_zkey(const base::Path& path);
std::vector<Step> steps_of_ptau(const base::Path& path);

/// The hashes of a chain, joined: equal chains and nothing else are equal.
class ChainKey {
 public:
  void add(const std::string& hash) { text_ += hash + "."; }
  auto operator<=>(const ChainKey&) const = default;

 private:
  std::string text_;
};
/// The .ptau and .zkey files of a folder by what their chains say; files without steps are passed over. A prepared ptau
/// has the same steps as the file before it: the smallest is the one that the contributor left. Throws Error{usage}:
/// more than 4096; Error{io}, Error{malformed}.
std::map<ChainKey, base::Path> files_by_chain(const base::Path& folder);

std::string sha256_of_file(const base::Path& path);

/// Adds, for each file that is given: `metadata-matches-zkey`, `metadata-matches-ptau`, `metadata-matches-r1cs`,
/// `metadata-matches-transcripts`; not run for metadata of other programs, which name no files.
void check_against_files(base::Verdict& verdict, const Metadata& metadata, const CeremonyFiles& files);

}  // namespace solemn::release
