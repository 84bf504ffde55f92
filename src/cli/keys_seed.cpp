// solemn keys seed new, public, split, combine, info: seeds as words, keys on their paths, SLIP-39.
#include "base/error.hpp"
#include "cli/keys_shares.hpp"
#include "sharing/bip32.hpp"
#include "sharing/bip39.hpp"
#include "sharing/generate.hpp"
#include "sharing/nostr.hpp"
#include "sharing/sealed.hpp"
#include "sharing/secret_file.hpp"
#include "sharing/secret_hex.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;
using sign::SecretText;

namespace {

const Option kWordsPassphrase{"--passphrase-file", "FILE",
                              "the passphrase of the seed is the first line of FILE, or - for stdin (default: none)",
                              false, Kind::file};

SecretText passphrase_of(const Arguments& arguments) {
  const auto source = arguments.maybe("--passphrase-file");
  return source ? read_secret_file(*source) : SecretText(0);
}

SecretText seed_of(const Arguments& arguments) {
  const std::string& source = arguments.text("SEED");
  const SecretText text = read_secret_bytes(source);
  try {
    return sharing::read_seed(text.expose());
  } catch (const Error& error) {
    throw error.with_context(source == "-" ? std::string("standard input") : quoted(base::Path(source)));
  }
}

void show_key(const sharing::PublicKey& key, Ui& ui) {
  ui.line("public key: " + key.hex());
  ui.line("Nostr: " + sharing::write_npub(key));
  ui.json()["public_key"] = key.hex();
  ui.json()["npub"] = sharing::write_npub(key);
}

void show_master(const SecretText& seed, Ui& ui) {
  const std::string id =
      base::to_hex(sharing::fingerprint(sharing::public_key_of(sharing::master_key(seed.expose()).key)));
  ui.line("fingerprint of the master key: " + id);
  ui.json()["master_fingerprint"] = id;
}

int run_new(const Arguments& arguments, Ui& ui) {
  sharing::Randomness randomness = gather_for_keys(arguments, ui);
  const SecretText seed = sharing::new_seed(randomness);
  const SecretText words = sharing::bip39_words(seed.expose());
  SecretText line(words.size() + 1);
  *std::ranges::copy(words.expose(), line.expose().begin()).out = std::byte{'\n'};
  show_master(seed, ui);
  put_secret(line, arguments, ui);
  return 0;
}

int run_public(const Arguments& arguments, Ui& ui) {
  const std::vector<std::uint32_t> path = sharing::parse_path(arguments.text("PATH"));
  const bool as_wallet = arguments.flag("--wallet");
  SecretText seed(0);
  if (as_wallet) {
    const SecretText words = read_secret_bytes(arguments.text("SEED"));
    seed = sharing::bip39_seed(words.expose(), passphrase_of(arguments).expose());
  } else {
    if (arguments.maybe("--passphrase-file"))
      throw Error(Code::usage, "only wallets mix a passphrase into words", "give --wallet as well");
    seed = seed_of(arguments);
  }
  ui.line("path: " + sharing::path_text(path));
  ui.json()["path"] = sharing::path_text(path);
  if (arguments.flag("--ed25519")) {
    const sharing::Ed25519Node node = sharing::derive_ed25519(seed.expose(), path);
    const std::string hex = base::to_hex(
        sign::PublicKey::from_spki(sharing::public_half_of(sharing::SecretKind::ed25519, node.key.expose()))
            .key_bytes());
    ui.line("public key (Ed25519, SLIP-10): " + hex);
    ui.json()["public_key"] = hex;
    return 0;
  }
  const sharing::ExtendedKey key = sharing::derive(seed.expose(), path);
  show_master(seed, ui);
  show_key(sharing::checked_public_key_of(key.key), ui);
  return 0;
}

std::vector<sharing::Slip39Group> groups_of(const Arguments& arguments) {
  std::vector<sharing::Slip39Group> groups;
  for (const std::string& text : arguments.list("--group")) {
    unsigned threshold = 0, count = 0;
    char rest = 0;
    if (std::sscanf(text.c_str(), "%uof%u%c", &threshold, &count, &rest) != 2)  // NOLINT: two small numbers
      throw Error(Code::usage, "'" + base::printable(text) + "' is no group", "--group 3of5");
    groups.push_back({threshold, count});
  }
  if (groups.empty()) groups.push_back({threshold_of(arguments), shares_of(arguments)});
  return groups;
}

base::Path mnemonic_path(const base::Path& folder, std::size_t group, std::size_t member) {
  return folder / ("slip39-" + std::to_string(group + 1) + "-" + std::to_string(member + 1) + ".txt");
}

void write_mnemonics(const std::vector<sharing::Slip39Mnemonics>& groups, const base::Path& folder, Ui& ui) {
  std::filesystem::create_directories(folder);
  Json written = Json::array();
  for (std::size_t g = 0; g < groups.size(); ++g)
    for (std::size_t i = 0; i < groups[g].size(); ++i) {
      SecretText line(groups[g][i].size() + 1);
      *std::ranges::copy(groups[g][i].expose(), line.expose().begin()).out = std::byte{'\n'};
      const base::Path path = mnemonic_path(folder, g, i);
      base::write_file(path, line.expose(), base::Overwrite::no, base::Privacy::secret);
      ui.line("wrote " + quoted(path));
      written.push_back(path.string());
    }
  ui.json()["output"] = std::move(written);
}

int run_split(const Arguments& arguments, Ui& ui) {
  sharing::Slip39Options options;
  options.groups = groups_of(arguments);
  options.group_threshold =
      arguments.maybe("--group-threshold") ? arguments.number("--group-threshold", 1, sharing::kMaxShares) : 1;
  options.extendable = !arguments.flag("--old-readers");
  const SecretText seed = seed_of(arguments);
  sharing::Randomness randomness;
  const auto groups = sharing::slip39_split(seed.expose(), passphrase_of(arguments).expose(), options, randomness);
  show_master(seed, ui);
  write_mnemonics(groups, arguments.path("FOLDER"), ui);
  if (arguments.maybe("--passphrase-file"))
    ui.warning("a wrong passphrase gives another seed without any sign: keep the fingerprint of the master key");
  return 0;
}

/// Typed from paper, all words on one line; asked for until its checksum is right. An empty line gives up.
SecretText ask_mnemonic(unsigned number) {
  const std::string which = "mnemonic " + std::to_string(number);
  std::string prompt = which + ": ";
  while (true) {
    SecretText typed = ask_at_terminal(prompt);
    if (typed.size() == 0) throw Error(Code::refused, "nothing was typed for " + which);
    try {
      (void)sharing::slip39_info(typed.expose());
      return typed;
    } catch (const Error& error) { prompt = which + ": " + error.message() + "; once more: "; }
  }
}

std::vector<SecretText> mnemonics_of(const Arguments& arguments) {
  std::vector<SecretText> mnemonics;
  for (const std::string& source : arguments.list("MNEMONIC")) mnemonics.push_back(read_secret_bytes(source));
  const unsigned n_asked = arguments.maybe("--ask") ? arguments.number("--ask", 1, sharing::kMaxShares) : 0;
  for (unsigned i = 1; i <= n_asked; ++i) mnemonics.push_back(ask_mnemonic(i));
  if (mnemonics.empty()) throw Error(Code::usage, "no mnemonic was given", arguments.usage);
  return mnemonics;
}

int run_combine(const Arguments& arguments, Ui& ui) {
  const SecretText seed = sharing::slip39_combine(mnemonics_of(arguments), passphrase_of(arguments).expose());
  show_master(seed, ui);
  const bool has_words = seed.size() <= 32 && seed.size() % 4 == 0;
  const SecretText text = has_words ? sharing::bip39_words(seed.expose()) : sharing::to_secret_hex(seed.expose());
  SecretText line(text.size() + 1);
  *std::ranges::copy(text.expose(), line.expose().begin()).out = std::byte{'\n'};
  put_secret(line, arguments, ui);
  return 0;
}

int run_info(const Arguments& arguments, Ui& ui) {
  const SecretText words = read_secret_bytes(arguments.text("MNEMONIC"));
  const sharing::Slip39Info info = sharing::slip39_info(words.expose());
  ui.line("set " + std::to_string(info.identifier) + ": group " + std::to_string(info.group_index + 1) + " of " +
          std::to_string(info.group_count) + " (" + std::to_string(info.group_threshold) + " needed), share " +
          std::to_string(info.member_index + 1) + " (" + std::to_string(info.member_threshold) + " needed)");
  ui.json().update({{"identifier", info.identifier},
                    {"extendable", info.extendable},
                    {"iteration_exponent", info.iteration_exponent},
                    {"group", info.group_index + 1},
                    {"groups", info.group_count},
                    {"group_threshold", info.group_threshold},
                    {"share", info.member_index + 1},
                    {"threshold", info.member_threshold}});
  return 0;
}

const Positional kSeed{"SEED", "words of BIP-39 or hexadecimal digits, in a file; - for stdin"};

Command split_command() {
  return {"keys",
          "seed",
          "split",
          "split a seed into SLIP-39 mnemonics",
          {kSeed, {"FOLDER", "where slip39-1-1.txt ... go, mode 0600"}},
          {kThresholdOption,
           kSharesOption,
           {"--group", "TofN", "a group of shares; given for each, in place of --threshold and --shares", false,
            Kind::text, true},
           {"--group-threshold", "T", "how many groups are needed (default: 1)", false, Kind::number},
           {"--old-readers", "", "without the ext flag, for programs from before 2024"},
           kWordsPassphrase},
          "A SLIP-39 share has a checksum against typing errors, but its custodian cannot check it against the key: "
          "keys import --type seed makes shares that can.",
          {{"solemn keys seed split seed.txt slips --threshold 2 --shares 3", "2 of 3"}},
          run_split};
}

}  // namespace

std::vector<Command> keys_seed_commands() {
  return {
      {"keys",
       "seed",
       "new",
       "draw a seed of 256 bits, as 24 words",
       {},
       {kKeyDiceOption, kSecretOutOption, kShowOption},
       "",
       {{"solemn keys seed new --dice dice.txt --out seed.txt", "from dice and the machine"}},
       run_new},
      {"keys",
       "seed",
       "public",
       "the public key on a path of a seed",
       {kSeed, {"PATH", "m/45210'/ceremony'/role'/index'", Kind::text}},
       {{"--wallet", "", "from the words as wallets do (BIP-39), not from their entropy"},
        {"--ed25519", "", "an Ed25519 key (SLIP-10), on a path of hardened steps"},
        kWordsPassphrase},
       "Ceremonies derive on m/45210'/ceremony'/role'/index', every step hardened: from a child key and the parent's "
       "public half, others would get the parent's private key. Roles: 0 maintainer, 1 emergency, 2 Nostr, 3 anchor, 4 "
       "custody. The private key is not shown.",
       {{"solemn keys seed public seed.txt \"m/45210'/1'/0'/0'\"", "the first maintainer's key"}},
       run_public},
      split_command(),
      {"keys",
       "seed",
       "info",
       "what a SLIP-39 mnemonic says of itself",
       {{"MNEMONIC", "a file; - for stdin"}},
       {},
       "",
       {{"solemn keys seed info slips/slip39-1-1.txt", "which set, which share"}},
       run_info},
      {"keys",
       "seed",
       "combine",
       "rebuild a seed from SLIP-39 mnemonics",
       {{"MNEMONIC", "files, exactly as many as are needed", Kind::file, true, true}},
       {{"--ask", "N", "ask at the terminal for N mnemonics, not shown", false, Kind::number},
        kWordsPassphrase,
        kSecretOutOption,
        kShowOption},
       "A wrong passphrase gives another seed without any sign: compare the fingerprint of the master key.",
       {{"solemn keys seed combine slips/slip39-1-1.txt slips/slip39-1-3.txt --out again.txt", "two of the three"}},
       run_combine}};
}

}  // namespace solemn::cli
