#pragma once
// A store in a folder: contents under their SHA-256, written once, and the append-only names. docs/store.md.
#include <memory>

#include "base/file_append.hpp"
#include "base/progress.hpp"
#include "base/verdict.hpp"
#include "store/names.hpp"

namespace solemn::store {

/// Where things lie in a store.
struct Layout {
  base::Path folder;
  base::Path names() const { return folder / "names"; }
  base::Path lock() const { return folder / "lock"; }
  base::Path uploads() const { return folder / "uploads"; }  // to buckets, begun and not ended
  base::Path objects() const { return folder / "objects"; }
  base::Path object(const base::Hash32& digest) const { return folder / object_place(digest); }
};

/// Of a whole file, in blocks.
base::Hash32 digest_of(const base::InputFile& file, base::Progress& progress);

/// The names, checked. Throws Error{usage} when the folder is no store, Error{malformed}.
Names read_names(const base::Path& folder);

/// A writer: one at a time, waits for nobody.
class Writer {
 public:
  /// Makes the folder when it is not there or empty. Throws Error{usage} when it holds something else, Error{io} while
  /// another process writes.
  explicit Writer(const base::Path& folder);

  struct Put {
    NamedObject object;
    bool content_was_there = false, name_was_there = false;
  };
  /// The content under its SHA-256, then its name. A content that is there is read again and must be right.
  /// Throws Error{usage}: not a name; Error{refused}: the name has another content; Error{rejected}: what lies under
  /// this SHA-256 is something else; Error{io}: the file changed while it was read.
  Put put(const base::Path& file, const std::string& name, std::int64_t time, base::Progress& progress);
  /// As put(), for a line of another store: its digest is required of the file, its time is kept.
  Put put_as(const base::Path& file, const NamedObject& object, base::Progress& progress);
  const Names& names() const noexcept { return names_; }

 private:
  bool store_content(const base::InputFile& file, const base::Hash32& digest, base::Progress& progress);
  bool store_name(const NamedObject& object);
  Layout layout_;
  std::unique_ptr<base::FileLock> lock_;
  std::unique_ptr<base::AppendFile> file_;
  Names names_;
};

/// What a person typed: a SHA-256 or a name of this store. Throws Error{usage}: neither is here.
NamedObject find_object(const base::Path& folder, std::string_view digest_or_name);
/// Copies a content out, hashed on the way. Throws Error{rejected} when it is not what its name says (nothing is
/// written then).
void get(const base::Path& folder, const NamedObject& object, const base::Path& out, base::Overwrite overwrite,
         base::Progress& progress);

/// Every content read, every name looked up. `head`: a chain value noted earlier, which must be in the names; nullptr:
/// not asked.
base::Verdict verify(const base::Path& folder, const base::Hash32* head, base::Progress& progress);

}  // namespace solemn::store
