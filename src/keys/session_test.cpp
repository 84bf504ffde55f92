#include "keys/session.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "keys/test_life.hpp"
#include "sharing/share_text.hpp"

namespace solemn::keys {
namespace {

using testing::failed_rules;
using transcript::Json;

/// The shipped procedure up to the shares: seven maintainer keys, one for Nostr, and an anchor key, which is sealed.
class Session : public ::testing::Test {
 protected:
  Session() {
    for (const Person* person : people.with_role("custodian")) custodians.push_back(person->name);
    session.emplace(script, progress, custodians, true, 1U);
  }
  void make() {
    const std::string faces(120, '3');
    session->commit_dice(hash::DiceThrows(base::as_bytes(faces)));
    session->draw_devices();
    session->make_maintainers();
    session->make_nostr(key("nostr"));
    session->make_anchor(key("anchor"));
  }
  const ScriptKey& key(std::string_view name) const { return *std::ranges::find(script.keys, name, &ScriptKey::name); }
  std::vector<sign::SecretText> sheets(const std::vector<KeySession::Holding>& holdings) const {
    std::vector<sign::SecretText> texts;
    for (const auto& one : holdings) texts.push_back(sharing::share_qr_text(*one.share));
    return texts;
  }
  Script script = parse_script(default_script_text());
  People people = invented_people(script);
  Progress progress{script, people};
  std::vector<std::string> custodians;
  std::optional<KeySession> session;
};

TEST_F(Session, NoKeyComesBeforeTheRandomness) {
  EXPECT_THROW((void)session->make_maintainers(), base::Error);
  EXPECT_THROW((void)session->make_anchor(key("anchor")), base::Error);
  EXPECT_TRUE(session->made().empty());
}

TEST_F(Session, EveryKeyIsCheckedSharedAndRebuilt) {
  make();
  ASSERT_EQ(session->made().size(), 9U);
  EXPECT_EQ(failed_rules(session->check_keys()), "");
  session->split();
  EXPECT_EQ(failed_rules(session->rehearse()), "");
  EXPECT_EQ(failed_rules(session->cross_check()), "");
  std::size_t shares = 0;
  for (const std::string& custodian : custodians) shares += session->holdings_of(custodian).size();
  EXPECT_EQ(shares, 9U * 5U);
  EXPECT_TRUE(session->holdings_of("Nobody").empty());
  for (const sharing::SetFile& set : session->sets()) {
    EXPECT_EQ(set.set.drill, sharing::Drill::yes);
    EXPECT_EQ(set.sealed.has_value(), set.set.name == "anchor");
    EXPECT_EQ(sharing::parse_set(sharing::write_set(set)).set.id(), set.set.id());
  }
}

TEST_F(Session, EveryKeySignsItsOwnRevocationAndNoOther) {
  const ScriptKey kept{"master-seed", "seed", "Master seed", std::nullopt};
  make();
  session->make_seed(&kept);
  session->split();
  const auto notices = session->sign_revocations("solemn.transcript/test", "2027-03-01T12:00:00Z");
  ASSERT_EQ(notices.size(), 10U);
  const auto sets = session->sets();
  for (std::size_t i = 0; i < notices.size(); ++i) {
    const MadeKey& made = session->made()[i];
    EXPECT_EQ(notices[i].key, made.name);
    const Revocation read = read_revocation(notices[i].envelope);
    EXPECT_TRUE(read.presigned);
    EXPECT_EQ(read.key.id, made.name);
    EXPECT_EQ(read.key.set_id, base::to_hex(sets[i].set.id()));
    EXPECT_EQ(read.bounds.expires, "");
    InventoryKey known, other;
    known.key = made.key;
    other.key = session->made()[(i + 1) % notices.size()].key;
    EXPECT_TRUE(approval_of(known, notices[i].envelope).by_key) << made.name;
    EXPECT_FALSE(approval_of(other, notices[i].envelope).by_key) << made.name;
  }
}

TEST_F(Session, ASeedThatIsKeptIsSharedAndGivesTheMaintainerKeys) {
  const ScriptKey kept{"master-seed", "seed", "Master seed", std::nullopt};
  session->commit_dice(hash::DiceThrows(base::as_bytes(std::string(120, '3'))));
  session->draw_devices();
  const auto seed = session->make_seed(&kept);
  ASSERT_TRUE(seed);
  EXPECT_EQ(seed->path, "m");
  const auto maintainers = session->make_maintainers();
  EXPECT_EQ(maintainers[6].path, "m/45210'/1'/0'/6'");
  session->split();
  EXPECT_EQ(failed_rules(session->cross_check()), "");
  EXPECT_EQ(session->sets()[0].sealed->public_half, seed->key.bytes);
}

TEST_F(Session, AStepThatIsDoneTwiceMakesOtherKeysAndNotMore) {
  make();
  const MadeKey before = session->made()[0];
  session->make_maintainers();
  EXPECT_EQ(session->made().size(), 9U);
  const auto after = std::ranges::find(session->made(), before.name, &MadeKey::name);
  ASSERT_NE(after, session->made().end());
  EXPECT_NE(after->key.bytes, before.key.bytes);
}

TEST_F(Session, ASheetThatIsWrongMissingOrOfSomebodyElseIsNamed) {
  make();
  session->split();
  const auto mine = session->holdings_of(custodians[0]), others = session->holdings_of(custodians[1]);
  const auto faults = [&](const std::vector<sign::SecretText>& scanned) {
    return failed_rules(verify_sheets(mine, scanned));
  };
  EXPECT_EQ(faults(sheets(mine)), "");
  auto scanned = sheets(mine);
  scanned.pop_back();
  EXPECT_EQ(faults(scanned), "sheets-complete");
  scanned = sheets(mine);
  scanned.push_back(sharing::share_qr_text(*others[0].share));
  EXPECT_EQ(faults(scanned), "sheets-own");
  sharing::Share altered = sharing::copy(*mine[0].share);
  altered.value.expose()[31] ^= std::byte{1};
  scanned = sheets(mine);
  scanned[0] = sharing::share_qr_text(altered);
  EXPECT_EQ(faults(scanned), "sheets-shares");
  scanned[0] = sign::SecretText(9);
  EXPECT_EQ(faults(scanned), "sheets-readable sheets-complete");
  EXPECT_EQ(faults({}), "sheets-complete");
}

TEST_F(Session, AMadeKeyIsReadBackAndItsFingerprintIsTheKeys) {
  make();
  for (const MadeKey& one : session->made()) {
    Json json = made_key_json(one);
    EXPECT_EQ(made_key_json(made_key_from(json)), json);
    json["fingerprint"] = std::string(64, '0');
    EXPECT_THROW((void)made_key_from(json), base::Error);
    json = made_key_json(one);
    json["scheme"] = "rot13";
    EXPECT_THROW((void)made_key_from(json), base::Error);
  }
}

}  // namespace
}  // namespace solemn::keys
