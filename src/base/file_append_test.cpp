#include "base/file_append.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "base/error.hpp"
#include "base/file_test_folder.hpp"

namespace solemn::base {
namespace {

std::string content(const Path& path) { return std::string(as_text(read_file(path, 1 << 24))); }

TEST(AppendFile, lines_follow_each_other) {
  const TestFolder folder;
  write_file(folder / "f", as_bytes("one\n"), Overwrite::no);
  {
    AppendFile file(folder / "f");
    file.append_line("two");
    file.append_line("");
    EXPECT_EQ(file.size(), 9U);
  }
  EXPECT_EQ(content(folder / "f"), "one\ntwo\n\n");
  AppendFile(folder / "f").cut(4);
  EXPECT_EQ(content(folder / "f"), "one\n");
}

TEST(AppendFile, wants_an_existing_regular_file) {
  const TestFolder folder;
  EXPECT_THROW(AppendFile(folder / "none"), Error);
  EXPECT_THROW(AppendFile(folder.path()), Error);
  write_file(folder / "f", as_bytes("x\n"), Overwrite::no);
  std::filesystem::create_symlink("f", folder / "link");
  EXPECT_THROW(AppendFile(folder / "link"), Error);
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THROW(AppendFile(folder / "pipe"), Error);
}

TEST(AppendFile, belongs_to_one_writer) {
  const TestFolder folder;
  write_file(folder / "f", as_bytes("x\n"), Overwrite::no);
  {
    const AppendFile first(folder / "f");
    EXPECT_THROW(AppendFile(folder / "f"), Error);
  }
  const AppendFile again(folder / "f");
}

TEST(FileLock, belongs_to_one_holder) {
  const TestFolder folder;
  {
    const FileLock first(folder / "lock");
    EXPECT_THROW(FileLock(folder / "lock"), Error);
  }
  const FileLock again(folder / "lock");
}

// A file that may not grow: what a full disk does.
TEST(AppendFile, a_failed_append_leaves_the_old_file) {
  const TestFolder folder;
  write_file(folder / "f", as_bytes("x\n"), Overwrite::no);
  const pid_t child = fork();
  if (child == 0) {
    (void)std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1000, 1000};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(3);
    try {
      AppendFile(folder / "f").append_line(std::string(5000, 'a'));
    } catch (const Error& error) { _exit(error.code() == Code::io ? 1 : 2); }
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 1);
  EXPECT_EQ(content(folder / "f"), "x\n");
}

TEST(AppendFile, a_killed_writer_leaves_whole_lines_and_at_most_a_torn_one) {
  const TestFolder folder;
  const std::string line(300000, 'y');
  for (int round = 0; round < 10; ++round) {
    write_file(folder / "f", as_bytes("x\n"), Overwrite::yes);
    std::array<int, 2> pipe_ends{};
    ASSERT_EQ(pipe(pipe_ends.data()), 0);
    const pid_t child = fork();
    if (child == 0) {
      AppendFile file(folder / "f");
      for (;;) {
        file.append_line(line);
        if (write(pipe_ends[1], "x", 1) != 1) _exit(1);
      }
    }
    std::array<char, 3> acknowledged{};
    for (char& mark : acknowledged) ASSERT_EQ(read(pipe_ends[0], &mark, 1), 1);
    usleep(static_cast<useconds_t>(round * 137));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    for (const int end : pipe_ends) close(end);
    const std::string found = content(folder / "f");
    const std::string whole = found.substr(0, found.rfind('\n') + 1);
    ASSERT_GE(whole.size(), 2 + acknowledged.size() * (line.size() + 1));
    ASSERT_EQ((whole.size() - 2) % (line.size() + 1), 0U);
    ASSERT_EQ(found.find_first_not_of("xy\n"), std::string::npos);
  }
}

}  // namespace
}  // namespace solemn::base
