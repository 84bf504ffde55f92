#pragma once
// What the verbs of `solemn keys` that touch shares have in common.
#include "cli/keys_verbs.hpp"
#include "sharing/entropy_gathering.hpp"
#include "sharing/set_json.hpp"
#include "sharing/slip39.hpp"

namespace solemn::cli {

inline const Option kKeyDiceOption{
    "--dice", "FILE", "100 or more throws of a die, or - for stdin; their SHA-512 is shown before any device is asked",
    false, Kind::file};
inline const Option kThresholdOption{"--threshold", "T", "how many shares rebuild the key (default: 3)", false,
                                     Kind::number};
inline const Option kSharesOption{"--shares", "N", "how many shares are made, up to 16 (default: 5)", false,
                                  Kind::number};
inline const Option kAskOption{"--ask", "N", "ask at the terminal for N shares, line by line, not shown", false,
                               Kind::number};
inline const Option kSecretOutOption{"--out", "FILE", "write the secret there, mode 0600, never replaced (-o)", false,
                                     Kind::file};
inline const Option kShowOption{"--show", "", "show the secret at this terminal instead of writing it"};

/// A whole small file of secret bytes; "-": standard input. Throws Error{usage} beyond 128 KiB.
sign::SecretText read_secret_bytes(const std::string& source);
/// The files of this argument or option, and --ask. Throws Error{usage} when there is none.
std::vector<sharing::Share> read_shares(const Arguments& arguments, std::string_view files = "SHARE");
sharing::Share read_share(const std::string& source);
/// A file of this argument or option; not given: asked for.
sharing::Share one_share(const Arguments& arguments, std::string_view file = "SHARE");

/// Asks for a line that is not shown.
using AskHidden = std::function<sign::SecretText(std::string_view prompt)>;
/// At the terminal of the command; Error{refused} without one.
sign::SecretText ask_at_terminal(std::string_view prompt);
/// A share typed from its sheet, as text: each of its lines is asked for until its checksum is right, and all of them
/// until they are of one sheet. An empty line gives up: Error{refused}. Nothing typed leaves guarded memory.
sign::SecretText ask_share_text(std::string_view which, const AskHidden& ask);

unsigned threshold_of(const Arguments& arguments);
unsigned shares_of(const Arguments& arguments);
sharing::Drill drill_of(const Arguments& arguments, Ui& ui);
/// Sources as in a ceremony: dice first, then devices; two must count. Said on the screen and in json().
sharing::Randomness gather_for_keys(const Arguments& arguments, Ui& ui);

/// NAME.set.json and NAME.share-1.txt ... in a folder, which is made when it is not there. Shares have mode 0600.
/// Nothing is written when one of them exists.
void write_shares(const base::Path& folder, const sharing::SetFile& file, std::span<const sharing::Share> shares,
                  Ui& ui);
/// Set id, public key, numbers.
void show_set(const sharing::SetFile& file, Ui& ui);
/// --out FILE or --show. Throws Error{usage} for neither or both, Error{refused} for --show without a terminal.
void put_secret(const sign::SecretText& secret, const Arguments& arguments, Ui& ui);
/// A public text to the argument OUT, which is replaced with --force only.
void write_out(const Arguments& arguments, const std::string& text, Ui& ui);
/// The first of its checks that failed, as Error{refused}.
void require_accepted(const base::Verdict& verdict, std::string_view subject);

}  // namespace solemn::cli
