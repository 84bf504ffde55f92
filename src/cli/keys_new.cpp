// solemn keys new, import: a key and its shares, outside a ceremony.
#include "base/error.hpp"
#include "cli/keys_shares.hpp"
#include "sharing/generate.hpp"
#include "sharing/nostr.hpp"
#include "sharing/secret_file.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;
using sharing::SecretKind;

namespace {

/// Types of keys as the command line names them. No kind: a key of secp256k1, shared itself.
struct Type {
  std::string_view name;
  std::optional<SecretKind> kind;
  unsigned rsa_bits = 0;
};
constexpr Type kTypes[] = {{"secp256k1", {}},
                           {"nostr", {}},
                           {"ed25519", SecretKind::ed25519},
                           {"seed", SecretKind::seed},
                           {"rsa-2048", SecretKind::pkcs8, 2048},
                           {"rsa-3072", SecretKind::pkcs8, 3072},
                           {"rsa-4096", SecretKind::pkcs8, 4096},
                           {"pem", SecretKind::pkcs8},
                           {"file", SecretKind::other}};

Type type_named(const std::string& name, std::string_view known) {
  for (const Type& type : kTypes)
    if (type.name == name && known.find(type.name) != std::string_view::npos) return type;
  throw Error(Code::usage, "there is no type '" + base::printable(name) + "' here", "--type " + std::string(known));
}

constexpr std::string_view kNewTypes = "secp256k1, nostr, ed25519, seed, rsa-2048, rsa-3072 or rsa-4096",
                           kImportTypes = "secp256k1, nostr, ed25519, seed, pem or file";

void finish(const Type& type, const sharing::SetFile& file, std::span<const sharing::Share> shares,
            const Arguments& arguments, Ui& ui) {
  const base::Verdict rehearsal = sharing::rehearse(file.set, shares);
  require_accepted(rehearsal, file.set.name);
  ui.line("rehearsal: " + rehearsal.find("rehearsal")->detail);
  ui.json()["rehearsal"] = rehearsal.find("rehearsal")->detail;
  show_set(file, ui);
  if (type.name == "nostr") {
    const std::string npub = sharing::write_npub(file.set.public_key());
    ui.line("Nostr: " + npub);
    ui.json()["npub"] = npub;
  }
  if (file.sealed && !file.sealed->public_half.empty())
    ui.json()["sealed_public"] = base::to_hex(file.sealed->public_half);
  if (type.kind == SecretKind::pkcs8) {
    const std::string fingerprint = sharing::github_fingerprint(file.sealed->public_half);
    ui.line("fingerprint as GitHub shows it: " + fingerprint);
    ui.json()["github_fingerprint"] = fingerprint;
  }
  const base::Path folder = arguments.path("FOLDER");
  write_shares(folder, file, shares, ui);
  ui.next("solemn keys share verify " + shell_word(folder / file.file_name()) + " " +
          shell_word(folder / (file.set.name + ".share-1.txt")));
}

void require_self_test() {
  for (const base::Verdict verdict = sharing::self_test(); const base::Check& check : verdict.checks())
    if (check.outcome != base::Outcome::passed)
      throw Error(Code::internal, "the known answer of " + std::string(check.rule) + " does not come out",
                  "do not use this machine or this build");
}

sign::SecretText new_secret(const Type& type, sharing::Randomness& randomness) {
  if (type.rsa_bits != 0) return sharing::new_rsa(type.rsa_bits, randomness);
  return type.kind == SecretKind::seed ? sharing::new_seed(randomness) : sharing::new_ed25519(randomness);
}

void deal_scalar(const Type& type, const sharing::NewKey& key, sharing::Randomness& randomness,
                 const Arguments& arguments, Ui& ui) {
  require_accepted(sharing::check_keys(std::span(&key, 1)), key.name);
  const sharing::Dealt dealt = sharing::deal(key.name, key.key, threshold_of(arguments), shares_of(arguments),
                                             drill_of(arguments, ui), randomness);
  finish(type, set_file_of(dealt), dealt.shares, arguments, ui);
}

void deal_sealed(const Type& type, const sign::SecretText& secret, sharing::Randomness& randomness,
                 const Arguments& arguments, Ui& ui) {
  const sharing::DealtSecret dealt =
      sharing::deal_secret(arguments.text("NAME"), *type.kind, secret.expose(), threshold_of(arguments),
                           shares_of(arguments), drill_of(arguments, ui), randomness);
  finish(type, set_file_of(dealt), dealt.dealt.shares, arguments, ui);
}

int run_new(const Arguments& arguments, Ui& ui) {
  const Type type = type_named(arguments.text("--type"), kNewTypes);
  require_self_test();
  sharing::Randomness randomness = gather_for_keys(arguments, ui);
  if (type.kind)
    deal_sealed(type, new_secret(type, randomness), randomness, arguments, ui);
  else
    deal_scalar(type, sharing::independent_key(arguments.text("NAME"), randomness), randomness, arguments, ui);
  return 0;
}

int run_import(const Arguments& arguments, Ui& ui) {
  const Type type = type_named(arguments.text("--type"), kImportTypes);
  require_self_test();
  const std::string& source = arguments.text("FILE");
  const sign::SecretText file = read_secret_bytes(source);
  sharing::Randomness randomness = gather_for_keys(arguments, ui);
  try {
    if (type.kind) {
      deal_sealed(type, sharing::read_secret(*type.kind, file.expose()), randomness, arguments, ui);
    } else {
      sharing::Scalar key = sharing::read_scalar(file.expose());
      const sharing::PublicKey public_key = sharing::checked_public_key_of(key);
      deal_scalar(type, {arguments.text("NAME"), std::move(key), public_key, "", {}}, randomness, arguments, ui);
    }
  } catch (const Error& error) {
    throw error.code() == Code::malformed ? error.with_context(quoted(base::Path(source))) : error;
  }
  if (source != "-")
    ui.warning(quoted(base::Path(source)) +
               " still holds the whole key: destroy it when the shares are in their places");
  return 0;
}

const Option kDrillOption{"--drill", "", "a key that is worth nothing, stamped so everywhere"};

}  // namespace

std::vector<Command> keys_new_commands() {
  const std::string_view what =
      "Every share is verified and every subset that is large enough rebuilds the key, before anything is written. The "
      "known answers of the arithmetic are computed first, and every public key by two libraries.";
  return {
      {"keys",
       "new",
       "",
       "make a key and split it, without a ceremony",
       {{"NAME", "of the key: letters, digits, '-', '_' and '.'", Kind::text},
        {"FOLDER", "where NAME.set.json (public) and NAME.share-1.txt ... (secret) go"}},
       {{"--type", "TYPE", "secp256k1, nostr, ed25519, seed, rsa-2048, rsa-3072 or rsa-4096", true},
        kThresholdOption,
        kSharesOption,
        kKeyDiceOption,
        kDrillOption},
       what,
       {{"solemn keys new treasury shares --type secp256k1 --dice dice.txt", "3 of 5 shares"},
        {"solemn keys new anchor shares --type ed25519 --threshold 2 --shares 3 --dice dice.txt",
         "the key that signs what is then timestamped: OpenTimestamps itself has none"}},
       run_new},
      {"keys",
       "import",
       "",
       "split a key that exists",
       {{"NAME", "of the key", Kind::text},
        {"FILE", "the secret, or - for stdin: digits, nsec, words, PEM as GitHub gives it"},
        {"FOLDER", "where the set and the shares go"}},
       {{"--type", "TYPE", "secp256k1, nostr, ed25519, seed, pem or file", true},
        kThresholdOption,
        kSharesOption,
        kKeyDiceOption,
        kDrillOption},
       "A GitHub App's key is made by GitHub, which keeps the public half: download the PEM, import it here, compare "
       "the fingerprint. Whatever is no key of secp256k1 is sealed under a fresh key, and that one is shared.",
       {},
       run_import}};
}

}  // namespace solemn::cli
