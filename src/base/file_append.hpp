#pragma once
// A file of lines that only grows, for one writer at a time, and a lock for what spans several files.
#include "base/file.hpp"

namespace solemn::base {

/// Holds an exclusive lock on a file of its own (created when missing, never removed) until the end of its life.
class FileLock {
 public:
  /// Throws Error{io} "another process ..." when somebody holds it, or when the file cannot be made.
  explicit FileLock(const Path& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_ = -1;
};

/// An existing regular file, locked against other AppendFiles. A line is on the disk, flushed, before its newline is
/// written, and the newline is flushed before append_line() returns: after a power cut or kill -9 everything up to the
/// last newline was written in full, and what follows it was never reported as written.
class AppendFile {
 public:
  /// Throws Error{io}: missing, not a regular file (links are not followed), not writable, or locked by another
  /// process.
  explicit AppendFile(const Path& path);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  std::uint64_t size() const;
  /// REQUIRES: no newline in the line, and the file is empty or ends in one. On an error the file is cut back where it
  /// can be, and Error{io} thrown.
  void append_line(std::string_view line);
  /// Removes what lies at and after this offset.  REQUIRES: size_bytes <= size().
  void cut(std::uint64_t size_bytes);

 private:
  void write_flushed(std::uint64_t offset_bytes, std::string_view text);
  Path path_;
  int descriptor_ = -1;
};

}  // namespace solemn::base
