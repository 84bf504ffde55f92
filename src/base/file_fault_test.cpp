// What a power cut or kill -9 may leave behind: the old file, whole, and at most a left-over that the next run removes.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <random>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/file_test_folder.hpp"

namespace {
std::atomic<int> lost_writes{0};  // so many calls of fsync fail
/// What happened when: the end of the last write, the beginning of the last fsync of a file that did not fail.
std::atomic<int> now{0}, last_write{0}, last_sync{0};
std::atomic<bool> writes_wait_for_a_sync{false};
}  // namespace

/// These stand before the system's, also for the code under test.
extern "C" ssize_t pwrite(int descriptor, const void* bytes, size_t n_bytes, off_t offset) {
  for (int i = 0; i < 1'000'000 && writes_wait_for_a_sync && last_sync == 0; ++i) std::this_thread::yield();
  const auto written = static_cast<ssize_t>(syscall(SYS_pwrite64, descriptor, bytes, n_bytes, offset));
  last_write = ++now;
  return written;
}
extern "C" int fsync(int descriptor) {
  if (lost_writes > 0) {
    --lost_writes;
    errno = EIO;
    return -1;
  }
  struct stat info {};
  const bool is_file = fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode);
  const int began = ++now;
  const auto status = static_cast<int>(syscall(SYS_fsync, descriptor));
  if (is_file && status == 0) last_sync = began;
  return status;
}

namespace solemn::base {
namespace {

using Names = std::vector<std::string>;

constexpr std::size_t kFileBytes = 4 << 20;

// A file is whole when all its bytes are the same and it has the full length.
bool is_whole(const Path& path) {
  const Bytes bytes = read_file(path, kFileBytes);
  return bytes.size() == kFileBytes && std::equal(bytes.begin() + 1, bytes.end(), bytes.begin());
}

[[noreturn]] void overwrite_for_ever(const Path& path) {
  for (unsigned round = 0;; ++round) {
    OutputFile file(path, Overwrite::yes);
    const Bytes piece(kFileBytes / 16, static_cast<std::byte>(round));
    for (int i = 0; i < 16; ++i) file.write(piece);
    file.commit();
  }
}

TEST(FileFaults, a_killed_writer_leaves_the_old_file_whole) {
  const TestFolder folder;
  const Path out = folder / "out";
  write_file(out, Bytes(kFileBytes, std::byte{0xAA}), Overwrite::no);
  std::mt19937 random(7);
  int n_left_over = 0;
  for (int round = 0; round < 40; ++round) {
    const pid_t child = fork();
    if (child == 0) overwrite_for_ever(out);
    std::this_thread::sleep_for(std::chrono::microseconds(1000 + random() % 30000));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    ASSERT_TRUE(is_whole(out)) << "round " << round;
    const Names names = folder.names();
    ASSERT_LE(names.size(), 2U);  // never more than the last one's left-over
    n_left_over += names.size() == 2 ? 1 : 0;
  }
  EXPECT_GT(n_left_over, 0) << "no child was killed while it wrote: the test has shown nothing";
  write_file(out, Bytes(kFileBytes, std::byte{0xBB}), Overwrite::yes);
  EXPECT_EQ(folder.names(), Names{"out"});
  EXPECT_TRUE(is_whole(out));
}

// The system tells it to one caller only, here the thread beside: the second call succeeds.
TEST(FileFaults, a_write_that_was_lost_beside_is_told_at_commit) {
  const TestFolder folder;
  OutputFile file(folder / "out", Overwrite::no);
  file.write(Bytes(100, std::byte{7}));
  lost_writes = 1;
  file.begin_sync();
  try {
    file.commit();
    ADD_FAILURE() << "committed";
  } catch (const Error& error) { EXPECT_EQ(error.code(), Code::io); }
  EXPECT_EQ(lost_writes, 0);
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

TEST(FileFaults, of_files_that_belong_together_none_appears_when_one_is_lost) {
  const TestFolder folder;
  OutputFile first(folder / "first", Overwrite::no), second(folder / "second", Overwrite::no);
  first.write(as_bytes("1"));
  first.sync();
  second.write(as_bytes("2"));
  lost_writes = 1;
  EXPECT_THROW(OutputFile::commit_together({&first, &second}), Error);
  EXPECT_EQ(lost_writes, 0) << "the second was not synced";
  EXPECT_FALSE(std::filesystem::exists(folder / "first"));
  EXPECT_FALSE(std::filesystem::exists(folder / "second"));
}

TEST(FileFaults, of_files_that_belong_together_the_first_stands_when_the_second_name_is_taken) {
  const TestFolder folder;
  OutputFile first(folder / "first", Overwrite::no), second(folder / "second", Overwrite::no);
  first.write(as_bytes("1"));
  second.write(as_bytes("2"));
  write_file(folder / "second", as_bytes("another's"), Overwrite::no);
  EXPECT_THROW(OutputFile::commit_together({&first, &second}), Error);
  EXPECT_EQ(as_text(read_file(folder / "first", 10)), "1");
  EXPECT_EQ(as_text(read_file(folder / "second", 10)), "another's");
}

// However a write and a sync beside it are interleaved.
TEST(FileFaults, what_is_written_beside_a_sync_is_synced_before_the_name) {
  const TestFolder folder;
  for (int round = 0; round < 200; ++round) {
    OutputFile file(folder / "out", Overwrite::yes);
    file.write(as_bytes("1"));
    (void)file.temporary_path();
    last_sync = 0;
    file.begin_sync();
    writes_wait_for_a_sync = true;  // the worst case, when the thread beside begins late
    file.write_at(0, as_bytes("2"));
    writes_wait_for_a_sync = false;
    file.commit();
    EXPECT_GT(last_sync, last_write) << round;
  }
}

// Written between two syncs, by an earlier run, or not at all: the name comes after an fsync that saw it.
TEST(FileFaults, nothing_gets_its_name_unsynced) {
  const TestFolder folder;
  const auto lost = [](OutputFile& file) {
    lost_writes = 1;
    EXPECT_THROW(file.commit(), Error);
    EXPECT_EQ(lost_writes.exchange(0), 0);
  };
  {
    OutputFile file(folder / "out", Overwrite::no);
    file.write(as_bytes("1"));
    file.sync();
    file.write(as_bytes("2"));
    lost(file);
  }
  {
    OutputFile file(folder / "out", Overwrite::no);
    file.write(as_bytes("1"));
    file.sync();
    file.write_at(0, as_bytes("2"));
    lost(file);
  }
  {
    OutputFile file(folder / "out", Overwrite::no);
    lost(file);
  }
  { OutputFile(folder / "kept", Overwrite::no, Privacy::normal, Unfinished::keep).write_at(0, as_bytes("1")); }
  OutputFile later(folder / "kept", Overwrite::no, Privacy::normal, Unfinished::keep);
  EXPECT_EQ(later.size_on_disk(), 1U);
  lost(later);
}

TEST(FileFaults, left_overs_go_and_everything_else_stays) {
  const TestFolder folder;
  const Names others = {".out.0123456789abcde.part",    ".out.0123456789abcdeg.part",
                        ".out.0123456789ABCDEF.part",   ".other.0123456789abcdef.part",
                        "out.0123456789abcdef.part",    ".out.0123456789abcdef.part.bak",
                        ".out.x.0123456789abcdef.part", "out"};
  for (const auto& name : others) write_file(folder / name, as_bytes("keep"), Overwrite::no);
  write_file(folder / ".out.0123456789abcdef.part", as_bytes("stale"), Overwrite::no);
  write_file(folder / ".out.fedcba9876543210.part", as_bytes("stale"), Overwrite::no);
  std::filesystem::create_directory(folder / ".out.00000000000000aa.part");
  std::filesystem::create_symlink("out", folder / ".out.00000000000000bb.part");
  EXPECT_EQ(remove_stale_parts(folder / "out"), 2U);
  EXPECT_EQ(folder.names().size(), others.size() + 2);
  for (const auto& name : others) EXPECT_TRUE(std::filesystem::exists(folder / name)) << name;
  EXPECT_EQ(remove_stale_parts(folder / "no/such/folder"), 0U);
}

TEST(FileFaults, a_living_writer_is_left_alone) {
  const TestFolder folder;
  OutputFile first(folder / "out", Overwrite::yes);
  first.write(as_bytes("first"));
  EXPECT_EQ(remove_stale_parts(folder / "out"), 0U);
  write_file(folder / "out", as_bytes("second"), Overwrite::yes);  // another run, at the same time
  first.commit();
  EXPECT_EQ(as_text(read_file(folder / "out", 100)), "first");
}

TEST(FileFaults, two_writers_that_start_together_never_mix) {
  const TestFolder folder;
  const Path out = folder / "out";
  write_file(out, Bytes(kFileBytes, std::byte{0xAA}), Overwrite::no);
  std::vector<pid_t> children;
  for (unsigned c = 0; c < 4; ++c) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    int status = 0;
    try {
      for (unsigned round = 0; round < 15; ++round) {
        write_file(out, Bytes(kFileBytes, static_cast<std::byte>(16 * c + round)), Overwrite::yes);
      }
    } catch (const Error&) { status = 1; }
    _exit(status);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_TRUE(is_whole(out));
  EXPECT_EQ(folder.names(), Names{"out"});
}

TEST(FileFaults, of_two_first_writers_exactly_one_wins) {
  for (int round = 0; round < 20; ++round) {
    const TestFolder folder;
    std::vector<pid_t> children;
    for (unsigned c = 0; c < 3; ++c) {
      children.push_back(fork());
      if (children.back() != 0) continue;
      try {
        write_file(folder / "out", as_bytes("x"), Overwrite::no);
      } catch (const Error& error) { _exit(error.code() == Code::usage ? 1 : 2); }
      _exit(0);
    }
    int n_winners = 0;
    for (const pid_t child : children) {
      int status = 0;
      waitpid(child, &status, 0);
      ASSERT_LE(WEXITSTATUS(status), 1);
      n_winners += WEXITSTATUS(status) == 0 ? 1 : 0;
    }
    EXPECT_EQ(n_winners, 1);
    EXPECT_EQ(folder.names(), Names{"out"});
  }
}

TEST(UnfinishedFile, is_kept_gone_on_with_and_committed) {
  const TestFolder folder;
  {
    OutputFile file(folder / "out", Overwrite::no, Privacy::normal, Unfinished::keep);
    EXPECT_EQ(file.size_on_disk(), 0U);
    file.write(as_bytes("hello "));
    file.sync();
  }
  EXPECT_EQ(folder.names(), Names{".out.unfinished"});
  OutputFile file(folder / "out", Overwrite::no, Privacy::normal, Unfinished::keep);
  EXPECT_EQ(file.size_on_disk(), 6U);
  file.seek(6);
  file.write(as_bytes("world"));
  file.commit();
  EXPECT_EQ(folder.names(), Names{"out"});
  EXPECT_EQ(as_text(read_file(folder / "out", 100)), "hello world");
}

TEST(UnfinishedFile, can_be_forgotten_or_removed) {
  const TestFolder folder;
  {
    OutputFile file(folder / "out", Overwrite::no, Privacy::normal, Unfinished::keep);
    file.write(as_bytes("wrong"));
    file.start_again();
    EXPECT_EQ(file.size_on_disk(), 0U);
    file.write(as_bytes("ok"));
    EXPECT_EQ(file.size_on_disk(), 2U);
  }
  EXPECT_EQ(folder.names(), Names{".out.unfinished"});
  OutputFile(folder / "out", Overwrite::no, Privacy::normal, Unfinished::keep).discard();
  EXPECT_EQ(folder.names(), Names{});
}

TEST(UnfinishedFile, survives_a_killed_writer_up_to_its_last_sync) {
  const TestFolder folder;
  std::array<int, 2> pipe_ends{};
  ASSERT_EQ(pipe(pipe_ends.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    OutputFile file(folder / "out", Overwrite::no, Privacy::normal, Unfinished::keep);
    for (;;) {
      file.write(Bytes(100000, std::byte{0x77}));
      file.sync();
      if (write(pipe_ends[1], "x", 1) != 1) _exit(1);
    }
  }
  std::array<char, 5> synced{};
  for (char& mark : synced) ASSERT_EQ(read(pipe_ends[0], &mark, 1), 1);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  OutputFile file(folder / "out", Overwrite::no, Privacy::normal, Unfinished::keep);
  ASSERT_GE(file.size_on_disk(), 100000 * synced.size());
  Bytes kept(100000 * synced.size());
  file.read_at(0, kept);
  EXPECT_EQ(kept, Bytes(kept.size(), std::byte{0x77}));
}

TEST(UnfinishedFile, belongs_to_one_writer) {
  const TestFolder folder;
  OutputFile first(folder / "out", Overwrite::no, Privacy::normal, Unfinished::keep);
  first.write(as_bytes("x"));
  OutputFile second(folder / "out", Overwrite::no, Privacy::normal, Unfinished::keep);
  EXPECT_THROW((void)second.size_on_disk(), Error);
}

TEST(UnfinishedFile, is_no_link_pipe_or_second_name) {
  for (const int kind : {0, 1, 2}) {
    const TestFolder folder;
    write_file(folder / "precious", as_bytes("precious"), Overwrite::no);
    const Path name = folder / ".out.unfinished";
    if (kind == 0) std::filesystem::create_symlink("precious", name);
    if (kind == 1) std::filesystem::create_hard_link(folder / "precious", name);
    if (kind == 2) {  // braces: the macro has an else of its own
      ASSERT_EQ(mkfifo(name.c_str(), 0600), 0);
    }
    {
      OutputFile file(folder / "out", Overwrite::no, Privacy::normal, Unfinished::keep);
      EXPECT_THROW(file.write(as_bytes("x")), Error) << kind;
    }
    EXPECT_EQ(as_text(read_file(folder / "precious", 100)), "precious");
  }
}

}  // namespace
}  // namespace solemn::base
