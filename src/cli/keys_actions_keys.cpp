// Dice, randomness, keys.
#include "base/error.hpp"
#include "cli/keys_conductor.hpp"
#include "hash/sha256.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;

namespace {

constexpr std::uint64_t kMaxPemBytes = 64 << 10;

/// Lines of faces, as they are thrown, until an empty one.
ActionResult throw_dice(Stage& stage, const keys::Slot&) {
  Screen& screen = stage.screen;
  screen.paragraph("Type the faces as they are called, any number a line; they are not shown. An empty line ends it.");
  sign::SecretText faces(hash::DiceThrows::kMaxThrows * 2);
  std::size_t length = 0;
  while (true) {
    const std::size_t thrown = length == 0 ? 0 : hash::DiceThrows(faces.expose().first(length)).size();
    const sign::SecretText typed = screen.ask_hidden("  Dice (" + std::to_string(thrown) + " so far): ");
    if (typed.size() == 0) break;
    if (length + typed.size() > faces.size()) throw Error(Code::usage, "that are too many throws");
    std::ranges::copy(typed.expose(), faces.expose().begin() + static_cast<std::ptrdiff_t>(length));
    try {
      (void)hash::DiceThrows(faces.expose().first(length + typed.size()));
      length += typed.size();
    } catch (const Error& error) { screen.paragraph(error.message() + ": this line does not count"); }
  }
  hash::DiceThrows dice(faces.expose().first(length));
  ActionResult done;
  done.result["throws"] = dice.size();
  for (const std::string& oddity : dice.oddities()) {
    screen.paragraph("Note: " + oddity);
    done.result["notes"].push_back(oddity);
  }
  std::vector<std::string> custodians;
  for (const keys::Person* person : stage.people.with_role("custodian")) custodians.push_back(person->name);
  stage.session.emplace(stage.script, stage.record.progress(), std::move(custodians), stage.options.drill, 1U);
  const base::Hash64 commitment = stage.session->commit_dice(std::move(dice));
  done.result["commitment_sha512"] = base::to_hex(commitment);
  read_aloud(screen, "Commitment to the dice (SHA-512), for the paper log", commitment);
  return done;
}

ActionResult draw_devices(Stage& stage, const keys::Slot&) {
  ActionResult done;
  done.result["sources"] = session_of(stage).draw_devices();
  stage.screen.paragraph("Mixed into one pool, each with its name and length:");
  for (const auto& source : done.result["sources"]) stage.screen.paragraph(source.get<std::string>(), 4);
  stage.screen.paragraph("The pool is as good as its best source, whatever the others are worth.");
  return done;
}

void show_key(Screen& screen, const keys::MadeKey& key) {
  screen.line();
  screen.paragraph(key.title + " (" + key.name + ")");
  const std::string hex = key.key.hex();
  screen.paragraph(hex.size() <= 66 ? hex : "SHA-256 of the key: " + base::to_hex(hash::sha256(key.key.bytes)), 4);
  if (!key.also.empty()) screen.paragraph(key.also, 4);
  if (!key.path.empty()) screen.paragraph(key.path, 4);
}

ActionResult made(Stage& stage, const std::vector<keys::MadeKey>& keys) {
  ActionResult done;
  done.result["keys"] = RecordJson::array();
  for (const keys::MadeKey& key : keys) {
    show_key(stage.screen, key);
    done.result["keys"].push_back(keys::made_key_json(key));
  }
  return done;
}

ActionResult make_seed(Stage& stage, const keys::Slot&) {
  const auto kept = keys::wanted_keys(stage.script, stage.record.progress(), "seed");
  const auto seed = session_of(stage).make_seed(kept.empty() ? nullptr : kept.front());
  stage.screen.paragraph("256 bits were taken from the pool. They are shown to nobody.");
  if (!seed) return {};
  stage.screen.paragraph("They are shared like a key; who rebuilds them gets 24 words of BIP-39.");
  return made(stage, {*seed});
}

ActionResult make_maintainers(Stage& stage, const keys::Slot&) {
  return made(stage, session_of(stage).make_maintainers());
}

/// The key of this type that the policies ask for.
const keys::ScriptKey& wanted(const Stage& stage, std::string_view type) {
  const auto keys = keys::wanted_keys(stage.script, stage.record.progress(), type);
  if (keys.empty()) throw Error(Code::usage, "the script lists no key of type " + std::string(type));
  return *keys.front();
}

ActionResult make_nostr(Stage& stage, const keys::Slot&) {
  return made(stage, {session_of(stage).make_nostr(wanted(stage, "nostr"))});
}
ActionResult make_anchor(Stage& stage, const keys::Slot&) {
  return made(stage, {session_of(stage).make_anchor(wanted(stage, "anchor"))});
}
ActionResult make_server_key(Stage& stage, const keys::Slot&) {
  return made(stage, {session_of(stage).make_rsa(wanted(stage, "server"))});
}

ActionResult import_github(Stage& stage, const keys::Slot&) {
  const std::string path = stage.screen.ask("  The PEM file from GitHub: ");
  sign::SecretText pem(kMaxPemBytes);
  const std::size_t size = base::read_stream(path, pem.expose());
  if (size == pem.size()) throw Error(Code::malformed, "'" + path + "' is larger than any key");
  ActionResult done = made(stage, {session_of(stage).import_github(wanted(stage, "server"), pem.expose().first(size))});
  stage.screen.paragraph("Compare the fingerprint with the one that GitHub shows. Destroy the stick in the clean-up.");
  return done;
}

ActionResult check_keys(Stage& stage, const keys::Slot&) {
  const base::Verdict verdict = session_of(stage).check_keys();
  ActionResult done;
  done.result["checks"] = show_verdict(stage.screen, verdict);
  done.good = verdict.accepted();
  return done;
}

/// One digest over all public keys in their order, so that one comparison covers them.
ActionResult read_keys(Stage& stage, const keys::Slot&) {
  hash::Sha256 all;
  for (const keys::MadeKey& key : session_of(stage).made()) {
    const base::Hash32 fingerprint = key.key.fingerprint();
    all.update(fingerprint);
    stage.screen.line("  " + key.title + std::string(22 - std::min<std::size_t>(21, columns_of(key.title)), ' ') +
                      base::to_hex(fingerprint).substr(0, 16));
  }
  const base::Hash32 digest = all.finish();
  read_aloud(stage.screen, "SHA-256 of all fingerprints, in this order", digest);
  ActionResult done;
  done.result["fingerprints_sha256"] = base::to_hex(digest);
  return done;
}

}  // namespace

Action key_action(std::string_view name) {
  if (name == "dice") return throw_dice;
  if (name == "devices-entropy") return draw_devices;
  if (name == "master-seed") return make_seed;
  if (name == "maintainers") return make_maintainers;
  if (name == "nostr-key") return make_nostr;
  if (name == "anchor-key") return make_anchor;
  if (name == "github-import") return import_github;
  if (name == "server-key") return make_server_key;
  if (name == "check-keys") return check_keys;
  return name == "read-keys" ? read_keys : nullptr;
}

}  // namespace solemn::cli
