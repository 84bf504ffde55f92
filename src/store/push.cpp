#include "store/push.hpp"

#include <set>

#include "base/error.hpp"
#include "base/time.hpp"
#include "hash/sha256.hpp"
#include "store/folder.hpp"
#include "store/push_parts.hpp"

namespace solemn::store {

using base::Code;
using base::Error;
using base::Hash32;

namespace {

[[noreturn]] void damaged(const base::Path& folder, const base::InputFile& file) {
  throw Error(Code::rejected, "'" + file.path().string() + "' is damaged: its bytes are not those of its name",
              "see all that is wrong: solemn store verify " + base::shell_word(folder.string()));
}

Pushed push_to_folder(const base::Path& folder, const Names& names, const base::Path& to, base::Progress& progress) {
  std::error_code failed;
  if (std::filesystem::equivalent(folder, to, failed)) throw Error(Code::refused, "a store is not pushed to itself");
  Writer writer(to);
  if (!names.contains_head(writer.names().head()))
    throw Error(Code::refused, "'" + to.string() + "' has other names: they are not a beginning of those here",
                "the two stores went different ways: solemn store list shows each");
  Pushed pushed;
  for (const NamedObject& object : names.objects) {
    const base::InputFile file(Layout{folder}.object(object.digest));
    progress.phase("reading", file.size(), "bytes");
    if (digest_of(file, progress) != object.digest) damaged(folder, file);
    const bool was_there = writer.put_as(Layout{folder}.object(object.digest), object, progress).content_was_there;
    (was_there ? pushed.n_there : pushed.n_written) += 1;
    if (!was_there) pushed.written_bytes += object.size_bytes;
  }
  return pushed;
}

class BucketPush {
 public:
  BucketPush(const base::Path& folder, const std::string& to, const PushOptions& options, base::Progress& progress)
      : folder_(folder), bucket_(to), options_(options), progress_(progress) {
    limits_.stall_seconds = options.stall_seconds;
    limits_.max_bytes = 4 << 20;
  }

  void object(const Hash32& digest) {
    const base::InputFile file(Layout{folder_}.object(digest));
    const Digests digests = read(file);
    if (digests.whole != digest) damaged(folder_, file);
    content(file, digests);
  }
  /// Whatever is in it.
  void text(const base::InputFile& file) {
    const Digests digests = read(file);
    pushed.names_digest = digests.whole;
    content(file, digests);
  }

  Pushed pushed;

 private:
  Digests read(const base::InputFile& file) {
    progress_.phase("reading", file.size(), "bytes");
    return digests_of(file, options_.part_bytes, progress_);
  }

  void content(const base::InputFile& file, const Digests& digests) {
    const std::string key = object_place(digests.whole);
    const internal::PartsPush parts{bucket_, folder_, key, options_.part_bytes, options_.retention, limits_, progress_};
    auto stored = bucket_.look(key, limits_, progress_);
    bool written = false;
    if (stored) {
      internal::drop_unfinished(parts);
    } else {
      progress_.phase("sending", file.size(), "bytes");
      written = send(parts, file, digests);
      stored = bucket_.look(key, limits_, progress_);
      if (!stored) throw Error(Code::io, bucket_.shown(key) + ": it was written and is not there");
    }
    check(key, file.size(), digests, *stored);
    (written ? pushed.n_written : pushed.n_there) += 1;
    if (written) pushed.written_bytes += file.size();
  }

  bool send(const internal::PartsPush& parts, const base::InputFile& file, const Digests& digests) {
    if (digests.parts.empty())
      return bucket_.put(parts.key, file, digests.whole, options_.retention, limits_, progress_);
    const internal::SentInParts sent = internal::send_in_parts(parts, file, digests);
    pushed.resumed_bytes += sent.resumed_bytes;
    return sent.written;
  }

  void check(const std::string& key, std::uint64_t size_bytes, const Digests& digests, const Stored& stored) {
    if (stored.size_bytes != size_bytes) other_bytes(key, std::to_string(stored.size_bytes) + " bytes");
    if (!is_known_good(digests, stored)) {
      const bool read_it = !stored.sha256 || stored.sha256_of_parts;  // perhaps other parts, of the same bytes
      if (read_it) ++pushed.n_read_back;
      const Hash32 found = read_it ? read_back(key, size_bytes) : *stored.sha256;
      if (found != digests.whole) other_bytes(key, "SHA-256 " + base::to_hex(found));
    }
    if (options_.retention) check_retention(key, stored);
  }

  /// By the checksum that the server gives. Some say that of the parts without saying that it is.
  static bool is_known_good(const Digests& digests, const Stored& stored) {
    if (!stored.sha256) return false;
    if (!digests.parts.empty() && *stored.sha256 == digests.of_parts()) return true;
    return !stored.sha256_of_parts && *stored.sha256 == digests.whole;
  }

  void check_retention(const std::string& key, const Stored& stored) const {
    const Retention& wanted = *options_.retention;
    const bool mode = stored.lock_mode == "COMPLIANCE" ||
                      (wanted.mode == RetentionMode::governance && stored.lock_mode == name(wanted.mode));
    if (mode && stored.locked_until && *stored.locked_until >= wanted.until) return;
    const std::string has = stored.lock_mode.empty()
                                ? "the server shows no lock on it"
                                : base::printable(stored.lock_mode) + " until " +
                                      (stored.locked_until ? base::utc(*stored.locked_until) : "no time that it shows");
    throw Error(Code::rejected, bucket_.shown(key) + " is not locked as asked: " + has,
                "the bucket needs object lock, and you s3:PutObjectRetention and s3:GetObjectRetention; what was there "
                "before is locked with the vendor's tool");
  }

  Hash32 read_back(const std::string& key, std::uint64_t size_bytes) const {
    hash::Sha256 sha;
    net::Limits limits = limits_;
    limits.max_bytes = size_bytes;
    progress_.phase("reading back", size_bytes, "bytes");
    const net::Receiver to{
        [&](const net::Head& head) {
          if (head.status != 200)
            throw Error(Code::io, bucket_.shown(key) + ": cannot be read back: status " + std::to_string(head.status));
        },
        [&](base::ByteSpan piece) {
          sha.update(piece);
          progress_.advance(piece.size());
        }};
    (void)net::exchange(bucket_.get(key, 0), limits, to, progress_);
    return sha.finish();
  }

  [[noreturn]] void other_bytes(const std::string& key, const std::string& what) const {
    throw Error(Code::rejected, bucket_.shown(key) + " is something else: it has " + what,
                "somebody replaced it, or it was never ours: ask for its versions with the vendor's tool");
  }

  const base::Path& folder_;
  Bucket bucket_;
  const PushOptions& options_;
  base::Progress& progress_;
  net::Limits limits_;
};

Pushed push_to_bucket(const base::Path& folder, const Names& names, const std::string& to, const PushOptions& options,
                      base::Progress& progress) {
  BucketPush push(folder, to, options, progress);
  std::set<Hash32> once;
  for (const NamedObject& object : names.objects) once.insert(object.digest);
  for (const Hash32& digest : once) push.object(digest);
  const base::InputFile text(Layout{folder}.names());
  if (text.size() != names.whole_bytes)
    throw Error(Code::io, "'" + text.path().string() + "' is being written, or its last line never was finished",
                "solemn store put, then push again");
  push.text(text);
  return push.pushed;
}

}  // namespace

Pushed push(const base::Path& folder, const std::string& to, const PushOptions& options, base::Progress& progress) {
  const Names names = read_names(folder);
  if (is_s3(to)) return push_to_bucket(folder, names, to, options, progress);
  if (to.find("://") != std::string::npos)
    throw Error(Code::usage, "'" + net::origin_of(to) + "' takes no files",
                "push to a folder or to s3://BUCKET/PREFIX");
  if (options.retention)
    throw Error(Code::usage, "a folder cannot lock files until a time",
                "--retain-until is for buckets with object lock");
  return push_to_folder(folder, names, to, progress);
}

}  // namespace solemn::store
