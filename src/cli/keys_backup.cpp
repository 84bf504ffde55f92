// solemn keys backup: encrypted copies of secrets as files of age.
#include <sodium.h>

#include "cli/keys_verbs.hpp"
#include "sign/pkcs11_wrapper.hpp"

namespace solemn::cli {
namespace {

using base::Code;
using base::Error;
using sign::SecretText;

constexpr std::uint64_t kMaxSecretBytes = 16 << 20, kMaxBackupBytes = 24 << 20, kMaxListBytes = 64 << 10;

std::unique_ptr<sign::FileKeyWrapper> open_token(const Arguments& arguments, const std::string& uri) {
  return sign::open_pkcs11_wrapper(sign::parse_pkcs11_uri(uri), open_options(arguments));
}

std::vector<sign::AgeRecipient> recipients_in(const Arguments& arguments) {
  std::vector<sign::AgeRecipient> recipients;
  for (const std::string& text : arguments.list("--recipient")) recipients.push_back(sign::parse_age_recipient(text));
  for (const std::string& file : arguments.list("--recipients-file")) {
    const base::Bytes bytes = base::read_file(file, kMaxListBytes);
    std::string_view rest = base::as_text(bytes);
    while (!rest.empty()) {
      std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (!line.empty() && line[0] != '#') recipients.push_back(sign::parse_age_recipient(line));
    }
  }
  return recipients;
}

bool same(const SecretText& a, const SecretText& b) {
  return a.size() == b.size() && sodium_memcmp(a.expose().data(), b.expose().data(), a.size()) == 0;
}

/// The file that was written, read from disk and opened: by passphrase and token as anybody would, by recipients with
/// the file key that was kept.
SecretText opened_again(const base::Path& out, const sign::AgeFile& written, const sign::AgeLocks& locks) {
  const base::Bytes file = base::read_file(out, kMaxBackupBytes);
  if (locks.passphrase != nullptr) return sign::decrypt_age(file, *locks.passphrase);
  for (sign::FileKeyWrapper* const token : locks.tokens)
    return sign::decrypt_age(file, sign::AgeKeys{nullptr, {}, token});
  const base::Bytes binary = sign::age_without_armor(file);
  return sign::decrypt_age_payload(sign::parse_age_header(binary), written.file_key.expose());
}

int run_create(const Arguments& arguments, Ui& ui) {
  const base::Path in = arguments.path("IN"), out = arguments.path("OUT");
  base::require_different_files(in, out);
  const SecretText content = read_guarded(in, kMaxSecretBytes);
  const auto recipients = recipients_in(arguments);
  std::unique_ptr<sign::FileKeyWrapper> token;
  std::vector<sign::FileKeyWrapper*> tokens;
  if (const auto uri = arguments.maybe("--token")) {
    token = open_token(arguments, *uri);
    tokens.push_back(token.get());
  }
  std::optional<SecretText> passphrase;
  const auto source = arguments.maybe("--passphrase-file");
  if (source || (recipients.empty() && !token)) passphrase = new_passphrase(source, ui);
  const sign::AgeLocks locks{passphrase ? &*passphrase : nullptr, 18, recipients, tokens};
  const sign::AgeFile written =
      sign::encrypt_age(content.expose(), locks, arguments.flag("--armor") ? sign::Armor::yes : sign::Armor::no);
  base::write_file(out, written.bytes, ui.global().force ? base::Overwrite::yes : base::Overwrite::no,
                   base::Privacy::secret);
  if (!same(opened_again(out, written, locks), content))
    throw Error(Code::io, "what was read back from " + quoted(out) + " is something else",
                "do not rely on this medium");
  Json opens = Json::array();
  if (passphrase) opens.push_back("passphrase");
  for (const auto& recipient : recipients) opens.push_back(sign::age_recipient_text(recipient));
  if (token) opens.push_back(token->name());
  for (const auto& one : opens) ui.line("opened by: " + one.get<std::string>());
  ui.json()["output"] = out.string();
  ui.json()["opened_by"] = std::move(opens);
  ui.json()["read_back"] = true;
  ui.line("wrote " + quoted(out) + ", read it back and decrypted it: the same " + base::human_bytes(content.size()));
  const std::string opener = token                ? " --token " + base::shell_word(arguments.text("--token"))
                             : recipients.empty() ? ""
                                                  : " --identity IDENTITY";
  ui.next("solemn keys backup verify " + shell_word(out) + opener + " --against " + shell_word(in));
  return 0;
}

struct Opened {
  SecretText content;
  std::string by;
};

Opened open_backup(const Arguments& arguments) {
  const base::Path path = arguments.path("FILE");
  const base::Bytes file = base::read_file(path, kMaxBackupBytes);
  if (!sign::looks_like_age(file)) throw Error(Code::malformed, quoted(path) + " is not a file of age");
  try {
    if (const auto uri = arguments.maybe("--token")) {
      const auto token = open_token(arguments, *uri);
      return {sign::decrypt_age(file, sign::AgeKeys{nullptr, {}, token.get()}), "token"};
    }
    if (const auto identity = arguments.maybe("--identity")) {
      const auto identities = sign::parse_age_identities(read_guarded(*identity, kMaxListBytes).expose());
      return {sign::decrypt_age(file, sign::AgeKeys{nullptr, identities, nullptr}), "identity"};
    }
    return {sign::decrypt_age(file, open_options(arguments).passphrase("'" + path.string() + "'")), "passphrase"};
  } catch (const Error& error) { throw error.with_context(quoted(path)); }
}

int run_verify(const Arguments& arguments, Ui& ui) {
  base::Verdict verdict;
  std::optional<Opened> opened;
  try {
    opened = open_backup(arguments);
    verdict.pass("backup-opens", "by its " + opened->by + ", " + base::human_bytes(opened->content.size()));
  } catch (const Error& error) {
    if (error.code() != Code::malformed) throw;
    verdict.fail("backup-opens", error.message());
  }
  const auto against = arguments.maybe("--against");
  if (!opened)
    verdict.not_run("backup-content", "it does not open");
  else if (against)
    verdict.add("backup-content", same(opened->content, read_guarded(*against, kMaxSecretBytes)),
                "compared with " + quoted(base::Path(*against)));
  return ui.verdict(verdict, quoted(arguments.path("FILE")));
}

int run_restore(const Arguments& arguments, Ui& ui) {
  const base::Path out = arguments.path("OUT");
  base::require_different_files(arguments.path("FILE"), out);
  const Opened opened = open_backup(arguments);
  base::write_file(out, opened.content.expose(), ui.global().force ? base::Overwrite::yes : base::Overwrite::no,
                   base::Privacy::secret);
  ui.json()["output"] = out.string();
  ui.json()["opened_by"] = opened.by;
  ui.warning("wrote " + quoted(out) + ": the secret itself; wipe it when it is no longer needed");
  ui.next("solemn keys wipe " + shell_word(out));
  return 0;
}

std::vector<Option> token_options() {
  return {
      {"--token", "URI", "an AES key in a PKCS#11 token: pkcs11:token=LABEL;object=LABEL"},
      {"--passphrase-file", "FILE", "the passphrase is the first line of FILE, or - for stdin (default: ask)", false,
       Kind::file},
      {"--pin-file", "FILE", "the token's PIN is the first line of FILE, or - for stdin (default: ask)", false,
       Kind::file},
      {"--pkcs11-module", "FILE", "the library of the token (default: module-path in the URI)", false, Kind::file},
      {"--device-timeout", "SECONDS", "how long a token may take for one answer (default: 60)", false, Kind::number}};
}

std::vector<Option> with(std::vector<Option> first, std::vector<Option> more) {
  for (Option& option : more) first.push_back(option);
  return first;
}

const Option kIdentityOption{"--identity", "FILE", "identities as age-keygen writes them: AGE-SECRET-KEY-1...", false,
                             Kind::file};

}  // namespace

std::vector<Command> keys_backup_commands() {
  return {
      {"keys",
       "backup",
       "create",
       "encrypt a secret, and read the copy back",
       {{"IN", "a key file, seed or share; up to 16 MiB"}, {"OUT", "the backup: a file of age, mode 0600"}},
       with({{"--recipient", "AGE1...", "who can open it; may be given several times", false, Kind::text, true},
             {"--recipients-file", "FILE", "a list of them, one a line", false, Kind::file, true},
             {"--armor", "", "as text"}},
            token_options()),
       "Without recipients and token a passphrase locks it. Recipients and a token may stand together: each alone "
       "opens "
       "it. The program age opens what passphrases and recipients lock. After writing, the file is read from the disk "
       "and decrypted.",
       {{"solemn keys backup create alice.key alice.age --recipient "
         "age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef",
         "for the holder of that identity"}},
       run_create},
      {"keys",
       "backup",
       "verify",
       "open a backup, and compare it with the original",
       {{"FILE", "the backup"}},
       with({kIdentityOption, {"--against", "ORIGINAL", "what it must hold", false, Kind::file}}, token_options()),
       "Nothing is written, and nothing of the content is shown.",
       {},
       run_verify},
      {"keys",
       "backup",
       "restore",
       "decrypt a backup into a file",
       {{"FILE", "the backup"}, {"OUT", "the secret, mode 0600"}},
       with({kIdentityOption}, token_options()),
       "In a recovery ceremony only, on a machine that keeps it in memory.",
       {},
       run_restore}};
}

}  // namespace solemn::cli
