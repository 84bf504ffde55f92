#pragma once
// The names of a store: an append-only text, each line chained to those before it. docs/store.md has the layout.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace solemn::store {

constexpr std::uint64_t kMaxNamesBytes = 64 << 20;
constexpr std::size_t kMaxNameBytes = 200;

/// SHA-256 of a content: 64 lower-case hex digits in files, either case from people. nullopt otherwise.
std::optional<base::Hash32> parse_digest(std::string_view hex);

/// Parts of letters, digits and "._-+@=,", joined by '/'; no part begins with '.', none is empty: never a way out of a
/// folder. At most kMaxNameBytes.
bool is_good_name(std::string_view name) noexcept;

/// "objects/ab/ab..." : where a content lies, below a folder, an address or a bucket's prefix.
std::string object_place(const base::Hash32& digest);

struct NamedObject {
  base::Hash32 digest{};
  std::uint64_t size_bytes = 0;
  std::int64_t time = 0;  // Unix seconds, as the writer's clock said
  std::string name;
};

/// The parsed text. heads[i] is the chain value of line i: SHA-256 of the value before it (32 zero bytes at first) and
/// the rest of the line without its newline.
struct Names {
  std::vector<NamedObject> objects;
  std::vector<base::Hash32> heads;
  std::uint64_t whole_bytes = 0;  // up to the last newline; what follows was never reported as written

  base::Hash32 head() const { return heads.empty() ? base::Hash32{} : heads.back(); }
  const NamedObject* find(std::string_view name) const noexcept;
  const NamedObject* find(const base::Hash32& digest) const noexcept;
  /// Is `head` the value after some number of these lines (also none)?
  bool contains_head(const base::Hash32& head) const noexcept;
};

/// Throws Error{malformed} naming the line: a chain value that does not follow, a bad or repeated name, one digest with
/// two sizes.
Names parse_names(std::string_view text);
/// "HEAD SHA256 SIZE TIME NAME" without the newline. REQUIRES: a good name.
std::string write_line(const base::Hash32& previous_head, const NamedObject& object);
/// All lines, each with its newline.
std::string write_names(const Names& names);

}  // namespace solemn::store
