#include "store/folder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/error.hpp"
#include "hash/sha256.hpp"

namespace solemn::store {
namespace {

namespace fs = std::filesystem;
using base::Code;

class Folder : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "solemn-store-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    store_ = root_ / "store";
  }
  void TearDown() override { fs::remove_all(root_); }
  base::Path file(const std::string& name, std::string_view text) {
    base::write_file(root_ / name, base::as_bytes(text), base::Overwrite::yes);
    return root_ / name;
  }
  Writer::Put put(const std::string& name, std::string_view text) {
    return Writer(store_).put(file("in", text), name, 1'700'000'000, base::silent_progress());
  }
  base::Path place(std::string_view text) { return Layout{store_}.object(hash::sha256(base::as_bytes(text))); }
  void replace(const base::Path& path, std::string_view text) {
    fs::remove(path);
    base::write_file(path, base::as_bytes(text), base::Overwrite::no);
  }
  base::Verdict verdict() { return verify(store_, nullptr, base::silent_progress()); }
  /// Exactly this check fails.
  void expect_fails(std::string_view rule) {
    const base::Verdict found = verdict();
    EXPECT_EQ(found.count(base::Outcome::failed), 1U) << rule;
    EXPECT_EQ(found.find(rule)->outcome, base::Outcome::failed) << rule;
  }
  template <class Body>
  std::optional<Code> thrown(const Body& body) {
    try {
      body();
    } catch (const base::Error& error) { return error.code(); }
    return std::nullopt;
  }
  base::Path root_, store_;
};

TEST_F(Folder, what_is_put_is_got) {
  put("one", "1");
  put("none", "");
  EXPECT_TRUE(verdict().accepted());
  for (const auto& [name, text] : {std::pair{"one", "1"}, std::pair{"none", ""}}) {
    get(store_, find_object(store_, name), root_ / "out", base::Overwrite::yes, base::silent_progress());
    EXPECT_EQ(base::as_text(base::read_file(root_ / "out", 10)), text);
  }
  EXPECT_EQ(fs::status(place("1")).permissions() & fs::perms(0222), fs::perms::none);
}

TEST_F(Folder, the_same_again_changes_nothing) {
  put("one", "1");
  const auto again = put("one", "1");
  EXPECT_TRUE(again.content_was_there && again.name_was_there);
  EXPECT_EQ(read_names(store_).objects.size(), 1U);
}

TEST_F(Folder, a_name_is_given_once) {
  put("one", "1");
  EXPECT_EQ(thrown([&] { put("one", "2"); }), Code::refused);
  EXPECT_FALSE(fs::exists(place("2")));
  EXPECT_EQ(thrown([&] { put("../one", "1"); }), Code::usage);
}

TEST_F(Folder, a_content_that_was_replaced_is_seen_by_everybody) {
  put("one", "1");
  replace(place("1"), "2");
  expect_fails("store-content");
  EXPECT_EQ(thrown([&] {
              get(store_, find_object(store_, "one"), root_ / "out", base::Overwrite::no, base::silent_progress());
            }),
            Code::rejected);
  EXPECT_FALSE(fs::exists(root_ / "out"));
  EXPECT_EQ(thrown([&] { put("one", "1"); }), Code::rejected);
  EXPECT_EQ(base::as_text(base::read_file(place("1"), 10)), "2");  // never written over
}

TEST_F(Folder, verify_names_what_is_wrong) {
  put("one", "1");
  put("two", "22");
  fs::rename(place("1"), root_ / "kept");
  expect_fails("store-complete");
  fs::create_symlink(root_ / "kept", place("1"));
  EXPECT_EQ(verdict().find("store-layout")->outcome, base::Outcome::failed);
  fs::remove(place("1"));
  fs::rename(root_ / "kept", place("1"));
  EXPECT_TRUE(verdict().accepted());
  replace(store_ / "objects" / "stray", "x");
  expect_fails("store-layout");
  fs::remove(store_ / "objects" / "stray");
  const base::Bytes names = base::read_file(Layout{store_}.names(), 1000);
  const std::string text(base::as_text(names));
  replace(Layout{store_}.names(), text.substr(text.find('\n') + 1));
  expect_fails("store-names");
}

TEST_F(Folder, names_cut_at_the_end_are_seen_against_a_head) {
  put("one", "1");
  put("two", "22");
  const Names names = read_names(store_);
  for (const auto& head : names.heads) EXPECT_TRUE(verify(store_, &head, base::silent_progress()).accepted());
  const base::Bytes bytes = base::read_file(Layout{store_}.names(), 1000);
  const std::string text(base::as_text(bytes));
  replace(Layout{store_}.names(), text.substr(0, text.find('\n') + 1));
  const base::Verdict found = verify(store_, &names.heads[1], base::silent_progress());
  EXPECT_EQ(found.find("store-head")->outcome, base::Outcome::failed);
}

TEST_F(Folder, an_unfinished_line_is_cut_by_the_next_writer) {
  put("one", "1");
  const base::Bytes bytes = base::read_file(Layout{store_}.names(), 1000);
  replace(Layout{store_}.names(), std::string(base::as_text(bytes)) + "0123");
  EXPECT_TRUE(verdict().accepted());
  put("two", "22");
  EXPECT_EQ(read_names(store_).objects.size(), 2U);
  EXPECT_TRUE(verdict().accepted());
}

TEST_F(Folder, one_writer_at_a_time_and_no_store_among_other_things) {
  const Writer first(store_);
  EXPECT_EQ(thrown([&] { Writer second(store_); }), Code::io);
  file("other", "x");
  EXPECT_EQ(thrown([&] { Writer other(root_); }), Code::usage);
  EXPECT_EQ(thrown([&] { (void)read_names(root_); }), Code::usage);
}

}  // namespace
}  // namespace solemn::store
