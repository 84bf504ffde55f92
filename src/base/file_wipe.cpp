#include "base/file_wipe.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/file_internal.hpp"

namespace solemn::base {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int number() const noexcept { return number_; }

 private:
  int number_;
};

void overwrite(int descriptor, const Path& path, std::uint64_t size_bytes) {
  static constexpr std::array<std::byte, 1 << 16> kZeros{};
  for (std::uint64_t at = 0; at < size_bytes;) {
    const std::size_t want = static_cast<std::size_t>(std::min<std::uint64_t>(kZeros.size(), size_bytes - at));
    const ssize_t done = pwrite(descriptor, kZeros.data(), want, static_cast<off_t>(at));
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) throw internal::system_error("overwrite", path, errno);
    at += static_cast<std::uint64_t>(done);
  }
  if (fsync(descriptor) != 0) throw internal::system_error("flush", path, errno);
}

}  // namespace

std::uint64_t overwrite_and_remove(const Path& path) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (file.number() < 0 && errno != ELOOP) throw internal::system_error("open", path, errno);
  struct stat info {};
  if (file.number() < 0 || fstat(file.number(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_nlink != 1) {
    throw Error(Code::refused, internal::quoted(path) + " is a link, has another name, or is no regular file",
                "give the file itself, and every name of it");
  }
  const auto size_bytes = static_cast<std::uint64_t>(info.st_size);
  overwrite(file.number(), path, size_bytes);
  if (unlink(path.c_str()) != 0) throw internal::system_error("remove", path, errno);
  return size_bytes;
}

}  // namespace solemn::base
