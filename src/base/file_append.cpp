#include "base/file_append.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/file_internal.hpp"

namespace solemn::base {

using internal::quoted;
using internal::system_error;

namespace {

// Closes the descriptor when it throws.
void lock_or_throw(int descriptor, const Path& path) {
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return;
  const int reason = errno;
  close(descriptor);
  if (reason == EWOULDBLOCK) throw Error(Code::io, "another process is writing " + quoted(path), "wait for it to end");
  throw system_error("lock", path, reason);
}

}  // namespace

FileLock::FileLock(const Path& path) {
  descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
  if (descriptor_ < 0) throw system_error("lock", path, errno);
  lock_or_throw(descriptor_, path);
}

FileLock::~FileLock() { close(descriptor_); }

AppendFile::AppendFile(const Path& path) : path_(path) {
  descriptor_ = open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor_ < 0) throw system_error("append to", path, errno);
  struct stat info {};
  if (fstat(descriptor_, &info) != 0 || !S_ISREG(info.st_mode)) {
    close(descriptor_);
    throw Error(Code::io, "cannot append to " + quoted(path) + ": not a regular file");
  }
  lock_or_throw(descriptor_, path);
}

AppendFile::~AppendFile() { close(descriptor_); }

std::uint64_t AppendFile::size() const {
  struct stat info {};
  if (fstat(descriptor_, &info) != 0) throw system_error("read", path_, errno);
  return static_cast<std::uint64_t>(info.st_size);
}

void AppendFile::write_flushed(std::uint64_t offset_bytes, std::string_view text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t put =
        pwrite(descriptor_, text.data() + done, text.size() - done, static_cast<off_t>(offset_bytes + done));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) throw system_error("write", path_, put < 0 ? errno : ENOSPC);
    done += static_cast<std::size_t>(put);
  }
  if (fsync(descriptor_) != 0) throw system_error("write", path_, errno);
}

void AppendFile::append_line(std::string_view line) {
  ASSERT(line.find('\n') == std::string_view::npos);
  const std::uint64_t begin = size();
  try {
    write_flushed(begin, line);
    write_flushed(begin + line.size(), "\n");
  } catch (const Error&) {
    (void)!ftruncate(descriptor_, static_cast<off_t>(begin));  // else a torn line stays, which readers know
    throw;
  }
}

void AppendFile::cut(std::uint64_t size_bytes) {
  ASSERT(size_bytes <= size());
  if (ftruncate(descriptor_, static_cast<off_t>(size_bytes)) != 0 || fsync(descriptor_) != 0) {
    throw system_error("cut", path_, errno);
  }
}

}  // namespace solemn::base
