#include <algorithm>
#include <filesystem>
#include <map>

#include "base/error.hpp"
#include "store/folder.hpp"

namespace solemn::store {

using base::Error;
using base::Hash32;
using base::Path;

namespace fs = std::filesystem;

namespace {

struct Found {
  std::map<Hash32, std::uint64_t> sizes;  // of what lies at its right place
  std::vector<std::string> strays;
};

std::string name_of(const fs::directory_entry& entry) { return base::printable(entry.path().filename().string()); }

void survey_shelf(const fs::directory_entry& shelf, Found& found) {
  if (shelf.symlink_status().type() != fs::file_type::directory) {
    found.strays.push_back("objects/" + name_of(shelf));
    return;
  }
  for (const auto& entry : fs::directory_iterator(shelf.path())) {
    const std::string name = entry.path().filename().string();
    const auto digest = parse_digest(name);
    const bool unfinished = name.starts_with('.') && name.ends_with(".part");  // a writer that was killed
    const bool plain = entry.symlink_status().type() == fs::file_type::regular;
    const bool in_place = digest && object_place(*digest) == "objects/" + shelf.path().filename().string() + "/" + name;
    if (plain && in_place)
      found.sizes[*digest] = entry.file_size();
    else if (!(plain && unfinished))
      found.strays.push_back("objects/" + name_of(shelf) + "/" + base::printable(name));
  }
}

Found survey(const Layout& layout) {
  Found found;
  std::error_code failed;
  if (fs::symlink_status(layout.objects(), failed).type() != fs::file_type::directory) {
    found.strays.emplace_back("objects");
    return found;
  }
  try {
    for (const auto& shelf : fs::directory_iterator(layout.objects())) survey_shelf(shelf, found);
  } catch (const fs::filesystem_error& error) { throw Error(base::Code::io, error.code().message()); }
  return found;
}

void check_content(base::Verdict& verdict, const Layout& layout, const Found& found, base::Progress& progress) {
  std::uint64_t total = 0;
  for (const auto& [digest, size] : found.sizes) total += size;
  progress.phase("reading", total, "bytes");
  std::string wrong;
  for (const auto& [digest, size] : found.sizes)
    if (digest_of(base::InputFile(layout.object(digest)), progress) != digest)
      wrong += (wrong.empty() ? "" : ", ") + object_place(digest);
  verdict.add("store-content", wrong.empty(),
              wrong.empty() ? std::to_string(found.sizes.size()) + " contents, each is what its name says"
                            : "not the bytes of its name: " + wrong);
}

void check_present(base::Verdict& verdict, const Names& names, const Found& found) {
  std::string wrong;
  for (const NamedObject& object : names.objects) {
    const auto at = found.sizes.find(object.digest);
    if (at == found.sizes.end())
      wrong += (wrong.empty() ? "" : "; ") + object.name + ": its content is missing";
    else if (at->second != object.size_bytes)
      wrong += (wrong.empty() ? "" : "; ") + object.name + ": " + std::to_string(at->second) + " bytes, not " +
               std::to_string(object.size_bytes);
  }
  verdict.add("store-complete", wrong.empty(),
              wrong.empty() ? std::to_string(names.objects.size()) + " names, the content of each is here" : wrong);
}

}  // namespace

base::Verdict verify(const Path& folder, const Hash32* head, base::Progress& progress) {
  const Layout layout{folder};
  base::Verdict verdict;
  std::optional<Names> names;
  try {
    names = read_names(folder);
    verdict.pass("store-names", std::to_string(names->objects.size()) + " lines, each follows from those before it");
  } catch (const Error& error) {
    if (error.code() != base::Code::malformed) throw;
    verdict.fail("store-names", error.message());
  }
  if (head != nullptr && names)
    verdict.add("store-head", names->contains_head(*head),
                names->contains_head(*head)
                    ? "the names go on from the head that was given"
                    : "the names never had this head: lines were removed, or it is another store");
  if (head != nullptr && !names) verdict.not_run("store-head", "the names cannot be read");
  const Found found = survey(layout);
  std::string strays;
  for (const std::string& stray : found.strays) strays += (strays.empty() ? "" : ", ") + stray;
  verdict.add("store-layout", strays.empty(), strays.empty() ? "nothing else lies among the contents" : strays);
  check_content(verdict, layout, found, progress);
  if (names) check_present(verdict, *names, found);
  return verdict;
}

}  // namespace solemn::store
