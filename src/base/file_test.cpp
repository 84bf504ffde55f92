#include "base/file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <random>
#include <thread>

#include "base/error.hpp"
#include "base/file_test_folder.hpp"

namespace solemn::base {
namespace {

using Names = std::vector<std::string>;

template <class F>
Code code_of(const F& act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_FALSE(error.hint().empty() && error.code() == Code::io) << error.message();
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return Code::internal;
}

Bytes random_bytes(std::size_t size, unsigned seed) {
  std::mt19937_64 random(seed);
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; i += 8) {
    const std::uint64_t word = random();
    std::memcpy(bytes.data() + i, &word, std::min<std::size_t>(8, size - i));
  }
  return bytes;
}

void put(const Path& path, std::string_view text) { write_file(path, as_bytes(text), Overwrite::yes); }
std::string get(const Path& path) { return std::string(as_text(read_file(path, 1 << 20))); }
mode_t mode_of(const Path& path) {
  struct stat info {};
  stat(path.c_str(), &info);
  return info.st_mode & 0777;
}

TEST(InputFile, reads_any_range_and_knows_its_size) {
  const TestFolder folder;
  put(folder / "a", "hello world");
  const InputFile file(folder / "a");
  EXPECT_EQ(file.size(), 11U);
  Bytes out(5);
  file.read_at(6, out);
  EXPECT_EQ(as_text(out), "world");
  file.read_at(11, {});
}

TEST(InputFile, an_end_that_comes_too_early_is_malformed) {
  const TestFolder folder;
  put(folder / "a", "hello");
  const InputFile file(folder / "a");
  Bytes out(5);
  EXPECT_EQ(code_of([&] { file.read_at(1, out); }), Code::malformed);
  EXPECT_EQ(code_of([&] { file.read_at(UINT64_MAX - 2, out); }), Code::malformed);
  EXPECT_EQ(code_of([&] { file.read_at(UINT64_C(1) << 63, out); }), Code::malformed);
  std::filesystem::resize_file(folder / "a", 3);  // cut while open
  EXPECT_EQ(code_of([&] { file.read_at(0, out); }), Code::malformed);
}

TEST(InputFile, what_is_no_file_is_refused_with_a_hint) {
  const TestFolder folder;
  EXPECT_EQ(code_of([&] { InputFile(folder / "missing"); }), Code::io);
  EXPECT_EQ(code_of([&] { InputFile(folder.path()); }), Code::io);
  EXPECT_EQ(code_of([&] { InputFile("/dev/zero"); }), Code::io);
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(code_of([&] { InputFile(folder / "pipe"); }), Code::io);  // and does not wait for a writer
}

TEST(InputFile, moves) {
  const TestFolder folder;
  put(folder / "a", "aa");
  put(folder / "b", "bbb");
  InputFile first(folder / "a");
  InputFile second(std::move(first));
  first = InputFile(folder / "b");
  std::swap(first, second);
  EXPECT_EQ(first.size(), 2U);
  EXPECT_EQ(second.size(), 3U);
  Bytes out(3);
  second.read_at(0, out);
  EXPECT_EQ(as_text(out), "bbb");
}

TEST(OutputFile, several_appear_together) {
  const TestFolder folder;
  OutputFile first(folder / "first", Overwrite::no), second(folder / "second", Overwrite::no);
  first.write(as_bytes("1"));
  first.begin_sync();
  second.write(as_bytes("2"));
  OutputFile::commit_together({&first, &second});
  EXPECT_EQ(folder.names(), (Names{"first", "second"}));
  EXPECT_EQ(as_text(read_file(folder / "first", 10)), "1");
  EXPECT_EQ(as_text(read_file(folder / "second", 10)), "2");
}

TEST(OutputFile, appears_only_with_commit) {
  const TestFolder folder;
  {
    OutputFile file(folder / "out", Overwrite::no);
    EXPECT_EQ(folder.names(), Names{});  // lazily
    file.write(as_bytes("hello "));
    EXPECT_FALSE(std::filesystem::exists(folder / "out"));
    file.write(as_bytes("world"));
    EXPECT_EQ(file.position(), 11U);
    file.commit();
    EXPECT_EQ(folder.names(), Names{"out"});
  }
  EXPECT_EQ(folder.names(), Names{"out"});
  EXPECT_EQ(get(folder / "out"), "hello world");
}

TEST(OutputFile, without_commit_leaves_nothing) {
  const TestFolder folder;
  {
    OutputFile file(folder / "out", Overwrite::no);
    file.write(random_bytes(3 << 20, 1));
    EXPECT_EQ(folder.names().size(), 1U);
  }
  EXPECT_EQ(folder.names(), Names{});
}

TEST(OutputFile, may_be_synced_beside_what_follows) {
  const TestFolder folder;
  {
    OutputFile file(folder / "out", Overwrite::no);
    file.write(Bytes(3 << 20, std::byte{0x11}));
    file.begin_sync();
    file.begin_sync();
    file.write_at(5, Bytes(1, std::byte{0x22}));  // what is written after it is not forgotten
    EXPECT_EQ(read_file(file.temporary_path(), 4 << 20).size(), std::size_t{3} << 20);
    file.commit();
  }
  const Bytes bytes = read_file(folder / "out", 4 << 20);
  ASSERT_EQ(bytes.size(), std::size_t{3} << 20);
  EXPECT_EQ(bytes[5], std::byte{0x22});
  {
    OutputFile file(folder / "other", Overwrite::no);
    file.write(Bytes(1 << 20));
    file.begin_sync();
  }
  EXPECT_EQ(folder.names(), std::vector<std::string>{"out"});
}

TEST(OutputFile, an_empty_file_can_be_committed) {
  const TestFolder folder;
  OutputFile(folder / "out", Overwrite::no).commit();
  EXPECT_EQ(get(folder / "out"), "");
}

// The model: a plain vector of bytes.
TEST(OutputFile, random_writes_seeks_and_reads_agree_with_memory) {
  for (unsigned seed = 0; seed < 10; ++seed) {
    const TestFolder folder;
    OutputFile file(folder / "out", Overwrite::no);
    Bytes model;
    std::uint64_t position = 0;
    std::mt19937_64 random(seed);
    const auto put_in_model = [&](std::uint64_t at, ByteSpan bytes) {
      if (model.size() < at + bytes.size()) model.resize(at + bytes.size());
      std::copy(bytes.begin(), bytes.end(), model.begin() + static_cast<std::ptrdiff_t>(at));
    };
    for (int step = 0; step < 60; ++step) {
      const std::size_t size = random() % (random() % 4 == 0 ? 3000000 : 5000);
      const Bytes bytes = random_bytes(size, static_cast<unsigned>(random()));
      switch (random() % 5) {
        case 0: {
          const std::uint64_t at = random() % (model.size() + 100);
          file.write_at(at, bytes);
          put_in_model(at, bytes);
          break;
        }
        case 1:
          position = random() % (model.size() + 100);
          file.seek(position);
          break;
        case 2: {
          if (model.size() < size) break;
          Bytes out(size);
          const std::uint64_t at = random() % (model.size() - size + 1);
          file.read_at(at, out);
          ASSERT_TRUE(std::equal(out.begin(), out.end(), model.begin() + static_cast<std::ptrdiff_t>(at)))
              << "seed " << seed;
          break;
        }
        default:
          file.write(bytes);
          put_in_model(position, bytes);
          position += size;
      }
      ASSERT_EQ(file.position(), position);
    }
    file.commit();
    ASSERT_TRUE(read_file(folder / "out", UINT64_MAX) == model) << "seed " << seed;
  }
}

TEST(OutputFile, several_threads_may_write_at_their_places) {
  const TestFolder folder;
  OutputFile file(folder / "out", Overwrite::no);
  file.write(as_bytes("x"));
  {
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < 4; ++t) {
      threads.emplace_back([&file, t] {
        for (std::uint64_t i = 0; i < 100; ++i)
          file.write_at(1 + 4 * i + t, as_bytes(std::string(1, static_cast<char>('a' + t))));
      });
    }
  }
  file.commit();
  std::string expected = "x";
  for (int i = 0; i < 100; ++i) expected += "abcd";
  EXPECT_EQ(get(folder / "out"), expected);
}

TEST(OutputFile, its_unfinished_bytes_can_be_verified_before) {
  const TestFolder folder;
  OutputFile file(folder / "out", Overwrite::no);
  file.write(as_bytes("verify me"));
  const InputFile reader(file.temporary_path());
  EXPECT_EQ(reader.size(), 9U);
  EXPECT_EQ(file.temporary_path().parent_path(), folder.path());
}

TEST(OutputFile, does_not_overwrite_unless_told) {
  const TestFolder folder;
  put(folder / "out", "old");
  EXPECT_EQ(code_of([&] { OutputFile(folder / "out", Overwrite::no); }), Code::usage);
  write_file(folder / "out", as_bytes("new"), Overwrite::yes);
  EXPECT_EQ(get(folder / "out"), "new");
}

TEST(OutputFile, does_not_overwrite_what_came_meanwhile) {
  const TestFolder folder;
  OutputFile file(folder / "out", Overwrite::no);
  file.write(as_bytes("mine"));
  put(folder / "out", "theirs");
  EXPECT_EQ(code_of([&] { file.commit(); }), Code::usage);
  EXPECT_EQ(get(folder / "out"), "theirs");
}

TEST(OutputFile, the_old_file_stays_until_commit) {
  const TestFolder folder;
  put(folder / "out", "old");
  {
    OutputFile file(folder / "out", Overwrite::yes);
    file.write(as_bytes("new"));
    (void)file.temporary_path();
    EXPECT_EQ(get(folder / "out"), "old");
  }
  EXPECT_EQ(get(folder / "out"), "old");
  EXPECT_EQ(folder.names(), Names{"out"});
}

TEST(OutputFile, what_cannot_be_an_output_is_refused_at_once) {
  const TestFolder folder;
  EXPECT_EQ(code_of([&] { OutputFile(folder.path(), Overwrite::yes); }), Code::usage);
  EXPECT_EQ(code_of([&] { OutputFile("/dev/null", Overwrite::yes); }), Code::usage);
  EXPECT_EQ(code_of([&] { OutputFile("", Overwrite::yes); }), Code::usage);
  EXPECT_EQ(code_of([&] { OutputFile(folder.path() / "", Overwrite::yes); }), Code::usage);
  EXPECT_EQ(code_of([&] { OutputFile(folder / "no/such/folder", Overwrite::yes); }), Code::io);
  put(folder / "file", "");
  EXPECT_EQ(code_of([&] { OutputFile(folder / "file/x", Overwrite::yes); }), Code::io);
}

TEST(OutputFile, a_folder_without_permission_is_refused) {
  if (geteuid() == 0) GTEST_SKIP() << "the superuser may write everywhere";
  const TestFolder folder;
  ASSERT_EQ(chmod(folder.path().c_str(), 0500), 0);
  EXPECT_EQ(code_of([&] { OutputFile(folder / "out", Overwrite::no); }), Code::io);
  ASSERT_EQ(chmod(folder.path().c_str(), 0700), 0);
}

TEST(OutputFile, a_link_stays_a_link) {
  const TestFolder folder;
  std::filesystem::create_directory(folder / "deep");
  put(folder / "deep/real", "old");
  std::filesystem::create_symlink("deep/real", folder / "link");
  EXPECT_EQ(code_of([&] { OutputFile(folder / "link", Overwrite::no); }), Code::usage);
  write_file(folder / "link", as_bytes("new"), Overwrite::yes);
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(get(folder / "deep/real"), "new");
  std::filesystem::create_symlink("nowhere", folder / "dangling");
  EXPECT_EQ(code_of([&] { OutputFile(folder / "dangling", Overwrite::no); }), Code::usage);
}

TEST(OutputFile, secrets_are_for_the_owner_only) {
  const TestFolder folder;
  umask(022);
  write_file(folder / "secret", as_bytes("x"), Overwrite::no, Privacy::secret);
  write_file(folder / "normal", as_bytes("x"), Overwrite::no);
  EXPECT_EQ(mode_of(folder / "secret"), 0600U);
  EXPECT_EQ(mode_of(folder / "normal"), 0644U);
  write_file(folder / "secret", as_bytes("y"), Overwrite::yes);  // stays closed
  EXPECT_EQ(mode_of(folder / "secret"), 0600U);
  OutputFile unfinished(folder / "other", Overwrite::no, Privacy::secret);
  EXPECT_EQ(mode_of(unfinished.temporary_path()), 0600U);
}

TEST(OutputFile, long_names_work) {
  const TestFolder folder;
  const std::string name(250, 'n');
  write_file(folder / name, as_bytes("x"), Overwrite::no);
  EXPECT_EQ(get(folder / name), "x");
}

TEST(OutputFile, a_bare_name_means_the_working_folder) {
  const TestFolder folder;
  const Path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  write_file("bare", as_bytes("x"), Overwrite::no);
  std::filesystem::current_path(before);
  EXPECT_EQ(folder.names(), Names{"bare"});
}

// RLIMIT_FSIZE makes the write fail, as a full disk does.
TEST(OutputFile, a_failed_write_is_an_error_and_leaves_nothing) {
  const TestFolder folder;
  put(folder / "out", "old");
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit small{1 << 20, 1 << 20};
    setrlimit(RLIMIT_FSIZE, &small);
    int status = 1;
    try {
      OutputFile file(folder / "out", Overwrite::yes);
      file.write(Bytes(3 << 20));
      file.commit();
    } catch (const Error& error) { status = error.code() == Code::io ? 42 : 2; }
    _exit(status);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 42);
  EXPECT_EQ(get(folder / "out"), "old");
  EXPECT_EQ(folder.names(), Names{"out"});
}

TEST(OutputFileDeathTest, commits_once) {
  const TestFolder folder;
  OutputFile file(folder / "out", Overwrite::yes);
  file.commit();
  EXPECT_DEATH(file.commit(), "not true");
}

TEST(Files, reading_a_whole_file_has_a_limit) {
  const TestFolder folder;
  put(folder / "a", "12345");
  EXPECT_EQ(read_file(folder / "a", 5).size(), 5U);
  EXPECT_EQ(code_of([&] { (void)read_file(folder / "a", 4); }), Code::malformed);
}

TEST(Files, the_same_file_is_seen_through_links) {
  const TestFolder folder;
  put(folder / "a", "x");
  put(folder / "b", "x");
  std::filesystem::create_symlink("a", folder / "soft");
  std::filesystem::create_hard_link(folder / "a", folder / "hard");
  for (const char* name : {"a", "soft", "hard", "./a"}) {
    EXPECT_TRUE(same_file(folder / "a", folder / name)) << name;
    EXPECT_EQ(code_of([&] { require_different_files(folder / "a", folder / name); }), Code::refused);
  }
  EXPECT_FALSE(same_file(folder / "a", folder / "b"));
  EXPECT_FALSE(same_file(folder / "missing", folder / "missing"));
  EXPECT_NO_THROW(require_different_files(folder / "a", folder / "missing"));
}

TEST(Descriptors, closed_standard_ones_are_not_given_to_files) {
  const TestFolder folder;
  const pid_t child = fork();
  if (child == 0) {
    for (const int number : {0, 1, 2}) close(number);
    occupy_standard_descriptors();
    const int file = open((folder.path() / "x").c_str(), O_RDWR | O_CREAT, 0600);
    const char letter = 'x';
    const bool refused = write(1, &letter, 1) < 0 && write(2, &letter, 1) < 0;
    _exit(file > 2 && refused ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(Descriptors, outputs_of_one_command_differ) {
  const TestFolder folder;
  const Path a = folder.path() / "a", b = folder.path() / "b";
  EXPECT_EQ(code_of([&] { require_different_outputs(a, folder.path() / "." / "a"); }), Code::refused);
  require_different_outputs(a, b);
  write_file(a, {}, Overwrite::no);
  std::filesystem::create_hard_link(a, b);
  EXPECT_EQ(code_of([&] { require_different_outputs(a, b); }), Code::refused);
}

}  // namespace
}  // namespace solemn::base
