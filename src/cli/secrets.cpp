#include "cli/secrets.hpp"
#include "cli/verbs.hpp"
#include "hash/typed_text.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>

namespace solemn::cli {

using base::Code;
using base::Error;
using sign::SecretText;

namespace {

constexpr std::size_t kMaxSecretBytes = 4096;

SecretText ask_or_read(const std::optional<std::string>& source, const std::string& prompt, std::string_view option) {
  if (source) return read_secret_file(*source);
  auto typed = read_hidden_line(prompt + ": ");
  if (!typed)
    throw Error(Code::refused, "no terminal to ask for the " + prompt,
                "give " + std::string(option) + " FILE, or - for standard input");
  return std::move(*typed);
}

SecretText ask_new_passphrase() {
  const auto first = read_hidden_line("new passphrase: ");
  if (!first)
    throw Error(Code::refused, "no terminal to ask for a passphrase",
                "give --passphrase-file FILE, or --no-passphrase if the file is protected otherwise");
  auto second = read_hidden_line("the same once more: ");
  if (first->size() == 0)
    throw Error(Code::usage, "an empty passphrase", "say --no-passphrase if that is what you want");
  if (!second || second->size() != first->size() ||
      sodium_memcmp(first->expose().data(), second->expose().data(), first->size()) != 0)
    throw Error(Code::usage, "the two passphrases differ", "nothing was written; try again");
  return std::move(*second);
}

}  // namespace

std::optional<SecretText> read_hidden_line(std::string_view prompt) {
  const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (terminal < 0) return std::nullopt;
  termios before{};
  tcgetattr(terminal, &before);
  termios hidden = before;
  hidden.c_lflag &= static_cast<tcflag_t>(~static_cast<tcflag_t>(ECHO));
  tcsetattr(terminal, TCSAFLUSH, &hidden);
  [[maybe_unused]] const auto shown = write(terminal, prompt.data(), prompt.size());
  SecretText text(kMaxSecretBytes);
  std::size_t length = 0;
  std::byte letter{};
  while (length < text.size() && read(terminal, &letter, 1) == 1 && letter != std::byte{'\n'})
    text.expose()[length++] = letter;
  base::wipe(&letter, 1);
  tcsetattr(terminal, TCSAFLUSH, &before);
  [[maybe_unused]] const auto newline = write(terminal, "\n", 1);
  close(terminal);
  if (interrupted()) throw Error(Code::interrupted, "interrupted at a prompt");
  return sign::secret_copy(text.expose().first(length));
}

SecretText read_guarded(const base::Path& path, std::uint64_t max_bytes) {
  const base::InputFile in(path);
  if (in.size() > max_bytes)
    throw Error(Code::malformed, quoted(path) + " is larger than " + base::human_bytes(max_bytes));
  SecretText content(static_cast<std::size_t>(in.size()));
  in.read_at(0, content.expose());
  return content;
}

SecretText read_secret_file(const std::string& source) {
  SecretText bytes(kMaxSecretBytes);
  const std::size_t filled = base::read_stream(source, bytes.expose());
  const std::string where = source == "-" ? "standard input" : "'" + source + "'";
  base::ByteSpan line = bytes.expose().first(filled);
  if (filled == bytes.size()) throw Error(Code::usage, where + " has more than one short line; a secret is expected");
  if (!line.empty() && line.back() == std::byte{'\n'}) line = line.first(line.size() - 1);
  if (!line.empty() && line.back() == std::byte{'\r'}) line = line.first(line.size() - 1);
  if (line.empty() || std::ranges::find(line, std::byte{'\n'}) != line.end())
    throw Error(Code::usage, where + " must have exactly one line that is not empty");
  return sign::secret_copy(line);
}

SecretText new_passphrase(const std::optional<std::string>& source, Ui& ui) {
  constexpr std::size_t kShort = 12;
  SecretText passphrase = source ? read_secret_file(*source) : ask_new_passphrase();
  // Typed text for randomness is judged by the same words; "short" is another matter where trying one is slow.
  std::vector<std::string> said = hash::weaknesses_of_typed_text(passphrase.expose());
  std::erase(said, "the text is short");
  if (passphrase.size() < kShort) said.insert(said.begin(), "the text is short");
  for (std::string sentence : said)
    ui.warning(sentence.replace(0, std::string_view("the text").size(), "the passphrase") +
               ": whoever gets the file may find it by trying. Six random words are better, or a key in a token");
  return passphrase;
}

std::vector<Option> signer_options() {
  return {kPassphraseFileOption,
          {"--pin-file", "FILE", "the token's PIN is the first line of FILE, or - for stdin (default: ask)", false,
           Kind::file},
          {"--pkcs11-module", "FILE", "the library of the token (default: module-path in the key's URI)", false,
           Kind::file},
          {"--device-timeout", "SECONDS", "how long a token or key service may take for one answer (default: 60)",
           false, Kind::number}};
}

sign::OpenOptions open_options(const Arguments& arguments) {
  sign::OpenOptions options;
  options.passphrase = [source = arguments.maybe("--passphrase-file")](std::string_view what) {
    return ask_or_read(source, "passphrase of " + std::string(what), "--passphrase-file");
  };
  options.pin = [source = arguments.maybe("--pin-file")](std::string_view what) {
    return ask_or_read(source, "PIN of " + std::string(what), "--pin-file");
  };
  options.pkcs11_module = arguments.maybe("--pkcs11-module").value_or("");
  if (arguments.maybe("--device-timeout")) options.time_limit_seconds = arguments.number("--device-timeout", 1, 3600);
  return options;
}

}  // namespace solemn::cli
