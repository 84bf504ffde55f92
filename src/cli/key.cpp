// solemn key new, public, info.
#include "cli/key_verbs.hpp"

#include <unistd.h>

#include "cli/verbs.hpp"
#include "hash/sha256.hpp"
#include "sign/base64.hpp"
#include "sign/file_key.hpp"
#include "sign/minisign.hpp"
#include "sign/note.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;
using sign::PublicKey;

void show_key(const PublicKey& key, Ui& ui) {
  ui.line("algorithm: " + std::string(name(key.algorithm())));
  ui.json()["algorithm"] = name(key.algorithm());
  ui.hash("key id (SHA-256 of the DER public key)", "key_id", key.id());
}

void put_result(std::string_view text, const Arguments& arguments, Ui& ui) {
  const std::string out = arguments.maybe("--out").value_or("-");
  if (out == "-") {
    std::string shown(text);
    std::erase(shown, '\n');
    const bool binary = base::printable(shown) != shown;
    if (binary && !ui.global().json && isatty(STDOUT_FILENO) != 0)
      throw Error(Code::usage, "binary output is not written to a terminal", "give -o FILE");
    if (!ui.global().json) std::cout << text;
    return;
  }
  base::write_file(out, base::as_bytes(text), ui.global().force ? base::Overwrite::yes : base::Overwrite::no);
  ui.json()["output"] = out;
  ui.note("wrote '" + out + "'");
}

namespace {

bool looks_public(std::string_view text) {
  return text.starts_with("-----BEGIN PUBLIC KEY-----") || text.starts_with("ssh-") ||
         text.starts_with("ecdsa-sha2-") || text.starts_with("untrusted comment: ");
}

constexpr std::uint64_t kMaxKeyFileBytes = 256 << 10;

PublicKey public_half(const Arguments& arguments) {
  const std::string& key = arguments.text("KEY");
  if (arguments.flag("--public-file")) return sign::read_public_key(key);
  if (!sign::is_key_uri(key) && looks_public(base::as_text(base::read_file(key, kMaxKeyFileBytes))))
    return sign::read_public_key(key);
  return sign::open_signer(key, open_options(arguments))->public_key();
}

std::optional<sign::SecretText> wanted_passphrase(const Arguments& arguments, Ui& ui) {
  const auto file = arguments.maybe("--passphrase-file");
  if (arguments.flag("--no-passphrase")) {
    if (file) throw Error(Code::usage, "--passphrase-file and --no-passphrase exclude each other");
    return std::nullopt;
  }
  return new_passphrase(file, ui);
}

int run_new(const Arguments& arguments, Ui& ui) {
  const auto type = sign::key_type_named(arguments.text("--type"));
  if (!type)
    throw Error(Code::usage, "there is no key type '" + arguments.text("--type") + "'",
                "--type ed25519, p256, p384 or rsa-3072");
  const base::Path out = arguments.path("OUT");
  if (std::filesystem::exists(std::filesystem::symlink_status(out)))
    throw Error(Code::refused, "'" + out.string() + "' exists; a key file is never replaced", "choose another name");
  const auto passphrase = wanted_passphrase(arguments, ui);
  const sign::SecretText pkcs8 = sign::generate_key(*type);
  const sign::SecretText text = sign::key_file_text(pkcs8, passphrase ? &*passphrase : nullptr);
  const auto signer = sign::signer_from_pkcs8(sign::secret_copy(pkcs8.expose()));
  base::write_file(out, text.expose(), base::Overwrite::no, base::Privacy::secret);
  ui.json()["output"] = out.string();
  ui.json()["encrypted"] = passphrase.has_value();
  ui.line("wrote '" + out.string() + "'" + (passphrase ? ", encrypted with the passphrase" : ", not encrypted"));
  show_key(signer->public_key(), ui);
  if (!passphrase) ui.warning("'" + out.string() + "' is not encrypted: whoever reads it can sign");
  ui.next("solemn key public " + shell_word(out) + " -o " + shell_word(base::Path(out).replace_extension(".pem")));
  return 0;
}

sign::PublicKeyFormat format_named(const std::string& text) {
  const std::pair<std::string_view, sign::PublicKeyFormat> known[] = {{"pem", sign::PublicKeyFormat::pem},
                                                                      {"raw", sign::PublicKeyFormat::raw},
                                                                      {"hex", sign::PublicKeyFormat::hex},
                                                                      {"ssh", sign::PublicKeyFormat::ssh},
                                                                      {"minisign", sign::PublicKeyFormat::minisign}};
  for (const auto& [name, format] : known)
    if (name == text) return format;
  throw Error(Code::usage, "there is no public key format '" + text + "'",
              "--format pem, raw, hex, ssh, minisign or note");
}

int run_public(const Arguments& arguments, Ui& ui) {
  const std::string format = arguments.maybe("--format").value_or("pem");
  const PublicKey key = public_half(arguments);
  const std::string name = arguments.maybe("--name").value_or("");
  std::string text;
  if (format == "note") {
    if (name.empty()) throw Error(Code::usage, "--format note needs --name NAME", "--name example.org/alice");
    const auto kind = arguments.flag("--cosigner") ? sign::NoteKind::cosignature_v1 : note_kind_of(key.algorithm());
    text = sign::NoteKey(name, kind, key).vkey() + "\n";
  } else {
    text = sign::write_public_key(key, format_named(format), name);
  }
  ui.json()["format"] = format;
  ui.json()["algorithm"] = sign::name(key.algorithm());
  ui.json()["key_id"] = key.id_hex();
  ui.json()["public_key"] = format == "raw" ? base::to_hex(base::as_bytes(text)) : text;
  put_result(text, arguments, ui);
  return 0;
}

int run_info(const Arguments& arguments, Ui& ui) {
  const std::string& source = arguments.text("KEY");
  const bool is_uri = sign::is_key_uri(source);
  if (!is_uri && !arguments.flag("--public-file")) {
    const auto file = sign::read_key_file(source);
    if (!looks_public(base::as_text(file.expose()))) {
      const sign::KeyFileForm form = sign::key_file_form(file.expose());
      ui.line("file: " + std::string(name(form)));
      ui.json()["form"] = name(form);
      const bool locked = form == sign::KeyFileForm::pkcs8_encrypted || form == sign::KeyFileForm::age;
      ui.json()["encrypted"] = locked;
      if (locked && !arguments.maybe("--passphrase-file")) {
        ui.note("its public key cannot be told without the passphrase: give --passphrase-file");
        return 0;
      }
    }
  }
  const PublicKey key = public_half(arguments);
  show_key(key, ui);
  const std::string ssh = sign::ssh_fingerprint(key);
  ui.line("OpenSSH fingerprint: " + ssh);
  ui.json()["ssh_fingerprint"] = ssh;
  return 0;
}

}  // namespace

std::vector<Command> key_commands() {
  std::vector<Option> with_format = signer_options();
  with_format.insert(with_format.begin(),
                     {{"--format", "FORMAT", "pem (default), raw, hex, ssh, minisign or note"},
                      {"--name", "NAME", "the comment of an OpenSSH key; the name in a note's verifier key"},
                      {"--cosigner", "", "with --format note: the verifier key of a witness (cosignature/v1)"},
                      {"--public-file", "", "KEY is a public key file (only needed for raw and hex ones)"},
                      {"--out", "FILE", "write there (-o); default: standard output", false, Kind::file}});
  std::vector<Option> for_info = signer_options();
  for_info.insert(for_info.begin(),
                  {"--public-file", "", "KEY is a public key file (only needed for raw and hex ones)"});
  std::vector<Command> all = {
      {"key",
       "new",
       "",
       "make a signing key in a file",
       {{"OUT", "the key file: PKCS#8 PEM, mode 0600, never replaced"}},
       {{"--type", "TYPE", "ed25519, p256, p384 or rsa-3072", true},
        {"--passphrase-file", "FILE", "encrypt with the first line of FILE, or - for stdin (default: ask)", false,
         Kind::file},
        {"--no-passphrase", "", "do not encrypt the key"}},
       "The passphrase goes through scrypt (16 MiB, OWASP's parameters); openssl reads the file.",
       {{"solemn key new --type ed25519 --no-passphrase alice.key", "for a key that another layer protects"}},
       run_new},
      {"key",
       "public",
       "",
       "the public key of a signing key",
       {{"KEY", "key file or URI; or a public key, to convert it"}},
       with_format,
       "raw, hex and minisign hold Ed25519 keys only.",
       {{"solemn key public alice.key -o alice.pem", "for verifiers"},
        {"solemn key public alice.key --format ssh --name alice", "a line for allowed_signers"},
        {"solemn key public alice.key --format minisign -o alice.minisign", "for minisign -V -p"}},
       run_public},
      {"key",
       "info",
       "",
       "algorithm, id and fingerprint of a key",
       {{"KEY", "key file or URI, or a public key"}},
       for_info,
       "The id is the SHA-256 of the DER SubjectPublicKeyInfo: the same in every file format.",
       {{"solemn key info alice.pem", "compare the id with its owner"}},
       run_info}};
  for (Command& command : key_signing_commands()) all.push_back(std::move(command));
  return all;
}

}  // namespace solemn::cli
