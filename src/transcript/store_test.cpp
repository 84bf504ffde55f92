#include "transcript/store.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "base/error.hpp"
#include "base/file_test_folder.hpp"
#include "transcript/test_record.hpp"
#include "transcript/verify.hpp"

namespace solemn::transcript {
namespace {

using base::Code;
using base::Overwrite;
using base::TestFolder;
using testing::kTime;
using testing::TestRecord;

std::optional<Code> thrown(const std::function<void()>& body) {
  try {
    body();
  } catch (const base::Error& error) { return error.code(); }
  return std::nullopt;
}

std::string text_of(const base::Path& path) { return std::string(base::as_text(base::read_file(path, 1 << 24))); }

// A folder on disk with a record in it.
struct Disk {
  TestFolder folder;
  TestRecord record;
  base::Path path = folder / "record";
  std::string origin = create_record(path, record.genesis(), *record.root);
  Layout layout{path};
  VerifyOptions options;
  Disk() { options.root_key = record.root->public_key(); }
  Entry append(const std::string& type, sign::Signer& signer, Json body = Json::object()) {
    return Writer(path).append(type, std::move(body), signer, kTime);
  }
};

TEST(Store, a_record_is_made_filled_checkpointed_and_accepted) {
  Disk disk;
  EXPECT_EQ(disk.append("contribution", *disk.record.alice).sequence, 1U);
  EXPECT_EQ(disk.append("statement", *disk.record.bob).sequence, 2U);
  Writer(disk.path).checkpoint(*disk.record.coordinator, nullptr);
  disk.append("closed", *disk.record.coordinator);
  Writer(disk.path).checkpoint(*disk.record.coordinator, nullptr);
  EXPECT_TRUE(verify_folder(disk.path, disk.options).accepted());
  EXPECT_EQ(text_of(disk.layout.checkpoint(4)), text_of(disk.layout.newest_checkpoint()));
  EXPECT_EQ(thrown([&] { create_record(disk.path, disk.record.genesis(), *disk.record.root); }), Code::usage);
}

TEST(Store, refuses_to_write_what_verify_would_reject) {
  Disk disk;
  const std::string before = text_of(disk.layout.entries());
  EXPECT_EQ(thrown([&] { disk.append("contribution", *disk.record.stranger); }), Code::refused);
  EXPECT_EQ(thrown([&] { disk.append("contribution", *disk.record.coordinator); }), Code::refused);
  EXPECT_EQ(thrown([&] { disk.append("Not A Type", *disk.record.alice); }), Code::refused);
  EXPECT_EQ(thrown([&] {
              disk.append("statement", *disk.record.alice, Json{{"t", std::string(70000, 'a')}});
            }),
            Code::usage);
  EXPECT_EQ(thrown([&] { Writer(disk.path).checkpoint(*disk.record.alice, nullptr); }), Code::refused);
  EXPECT_EQ(text_of(disk.layout.entries()), before);
}

TEST(Store, two_writers_at_once_are_refused) {
  Disk disk;
  const Writer first(disk.path);
  EXPECT_EQ(thrown([&] { const Writer second(disk.path); }), Code::io);
}

TEST(Store, a_torn_tail_is_removed_by_the_next_append) {
  Disk disk;
  disk.append("contribution", *disk.record.alice);
  const std::string whole = text_of(disk.layout.entries());
  const std::string next = disk.record.entry("statement", Json::object(), *disk.record.bob).line();
  for (std::size_t length = 1; length <= next.size(); length += 50) {
    base::write_file(disk.layout.entries(), base::as_bytes(whole + next.substr(0, length)), Overwrite::yes);
    EXPECT_EQ(verify_folder(disk.path, disk.options).find("tail-complete")->outcome, base::Outcome::not_run);
    const Writer writer(disk.path);
    EXPECT_EQ(writer.dropped_bytes(), length);
    EXPECT_EQ(text_of(disk.layout.entries()), whole);
  }
}

// A whole line that is damaged, and entries under a checkpoint, are never thrown away.
TEST(Store, nothing_but_a_torn_tail_is_repaired) {
  Disk disk;
  disk.append("contribution", *disk.record.alice);
  disk.append("contribution", *disk.record.bob);
  Writer(disk.path).checkpoint(*disk.record.coordinator, nullptr);
  const std::string whole = text_of(disk.layout.entries());
  const auto rewritten = [&](const std::string& text) {
    base::write_file(disk.layout.entries(), base::as_bytes(text), Overwrite::yes);
    const auto code = thrown([&] { const Writer writer(disk.path); });
    EXPECT_EQ(text_of(disk.layout.entries()), text);
    return code;
  };
  EXPECT_EQ(rewritten(whole + "{\n"), Code::malformed);
  EXPECT_EQ(rewritten(whole + "\n"), Code::malformed);
  EXPECT_EQ(rewritten(whole.substr(0, whole.size() - 1)), Code::refused);  // the checkpoint covers the torn entry
  EXPECT_EQ(rewritten(whole.substr(0, whole.size() - 40)), Code::refused);
  EXPECT_EQ(rewritten(whole), std::nullopt);
}

TEST(Store, killed_at_any_moment_the_old_record_or_the_new_one) {
  Disk disk;
  int n_seen = 1;
  for (int round = 0; round < 12; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      for (;;) {
        Writer writer(disk.path);
        writer.append("statement", Json{{"text", std::string(30000, 'x')}}, *disk.record.alice, kTime);
        writer.checkpoint(*disk.record.coordinator, nullptr);
      }
    }
    usleep(static_cast<useconds_t>(20000 + 1777 * round));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const base::Verdict verdict = verify_folder(disk.path, disk.options);
    ASSERT_FALSE(verdict.rejected()) << round;
    const int n_entries = static_cast<int>(read_contents(disk.path).lines.size());
    ASSERT_GE(n_entries, n_seen);
    n_seen = n_entries;
  }
  EXPECT_GT(n_seen, 3) << "no child got to write: the test has shown nothing";
  Writer(disk.path).append("closed", Json::object(), *disk.record.coordinator, kTime);
  Writer(disk.path).checkpoint(*disk.record.coordinator, nullptr);
  EXPECT_TRUE(verify_folder(disk.path, disk.options).accepted());
}

TEST(Attachments, are_stored_by_hash_and_checked) {
  Disk disk;
  base::write_file(disk.folder / "a.txt", base::as_bytes("abc"), Overwrite::no);
  const Attachment stored = store_attachment(disk.layout, disk.folder / "a.txt");
  EXPECT_EQ(base::to_hex(stored.sha256), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  (void)store_attachment(disk.layout, disk.folder / "a.txt");
  const Json item{{"name", stored.name}, {"sha256", base::to_hex(stored.sha256)}, {"bytes", stored.size_bytes}};
  disk.append("artifact", *disk.record.alice, Json{{"attachments", Json::array({item})}});
  const auto outcome = [&] { return verify_folder(disk.path, disk.options).find("attachments")->outcome; };
  EXPECT_EQ(outcome(), base::Outcome::passed);
  const base::Path file = disk.layout.attachment(stored.sha256);
  base::write_file(file, base::as_bytes("abd"), Overwrite::yes);
  EXPECT_EQ(outcome(), base::Outcome::failed);
  EXPECT_EQ(thrown([&] { (void)store_attachment(disk.layout, disk.folder / "a.txt"); }), Code::malformed);
  base::write_file(file, base::as_bytes("abcd"), Overwrite::yes);
  EXPECT_EQ(outcome(), base::Outcome::failed);
  std::filesystem::remove(file);
  EXPECT_EQ(outcome(), base::Outcome::not_run);
}

TEST(SignerMemory, refuses_forks_and_rollbacks) {
  Disk disk;
  const base::Path file = disk.folder / "memory";
  disk.append("contribution", *disk.record.alice);
  const std::string before = text_of(disk.layout.entries());
  disk.append("contribution", *disk.record.bob);
  {
    SignerMemory memory(file);
    EXPECT_EQ(thrown([&] { const SignerMemory second(file); }), Code::io);
    Writer(disk.path).checkpoint(*disk.record.coordinator, &memory);
    Writer(disk.path).checkpoint(*disk.record.coordinator, &memory);  // the same again is no contradiction
  }
  std::filesystem::remove_all(disk.layout.checkpoints());
  std::filesystem::remove(disk.layout.newest_checkpoint());
  base::write_file(disk.layout.entries(), base::as_bytes(before), Overwrite::yes);
  EXPECT_EQ(thrown([&] {
              SignerMemory memory(file);
              Writer(disk.path).checkpoint(*disk.record.coordinator, &memory);
            }),
            Code::refused);
  disk.append("statement", *disk.record.bob);
  EXPECT_EQ(thrown([&] {
              SignerMemory memory(file);
              Writer(disk.path).checkpoint(*disk.record.coordinator, &memory);
            }),
            Code::refused);
  base::write_file(file, base::as_bytes("{}\n"), Overwrite::yes);
  EXPECT_EQ(thrown([&] { const SignerMemory memory(file); }), Code::malformed);
}

TEST(Witness, cosigns_once_per_key_and_only_what_extends_what_it_saw) {
  Disk disk;
  const base::Path file = disk.folder / "memory";
  SignerMemory memory(file);
  const auto cosigned = [&](sign::Signer& signer, const std::string& name) {
    const Contents contents = read_contents(disk.path);
    return cosign_record(contents, replay(contents), signer, name, memory, 1769860800);
  };
  EXPECT_EQ(thrown([&] { (void)cosigned(*disk.record.witness_1, "w1.example"); }), Code::refused);  // no checkpoint
  Writer(disk.path).checkpoint(*disk.record.coordinator, nullptr);
  EXPECT_EQ(thrown([&] { (void)cosigned(*disk.record.coordinator, "c"); }), Code::refused);
  Writer(disk.path).merge_checkpoint(cosigned(*disk.record.witness_1, "w1.example"));
  Writer(disk.path).merge_checkpoint(cosigned(*disk.record.witness_1, "w1.example"));
  Writer(disk.path).merge_checkpoint(cosigned(*disk.record.witness_2, "w2.example"));
  Writer(disk.path).checkpoint(*disk.record.coordinator, nullptr);  // signed again: the witnesses stay
  const SignedCheckpoint head = parse_checkpoint(text_of(disk.layout.newest_checkpoint()));
  EXPECT_EQ(head.note.signatures.size(), 3U);
  disk.options.witness_threshold = 2;
  EXPECT_TRUE(verify_folder(disk.path, disk.options).accepted());
  SignedCheckpoint other = head;
  other.note.text.replace(0, 1, "x");
  EXPECT_EQ(thrown([&] { Writer(disk.path).merge_checkpoint(other); }), Code::rejected);
}

}  // namespace
}  // namespace solemn::transcript
