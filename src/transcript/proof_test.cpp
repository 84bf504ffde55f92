#include "transcript/proof.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "transcript/test_record.hpp"

namespace solemn::transcript {
namespace {

using base::Outcome;
using base::Verdict;
using testing::TestRecord;

Outcome outcome(const Verdict& verdict, std::string_view rule) {
  const base::Check* check = verdict.find(rule);
  EXPECT_NE(check, nullptr) << rule;
  return check == nullptr ? Outcome::not_run : check->outcome;
}

ReceiptOptions by_root(const TestRecord& record) {
  ReceiptOptions options;
  options.root_key = record.root->public_key();
  return options;
}

TestRecord record_of(int n_contributions) {
  TestRecord record(2);
  record.contribute(n_contributions);
  record.checkpoint();
  return record;
}

TEST(Receipt, every_entry_has_one_that_verifies) {
  for (const int n : {0, 1, 2, 6}) {
    const TestRecord record = record_of(n);
    const Replay state = replay(record.contents);
    for (std::uint64_t i = 0; i < record.contents.lines.size(); ++i) {
      const JudgedReceipt judged = verify_receipt(make_receipt(record.contents, state, i), by_root(record));
      EXPECT_TRUE(judged.verdict.accepted()) << i << " of " << n;
      ASSERT_TRUE(judged.entry);
      EXPECT_EQ(judged.entry->line(), record.contents.lines[i]);
    }
  }
}

TEST(Receipt, exists_only_for_what_a_checkpoint_covers) {
  TestRecord record = record_of(2);
  record.contribute(1);
  const Replay state = replay(record.contents);
  EXPECT_THROW((void)make_receipt(record.contents, state, 3), base::Error);
  EXPECT_THROW((void)make_receipt(record.contents, state, 9), base::Error);
  record.contents.checkpoints.clear();
  EXPECT_THROW((void)make_receipt(record.contents, state, 0), base::Error);
}

// One line of the file replaced.
std::string with_line(const std::string& file, std::size_t number, const std::string& line) {
  std::size_t begin = 0;
  for (; number > 0; --number) begin = file.find('\n', begin) + 1;
  return file.substr(0, begin) + line + file.substr(file.find('\n', begin));
}

TEST(Receipt, each_lie_is_named) {
  const TestRecord record = record_of(6);
  const TestRecord other = record_of(6);
  const Replay state = replay(record.contents);
  const std::string receipt = make_receipt(record.contents, state, 3);
  const auto judged = [&](const std::string& file) { return verify_receipt(file, by_root(record)).verdict; };
  EXPECT_TRUE(judged(receipt).accepted());
  EXPECT_EQ(outcome(judged(with_line(receipt, 2, "index 2")), "receipt-well-formed"), Outcome::failed);
  const std::string zeros = hash_lines(Hashes{Hash{}});
  EXPECT_EQ(outcome(judged(with_line(receipt, 3, zeros.substr(0, zeros.size() - 1))), "inclusion"), Outcome::failed);
  const std::string foreign = make_receipt(other.contents, replay(other.contents), 3);
  EXPECT_EQ(outcome(judged(foreign), "root-key"), Outcome::failed);
  // The other record's checkpoint under this record's entry.
  const std::string mixed = receipt.substr(0, receipt.find("\n\n") + 2) + foreign.substr(foreign.find("\n\n") + 2);
  EXPECT_EQ(outcome(judged(mixed), "genesis"), Outcome::failed);
  ReceiptOptions options = by_root(record);
  options.witnesses.emplace_back("w9.example", sign::NoteKind::cosignature_v1, record.stranger->public_key());
  EXPECT_EQ(outcome(verify_receipt(receipt, options).verdict, "cosignatures"), Outcome::failed);
  EXPECT_EQ(outcome(verify_receipt(receipt, {}).verdict, "root-key"), Outcome::not_run);
  options = by_root(record);
  options.signer = record.bob->public_key();
  EXPECT_EQ(outcome(verify_receipt(receipt, options).verdict, "entry-signature"), Outcome::failed);
  for (std::size_t length = 0; length < receipt.size(); length += 7) {
    EXPECT_FALSE(judged(receipt.substr(0, length)).accepted());
  }
}

TEST(Receipt, of_a_participant_who_came_later_wants_the_key) {
  TestRecord record(0);
  record.add("participant-added", participant_json({"Carol", Role::contributor, record.stranger->public_key()}),
             *record.root);
  record.add("contribution", Json::object(), *record.stranger);
  record.checkpoint();
  const std::string receipt = make_receipt(record.contents, replay(record.contents), 2);
  EXPECT_EQ(outcome(verify_receipt(receipt, by_root(record)).verdict, "entry-signature"), Outcome::not_run);
  ReceiptOptions options = by_root(record);
  options.signer = record.stranger->public_key();
  EXPECT_TRUE(verify_receipt(receipt, options).verdict.accepted());
}

TEST(ConsistencyFile, every_pair_of_sizes) {
  TestRecord record(0);
  std::vector<CheckpointFile> seen;
  for (int n = 0; n < 9; ++n) {
    record.contribute(1);
    record.checkpoint();
    seen.push_back(record.contents.checkpoints.back());
  }
  const Replay state = replay(record.contents);
  const sign::NoteKey log = log_key(*state.genesis, state.origin);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const std::string proof = make_consistency(record.contents, state, i + 2);
    EXPECT_TRUE(verify_consistency_file(seen[i], proof, log).accepted()) << i;
    EXPECT_EQ(outcome(verify_consistency_file(seen[i], proof, std::nullopt), "checkpoints-signed"), Outcome::not_run);
    if (i + 1 == seen.size()) continue;
    EXPECT_EQ(outcome(verify_consistency_file(seen[i + 1], proof, log), "consistency"), Outcome::failed);
  }
  EXPECT_THROW((void)make_consistency(record.contents, state, 0), base::Error);
  EXPECT_THROW((void)make_consistency(record.contents, state, 11), base::Error);
  EXPECT_EQ(outcome(verify_consistency_file(seen[0], "old 2\n", log), "proof-well-formed"), Outcome::failed);
}

// Two records with the same beginning, as a coordinator with two faces would keep.
struct Fork {
  TestRecord record{0};
  Contents one, two;
  explicit Fork(int n_one, int n_two) {
    record.contribute(2);
    const Contents common = record.contents;
    for (int i = 0; i < n_one; ++i) record.add("statement", Json{{"for", "one"}}, *record.coordinator);
    record.checkpoint();
    one = record.contents;
    record.contents = common;
    for (int i = 0; i < n_two; ++i) record.add("statement", Json{{"for", "two"}}, *record.coordinator);
    record.checkpoint();
    two = record.contents;
  }
};

TEST(ForkEvidence, is_made_and_checked_for_equal_and_other_sizes) {
  for (const auto& [n_one, n_two] : {std::pair{1, 1}, {4, 1}, {6, 5}, {9, 2}}) {
    const Fork fork(n_one, n_two);
    const std::string evidence = make_fork_evidence(fork.one, replay(fork.one), fork.two.checkpoints[0]);
    const Verdict verdict = verify_fork_evidence(evidence, fork.record.root->public_key());
    EXPECT_TRUE(verdict.accepted()) << n_one << " " << n_two;
    EXPECT_EQ(outcome(verify_fork_evidence(evidence, fork.record.alice->public_key()), "root-key"), Outcome::failed);
  }
}

TEST(ForkEvidence, needs_a_record_as_large_as_the_other) {
  const Fork fork(1, 3);
  try {
    (void)make_fork_evidence(fork.one, replay(fork.one), fork.two.checkpoints[0]);
    FAIL();
  } catch (const base::Error& error) { EXPECT_EQ(error.code(), base::Code::usage); }
}

TEST(ForkEvidence, no_fork_gives_none) {
  TestRecord record(0);
  record.contribute(1);
  record.checkpoint();
  const CheckpointFile seen = record.contents.checkpoints[0];
  record.contribute(3);
  record.checkpoint();
  try {
    (void)make_fork_evidence(record.contents, replay(record.contents), seen);
    FAIL();
  } catch (const base::Error& error) { EXPECT_EQ(error.code(), base::Code::rejected); }
}

// An innocent coordinator cannot be accused: its own consistent checkpoints, a foreign signature, a made-up root.
TEST(ForkEvidence, false_accusations_are_refused) {
  const Fork fork(4, 1);
  const std::string evidence = make_fork_evidence(fork.one, replay(fork.one), fork.two.checkpoints[0]);
  const auto with = [&](const char* member, const Json& value) {
    Json json = Json::parse(evidence);
    json[member] = value;
    return verify_fork_evidence(canonical(json) + "\n", fork.record.root->public_key());
  };
  TestRecord record(0);
  record.contribute(1);
  record.checkpoint();
  Json json = Json::parse(evidence);
  EXPECT_EQ(outcome(with("second", json["first"]), "trees-differ"), Outcome::failed);
  EXPECT_EQ(outcome(with("root_in_second", hash_lines(Hashes{Hash{}}).substr(0, 44)), "trees-differ"), Outcome::failed);
  EXPECT_EQ(outcome(with("proof", Json::array()), "trees-differ"), Outcome::failed);
  EXPECT_EQ(outcome(with("first", record.contents.checkpoints[0].text), "same-origin"), Outcome::failed);
  const SignedCheckpoint first = parse_checkpoint(json["first"].get<std::string>());
  const std::string forged = sign::write_note(sign_checkpoint(first.checkpoint, *fork.record.stranger).note);
  EXPECT_EQ(outcome(with("first", forged), "checkpoints-signed"), Outcome::failed);
  EXPECT_EQ(outcome(with("format", "x"), "evidence-well-formed"), Outcome::failed);
  EXPECT_EQ(outcome(with("more", 1U), "evidence-well-formed"), Outcome::failed);
}

}  // namespace
}  // namespace solemn::transcript
