#include "sign/note.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "sign/file_key.hpp"

namespace solemn::sign {
namespace {

using base::as_bytes;

// From c2sp.org/signed-note (example.com/foo) and c2sp.org/tlog-cosignature (behind-the-sofa).
constexpr std::string_view kVkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const std::string kNote =
    "This is an example message.\n\n\xe2\x80\x94 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
const std::string kCheckpoint =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\xe2\x80\x94 example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "\xe2\x80\x94 witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

std::unique_ptr<Signer> new_signer(KeyType type) { return signer_from_pkcs8(generate_key(type)); }

TEST(Note, the_specifications_example_verifies) {
  const NoteKey key = NoteKey::parse(kVkey);
  EXPECT_EQ(key.vkey(), kVkey);
  const Note note = parse_note(as_bytes(kNote));
  EXPECT_EQ(note.text, "This is an example message.\n");
  EXPECT_EQ(write_note(note), kNote);
  EXPECT_TRUE(verify_note(note, {&key, 1}).good());
  Note changed = note;
  changed.text = "This is an example massage.\n";
  EXPECT_EQ(verify_note(changed, {&key, 1}).failed.size(), 1U);
}

TEST(Note, the_specifications_checkpoint_is_read_and_written_back) {
  const Note note = parse_note(as_bytes(kCheckpoint));
  ASSERT_EQ(note.signatures.size(), 2U);
  EXPECT_EQ(base::load_be64(note.signatures[1].bytes), 1679315147U);
  EXPECT_EQ(write_note(note), kCheckpoint);
}

TEST(Note, every_algorithm_signs_notes) {
  for (const KeyType type : {KeyType::ed25519, KeyType::p256, KeyType::p384, KeyType::rsa3072}) {
    const auto signer = new_signer(type);
    const NoteKey key("example.org/a", note_kind_of(signer->public_key().algorithm()), signer->public_key());
    Note note{"text\n\nmore\n", {sign_note(*signer, "example.org/a", "text\n\nmore\n")}};
    const NoteKey again = NoteKey::parse(key.vkey());
    EXPECT_EQ(again.key(), key.key());
    EXPECT_TRUE(verify_note(parse_note(as_bytes(write_note(note))), {&again, 1}).good());
    note.text = "text\n\nmore.\n";
    EXPECT_FALSE(verify_note(note, {&again, 1}).good());
  }
}

TEST(Note, a_cosignature_carries_its_time_and_counts_once) {
  const auto signer = new_signer(KeyType::ed25519);
  const std::string text = "example.com/log\n1\nAAAA\n";
  const NoteKey key("example.com/w", NoteKind::cosignature_v1, signer->public_key());
  Note note{text, {cosign_note(*signer, "example.com/w", text, 1700000000)}};
  note.signatures.push_back(cosign_note(*signer, "example.com/w", text, 1700000001));
  const NoteSigners signers = verify_note(note, {&key, 1});
  ASSERT_EQ(signers.accepted.size(), 1U);
  EXPECT_EQ(signers.accepted[0].unix_seconds, 1700000000U);
  note.signatures[0].bytes[7] ^= std::byte{1};  // another time
  EXPECT_FALSE(verify_note(note, {&key, 1}).good());
  const NoteKey plain("example.com/w", NoteKind::ed25519, signer->public_key());
  EXPECT_TRUE(verify_note(note, {&plain, 1}).accepted.empty());
  EXPECT_NE(plain.id(), key.id());
  EXPECT_THROW((void)cosign_note(*new_signer(KeyType::p256), "w", text, 1), base::Error);
}

TEST(Note, an_unknown_key_neither_accepts_nor_fails) {
  const auto signer = new_signer(KeyType::ed25519), other = new_signer(KeyType::ed25519);
  const Note note{"text\n", {sign_note(*signer, "a", "text\n")}};
  const NoteKey key("a", NoteKind::ed25519, other->public_key());
  EXPECT_TRUE(verify_note(note, {&key, 1}).accepted.empty());
  EXPECT_TRUE(verify_note(note, {&key, 1}).failed.empty());
  EXPECT_FALSE(verify_note(note, {&key, 1}).good());
}

TEST(Note, malformed_notes_are_refused) {
  const std::string signature = kNote.substr(kNote.find("\xe2"));
  for (const std::string& bad :
       std::vector<std::string>{std::string(), std::string("text\n"), "text\n" + signature, std::string("text\n\n"),
                                "text\r\n\n" + signature, "\x01text\n\n" + signature, "\xff\n\n" + signature,
                                kNote.substr(0, kNote.size() - 1), kNote + "x\n",
                                "text\n\n- example.com/foo AAAAAAA=\n", "text\n\n\xe2\x80\x94 a+b AAAAAAA=\n",
                                "text\n\n\xe2\x80\x94 a AAAAAA==\n", "text\n\n\xe2\x80\x94 a AAAAAAB=\n",
                                "text\n\n\xe2\x80\x94  AAAAAAA=\n", "text\n\n\xe2\x80\x94 a\xc2\xa0 AAAAAAA=\n"})
    EXPECT_THROW((void)parse_note(as_bytes(bad)), base::Error) << bad;
  std::string many = "text\n\n";
  for (int i = 0; i < 101; ++i) many += signature;
  EXPECT_THROW((void)parse_note(as_bytes(many)), base::Error);
  EXPECT_THROW((void)write_note({"no newline", {}}), base::Error);
}

TEST(Note, malformed_verifier_keys_are_refused) {
  for (std::string bad : {std::string(kVkey).replace(16, 1, "6"), std::string(kVkey) + "A", std::string("a+b"),
                          std::string("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
                          std::string("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
                          std::string("example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")})
    EXPECT_THROW((void)NoteKey::parse(bad), base::Error) << bad;
}

}  // namespace
}  // namespace solemn::sign
