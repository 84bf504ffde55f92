#pragma once
// Passphrases and PINs: from the terminal without echo, or from a file. Never from the command line or environment.
#include "cli/command.hpp"
#include "cli/ui.hpp"
#include "sign/signer.hpp"

namespace solemn::cli {

inline const Option kPassphraseFileOption{
    "--passphrase-file", "FILE", "the key's passphrase is the first line of FILE, or - for stdin (default: ask)", false,
    Kind::file};

/// What every verb that opens a signing key takes.
std::vector<Option> signer_options();
/// Asks at the terminal for what the options do not give.
sign::OpenOptions open_options(const Arguments& arguments);

/// A line from the terminal without echo; nullopt when there is no terminal.
std::optional<sign::SecretText> read_hidden_line(std::string_view prompt);
/// The whole file; throws Error{malformed} when it is larger.
sign::SecretText read_guarded(const base::Path& path, std::uint64_t max_bytes);
/// The one line of a file, or of standard input for "-". Throws Error{usage} when it is empty or has more lines.
sign::SecretText read_secret_file(const std::string& source);
/// A new passphrase, from a file (- for stdin) or asked twice; warns of a weak one. Throws Error{refused} without a
/// terminal, Error{usage} when the two differ.
sign::SecretText new_passphrase(const std::optional<std::string>& source, Ui& ui);

}  // namespace solemn::cli
