#include "sign/minisign.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "sign/base64.hpp"
#include "sign/public_key_internal.hpp"
#include "sign/utf8.hpp"

namespace solemn::sign {

using base::Bytes;
using base::ByteSpan;
using base::Code;
using base::Error;

namespace {

constexpr std::string_view kUntrusted = "untrusted comment: ", kTrusted = "trusted comment: ",
                           kOurComment = "signature from a solemn key";
constexpr std::size_t kMaxBytes = 20 << 10, kMaxCommentBytes = 8 << 10;

[[noreturn]] void malformed(std::string_view why) {
  throw Error(Code::malformed, "minisign signature: " + std::string(why));
}

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string comment_in(std::string_view line, std::string_view prefix) {
  if (!line.starts_with(prefix)) malformed("a line does not begin with '" + std::string(prefix) + "'");
  line.remove_prefix(prefix.size());
  if (line.size() > kMaxCommentBytes || !is_clean_text(line, "\t"))
    malformed("a comment is too long or has control characters");
  return std::string(line);
}

Bytes bytes_in(std::string_view line, std::size_t n_bytes) {
  auto bytes = from_base64(line);
  if (!bytes || bytes->size() != n_bytes) malformed("a line is not " + std::to_string(n_bytes) + " bytes in base64");
  return std::move(*bytes);
}

Bytes globally_signed(const Minisig& minisig) {
  Bytes message(minisig.signature.begin(), minisig.signature.end());
  const ByteSpan comment = base::as_bytes(minisig.trusted_comment);
  message.insert(message.end(), comment.begin(), comment.end());
  return message;
}

}  // namespace

Minisig parse_minisig(ByteSpan file) {
  std::string_view rest = base::as_text(file);
  if (rest.size() > kMaxBytes) malformed("too long");
  Minisig minisig;
  minisig.untrusted_comment = comment_in(take_line(rest), kUntrusted);
  const Bytes first = bytes_in(take_line(rest), 2 + 8 + 64);
  const std::string_view kind = base::as_text(first).substr(0, 2);
  if (kind == "Ed") malformed("the older form without prehashing; sign again with minisign 0.10 or newer");
  if (kind != "ED") malformed("an algorithm that is not Ed25519");
  std::copy_n(first.begin() + 2, 8, minisig.key_number.begin());
  std::copy_n(first.begin() + 10, 64, minisig.signature.begin());
  minisig.trusted_comment = comment_in(take_line(rest), kTrusted);
  const Bytes second = bytes_in(take_line(rest), 64);
  std::ranges::copy(second, minisig.global_signature.begin());
  if (!rest.empty()) malformed("something follows its four lines");
  return minisig;
}

std::string write_minisig(const Minisig& minisig) {
  Bytes first{std::byte{'E'}, std::byte{'D'}};
  first.insert(first.end(), minisig.key_number.begin(), minisig.key_number.end());
  first.insert(first.end(), minisig.signature.begin(), minisig.signature.end());
  return std::string(kUntrusted) + minisig.untrusted_comment + "\n" + to_base64(first) + "\n" + std::string(kTrusted) +
         minisig.trusted_comment + "\n" + to_base64(minisig.global_signature) + "\n";
}

Minisig sign_minisig(Signer& signer, const base::Hash64& blake2b512, std::string_view trusted_comment) {
  if (signer.public_key().algorithm() != Algorithm::ed25519)
    throw Error(Code::usage, "minisign signatures need an Ed25519 key", "use --format ssh, dsse or note");
  Minisig minisig;
  minisig.untrusted_comment = kOurComment;
  minisig.key_number = minisign_number(signer.public_key());
  minisig.trusted_comment = comment_in(std::string(kTrusted) + std::string(trusted_comment), kTrusted);
  std::ranges::copy(signer.sign(blake2b512), minisig.signature.begin());
  std::ranges::copy(signer.sign(globally_signed(minisig)), minisig.global_signature.begin());
  return minisig;
}

MinisigStatus verify_minisig(const Minisig& minisig, const PublicKey& key,
                             const std::optional<std::array<std::byte, 8>>& key_number,
                             const base::Hash64& blake2b512) {
  if (key_number && *key_number != minisig.key_number) return MinisigStatus::other_key_number;
  if (key.algorithm() != Algorithm::ed25519 || !verify(key, blake2b512, minisig.signature))
    return MinisigStatus::bad_signature;
  return verify(key, globally_signed(minisig), minisig.global_signature) ? MinisigStatus::ok
                                                                         : MinisigStatus::bad_trusted_comment;
}

std::optional<std::array<std::byte, 8>> minisign_number_in(ByteSpan public_key_file) {
  std::string_view text = base::as_text(public_key_file);
  if (!text.starts_with(kUntrusted)) return std::nullopt;
  (void)parse_public_key(public_key_file);
  take_line(text);
  const auto bytes = from_base64(take_line(text));
  ASSERT(bytes && bytes->size() == 42);  // parse_public_key checked it
  std::array<std::byte, 8> number{};
  std::copy_n(bytes->begin() + 2, 8, number.begin());
  return number;
}

}  // namespace solemn::sign
