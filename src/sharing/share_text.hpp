#pragma once
// A share on paper: five lines of thirty characters that people can type, and the same as one QR code. Every line
// carries the checksum of bech32m (BIP-350): up to four wrong characters in a line are always found.
// docs/share-format.md.
#include <optional>
#include <string>

#include "sharing/feldman.hpp"
#include "sign/signer.hpp"

namespace solemn::sharing {

constexpr unsigned kShareLines = 5;
constexpr std::size_t kShareLineCharacters = 30;

/// For the printer and the screen:
///   solemn share 1
///   maintainer-1: share 2 of 5, any 3 rebuild it          (drill: "DRILL maintainer-1: ...")
///   set 3f1cab12 9f3e0c55 01d2f2aa 7bb6a8a4
///   1  QPZRY 9X8GF 2TVDW 0S3JN 54KHC E6MUA
///   ... to 5
sign::SecretText share_text(std::string_view key_name, const Share& share);
/// The same lines as an alphanumeric QR code takes them: "SOLEMN SHARE 1:" and 150 characters.
sign::SecretText share_qr_text(const Share& share);

/// What is wrong with one line as typed, with its number before it or without. Blanks and dashes are passed over, case
/// does not matter, O is read as 0, I and 1 as L. number: 1 to kShareLines.
struct LineFinding {
  enum class What : std::uint8_t { ok, too_short, too_long, bad_character, wrong_checksum };
  What what = What::ok;
  /// bad_character: where (1 to 30). wrong_checksum: the one character that alone explains it, when there is one.
  std::optional<unsigned> position;
  /// "character 7 is wrong", to be put after "line 3: "; "" when ok.
  std::string text() const;
};
LineFinding check_share_line(unsigned number, base::ByteSpan typed);

/// Reads share_text (with or without its three lines of header; those must fit the rest), five lines alone, or
/// share_qr_text. Throws Error{malformed} naming the line; the value is never in a message.
Share parse_share(base::ByteSpan text);

}  // namespace solemn::sharing
