#include "base/file_wipe.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/file_test_folder.hpp"

namespace solemn::base {
namespace {

TEST(OverwriteAndRemove, TheBlocksAreZeroAndTheNameIsGone) {
  const TestFolder folder;
  const std::string text(100'000, 'S');
  write_file(folder / "secret", as_bytes(text), Overwrite::no);
  const int witness = open((folder / "secret").c_str(), O_RDONLY);  // keeps the inode
  EXPECT_EQ(overwrite_and_remove(folder / "secret"), text.size());
  EXPECT_TRUE(folder.names().empty());
  std::string left(text.size(), 'x');
  EXPECT_EQ(pread(witness, left.data(), left.size(), 0), static_cast<ssize_t>(text.size()));
  EXPECT_EQ(left, std::string(text.size(), '\0'));
  close(witness);
}

TEST(OverwriteAndRemove, LinksAndFoldersAreRefusedAndUntouched) {
  const TestFolder folder;
  write_file(folder / "a", as_bytes("keep"), Overwrite::no);
  std::filesystem::create_symlink("a", folder / "soft");
  EXPECT_THROW(overwrite_and_remove(folder / "soft"), Error);
  std::filesystem::create_hard_link(folder / "a", folder / "hard");
  EXPECT_THROW(overwrite_and_remove(folder / "hard"), Error);
  EXPECT_THROW(overwrite_and_remove(folder.path()), Error);
  EXPECT_THROW(overwrite_and_remove(folder / "none"), Error);
  EXPECT_EQ(as_text(read_file(folder / "a", 10)), "keep");
}

}  // namespace
}  // namespace solemn::base
