// Copies of shares besides the paper, and revocations for the day when the shares are lost.
#include <sodium.h>

#include "cli/keys_conductor.hpp"
#include "hash/sha256.hpp"
#include "keys/statements.hpp"
#include "sign/pkcs11_wrapper.hpp"
#include "transcript/time.hpp"

namespace solemn::cli {

namespace {

constexpr std::uint64_t kMaxBackupBytes = 1 << 20;

sign::SecretText own_passphrase(Screen& screen) {
  while (true) {
    sign::SecretText first = screen.ask_hidden("  Your passphrase for the backup (not shown): ");
    const sign::SecretText second = screen.ask_hidden("  The same once more: ");
    if (first.size() >= 8 && first.size() == second.size() &&
        sodium_memcmp(first.expose().data(), second.expose().data(), first.size()) == 0)
      return first;
    screen.paragraph(first.size() < 8 ? "Eight characters at least; better six words."
                                      : "The two differ. Again, please.");
  }
}

base::Path stick_of(const Stage& stage, const keys::Person& custodian) {
  return ask_folder(stage, "Folder on your stick", stage.options.papers / custodian.initials, "beside the sheets");
}

/// Written, read back from the stick, opened again with `open` and compared.
ActionResult write_backup(Stage& stage, const base::Path& path, const sign::SecretText& text,
                          const sign::AgeLocks& locks,
                          sign::SecretText (*open)(base::ByteSpan, const sign::AgeLocks&)) {
  base::write_file(path, sign::encrypt_age(text.expose(), locks, sign::Armor::yes).bytes, base::Overwrite::yes,
                   base::Privacy::secret);
  const base::Bytes written = base::read_file(path, kMaxBackupBytes);
  const sign::SecretText back = open(written, locks);
  ActionResult done;
  done.good = back.size() == text.size() && sodium_memcmp(back.expose().data(), text.expose().data(), text.size()) == 0;
  done.result["backup_sha256"] = base::to_hex(hash::sha256(written));
  done.result["backup_bytes"] = written.size();
  stage.screen.paragraph(done.good ? "Written to '" + path.string() + "', read back and opened: it holds your shares."
                                   : "What was read back is not what was written. Take another stick.");
  return done;
}

ActionResult back_up(Stage& stage, const keys::Slot& slot) {
  const keys::Person& custodian = *slot.person;
  const sign::SecretText text = keys::shares_text(session_of(stage).holdings_of(custodian.name));
  const sign::SecretText passphrase = own_passphrase(stage.screen);
  sign::AgeLocks locks;
  locks.passphrase = &passphrase;
  return write_backup(
      stage, stick_of(stage, custodian) / (custodian.initials + "-shares.age"), text, locks,
      [](base::ByteSpan file, const sign::AgeLocks& by) { return sign::decrypt_age(file, *by.passphrase); });
}

ActionResult back_up_to_token(Stage& stage, const keys::Slot& slot) {
  const keys::Person& custodian = *slot.person;
  Screen& screen = stage.screen;
  const sign::SecretText text = keys::shares_text(session_of(stage).holdings_of(custodian.name));
  sign::OpenOptions open = stage.options.keys;
  open.pin = [&](std::string_view) { return screen.ask_hidden("  PIN of your token (not shown): "); };
  const std::string uri = ask_text(screen, "  The AES key in your token (pkcs11:token=...;object=...): ");
  const auto token = sign::open_pkcs11_wrapper(sign::parse_pkcs11_uri(uri), open);
  sign::FileKeyWrapper* const tokens[] = {token.get()};
  sign::AgeLocks locks;
  locks.tokens = tokens;
  ActionResult done = write_backup(stage, stick_of(stage, custodian) / (custodian.initials + "-shares.token.age"), text,
                                   locks, [](base::ByteSpan file, const sign::AgeLocks& by) {
                                     return sign::decrypt_age(file, sign::AgeKeys{nullptr, {}, by.tokens.front()});
                                   });
  done.result["opened_by"] = base::printable(token->name());
  screen.paragraph("Only this token opens it: " + base::printable(token->name()));
  return done;
}

/// Every notice read back from the stick, as whoever opens the bag will read it.
ActionResult sign_revocations(Stage& stage, const keys::Slot&) {
  const std::string issued = transcript::time_text(transcript::unix_now());
  const auto notices = session_of(stage).sign_revocations(stage.record.origin(), issued);
  const base::Path folder =
      ask_folder(stage, "Folder on the stick for the revocations", stage.options.papers, "beside the sheets");
  ActionResult done;
  done.result["issued"] = issued;
  base::Verdict verdict;
  for (const auto& notice : notices) {
    const base::Path path = folder / (notice.key + ".revocation.json");
    base::write_file(path, base::as_bytes(sign::write_dsse(notice.envelope)), base::Overwrite::yes,
                     base::Privacy::secret);
    const sign::DsseEnvelope back = sign::parse_dsse(base::read_file(path, kMaxBackupBytes));
    const bool same =
        sign::write_dsse(back) == sign::write_dsse(notice.envelope) && keys::read_revocation(back).key.id == notice.key;
    verdict.add("revocation-read-back", same, notice.key + ", signed by the key itself");
    done.result["revocations"].push_back({{"key", notice.key}, {"payload_sha256", keys::payload_sha256(back)}});
  }
  done.result["checks"] = show_verdict(stage.screen, verdict);
  done.good = verdict.accepted();
  stage.screen.paragraph("They are in '" + folder.string() +
                         "'. Whoever has one can end that key, and do nothing else with it: the stick goes into the "
                         "bag now.");
  return done;
}

}  // namespace

Action backup_action(std::string_view name) {
  if (name == "backup") return back_up;
  if (name == "hsm-backup") return back_up_to_token;
  return name == "revocations" ? sign_revocations : nullptr;
}

}  // namespace solemn::cli
