#include "sign/base64.hpp"
#include "transcript/malformed.hpp"
#include "transcript/store.hpp"

namespace solemn::transcript {

namespace {

constexpr std::string_view kFormat = "solemn-signer-memory/1";
constexpr std::size_t kMaxOrigins = 10000;

std::map<std::string, Checkpoint> read_memory(const base::Path& file) {
  std::map<std::string, Checkpoint> last;
  if (!is_there(file)) return last;
  std::string text(base::as_text(base::read_file(file, kMaxJsonBytes)));
  if (text.empty() || text.back() != '\n') malformed("'" + file.string() + "' does not end in a newline");
  text.pop_back();
  const Json json = parse_canonical(text);
  object_of(json, "the memory", {"checkpoints", "format"});
  if (string_of(json["format"], "format") != kFormat) malformed("the format is not " + std::string(kFormat));
  for (const Json& item : array_of(json["checkpoints"], "checkpoints", kMaxOrigins)) {
    object_of(item, "a checkpoint", {"origin", "root", "size"});
    const std::string& origin = name_of(item["origin"], "origin");
    const Checkpoint checkpoint{origin, number_of(item["size"], "size"),
                                hash_from_base64(string_of(item["root"], "root"), "root")};
    if (!last.emplace(origin, checkpoint).second) malformed("an origin occurs twice");
  }
  return last;
}

base::Path beside(base::Path file, std::string_view suffix) {
  file += suffix;
  return file;
}

}  // namespace

SignerMemory::SignerMemory(const base::Path& file) : lock_(beside(file, ".lock")), file_(file) {
  try {
    last_ = read_memory(file);
  } catch (const base::Error& error) {
    throw base::Error(error.code(), "'" + file.string() + "': " + error.message(),
                      "this file is the memory of a signer: restore it from a copy, do not begin a new one");
  }
}

std::optional<Checkpoint> SignerMemory::last(const std::string& origin) const {
  const auto found = last_.find(origin);
  return found == last_.end() ? std::nullopt : std::optional(found->second);
}

void SignerMemory::require_extends(const std::string& origin, const Tree& tree, std::uint64_t n_leaves) const {
  const auto before = last(origin);
  if (!before) return;
  const std::string signed_before = "a checkpoint of " + std::to_string(before->size) + " entries was signed before";
  if (before->size > n_leaves) {
    throw base::Error(base::Code::refused, signed_before + ", and this one has only " + std::to_string(n_leaves),
                      "the record was rolled back: keep both, and ask for the missing entries");
  }
  if (tree.root(before->size) != before->root) {
    throw base::Error(base::Code::refused, signed_before + " for other entries than these",
                      "the record was forked: prove it with solemn transcript prove fork");
  }
}

void SignerMemory::remember(const Checkpoint& checkpoint) {
  last_[checkpoint.origin] = checkpoint;
  Json items = Json::array();
  for (const auto& [origin, last] : last_) {
    items.push_back({{"origin", origin}, {"root", sign::to_base64(last.root)}, {"size", last.size}});
  }
  const std::string text = canonical(Json{{"checkpoints", items}, {"format", kFormat}}) + "\n";
  base::write_file(file_, base::as_bytes(text), base::Overwrite::yes, base::Privacy::secret);
}

}  // namespace solemn::transcript
