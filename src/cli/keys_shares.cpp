// Shares in and out, for the verbs of `solemn keys`.
#include "cli/keys_shares.hpp"

#include <unistd.h>

#include <iostream>

#include "base/error.hpp"
#include "sharing/share_text.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;
using sign::SecretText;

namespace {

constexpr std::size_t kMaxSecretFile = 128 << 10;

SecretText ask_share_line(std::string_view which, unsigned number, const AskHidden& ask) {
  const std::string line = "line " + std::to_string(number);
  std::string prompt = std::string(which) + ", " + line + " of " + std::to_string(sharing::kShareLines) + ": ";
  while (true) {
    SecretText typed = ask(prompt);
    if (typed.size() == 0)
      throw Error(Code::refused, "nothing was typed for " + line + " of the share",
                  "scan its code instead, or let somebody else read the line aloud");
    const sharing::LineFinding finding = sharing::check_share_line(number, typed.expose());
    if (finding.what == sharing::LineFinding::What::ok) return typed;
    prompt = line + ": " + finding.text() + "; once more: ";
  }
}

sharing::Share ask_share(std::string_view which) {
  return sharing::parse_share(ask_share_text(which, ask_at_terminal).expose());
}

base::Path share_path(const base::Path& folder, const sharing::SetFile& file, unsigned index) {
  return folder / (file.set.name + ".share-" + std::to_string(index) + ".txt");
}

}  // namespace

SecretText ask_at_terminal(std::string_view prompt) {
  auto typed = read_hidden_line(prompt);
  if (!typed)
    throw Error(Code::refused, "no terminal to ask for a share", "give the share as a file, or - for standard input");
  return std::move(*typed);
}

SecretText read_secret_bytes(const std::string& source) {
  SecretText bytes(kMaxSecretFile);
  const std::size_t filled = base::read_stream(source, bytes.expose());
  if (filled == bytes.size())
    throw Error(Code::usage,
                (source == "-" ? "standard input" : quoted(base::Path(source))) + " is larger than 128 KiB");
  return sign::secret_copy(bytes.expose().first(filled));
}

sharing::Share read_share(const std::string& source) {
  const SecretText text = read_secret_bytes(source);
  try {
    return sharing::parse_share(text.expose());
  } catch (const Error& error) {
    throw error.with_context(source == "-" ? std::string("standard input") : quoted(base::Path(source)));
  }
}

SecretText ask_share_text(std::string_view which, const AskHidden& ask) {
  std::string name(which);
  while (true) {
    std::vector<SecretText> lines;
    std::size_t n_bytes = 0;
    for (unsigned number = 1; number <= sharing::kShareLines; ++number) {
      lines.push_back(ask_share_line(name, number, ask));
      n_bytes += lines.back().size() + 1;
    }
    SecretText text(n_bytes);
    auto out = text.expose().begin();
    for (const SecretText& line : lines) {
      out = std::ranges::copy(line.expose(), out).out;
      *out++ = std::byte{'\n'};
    }
    try {
      (void)sharing::parse_share(text.expose());
      return text;
    } catch (const Error&) { name = std::string(which) + ", again (no sheet has these five lines)"; }
  }
}

std::vector<sharing::Share> read_shares(const Arguments& arguments, std::string_view files) {
  std::vector<sharing::Share> shares;
  for (const std::string& source : arguments.list(files)) shares.push_back(read_share(source));
  const unsigned n_asked = arguments.maybe("--ask") ? arguments.number("--ask", 1, sharing::kMaxShares) : 0;
  for (unsigned i = 1; i <= n_asked; ++i) shares.push_back(ask_share("typed share " + std::to_string(i)));
  if (shares.empty()) throw Error(Code::usage, "no share was given", arguments.usage);
  return shares;
}

sharing::Share one_share(const Arguments& arguments, std::string_view file) {
  const auto source = arguments.maybe(file);
  return source ? read_share(*source) : ask_share("your share");
}

unsigned threshold_of(const Arguments& arguments) {
  return arguments.maybe("--threshold") ? arguments.number("--threshold", 2, sharing::kMaxShares) : 3;
}

unsigned shares_of(const Arguments& arguments) {
  return arguments.maybe("--shares") ? arguments.number("--shares", 2, sharing::kMaxShares) : 5;
}

sharing::Drill drill_of(const Arguments& arguments, Ui& ui) {
  const bool drill = arguments.flag("--drill");
  ui.json()["drill"] = drill;
  return drill ? sharing::Drill::yes : sharing::Drill::no;
}

sharing::Randomness gather_for_keys(const Arguments& arguments, Ui& ui) {
  sharing::EntropyGathering gathering;
  if (const auto source = arguments.maybe("--dice")) {
    hash::DiceThrows dice(read_secret_bytes(*source).expose());
    for (const std::string& sentence : dice.oddities()) ui.warning("dice: " + sentence);
    ui.hash("SHA-512 of the dice, before any device is asked", "dice_sha512", gathering.commit_dice(std::move(dice)));
  }
  gathering.draw_devices();
  Json sources = Json::array();
  for (const hash::EntropySource& source : gathering.sources()) {
    ui.note("entropy: " + source.text());
    sources.push_back(
        {{"source", source.name}, {"bytes", source.n_bytes}, {"counted", source.counted}, {"note", source.note}});
  }
  ui.json()["entropy_sources"] = std::move(sources);
  return gathering.finish();
}

void show_set(const sharing::SetFile& file, Ui& ui) {
  const sharing::ShareSet& set = file.set;
  ui.json().update({{"key", set.name},
                    {"drill", set.drill == sharing::Drill::yes},
                    {"threshold", set.threshold},
                    {"shares", set.count},
                    {"public_key", set.public_key().hex()}});
  if (set.drill == sharing::Drill::yes) ui.line("DRILL: this key is worth nothing");
  ui.line(set.name + ": any " + std::to_string(set.threshold) + " of " + std::to_string(set.count) + " shares" +
          (file.sealed ? " open the sealed " + std::string(name(file.sealed->kind)) : ""));
  ui.line("public key: " + set.public_key().hex());
  ui.hash("set", "set_id", set.id());
}

void write_shares(const base::Path& folder, const sharing::SetFile& file, std::span<const sharing::Share> shares,
                  Ui& ui) {
  std::filesystem::create_directories(folder);
  const base::Path set_path = folder / file.file_name();
  std::vector<base::Path> paths = {set_path};
  for (const sharing::Share& share : shares) paths.push_back(share_path(folder, file, share.index));
  for (const base::Path& path : paths)
    if (std::filesystem::exists(std::filesystem::symlink_status(path)))
      throw Error(Code::refused, quoted(path) + " exists; shares are never replaced", "choose another folder or name");
  for (const sharing::Share& share : shares)
    base::write_file(share_path(folder, file, share.index), sharing::share_text(file.set.name, share).expose(),
                     base::Overwrite::no, base::Privacy::secret);
  const std::string json = sharing::write_set(file);
  base::write_file(set_path, base::as_bytes(json), base::Overwrite::no);
  Json written = Json::array();
  for (const base::Path& path : paths) {
    ui.line("wrote " + quoted(path));
    written.push_back(path.string());
  }
  ui.json()["output"] = std::move(written);
}

void put_secret(const SecretText& secret, const Arguments& arguments, Ui& ui) {
  const auto out = arguments.maybe("--out");
  if (out.has_value() == arguments.flag("--show"))
    throw Error(Code::usage, "where should the secret go?", "give --out FILE, or --show to see it at this terminal");
  if (out) {
    base::write_file(*out, secret.expose(), base::Overwrite::no, base::Privacy::secret);
    ui.json()["output"] = *out;
    return ui.line("wrote " + quoted(base::Path(*out)) + " (mode 0600)");
  }
  if (isatty(STDOUT_FILENO) == 0 || ui.global().json)
    throw Error(Code::refused, "a secret is shown at a terminal only", "give --out FILE");
  std::cout.write(reinterpret_cast<const char*>(secret.expose().data()), static_cast<std::streamsize>(secret.size()));
  std::cout.flush();
}

void write_out(const Arguments& arguments, const std::string& text, Ui& ui) {
  const base::Path out = arguments.path("OUT");
  base::write_file(out, base::as_bytes(text), ui.global().force ? base::Overwrite::yes : base::Overwrite::no);
  ui.json()["output"] = out.string();
  ui.line("wrote " + quoted(out));
}

void require_accepted(const base::Verdict& verdict, std::string_view subject) {
  for (const base::Check& check : verdict.checks())
    if (check.outcome != base::Outcome::passed)
      throw Error(Code::refused, std::string(subject) + ": " + std::string(check.rule) + ": " + check.detail);
}

}  // namespace solemn::cli
