#pragma once
// A small ceremony with all its keys, in memory: for tests and the seeds of the fuzz targets.
#include "sign/file_key.hpp"
#include "transcript/checkpoint.hpp"
#include "transcript/replay.hpp"
#include "transcript/store.hpp"

namespace solemn::transcript::testing {

inline std::unique_ptr<sign::Signer> new_key(sign::KeyType type = sign::KeyType::ed25519) {
  return sign::signer_from_pkcs8(sign::generate_key(type));
}

inline const std::string kTime = "2026-01-31T12:00:00Z";

/// Root, coordinator, two contributors (Ed25519 and P-256), two witnesses; the record begins with its first entry.
struct TestRecord {
  std::unique_ptr<sign::Signer> root = new_key(), coordinator = new_key(), alice = new_key(),
                                bob = new_key(sign::KeyType::p256), witness_1 = new_key(), witness_2 = new_key(),
                                stranger = new_key();
  Contents contents;
  std::string time = kTime;  // of the next entry

  explicit TestRecord(std::uint64_t witness_threshold = 0) {
    contents.lines.push_back(entry("genesis", genesis(witness_threshold).json(), *root).line());
  }

  Genesis genesis(std::uint64_t witness_threshold = 0) const {
    return {"trusted-setup",
            "test ceremony",
            kTime,
            "00112233445566778899aabbccddeeff",
            root->public_key(),
            {{"coordinator", Role::coordinator, coordinator->public_key()},
             {"Alice", Role::contributor, alice->public_key()},
             {"Bob", Role::contributor, bob->public_key()},
             {"w1.example", Role::witness, witness_1->public_key()},
             {"w2.example", Role::witness, witness_2->public_key()}},
            witness_threshold};
  }

  /// The next entry, signed, not appended.
  Entry entry(const std::string& type, const Json& body, sign::Signer& signer) const {
    Entry made;
    made.sequence = contents.lines.size();
    if (made.sequence != 0) made.previous = leaf_hash_of_line(contents.lines.back());
    made.type = type;
    made.time = time;
    made.body = body;
    sign_entry(made, signer);
    return made;
  }
  void add(const std::string& type, const Json& body, sign::Signer& signer) {
    contents.lines.push_back(entry(type, body, signer).line());
  }
  /// Alice, Bob, Alice ...: n contributions.
  void contribute(int n) {
    for (int i = 0; i < n; ++i) add("contribution", Json{{"text", std::to_string(i)}}, i % 2 == 0 ? *alice : *bob);
  }

  std::string origin() const { return origin_of(leaf_hash_of_line(contents.lines[0])); }
  Checkpoint head() const {
    Tree tree;
    for (const std::string& line : contents.lines) tree.append(leaf_hash_of_line(line));
    return {origin(), tree.size(), tree.root()};
  }
  /// A checkpoint of the present entries, cosigned by the witnesses at these times.
  SignedCheckpoint signed_head(std::uint64_t first = 1769860800, std::uint64_t second = 1769860801) const {
    SignedCheckpoint made = sign_checkpoint(head(), *coordinator);
    made.note.signatures.push_back(sign::cosign_note(*witness_1, "w1.example", made.note.text, first));
    made.note.signatures.push_back(sign::cosign_note(*witness_2, "w2.example", made.note.text, second));
    return made;
  }
  void checkpoint(std::uint64_t first = 1769860800, std::uint64_t second = 1769860801) {
    contents.checkpoints.push_back(
        {"checkpoints/" + std::to_string(contents.lines.size()), sign::write_note(signed_head(first, second).note)});
  }
};

}  // namespace solemn::transcript::testing
