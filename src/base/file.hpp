#pragma once
// The only code that opens files. Inputs are read at offsets (never mapped: a file cut while we read must be an error,
// not a signal); outputs appear under their name complete or not at all.
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace solemn::base {

using Path = std::filesystem::path;

/// A regular file, open for reading. Safe to read from several threads at once. The size is fixed at opening.
class InputFile {
 public:
  /// Throws Error{io} with a hint when it does not exist, is a directory or not readable.
  explicit InputFile(const Path& path);
  ~InputFile();
  InputFile(InputFile&&) noexcept;
  InputFile& operator=(InputFile&&) noexcept;
  const Path& path() const noexcept { return path_; }
  std::uint64_t size() const noexcept { return size_; }
  /// Fills out from offset_bytes; throws Error{io} on a read error and Error{malformed} when the file ends before.
  void read_at(std::uint64_t offset_bytes, MutableByteSpan out) const;

 private:
  Path path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

enum class Overwrite : std::uint8_t { no, yes };
enum class Privacy : std::uint8_t { normal, secret };  // secret: mode 0600
/// What becomes of a file that was not committed: removed, or kept under `.NAME.unfinished` for a later run to go on
/// with.
enum class Unfinished : std::uint8_t { remove, keep };

/// A file in the making: a temporary name in the same folder; commit() = flush, fsync, rename, fsync of the folder.
/// Without commit() the destructor removes it. Created lazily at the first write. A symbolic link is followed: the file
/// it points to is replaced. Not for several threads at once, except write_at() and read_at() beside each other and
/// beside write(), each at a place of its own.
class OutputFile {
 public:
  /// Throws Error{usage} when the path exists and overwrite is no, Error{io} when the folder is missing or not
  /// writable.
  OutputFile(const Path& path, Overwrite overwrite, Privacy privacy = Privacy::normal,
             Unfinished unfinished = Unfinished::remove);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  const Path& path() const noexcept { return path_; }
  void write(ByteSpan bytes);  // appends at position()
  void write_at(std::uint64_t offset_bytes,
                ByteSpan bytes);  // random access, position() unchanged; may extend the file
  void read_at(std::uint64_t offset_bytes, MutableByteSpan out);  // read back what was written (flushes first)
  std::uint64_t position() const noexcept;
  void seek(std::uint64_t offset_bytes);
  /// Where the unfinished bytes are, for a reader that verifies them before commit(). Flushes first.
  Path temporary_path();
  void commit();
  /// commit() for outputs that belong together: all are complete on the disk before the first has its name, and a
  /// folder is flushed once.
  static void commit_together(std::initializer_list<OutputFile*> files);

  /// For Unfinished::keep. size_on_disk(): what an earlier run left (0: nothing; throws Error{io} while another process
  /// is at it). start_again() forgets that; discard() also removes the name in the end. sync(): what was written so far
  /// is on the disk, also after a power cut.
  std::uint64_t size_on_disk();
  void start_again();
  void discard();
  void sync();
  /// The same on a thread of its own, beside whatever is done next; commit() waits for it, and is left with what was
  /// written since. For a file that is nearly complete. Does nothing when the system gives no thread.
  void begin_sync();

 private:
  struct State;
  /// The two halves of commit(): everything on the disk, then the name.
  void complete();
  void take_name();
  Path path_;
  State* state_;
};

/// Removes what earlier runs that were killed left behind for this output: `.NAME.*.part` beside it, regular, ours, and
/// not locked by a running writer. Called by OutputFile when it creates its temporary file. Returns how many were
/// removed; never throws.
std::size_t remove_stale_parts(const Path& output) noexcept;

/// Reads from anything that gives bytes (device, pipe, file; "-": standard input) until `out` is full or it ends;
/// returns how many. Wait::no takes only what a device has at once, and 0 when there is no device. Throws Error{io}
/// otherwise.
enum class Wait : std::uint8_t { yes, no };
std::size_t read_stream(const std::string& source, MutableByteSpan out, Wait wait = Wait::yes);

/// Small whole-file helpers with a hard limit; read_file throws Error{malformed} when the file is larger than
/// max_bytes.
Bytes read_file(const Path& path, std::uint64_t max_bytes);
void write_file(const Path& path, ByteSpan bytes, Overwrite overwrite, Privacy privacy = Privacy::normal);

/// Same inode (also through links). A path that does not exist is the same as nothing.
bool same_file(const Path& a, const Path& b);
/// Throws Error{refused}: "input and output are the same file".
void require_different_files(const Path& in, const Path& out);
/// Throws Error{refused} when two outputs of one command would be the same file, whether it exists or not.
void require_different_outputs(const Path& a, const Path& b);

/// Standard descriptors (0 to 2) that the caller closed are taken, so that no file of ours gets such a number and is
/// then written over by what is meant for people. Their use fails as before. Call first in main().
void occupy_standard_descriptors() noexcept;

std::uint64_t free_disk_bytes(const Path& folder);
/// MemAvailable, also bounded by the control group's and ulimit's limit where there is one.
std::uint64_t available_memory_bytes();
/// The same, from a copy of proc/ and sys/ under `system_root`, and without ulimit's limits.
std::uint64_t available_memory_bytes(const Path& system_root);
/// Throws Error{io} naming what is needed and what is there, before a long run starts.
void require_disk(const Path& output, std::uint64_t needed_bytes);
void require_memory(std::uint64_t needed_bytes, std::string_view what);

}  // namespace solemn::base
