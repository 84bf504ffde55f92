// Each check, fed the wrong thing: that named check fails.
#include "transcript/verify.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "transcript/test_record.hpp"

namespace solemn::transcript {
namespace {

using base::Outcome;
using base::Verdict;
using testing::TestRecord;

VerifyOptions by_root(const TestRecord& record) {
  VerifyOptions options;
  options.root_key = record.root->public_key();
  return options;
}

std::string shown(const Verdict& verdict) {
  std::string text;
  for (const auto& check : verdict.checks()) {
    text += std::string(check.rule) + "=" + std::to_string(static_cast<int>(check.outcome)) + " " + check.detail + "\n";
  }
  return text;
}

Outcome outcome(const Verdict& verdict, std::string_view rule) {
  const base::Check* check = verdict.find(rule);
  EXPECT_NE(check, nullptr) << rule << "\n" << shown(verdict);
  return check == nullptr ? Outcome::not_run : check->outcome;
}

#define EXPECT_RULE(verdict, rule, wanted) EXPECT_EQ(outcome(verdict, rule), Outcome::wanted) << shown(verdict)

// A record of 7 entries with checkpoints of 4 and 7.
TestRecord full_record() {
  TestRecord record(2);
  record.contribute(3);
  record.checkpoint();
  record.add("beacon-announced", Json{{"round", 5U}}, *record.coordinator);
  record.add("beacon-used", Json{{"round", 5U}}, *record.coordinator);
  record.add("press-release", Json{{"text", "a type of the future"}}, *record.alice);
  record.checkpoint();
  return record;
}

TEST(Verify, a_good_record_is_accepted) {
  TestRecord record = full_record();
  VerifyOptions options = by_root(record);
  options.earlier.push_back(record.contents.checkpoints[0]);
  const Verdict verdict = verify_contents(record.contents, options);
  EXPECT_TRUE(verdict.accepted()) << shown(verdict);
  EXPECT_RULE(verdict, "extends-checkpoint", passed);
  EXPECT_RULE(verdict, "cosignatures", passed);
}

TEST(Verify, what_was_not_asked_is_not_run) {
  TestRecord record = full_record();
  const Verdict verdict = verify_contents(record.contents, {});
  EXPECT_FALSE(verdict.accepted());
  EXPECT_FALSE(verdict.rejected()) << shown(verdict);
  EXPECT_RULE(verdict, "root-key", not_run);
  record.contribute(1);
  EXPECT_RULE(verify_contents(record.contents, by_root(record)), "head-checkpointed", not_run);
  record.contents.checkpoints.clear();
  const Verdict bare = verify_contents(record.contents, by_root(record));
  for (const char* rule : {"checkpoints-signed", "tree-root", "no-fork", "head-checkpointed", "cosignatures"}) {
    EXPECT_RULE(bare, rule, not_run);
  }
}

TEST(Verify, entries_that_go_back_in_time) {
  TestRecord record(0);
  record.contribute(1);
  record.time = "2026-01-31T11:59:59Z";
  record.contribute(1);
  const Verdict verdict = verify_contents(record.contents, by_root(record));
  EXPECT_RULE(verdict, "entry-times", failed);
  EXPECT_RULE(verdict, "hash-chain", passed);
}

TEST(Verify, entries_from_the_future) {
  constexpr std::uint64_t kNoon = 1769860800;  // kTime
  TestRecord record = full_record();
  VerifyOptions options = by_root(record);
  options.now = kNoon - kClockTolerance;  // clocks differ a little
  EXPECT_RULE(verify_contents(record.contents, options), "times-not-future", passed);
  options.now -= 1;
  EXPECT_RULE(verify_contents(record.contents, options), "times-not-future", failed);
}

TEST(Verify, entries_dated_after_a_witness_saw_them) {
  constexpr std::uint64_t kNoon = 1769860800, kYear = 365 * 86400;
  TestRecord record(2);
  record.contribute(1);
  record.checkpoint(kNoon - kClockTolerance, kNoon);
  EXPECT_RULE(verify_contents(record.contents, by_root(record)), "times-witnessed", passed);
  record.time = "2026-03-02T12:00:00Z";
  record.contribute(1);
  record.checkpoint(kNoon, kNoon + kYear);  // one of the two had a right clock
  EXPECT_RULE(verify_contents(record.contents, by_root(record)), "times-witnessed", failed);
  EXPECT_RULE(verify_contents(record.contents, by_root(record)), "times-not-future", passed);  // by now
}

TEST(Verify, another_root) {
  TestRecord record = full_record();
  VerifyOptions options;
  options.root_key = record.stranger->public_key();
  EXPECT_RULE(verify_contents(record.contents, options), "root-key", failed);
}

TEST(Verify, entries_dropped_reordered_edited_doubled) {
  const TestRecord good = full_record();
  const auto attacked = [&](auto&& change) {
    Contents contents = good.contents;
    change(contents.lines);
    return verify_contents(contents, by_root(good));
  };
  using Lines = std::vector<std::string>;
  const Verdict dropped = attacked([](Lines& lines) { lines.erase(lines.begin() + 2); });
  EXPECT_RULE(dropped, "hash-chain", failed);
  EXPECT_RULE(dropped, "tree-root", failed);
  EXPECT_RULE(attacked([](Lines& lines) { std::swap(lines[1], lines[2]); }), "hash-chain", failed);
  EXPECT_RULE(attacked([](Lines& lines) { lines.insert(lines.begin() + 2, lines[1]); }), "hash-chain", failed);
  const Verdict edited = attacked([](Lines& lines) {
    Entry entry = parse_entry(lines[2]);
    entry.body["text"] = "something else";
    lines[2] = entry.line();
  });
  EXPECT_RULE(edited, "signatures", failed);
  EXPECT_RULE(edited, "hash-chain", failed);
  EXPECT_RULE(edited, "tree-root", failed);
  EXPECT_RULE(edited, "no-fork", passed);  // nobody signed that tree
  const Verdict rolled_back = attacked([](Lines& lines) { lines.pop_back(); });
  EXPECT_RULE(rolled_back, "tree-root", failed);
  const Verdict garbage = attacked([](Lines& lines) { lines[3] = "{"; });
  EXPECT_RULE(garbage, "entries-well-formed", failed);
  EXPECT_RULE(garbage, "signatures", not_run);
  EXPECT_RULE(attacked([](Lines& lines) { lines.clear(); }), "entries-well-formed", failed);
}

// The coordinator itself drops what it had promised to keep: everything in the folder fits together.
TEST(Verify, rolled_back_with_its_checkpoints) {
  const TestRecord good = full_record();
  Contents contents = good.contents;
  const CheckpointFile seen = contents.checkpoints.back();
  contents.lines.resize(4);
  contents.checkpoints.resize(1);
  EXPECT_TRUE(verify_contents(contents, by_root(good)).accepted());
  VerifyOptions options = by_root(good);
  options.earlier.push_back(seen);
  EXPECT_RULE(verify_contents(contents, options), "extends-checkpoint", failed);
}

TEST(Verify, signers_and_roles) {
  TestRecord record;
  const auto with = [&](const std::string& type, const Json& body, sign::Signer& signer) {
    Contents contents = record.contents;
    contents.lines.push_back(record.entry(type, body, signer).line());
    return verify_contents(contents, by_root(record));
  };
  EXPECT_RULE(with("contribution", Json::object(), *record.stranger), "signers-registered", failed);
  EXPECT_RULE(with("contribution", Json::object(), *record.coordinator), "roles", failed);
  EXPECT_RULE(with("contribution", Json::object(), *record.witness_1), "roles", failed);
  EXPECT_RULE(with("statement", Json::object(), *record.witness_1), "roles", passed);
  EXPECT_RULE(with("beacon-used", Json::object(), *record.coordinator), "roles", failed);
  EXPECT_RULE(with("closed", Json::object(), *record.alice), "roles", failed);
  EXPECT_RULE(with("genesis", record.genesis().json(), *record.root), "roles", failed);
  const Json added = participant_json({"Carol", Role::contributor, record.stranger->public_key()});
  EXPECT_RULE(with("participant-added", added, *record.coordinator), "roles", failed);
  EXPECT_RULE(with("participant-added", added, *record.root), "roles", passed);
  const Json second = participant_json({"Alice", Role::contributor, record.stranger->public_key()});
  EXPECT_RULE(with("participant-added", second, *record.root), "roles", failed);
  const Json twice = participant_json({"Alice 2", Role::contributor, record.alice->public_key()});
  EXPECT_RULE(with("participant-added", twice, *record.root), "roles", failed);
  const Json usurper = participant_json({"x", Role::coordinator, record.stranger->public_key()});
  EXPECT_RULE(with("participant-added", usurper, *record.root), "roles", failed);
}

TEST(Verify, a_participant_who_was_removed_writes_no_more) {
  for (const std::string type : {"participant-removed", "revocation"}) {
    TestRecord record;
    Json body{{"key", record.alice->public_key().id_hex()}, {"reason", "lost laptop"}};
    if (type == "revocation") body["subject"] = "Alice's key";
    record.contribute(1);
    record.add(type, body, *record.root);
    EXPECT_RULE(verify_contents(record.contents, by_root(record)), "signers-registered", passed);
    record.contribute(1);
    EXPECT_RULE(verify_contents(record.contents, by_root(record)), "signers-registered", failed);
  }
}

TEST(Verify, a_closed_record_takes_statements_only) {
  TestRecord record;
  record.add("closed", Json::object(), *record.coordinator);
  record.add("statement", Json::object(), *record.alice);
  EXPECT_RULE(verify_contents(record.contents, by_root(record)), "roles", passed);
  record.contribute(1);
  EXPECT_RULE(verify_contents(record.contents, by_root(record)), "roles", failed);
}

TEST(Verify, first_entries_that_do_not_fit_together) {
  const TestRecord record;
  const auto with = [&](auto&& change, sign::Signer& signer) {
    Genesis genesis = record.genesis();
    change(genesis);
    Contents contents;
    contents.lines.push_back(TestRecord().entry("genesis", genesis.json(), signer).line());
    Json json = Json::parse(contents.lines[0]);
    Entry entry = parse_entry(contents.lines[0]);
    entry.sequence = 0;
    entry.previous = {};
    sign_entry(entry, signer);
    contents.lines[0] = entry.line();
    return verify_contents(contents, by_root(record));
  };
  EXPECT_RULE(with([](Genesis&) {}, *record.root), "genesis", passed);
  EXPECT_RULE(with([](Genesis&) {}, *record.coordinator), "genesis", failed);
  EXPECT_RULE(with([](Genesis& g) { g.participants.clear(); }, *record.root), "genesis", failed);
  EXPECT_RULE(with([](Genesis& g) { g.participants.push_back(g.participants[1]); }, *record.root), "genesis", failed);
  EXPECT_RULE(with([](Genesis& g) { g.participants[1].key = g.root_key; }, *record.root), "genesis", failed);
  EXPECT_RULE(with([](Genesis& g) { g.participants[1].role = Role::coordinator; }, *record.root), "genesis", failed);
  EXPECT_RULE(with([](Genesis& g) { g.witness_threshold = 3; }, *record.root), "genesis", failed);
  EXPECT_RULE(with([](Genesis& g) { g.participants[3].name = "two words"; }, *record.root), "genesis", failed);
  EXPECT_RULE(with([](Genesis& g) { g.nonce = "zz"; }, *record.root), "genesis", failed);
  EXPECT_RULE(with([](Genesis& g) { g.label = "\x1b[2J"; }, *record.root), "genesis", failed);
}

TEST(Verify, checkpoints_of_others) {
  TestRecord record = full_record();
  const auto with_head = [&](const sign::Note& note) {
    Contents contents = record.contents;
    contents.checkpoints.back().text = sign::write_note(note);
    return verify_contents(contents, by_root(record));
  };
  SignedCheckpoint foreign = sign_checkpoint(record.head(), *record.stranger);
  EXPECT_RULE(with_head(foreign.note), "checkpoints-signed", failed);
  Checkpoint elsewhere = record.head();
  elsewhere.origin = "example.org/other";
  EXPECT_RULE(with_head(sign_checkpoint(elsewhere, *record.coordinator).note), "checkpoints-signed", failed);
  Contents contents = record.contents;
  contents.checkpoints.back().text = "no note";
  EXPECT_RULE(verify_contents(contents, by_root(record)), "checkpoints-signed", failed);
  Checkpoint wrong = record.head();
  wrong.root[0] ^= std::byte{1};
  EXPECT_RULE(with_head(sign_checkpoint(wrong, *record.coordinator).note), "tree-root", failed);
}

TEST(Verify, cosignatures) {
  TestRecord record = full_record();
  const auto with = [&](auto&& change, std::optional<std::uint64_t> threshold = std::nullopt) {
    SignedCheckpoint head = record.signed_head();
    change(head.note);
    Contents contents = record.contents;
    contents.checkpoints.back().text = sign::write_note(head.note);
    VerifyOptions options = by_root(record);
    options.witness_threshold = threshold;
    return verify_contents(contents, options);
  };
  EXPECT_RULE(with([](sign::Note&) {}), "cosignatures", passed);
  EXPECT_RULE(with([](sign::Note& note) { note.signatures.pop_back(); }), "cosignatures", failed);
  EXPECT_RULE(with([](sign::Note& note) { note.signatures.pop_back(); }, 1), "cosignatures", passed);
  EXPECT_RULE(with([](sign::Note& note) { note.signatures[2] = note.signatures[1]; }), "cosignatures", failed);
  EXPECT_RULE(with([](sign::Note& note) { note.signatures[1].bytes[7] ^= std::byte{1}; }), "cosignatures", failed);
  EXPECT_EQ(with([](sign::Note& note) { note.signatures.resize(1); }, 0).find("cosignatures"), nullptr);
  // Of another origin: the same key, the same size and root.
  Checkpoint elsewhere = record.head();
  elsewhere.origin = "example.org/other";
  const auto foreign = sign::cosign_note(*record.witness_2, "w2.example", elsewhere.text(), 1769860801);
  EXPECT_RULE(with([&](sign::Note& note) { note.signatures[2] = foreign; }), "cosignatures", failed);
  // Witnesses that the verifier names itself.
  VerifyOptions options = by_root(record);
  options.witnesses.emplace_back("w9.example", sign::NoteKind::cosignature_v1, record.stranger->public_key());
  EXPECT_RULE(verify_contents(record.contents, options), "cosignatures", failed);
}

TEST(Verify, forks) {
  TestRecord record = full_record();
  // The same size, another tree.
  Checkpoint other = record.head();
  other.root[3] ^= std::byte{1};
  VerifyOptions options = by_root(record);
  options.earlier.push_back({"seen", sign::write_note(sign_checkpoint(other, *record.coordinator).note)});
  EXPECT_RULE(verify_contents(record.contents, options), "no-fork", failed);
  // A smaller size.
  other.size = 5;
  options.earlier = {{"seen", sign::write_note(sign_checkpoint(other, *record.coordinator).note)}};
  const Verdict verdict = verify_contents(record.contents, options);
  EXPECT_RULE(verdict, "no-fork", failed);
  EXPECT_RULE(verdict, "extends-checkpoint", failed);
  // Signed by somebody else: no fork of the coordinator's.
  options.earlier = {{"seen", sign::write_note(sign_checkpoint(other, *record.stranger).note)}};
  EXPECT_RULE(verify_contents(record.contents, options), "no-fork", passed);
}

TEST(Verify, torn_tail_is_told) {
  TestRecord record = full_record();
  record.contents.torn_bytes = 5;
  EXPECT_RULE(verify_contents(record.contents, by_root(record)), "tail-complete", not_run);
}

}  // namespace
}  // namespace solemn::transcript
