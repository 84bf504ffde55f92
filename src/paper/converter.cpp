#include "paper/converter.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <ctime>

#include "base/error.hpp"
#include "base/file.hpp"
#include "paper/guarded_buffer.hpp"

namespace solemn::paper {

using base::Code;
using base::Error;

namespace {

constexpr rlim_t kMemoryBytes = rlim_t{2} << 30, kProcessorSeconds = 60;
constexpr int kSeconds = 120;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {
    if (number < 0) throw Error(Code::io, "cannot open what a converter needs");
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { ::close(number_); }
  int number() const noexcept { return number_; }

 private:
  int number_;
};

/// Secret bytes as a file that is nowhere on disk; zeroed in the end.
class MemoryFile {
 public:
  explicit MemoryFile(base::ByteSpan content) : file_(memfd_create("solemn", MFD_CLOEXEC)), size_(content.size()) {
    while (!content.empty()) {
      const ssize_t n = ::write(file_.number(), content.data(), content.size());
      if (n <= 0) throw Error(Code::io, "no memory for the input of a converter");
      content = content.subspan(static_cast<std::size_t>(n));
    }
    ::lseek(file_.number(), 0, SEEK_SET);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() {
    void* const memory = mmap(nullptr, size_ + 1, PROT_READ | PROT_WRITE, MAP_SHARED, file_.number(), 0);
    if (memory == MAP_FAILED) return;
    base::wipe(memory, size_);
    munmap(memory, size_ + 1);
  }
  int number() const noexcept { return file_.number(); }

 private:
  Descriptor file_;
  std::size_t size_;
};

std::string program_path(const Converter& converter) {
  for (const std::string folder : {"/usr/bin/", "/usr/local/bin/"})
    if (::access((folder + converter.program).c_str(), X_OK) == 0) return folder + converter.program;
  throw Error(Code::usage, "the program '" + converter.program + "' is needed to read this kind of file",
              "apt-get install " + converter.package);
}

void limit(__rlimit_resource resource, rlim_t value) {
  const rlimit both{value, value};
  (void)setrlimit(resource, &both);
}

/// In the child: calls that are safe after fork, then exec.
[[noreturn]] void become(const char* path, char* const* arguments, int in, int out) {
  limit(RLIMIT_AS, kMemoryBytes);
  limit(RLIMIT_CPU, kProcessorSeconds);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(in, 0);
  dup2(out, 1);
  dup2(nowhere, 2);
  close_range(3, ~0U, 0);
  std::array<char, 9> language{"LC_ALL=C"};
  std::array<char*, 2> environment{language.data(), nullptr};
  execve(path, arguments, environment.data());
  _exit(127);
}

class Child {
 public:
  Child(const std::string& path, const Converter& converter, int in, int out) {
    std::vector<std::string> words{converter.program};
    words.insert(words.end(), converter.arguments.begin(), converter.arguments.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    process_ = fork();
    if (process_ < 0) throw Error(Code::io, "cannot start '" + converter.program + "'");
    if (process_ == 0) become(path.c_str(), arguments.data(), in, out);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (process_ <= 0) return;
    kill(process_, SIGKILL);
    (void)wait();
  }
  int wait() {
    int status = 0;
    while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {}
    process_ = -1;
    return status;
  }

 private:
  pid_t process_ = -1;
};

int milliseconds_left(const timespec& start) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int>((kSeconds - (now.tv_sec - start.tv_sec)) * 1000);
}

}  // namespace

Converted convert(const Converter& converter, base::ByteSpan input, std::size_t max_output_bytes) {
  const std::string path = program_path(converter);
  const MemoryFile in(input);
  std::array<int, 2> ends{-1, -1};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw Error(Code::io, "cannot make a pipe");
  const Descriptor out(ends[0]);
  std::optional<Descriptor> childs_end(std::in_place, ends[1]);
  Child child(path, converter, in.number(), ends[1]);
  childs_end.reset();
  timespec start{};
  clock_gettime(CLOCK_MONOTONIC, &start);
  GuardedBuffer output(64 << 10);
  SecretBytes chunk(64 << 10);
  for (;;) {
    pollfd wanted{out.number(), POLLIN, 0};
    const int left = milliseconds_left(start);
    if (left <= 0) throw Error(Code::malformed, "'" + converter.program + "' takes too long over it");
    if (poll(&wanted, 1, left) <= 0) continue;
    const ssize_t n = ::read(out.number(), chunk.expose().data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw Error(Code::io, "cannot read from '" + converter.program + "'");
    if (n == 0) break;
    if (output.size() + static_cast<std::size_t>(n) > max_output_bytes)
      throw Error(Code::malformed, "'" + converter.program + "' makes too much of it");
    output.bytes(chunk.expose().first(static_cast<std::size_t>(n)));
  }
  const int status = child.wait();
  if (!WIFEXITED(status))
    throw Error(Code::malformed, "'" + converter.program + "' crashed, or it was too much for it");
  return {WEXITSTATUS(status), output.take()};
}

}  // namespace solemn::paper
