#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/file_internal.hpp"

namespace solemn::base {

namespace internal {

void read_exactly(int descriptor, const Path& path, std::uint64_t offset_bytes, MutableByteSpan out) {
  constexpr std::size_t kMaxCall = std::size_t{1} << 30;
  const std::uint64_t end = checked_add(offset_bytes, out.size());
  if (end > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max())) {
    throw Error(Code::malformed, quoted(path) + " ends before byte " + std::to_string(end));
  }
  std::size_t done = 0;
  while (done < out.size()) {
    const std::size_t wanted = std::min(out.size() - done, kMaxCall);
    const ssize_t got = pread(descriptor, out.data() + done, wanted, static_cast<off_t>(offset_bytes + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("read", path, errno);
    if (got == 0) {
      throw Error(Code::malformed, quoted(path) + " ends at byte " + std::to_string(offset_bytes + done) +
                                       ", expected " + std::to_string(end) + " bytes or more");
    }
    done += static_cast<std::size_t>(got);
  }
}

}  // namespace internal

using internal::quoted;

// O_NONBLOCK: opening a named pipe must not hang; it has no effect on regular files.
InputFile::InputFile(const Path& path) : path_(path) {
  descriptor_ = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) throw internal::system_error("open", path, errno);
  struct stat info {};
  const int status = fstat(descriptor_, &info);
  const int reason = errno;
  if (status == 0 && S_ISREG(info.st_mode)) {
    size_ = static_cast<std::uint64_t>(info.st_size);
    return;
  }
  close(descriptor_);
  if (status != 0) throw internal::system_error("open", path, reason);
  if (S_ISDIR(info.st_mode)) {
    throw Error(Code::io, "cannot read " + quoted(path) + ": it is a folder", "name a file inside it");
  }
  throw Error(Code::io, "cannot read " + quoted(path) + ": not a regular file", "copy its content to a file first");
}

InputFile::~InputFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

InputFile::InputFile(InputFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_) {}

InputFile& InputFile::operator=(InputFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_, other.size_);
  return *this;
}

void InputFile::read_at(std::uint64_t offset_bytes, MutableByteSpan out) const {
  internal::read_exactly(descriptor_, path_, offset_bytes, out);
}

std::size_t read_stream(const std::string& source, MutableByteSpan out, Wait wait) {
  const bool from_stdin = source == "-";
  const int flags = O_RDONLY | O_CLOEXEC | (wait == Wait::no ? O_NONBLOCK : 0);
  const int descriptor = from_stdin ? STDIN_FILENO : open(source.c_str(), flags);
  if (descriptor < 0 && wait == Wait::no) return 0;
  if (descriptor < 0) throw internal::system_error("open", source, errno);
  std::size_t filled = 0;
  int reason = 0;
  while (filled < out.size()) {
    const ssize_t got = read(descriptor, out.data() + filled, out.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) reason = errno;
    if (got <= 0) break;
    filled += static_cast<std::size_t>(got);
  }
  if (!from_stdin) close(descriptor);
  if (reason != 0 && wait == Wait::yes) throw internal::system_error("read", source, reason);
  return filled;
}

Bytes read_file(const Path& path, std::uint64_t max_bytes) {
  const InputFile file(path);
  if (file.size() > max_bytes) {
    throw Error(Code::malformed, quoted(path) + " has " + human_bytes(file.size()) + ", more than the " +
                                     human_bytes(max_bytes) + " that such a file may have");
  }
  Bytes bytes(file.size());
  file.read_at(0, bytes);
  return bytes;
}

bool same_file(const Path& a, const Path& b) {
  struct stat of_a {};
  struct stat of_b {};
  if (stat(a.c_str(), &of_a) != 0 || stat(b.c_str(), &of_b) != 0) return false;
  return of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

void require_different_files(const Path& in, const Path& out) {
  if (same_file(in, out)) {
    throw Error(Code::refused, "input and output are the same file: " + quoted(in), "give the output another name");
  }
}

void require_different_outputs(const Path& a, const Path& b) {
  std::error_code failed;
  const Path full_a = std::filesystem::weakly_canonical(a, failed),
             full_b = std::filesystem::weakly_canonical(b, failed);
  if (same_file(a, b) || (!full_a.empty() && full_a == full_b)) {
    throw Error(Code::refused, "two outputs are the same file: " + quoted(a), "give each its own name");
  }
}

void occupy_standard_descriptors() noexcept {
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(number, F_GETFD) >= 0 || errno != EBADF) continue;
    // The wrong way round: reading from standard input, writing to the others, must go on failing. The lowest free
    // number is the one we are looking at.
    (void)open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace solemn::base
