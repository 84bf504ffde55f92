// A key of an earlier ceremony is rebuilt from its custodians' sheets, used, and forgotten again.
#include <algorithm>

#include "base/error.hpp"
#include "cli/keys_conductor.hpp"
#include "cli/transcript_verbs.hpp"
#include "hash/sha256.hpp"
#include "keys/recovered_key.hpp"
#include "keys/recovery_record.hpp"
#include "sharing/secret_file.hpp"
#include "sharing/share_text.hpp"
#include "transcript/verify.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;

namespace {

constexpr std::uint64_t kMaxSignedBytes = 64 << 20;

const keys::InventoryKey& key_of(const Recovery& recovery) { return *recovery.inventory.find(recovery.key); }

/// The bundle of the ceremony that made the key: the record judged, the inventory read from it.
Recovery read_bundle(const base::Path& folder, const std::string& id, bool drill, base::Verdict& verdict) {
  const keys::CeremonyFolder ceremony{folder};
  transcript::VerifyOptions options;
  options.root_key = sign::read_public_key(ceremony.root_key());
  verdict = transcript::verify_folder(ceremony.record(), options);
  Recovery recovery;
  recovery.inventory = keys::inventory_of(transcript::read_contents(ceremony.record()), verdict);
  recovery.key = id;
  const keys::InventoryKey* key = recovery.inventory.find(id);
  if (key == nullptr) throw Error(Code::usage, "that record has no key '" + id + "'", "abort, and begin with its name");
  if (!key->key || !key->set) throw Error(Code::usage, id + " has no shares");
  const bool usable = key->state == keys::State::active || key->state == keys::State::retiring;
  verdict.add("recovery-key", usable, id + " is " + std::string(name(key->state)));
  verdict.add("recovery-drill", key->drill == drill,
              key->drill == drill ? ""
              : key->drill        ? "a drill's key in a real recovery"
                                  : "a real key in a drill");
  recovery.file = sharing::read_set(ceremony.sets() / (id + ".set.json"));
  verdict.add("recovery-set", recovery.file.set.id() == key->set->id(), "its shares are those of the inventory");
  return recovery;
}

std::string named_key(const Stage& stage) {
  const std::string id = keys::measured_in(stage.record.progress(), stage.record.entries(), "key");
  return id.empty() ? ask_text(stage.screen, "  Which key, by its name in the inventory: ") : id;
}

base::Path ask_bundle(const Stage& stage) {
  return ask_text(stage.screen, "  Folder of the ceremony that made the key (public record, sets): ");
}

/// The key's public form that people compare: digits, or GitHub's fingerprint of an RSA key.
std::string shown_key(const keys::CeremonyKey& key) {
  return key.scheme == keys::Scheme::spki ? sharing::github_fingerprint(key.bytes) : key.hex();
}

ActionResult find_key(Stage& stage, const keys::Slot&) {
  Screen& screen = stage.screen;
  base::Verdict verdict;
  const base::Path folder = ask_bundle(stage);
  stage.recovery = read_bundle(folder, named_key(stage), stage.options.drill, verdict);
  const keys::InventoryKey& key = key_of(*stage.recovery);
  ActionResult done;
  done.result["checks"] = show_verdict(screen, verdict);
  done.good = verdict.accepted();
  if (!done.good) return done;
  done.result["key"] = key.id;
  done.result["public_key"] = key.key->hex();
  done.result["record"] = stage.recovery->inventory.record;
  done.result["set_id"] = base::to_hex(key.set->id());
  screen.line();
  for (const keys::Holding& holding : key.holdings) {
    screen.paragraph("share " + std::to_string(holding.index) + ": " + base::printable(holding.custodian) + ", bag " +
                     base::printable(holding.seal) + ", " + base::printable(holding.location) +
                     (holding.lost ? "  LOST" : ""));
    done.result["holders"].push_back(
        {{"custodian", holding.custodian}, {"index", holding.index}, {"seal", holding.seal}});
  }
  const sign::PublicKey root = sign::read_public_key(keys::CeremonyFolder{folder}.root_key());
  read_aloud(screen, "Root key of that record, as on the paper of that day", root.id());
  screen.paragraph("Key " + key.id + ":");
  screen.paragraph(shown_key(*key.key), 4);
  return done;
}

/// After a power cut the bundle is read again, and must be what it was.
Recovery& recovery_of(Stage& stage) {
  if (stage.recovery) return *stage.recovery;
  stage.screen.paragraph("The program was started again: where is the record of the key?");
  base::Verdict verdict;
  Recovery again = read_bundle(ask_bundle(stage), named_key(stage), stage.options.drill, verdict);
  for (const keys::Slot& slot : stage.record.progress().slots()) {
    if (slot.step->action != "recovery-key" || slot.performer == nullptr) continue;
    const RecordJson& result = stage.record.entries().at(slot.entry).entry.body["result"];
    if (!verdict.accepted() || result["set_id"] != base::to_hex(again.file.set.id()))
      throw Error(Code::rejected, "this is not the record that was read before");
  }
  return stage.recovery.emplace(std::move(again));
}

/// The share of this key among the codes of somebody's sheets.
std::optional<sharing::Share> share_among(const sharing::SetFile& file, const std::vector<sign::SecretText>& codes) {
  for (const sign::SecretText& code : codes) {
    try {
      sharing::Share share = sharing::parse_share(code.expose());
      if (share.set == file.set.prefix()) return share;
    } catch (const Error&) {}  // another code on the sheet, or one that cannot be read: then the share is missing
  }
  return std::nullopt;
}

ActionResult take_share(Stage& stage, const keys::Slot& slot) {
  const keys::Person& custodian = *slot.person;
  Recovery& recovery = recovery_of(stage);
  const keys::InventoryKey& key = key_of(recovery);
  const std::string place = ask_text(stage.screen, "  " + custodian.initials + ": scan or photo of your sheet of " +
                                                       recovery.key + " (file or folder; t: type it): ");
  const auto codes = place == "t" ? typed_sheets(stage.screen, {recovery.key + ", your share"}) : scanned_codes(place);
  std::optional<sharing::Share> share = share_among(recovery.file, codes);
  if (!share)
    throw Error(Code::usage, "no share of " + recovery.key + " among " + std::to_string(codes.size()) + " codes",
                "another picture, or another sheet");
  base::Verdict verdict = sharing::verify_share(recovery.file, *share);
  const auto holding = std::ranges::find(key.holdings, share->index, &keys::Holding::index);
  const bool own = holding != key.holdings.end() && holding->custodian == custodian.name;
  verdict.add("recovery-holder", own,
              "share " + std::to_string(share->index) + (own ? "" : " is not of " + custodian.name));
  const bool fresh =
      std::ranges::none_of(recovery.shares, [&](const sharing::Share& other) { return other.index == share->index; });
  ActionResult done;
  done.result["checks"] = show_verdict(stage.screen, verdict);
  done.result["index"] = share->index;
  done.good = verdict.accepted();
  if (!done.good)
    stage.incident(custodian.name + ": share " + std::to_string(share->index) + " of " + recovery.key + " is not good",
                   slot.step->id);
  if (done.good && fresh) recovery.shares.push_back(std::move(*share));
  return done;
}

void sign_named_file(Stage& stage, ActionResult& done, const Recovery& recovery, const keys::RecoveredKey& key) {
  Screen& screen = stage.screen;
  const base::Path file = ask_text(screen, "  The file to sign: ");
  const base::Bytes content = base::read_file(file, kMaxSignedBytes);
  const base::Hash32 digest = hash::sha256(content);
  read_aloud(screen, "What is signed (SHA-256 of the file)", digest);
  const base::Bytes signature = key.sign(content);
  const base::Path out = ask_text(screen, "  Where the signature goes (a new file): ");
  const keys::CeremonyKey& known = *key_of(recovery).key;
  const RecordJson text = {
      {"public_key", known.hex()}, {"signature", base::to_hex(signature)}, {"signer", recovery.key}};
  base::write_file(out, base::as_bytes(text.dump(2) + "\n"), base::Overwrite::no);
  done.result["signed_sha256"] = base::to_hex(digest);
  done.result["signature"] = base::to_hex(signature);
  screen.paragraph("Signed with " + recovery.key + ", verified, and written to '" + out.string() + "'.");
}

ActionResult rebuild(Stage& stage, const keys::Slot&) {
  const Recovery& recovery = recovery_of(stage);
  const keys::RecoveredKey key(recovery.file, recovery.shares, *key_of(recovery).key);
  ActionResult done;
  stage.screen.paragraph(std::to_string(recovery.shares.size()) + " shares rebuild " + recovery.key +
                         ": its public key is the inventory's.");
  if (stage.record.progress().holds(keys::Condition{"purpose", "install"})) {
    const base::Path out = ask_text(stage.screen, "  A new file on the device, for the key: ");
    base::write_file(out, key.text().expose(), base::Overwrite::no, base::Privacy::secret);
    done.result["form"] = sharing::recovered_form(recovery.file);
    stage.screen.paragraph("Written to '" + out.string() + "': " + sharing::recovered_form(recovery.file) + ".");
  } else {
    sign_named_file(stage, done, recovery, key);
  }
  return done;
}

/// Nothing of what is expected is shown.
ActionResult compare_independently(Stage& stage, const keys::Slot&) {
  constexpr std::size_t kFewest = 16;
  const keys::CeremonyKey& key = *key_of(recovery_of(stage)).key;
  const std::string shown = shown_key(key);
  const std::string typed =
      ask_text(stage.screen, key.scheme == keys::Scheme::spki
                                 ? "  Fingerprint of the public key (SHA256:...), 16 characters or more: "
                                 : "  The public key as the verifier computed it, 16 digits or more: ");
  ActionResult done;
  base::Verdict verdict;
  verdict.add("recovery-public-key", typed.size() >= kFewest && shown.starts_with(typed),
              "typed from the second machine: " + typed);
  done.result["checks"] = show_verdict(stage.screen, verdict);
  done.result["public_key"] = key.hex();
  done.good = verdict.accepted();
  return done;
}

ActionResult forget(Stage& stage, const keys::Slot&) {
  recovery_of(stage).shares.clear();
  base::wipe_stack();
  stage.screen.paragraph(
      "The shares were overwritten in memory and given back; the key was there only while it was used.");
  return {};
}

paper::Report report_paper(const Stage& stage, const keys::RecoveryReport& report, const base::Hash32& digest) {
  paper::Report sheet;
  sheet.page = keys::page_of(stage.facts(), "Recovery report");
  sheet.title = "Recovery report";
  sheet.below = stage.options.label;
  std::string witnesses;
  for (const std::string& name : report.witnesses) witnesses += (witnesses.empty() ? "" : ", ") + name;
  paper::ReportSection what;
  what.facts = {{"Key", report.key, false},
                {"Purpose", report.purpose, false},
                {"Reason", report.reason, false},
                {"Began", report.began, false},
                {"Ended", report.ended, false},
                {"Rebuilt by", report.performed_by, false},
                {"Verified by", report.verified_by, false},
                {"Witnesses", witnesses, false}};
  const base::Bytes key = base::from_hex(report.public_key).value_or(base::Bytes());
  const base::Hash32 of_key = hash::sha256(key);
  const bool is_long = key.size() > 33;  // RSA
  what.digests = {{is_long ? "SHA-256 of the public key" : "Public key",
                   is_long ? base::Bytes(of_key.begin(), of_key.end()) : key}};
  sheet.sections.push_back(std::move(what));
  paper::ReportSection used;
  used.heading = "Shares that were used";
  used.table = paper::Table{{{"Share", 0.6}, {"Custodian", 2}, {"Bag before", 1.4}, {"Bag after", 1.4}}, {}, 0};
  for (const auto& one : report.used)
    used.table->rows.push_back(
        {std::to_string(one.index), one.custodian, one.old_seal, one.new_seal.empty() ? "destroyed" : one.new_seal});
  sheet.sections.push_back(std::move(used));
  paper::ReportSection hash;
  hash.heading = "What is signed";
  hash.digests = {{"SHA-256 of report.json", {digest.begin(), digest.end()}}};
  sheet.sections.push_back(std::move(hash));
  for (const keys::Person& person : stage.people.all)
    sheet.signatures.push_back({person.name, keys::role_titles(stage.script, person)});
  return sheet;
}

ActionResult write_report(Stage& stage, const keys::Slot&) {
  const keys::RecoveryReport report = keys::recovery_report_of(stage.record.progress(), stage.record.entries());
  const base::Verdict verdict = keys::check_recovery(recovery_of(stage).inventory, report);
  ActionResult done;
  done.result["checks"] = show_verdict(stage.screen, verdict);
  done.good = verdict.accepted();
  if (!done.good) return done;
  const std::string text = transcript::canonical(report.json());
  const base::Hash32 digest = hash::sha256(base::as_bytes(text));
  const sign::DsseEnvelope envelope = keys::sign_by_all(keys::kRecoveryReportType, text, stage.people, stage.keyring);
  write_in_bundle(stage, done, "report.json", base::as_bytes(text));
  write_in_bundle(stage, done, "report.dsse.json", base::as_bytes(sign::write_dsse(envelope)));
  write_in_bundle(stage, done, "report.pdf", paper::report_pdf(report_paper(stage, report, digest)).expose());
  stage.screen.line("  " + std::to_string(envelope.signatures.size()) + " people signed, each with the own key.");
  read_aloud(stage.screen, "The report (SHA-256)", digest);
  return done;
}

}  // namespace

Action recovery_action(std::string_view name) {
  if (name == "recovery-key") return find_key;
  if (name == "recovery-share") return take_share;
  if (name == "recovery-rebuild") return rebuild;
  if (name == "recovery-independent") return compare_independently;
  if (name == "recovery-forget") return forget;
  return name == "recovery-report" ? write_report : nullptr;
}

}  // namespace solemn::cli
