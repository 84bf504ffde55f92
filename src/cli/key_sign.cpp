// solemn key sign, and the table of sign and verify.
#include <chrono>

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

// What is held in memory: raw, dsse and note sign the content itself, not a hash of it.
constexpr std::uint64_t kMaxWholeBytes = 64 << 20, kMaxEnvelopeBytes = 16 << 20, kMaxNoteBytes = 1 << 20;
constexpr std::uint64_t kMaxPayloadBytes = 11 << 20;  // 16 MiB in base64, with room for signatures

std::uint64_t unix_seconds() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count());
}

void only_with(const Arguments& arguments, std::string_view option, const std::string& format,
               std::initializer_list<std::string_view> formats) {
  const bool given = arguments.maybe(option) || arguments.flag(option);
  if (given && std::find(formats.begin(), formats.end(), format) == formats.end())
    throw Error(Code::usage, std::string(option) + " has no meaning with --format " + format, "solemn key sign --help");
}

std::string note_signature(sign::Signer& signer, const Arguments& arguments) {
  const auto name = arguments.maybe("--name");
  if (!name) throw Error(Code::usage, "--format note needs --name NAME", "--name example.org/alice");
  const Bytes file = base::read_file(arguments.path("FILE"), kMaxNoteBytes);
  sign::Note note;
  if (arguments.flag("--add")) {
    note = sign::parse_note(file);
  } else {
    note.text = base::as_text(file);
  }
  note.signatures.push_back(arguments.flag("--cosign") ? sign::cosign_note(signer, *name, note.text, unix_seconds())
                                                       : sign::sign_note(signer, *name, note.text));
  return sign::write_note(note);
}

std::string dsse_signature(sign::Signer& signer, const Arguments& arguments) {
  const auto type = arguments.maybe("--payload-type");
  sign::DsseEnvelope envelope;
  if (arguments.flag("--add")) {
    envelope = sign::parse_dsse(base::read_file(arguments.path("FILE"), kMaxEnvelopeBytes));
    if (type && *type != envelope.payload_type)
      throw Error(Code::usage,
                  "the envelope holds '" + base::printable(envelope.payload_type) + "', not '" + *type + "'");
  } else {
    if (!type)
      throw Error(Code::usage, "--format dsse needs --payload-type TYPE",
                  "--payload-type application/vnd.in-toto+json");
    envelope = {*type, base::read_file(arguments.path("FILE"), kMaxPayloadBytes), {}};
  }
  sign::sign_dsse(envelope, signer);
  return sign::write_dsse(envelope);
}

std::string make_signature(sign::Signer& signer, const Arguments& arguments, const std::string& format) {
  const base::Path file = arguments.path("FILE");
  if (format == "raw") return std::string(base::as_text(signer.sign(base::read_file(file, kMaxWholeBytes))));
  if (format == "note") return note_signature(signer, arguments);
  if (format == "dsse") return dsse_signature(signer, arguments);
  if (format == "ssh")
    return write_ssh_signature(
        sign_ssh(signer, sign::file_digests(file), arguments.maybe("--namespace").value_or("file")));
  const std::string comment = arguments.maybe("--comment")
                                  .value_or("timestamp:" + std::to_string(unix_seconds()) +
                                            "\tfile:" + base::printable(file.filename().string()) + "\thashed");
  return write_minisig(sign_minisig(signer, sign::file_digests(file).blake2b512, comment));
}

}  // namespace

int run_key_sign(const Arguments& arguments, Ui& ui) {
  const std::string& format = arguments.text("--format");
  if (format != "raw" && format != "minisign" && format != "ssh" && format != "dsse" && format != "note")
    throw Error(Code::usage, "there is no signature format '" + format + "'",
                "--format raw, minisign, ssh, dsse or note");
  only_with(arguments, "--comment", format, {"minisign"});
  only_with(arguments, "--namespace", format, {"ssh"});
  only_with(arguments, "--payload-type", format, {"dsse"});
  only_with(arguments, "--name", format, {"note"});
  only_with(arguments, "--cosign", format, {"note"});
  only_with(arguments, "--add", format, {"note", "dsse"});
  const base::Path out = arguments.path("--out");
  if (out != "-") base::require_different_files(arguments.path("FILE"), out);
  const auto signer = sign::open_signer(arguments.text("KEY"), open_options(arguments));
  const std::string text = make_signature(*signer, arguments, format);
  put_result(text, arguments, ui);
  ui.json()["format"] = format;
  ui.json()["algorithm"] = name(signer->public_key().algorithm());
  ui.json()["key_id"] = signer->public_key().id_hex();
  ui.json()["signer"] = signer->description();
  if (out == "-") ui.json()["signature"] = format == "raw" ? base::to_hex(base::as_bytes(text)) : text;
  ui.note("signed with " + signer->description() + ", key id " + signer->public_key().id_hex());
  return 0;
}

std::vector<Command> key_signing_commands() {
  const Option name_space{"--namespace", "NAME", "of OpenSSH signatures: what the signature is for (default: file)"};
  std::vector<Option> for_sign = signer_options();
  for_sign.insert(for_sign.begin(),
                  {{"--format", "FORMAT", "raw, minisign, ssh, dsse or note", true},
                   {"--out", "SIG", "the signature (-o); - for standard output", true, Kind::file},
                   {"--comment", "TEXT", "minisign: the trusted comment (default: time and file name)"},
                   name_space,
                   {"--payload-type", "TYPE", "dsse: what the file is, such as application/vnd.in-toto+json"},
                   {"--name", "NAME", "note: the name of the key, such as example.org/alice"},
                   {"--cosign", "", "note: a witness's cosignature with the time (cosignature/v1)"},
                   {"--add", "", "note, dsse: FILE is signed already; add one signature"}});
  return {
      {"key",
       "sign",
       "",
       "sign a file",
       {{"KEY", "key file or URI"}, {"FILE", "what to sign"}},
       for_sign,
       "raw: the signature alone (Ed25519 64 bytes, ECDSA DER, RSA-PSS). minisign: Ed25519 keys only. ssh: RSA "
       "keys sign "
       "with PKCS#1 v1.5, as the format wants. Every signature is verified before it is written. Key URIs: "
       "pkcs11:token=LABEL;object=LABEL?module-path=FILE (RFC 7512); awskms:alias/NAME (or id, ARN); "
       "gcpkms:projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/V; vault:MOUNT/KEY?version=N; "
       "credentials of key services come from where the vendors' own tools take them. Key services are contract-tested "
       "against emulators that the vendors' clients accept; they were not run on the vendors' clouds.",
       {{"solemn key sign alice.key proof.json --format raw -o proof.sig", "64 bytes"},
        {"solemn key sign alice.key proof.json --format minisign -o proof.json.minisig", "for minisign -V"},
        {"solemn key sign alice.key proof.json --format ssh -o proof.json.ssh", "for ssh-keygen -Y verify"},
        {"solemn key sign alice.key proof.json --format dsse --payload-type application/json -o proof.dsse",
         "an envelope with the file inside"}},
       run_key_sign},
      {"key",
       "verify",
       "",
       "verify a signature over a file",
       {{"PUB", "public key: PEM, raw, hex, OpenSSH or minisign"},
        {"FILE", "what was signed"},
        {"SIG", "signature, in any format of key sign"}},
       {{"--format", "FORMAT", "raw, minisign, ssh, dsse or note (default: seen from SIG)"},
        name_space,
        {"--payload-type", "TYPE", "dsse: the type that is expected"},
        {"--name", "NAME", "note: the name of the key"}},
       "The algorithm is that of the public key, whatever the signature says. The checks: docs/checks.md.",
       {{"solemn key verify alice.pem proof.json proof.sig", "raw"},
        {"solemn key verify alice.minisign proof.json proof.json.minisig", "minisign"},
        {"solemn key verify alice.pem proof.json proof.dsse --payload-type application/json", "DSSE"}},
       run_key_verify}};
}

}  // namespace solemn::cli
