// The signing keys of the people at a key ceremony.
#include <sodium.h>

#include <filesystem>

#include "base/error.hpp"
#include "cli/keys_conductor.hpp"
#include "cli/transcript_verbs.hpp"
#include "sign/file_key.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;
using sign::SecretText;

namespace {

constexpr int kTries = 5;

base::Path key_path(const RunOptions& options, const keys::Person& person) {
  return options.private_folder / (person.initials + ".key");
}
/// Where a brought key is: path or URI, one line.
base::Path place_path(const RunOptions& options, const keys::Person& person) {
  return options.private_folder / (person.initials + ".place");
}

void head(Screen& screen, const keys::Script& script, const keys::Person& person, std::size_t number, std::size_t total,
          bool drill) {
  const std::size_t width = screen.width();
  screen.begin_page({spread(" " + script.title, drill ? "DRILL " : "", width),
                     spread(" Signing keys", std::to_string(number) + " of " + std::to_string(total) + " ", width),
                     std::string(width, '-')});
  screen.line();
  screen.strong(person.name + " (" + person.initials + "), " + keys::role_titles(script, person));
  screen.line();
}

/// Two equal passphrases; an empty one in drills only.
std::optional<SecretText> new_passphrase(Screen& screen, bool drill) {
  while (true) {
    SecretText first = screen.ask_hidden("  New passphrase (not shown): ");
    if (first.size() == 0 && drill) return std::nullopt;
    const SecretText second = screen.ask_hidden("  The same once more: ");
    if (first.size() != 0 && first.size() == second.size() &&
        sodium_memcmp(first.expose().data(), second.expose().data(), first.size()) == 0)
      return first;
    screen.paragraph(first.size() == 0 ? "An empty passphrase protects nothing. Again, please."
                                       : "The two differ. Again, please.");
  }
}

void make_key(Screen& screen, const RunOptions& options, const keys::Person& person) {
  screen.paragraph(
      "A key is made for you now. With it you sign what you do and see here. Only your passphrase opens it; it is "
      "asked "
      "once now, and again if the machine has to be started again.");
  if (options.drill) screen.paragraph("This is a drill: Enter alone leaves it without a passphrase.");
  const std::optional<SecretText> passphrase = new_passphrase(screen, options.drill);
  const SecretText text =
      sign::key_file_text(sign::generate_key(sign::KeyType::ed25519), passphrase ? &*passphrase : nullptr);
  base::write_file(key_path(options, person), text.expose(), base::Overwrite::no, base::Privacy::secret);
}

std::unique_ptr<sign::Signer> open_one(Screen& screen, const RunOptions& options, const std::string& place) {
  sign::OpenOptions open = options.keys;
  open.passphrase = [&](std::string_view) { return screen.ask_hidden("  Your passphrase (not shown): "); };
  open.pin = [&](std::string_view) { return screen.ask_hidden("  Your PIN (not shown): "); };
  for (int tries = 1;; ++tries) {
    try {
      return sign::open_signer(place, open);
    } catch (const Error& error) {
      if (error.code() != Code::usage || tries == kTries) throw;
      screen.paragraph(error.message() + ". Again, please.");
    }
  }
}

/// First use: says where the own key is, or has one made.
std::string enrol(Screen& screen, const RunOptions& options, const keys::Person& person) {
  const std::string proposed = person.key;
  std::string place = proposed;
  if (place.empty()) place = screen.ask("  Your signing key: Enter makes one here; or its file or pkcs11:... ");
  if (place.empty()) {
    make_key(screen, options, person);
    return key_path(options, person).string();
  }
  base::write_file(place_path(options, person), base::as_bytes(place + "\n"), base::Overwrite::yes);
  return place;
}

/// What was said at the first use; empty when this is it.
std::string known_place(const RunOptions& options, const keys::Person& person) {
  if (std::filesystem::exists(key_path(options, person))) return key_path(options, person).string();
  if (!std::filesystem::exists(place_path(options, person))) return {};
  std::string place = whole_text(place_path(options, person), 4096);
  while (!place.empty() && place.back() == '\n') place.pop_back();
  return place;
}

}  // namespace

keys::Keyring open_keyring(Screen& screen, const keys::Script& script, const keys::People& people,
                           const RunOptions& options) {
  transcript::make_folder(options.private_folder);
  std::filesystem::permissions(options.private_folder, std::filesystem::perms::owner_all);
  keys::Keyring keyring;
  std::size_t number = 0;
  for (const keys::Person& person : people.all) {
    head(screen, script, person, ++number, people.all.size(), options.drill);
    std::string place = known_place(options, person);
    if (place.empty()) {
      place = enrol(screen, options, person);
    } else {
      screen.paragraph("Your key from before is opened.");
    }
    std::unique_ptr<sign::Signer> signer = open_one(screen, options, place);
    for (const auto& [other, theirs] : keyring) {
      if (theirs->public_key() == signer->public_key())
        throw Error(Code::refused, person.name + " has the same key as " + other->name,
                    "everybody brings a key of their own");
    }
    keyring.emplace(&person, std::move(signer));
  }
  return keyring;
}

}  // namespace solemn::cli
