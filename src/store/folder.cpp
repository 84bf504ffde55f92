#include "store/folder.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>

#include "base/blocks.hpp"
#include "base/error.hpp"
#include "hash/sha256.hpp"

namespace solemn::store {

using base::Code;
using base::Error;
using base::Hash32;
using base::InputFile;
using base::Path;

namespace fs = std::filesystem;

namespace {

std::string quoted(const Path& path) { return "'" + base::printable(path.string()) + "'"; }

/// Every block of the file, in order; returns the SHA-256 of what was handed over.
Hash32 each_block(const InputFile& file, base::Progress& progress, const std::function<void(base::ByteSpan)>& take) {
  hash::Sha256 sha;
  base::for_each_block(file, progress, [&](base::ByteSpan block) {
    sha.update(block);
    if (take) take(block);
  });
  return sha.finish();
}

void make_folder(const Path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) throw Error(Code::io, "cannot make " + quoted(folder) + ": " + failed.message());
}

bool is_folder_itself(const Path& path) {
  std::error_code failed;
  return fs::symlink_status(path, failed).type() == fs::file_type::directory;
}

/// A new store, or one that is there.
void begin(const Layout& layout) {
  std::error_code failed;
  if (fs::exists(layout.names(), failed)) return;
  if (fs::exists(layout.folder, failed) && !fs::is_empty(layout.folder, failed) && !fs::exists(layout.lock(), failed))
    throw Error(Code::usage, quoted(layout.folder) + " holds other things and is not a store",
                "name a folder that does not exist yet, or a store");
  make_folder(layout.objects());
}

void require_named(const NamedObject& object) {
  if (!is_good_name(object.name))
    throw Error(Code::usage, "'" + base::printable(object.name) + "' cannot be a name in a store",
                "letters, digits and ._-+@=, in parts joined by '/', no part beginning with a dot: --name NAME");
}

/// The bytes that lie under a digest, opened; the folders on the way must be folders and it a file, not links.
InputFile open_object(const Layout& layout, const Hash32& digest) {
  const Path path = layout.object(digest);
  std::error_code failed;
  const bool plain = is_folder_itself(layout.objects()) && is_folder_itself(path.parent_path()) &&
                     fs::symlink_status(path, failed).type() == fs::file_type::regular;
  if (!plain)
    throw Error(Code::rejected, "the store has no file " + quoted(path),
                "fetch it from a mirror, and put it again: solemn store fetch --help");
  return InputFile(path);
}

}  // namespace

Hash32 digest_of(const InputFile& file, base::Progress& progress) { return each_block(file, progress, {}); }

Names read_names(const Path& folder) {
  const Layout layout{folder};
  std::error_code failed;
  if (!fs::is_regular_file(layout.names(), failed))
    throw Error(Code::usage, quoted(folder) + " is not a store: it has no file 'names'",
                "solemn store put makes one: solemn store put --help");
  try {
    return parse_names(base::as_text(base::read_file(layout.names(), kMaxNamesBytes)));
  } catch (const Error& error) {
    if (error.code() != Code::malformed) throw;
    throw error.with_context(quoted(folder));
  }
}

Writer::Writer(const Path& folder) : layout_{folder} {
  begin(layout_);
  lock_ = std::make_unique<base::FileLock>(layout_.lock());
  std::error_code failed;
  if (!fs::exists(layout_.names(), failed)) base::write_file(layout_.names(), {}, base::Overwrite::no);
  file_ = std::make_unique<base::AppendFile>(layout_.names());
  names_ = read_names(folder);
  if (file_->size() != names_.whole_bytes) file_->cut(names_.whole_bytes);  // a line that was never finished
}

bool Writer::store_content(const InputFile& file, const Hash32& digest, base::Progress& progress) {
  const Path path = layout_.object(digest);
  std::error_code failed;
  if (fs::symlink_status(path, failed).type() != fs::file_type::not_found) {
    if (each_block(open_object(layout_, digest), progress, {}) != digest)
      throw Error(Code::rejected, quoted(path) + " is damaged: its bytes are not those of its name",
                  "move it away, then put the file again; solemn store verify shows all that is wrong");
    return true;
  }
  make_folder(path.parent_path());
  if (!is_folder_itself(path.parent_path()) || !is_folder_itself(layout_.objects()))
    throw Error(Code::rejected, quoted(path.parent_path()) + " is a link", "a store has folders of its own");
  base::require_disk(path, file.size());
  base::OutputFile out(path, base::Overwrite::no);
  out.write({});
  if (each_block(file, progress, [&](base::ByteSpan block) { out.write(block); }) != digest)
    throw Error(Code::io, quoted(file.path()) + " changed while it was read", "put it when nobody writes to it");
  fs::permissions(out.temporary_path(), fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
  out.commit();
  return false;
}

bool Writer::store_name(const NamedObject& object) {
  if (const NamedObject* const old = names_.find(object.name)) {
    if (old->digest == object.digest) return true;
    throw Error(Code::refused, "'" + object.name + "' is already the name of " + base::to_hex(old->digest),
                "a name is given once: choose another one with --name NAME");
  }
  const std::string line = write_line(names_.head(), object);
  if (names_.whole_bytes + line.size() + 1 > kMaxNamesBytes)
    throw Error(Code::refused, "the store is full: its names reached 64 MiB", "begin another store");
  file_->append_line(line);
  names_.heads.push_back(*parse_digest(std::string_view(line).substr(0, 64)));
  names_.objects.push_back(object);
  names_.whole_bytes += line.size() + 1;
  return false;
}

Writer::Put Writer::put(const Path& path, const std::string& name, std::int64_t time, base::Progress& progress) {
  NamedObject object{{}, 0, time, name};
  require_named(object);
  const InputFile file(path);
  progress.phase("reading", file.size(), "bytes");
  object.digest = digest_of(file, progress);
  object.size_bytes = file.size();
  return put_as(path, object, progress);
}

Writer::Put Writer::put_as(const Path& path, const NamedObject& object, base::Progress& progress) {
  require_named(object);
  if (const NamedObject* const old = names_.find(object.name); old != nullptr && old->digest != object.digest)
    (void)store_name(object);  // refuses, before anything is written
  const InputFile file(path);
  if (file.size() != object.size_bytes)
    throw Error(Code::rejected, quoted(path) + " has " + std::to_string(file.size()) + " bytes, not " +
                                    std::to_string(object.size_bytes));
  progress.phase("writing", file.size(), "bytes");
  const bool content_was_there = store_content(file, object.digest, progress);
  const bool name_was_there = store_name(object);
  return {*names_.find(object.name), content_was_there, name_was_there};
}

NamedObject find_object(const Path& folder, std::string_view digest_or_name) {
  const Names names = read_names(folder);
  const auto digest = parse_digest(digest_or_name);
  const NamedObject* const found = digest ? names.find(*digest) : names.find(digest_or_name);
  if (found == nullptr)
    throw Error(Code::usage, quoted(folder) + " has nothing called '" + base::printable(digest_or_name) + "'",
                "what it has: solemn store list " + base::shell_word(folder.string()));
  return *found;
}

void get(const Path& folder, const NamedObject& object, const Path& out, base::Overwrite overwrite,
         base::Progress& progress) {
  const InputFile in = open_object(Layout{folder}, object.digest);
  base::require_different_files(in.path(), out);
  base::OutputFile file(out, overwrite);
  base::require_disk(out, in.size());
  progress.phase("reading", in.size(), "bytes");
  file.write({});
  if (each_block(in, progress, [&](base::ByteSpan block) { file.write(block); }) != object.digest)
    throw Error(Code::rejected, quoted(in.path()) + " is damaged: its bytes are not those of its name",
                "see all that is wrong: solemn store verify " + base::shell_word(folder.string()));
  file.commit();
}

}  // namespace solemn::store
