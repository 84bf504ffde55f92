// solemn key verify.
#include <algorithm>

#include "cli/key_verbs.hpp"
#include "sign/dsse.hpp"
#include "sign/minisign.hpp"
#include "sign/note.hpp"
#include "sign/sshsig.hpp"

namespace solemn::cli {
namespace {

using base::Bytes;
using base::Code;
using base::Error;
using setup::Verdict;
using sign::PublicKey;

constexpr std::uint64_t kMaxSignatureBytes = 16 << 20, kMaxWholeBytes = 64 << 20;
constexpr std::string_view kNoteDash = "\n\n\xe2\x80\x94 ";

std::string seen_format(base::ByteSpan signature) {
  const std::string_view text = base::as_text(signature);
  if (text.starts_with("untrusted comment: ")) return "minisign";
  if (text.starts_with("-----BEGIN SSH SIGNATURE-----")) return "ssh";
  if (text.find(kNoteDash) != std::string_view::npos && text.ends_with('\n')) return "note";
  const bool all_text = std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= 32 && c < 127); });
  const std::size_t first = text.find_first_not_of(" \n");
  return all_text && first != std::string_view::npos && text[first] == '{' ? "dsse" : "raw";
}

void check_minisign(Verdict& verdict, const Arguments& arguments, const PublicKey& key, base::ByteSpan signature,
                    Ui& ui) {
  const sign::Minisig minisig = sign::parse_minisig(signature);
  verdict.pass("structure", "a minisign signature");
  const auto number = sign::minisign_number_in(base::read_file(arguments.path("PUB"), 64 << 10));
  const auto status = verify_minisig(minisig, key, number, sign::file_digests(arguments.path("FILE")).blake2b512);
  if (number)
    verdict.add("key-number", status != sign::MinisigStatus::other_key_number,
                "the number in the signature and that of the public key");
  if (status == sign::MinisigStatus::other_key_number) return;
  verdict.add("signature", status != sign::MinisigStatus::bad_signature, "Ed25519 over BLAKE2b-512 of the file");
  if (status == sign::MinisigStatus::bad_signature) return;
  const bool good = status == sign::MinisigStatus::ok;
  verdict.add("trusted-comment", good,
              good ? "'" + minisig.trusted_comment + "'" : "the comment was changed; it is not shown");
  if (good) ui.json()["trusted_comment"] = base::printable(minisig.trusted_comment);
}

void check_ssh(Verdict& verdict, const Arguments& arguments, const PublicKey& key, base::ByteSpan signature) {
  const sign::SshSignature parsed = sign::parse_ssh_signature(signature);
  verdict.pass("structure", "an OpenSSH signature");
  verdict.add("same-key", parsed.key == key, "the key in the signature is the public key given");
  const std::string wanted = arguments.maybe("--namespace").value_or("file");
  verdict.add("namespace", parsed.name_space == wanted,
              "'" + parsed.name_space + "' in the signature, '" + wanted + "' expected");
  if (parsed.key == key)
    verdict.add("signature", verify_ssh(parsed, sign::file_digests(arguments.path("FILE"))),
                std::string(parsed.kind == sign::SshKind::native ? name(key.algorithm()) : "RSA PKCS#1 v1.5") +
                    " over the hash of the file");
}

void check_dsse(Verdict& verdict, const Arguments& arguments, const PublicKey& key, base::ByteSpan signature, Ui& ui) {
  const sign::DsseEnvelope envelope = sign::parse_dsse(signature);
  verdict.pass("structure", "a DSSE envelope with " + std::to_string(envelope.signatures.size()) + " signatures");
  const Bytes file = base::read_file(arguments.path("FILE"), kMaxSignatureBytes);
  verdict.add("payload", file == envelope.payload, "the file in the envelope is the file given");
  if (const auto type = arguments.maybe("--payload-type"))
    verdict.add("payload-type", *type == envelope.payload_type,
                "'" + envelope.payload_type + "' in the envelope, '" + *type + "' expected");
  verdict.add("signature", !verify_dsse(envelope, {&key, 1}).empty(), std::string(name(key.algorithm())));
  ui.json()["payload_type"] = base::printable(envelope.payload_type);
}

void check_note(Verdict& verdict, const Arguments& arguments, const PublicKey& key, base::ByteSpan signature, Ui& ui) {
  const auto key_name = arguments.maybe("--name");
  if (!key_name) throw Error(Code::usage, "a note needs --name NAME: the name of the key", "--name example.org/alice");
  const sign::Note note = sign::parse_note(signature);
  verdict.pass("structure", "a signed note with " + std::to_string(note.signatures.size()) + " signatures");
  const Bytes file = base::read_file(arguments.path("FILE"), kMaxSignatureBytes);
  const bool whole = std::ranges::equal(file, signature);
  verdict.add("text", whole || base::as_text(file) == note.text,
              whole ? "FILE is the signed note itself" : "the text of the note is the file given");
  std::vector<sign::NoteKey> known{{*key_name, note_kind_of(key.algorithm()), key}};
  if (key.algorithm() == sign::Algorithm::ed25519) known.emplace_back(*key_name, sign::NoteKind::cosignature_v1, key);
  const sign::NoteSigners signers = verify_note(note, known);
  std::string detail = signers.accepted.empty() ? "no signature of this key under this name" : "signed";
  for (const auto& accepted : signers.accepted)
    if (accepted.unix_seconds) {
      detail = "cosigned at " + std::to_string(*accepted.unix_seconds) + " seconds since 1970";
      ui.json()["unix_seconds"] = *accepted.unix_seconds;
    }
  verdict.add("signature", signers.good(), signers.failed.empty() ? detail : "a signature of this key does not verify");
}

void check(Verdict& verdict, const std::string& format, const Arguments& arguments, const PublicKey& key,
           base::ByteSpan signature, Ui& ui) {
  if (format == "minisign") return check_minisign(verdict, arguments, key, signature, ui);
  if (format == "ssh") return check_ssh(verdict, arguments, key, signature);
  if (format == "dsse") return check_dsse(verdict, arguments, key, signature, ui);
  if (format == "note") return check_note(verdict, arguments, key, signature, ui);
  if (format != "raw")
    throw Error(Code::usage, "there is no signature format '" + format + "'",
                "--format raw, minisign, ssh, dsse or note");
  const Bytes file = base::read_file(arguments.path("FILE"), kMaxWholeBytes);
  verdict.add("signature", verify(key, file, signature), std::string(name(key.algorithm())) + " over the file");
}

}  // namespace

int run_key_verify(const Arguments& arguments, Ui& ui) {
  const PublicKey key = sign::read_public_key(arguments.path("PUB"));
  const Bytes signature = base::read_file(arguments.path("SIG"), kMaxSignatureBytes);
  const std::string format = arguments.maybe("--format").value_or(seen_format(signature));
  ui.json()["format"] = format;
  ui.json()["algorithm"] = name(key.algorithm());
  ui.json()["key_id"] = key.id_hex();
  Verdict verdict;
  try {
    check(verdict, format, arguments, key, signature, ui);
  } catch (const Error& error) {
    // The file and the key were read before, or are at fault only when too large: a malformed signature is a "no".
    if (error.code() != Code::malformed || !verdict.checks().empty()) throw;
    verdict.fail("structure", error.message());
  }
  return ui.verdict(verdict, "'" + arguments.text("FILE") + "', key " + key.id_hex().substr(0, 16));
}

}  // namespace solemn::cli
