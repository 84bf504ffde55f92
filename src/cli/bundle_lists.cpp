// solemn bundle signers, rotate, revoke: the signed lists that say whose signatures count.
#include "base/counted.hpp"
#include "cli/bundle_verbs.hpp"
#include "cli/verbs.hpp"
#include "hash/blake3.hpp"
#include "hash/sha256.hpp"

namespace solemn::cli {
namespace {

using base::Code;
using base::Error;

constexpr std::uint64_t kMaxListBytes = 16 << 20;

base::Bytes bytes_of(std::string_view text) {
  const base::ByteSpan span = base::as_bytes(text);
  return base::Bytes(span.begin(), span.end());
}

void sign_and_write(const char* type, const std::string& payload, const Arguments& arguments, Ui& ui) {
  sign::DsseEnvelope envelope{type, bytes_of(payload), {}};
  const auto signers = open_signers(arguments);
  if (signers.empty()) throw Error(Code::usage, "no --sign-key KEY");
  for (const auto& signer : signers) sign::sign_dsse(envelope, *signer);
  const base::Path out = arguments.path("OUT");
  base::write_file(out, base::as_bytes(sign::write_dsse(envelope)),
                   ui.global().force ? base::Overwrite::yes : base::Overwrite::no);
  ui.json()["output"] = out.string();
  ui.json()["payload_sha256"] = base::to_hex(hash::sha256(base::as_bytes(payload)));
  ui.json()["signatures"] = signers.size();
  ui.line("wrote '" + out.string() + "' with " + base::counted(signers.size(), "signature"));
  ui.note("more signatures: solemn bundle cosign " + shell_word(out) + " OUT --sign-key KEY");
}

/// --signer NAME=FILE
std::vector<release::NamedKey> named_keys(const Arguments& arguments) {
  std::vector<release::NamedKey> signers;
  for (const std::string& typed : arguments.list("--signer")) {
    const std::size_t equals = typed.find('=');
    if (equals == 0 || equals == std::string::npos)
      throw Error(Code::usage, "--signer takes NAME=FILE, not '" + typed + "'");
    signers.push_back({base::printable(typed.substr(0, equals)), sign::read_public_key(typed.substr(equals + 1))});
  }
  return signers;
}

/// What is written is read back as a verifier would: a name or key twice, a threshold that cannot be met.
std::string checked(const release::SignerList& list) {
  const std::string payload = release::write_signer_list(list);
  try {
    (void)release::read_signer_list(base::as_bytes(payload));
  } catch (const Error& error) { throw Error(Code::usage, error.message()); }
  return payload;
}

release::SignerList list_from(const Arguments& arguments) {
  release::SignerList list;
  list.signers = named_keys(arguments);
  list.threshold = arguments.number("--threshold", 1, 64);
  list.issued = release::utc_text(writing_time());
  return list;
}

int run_signers(const Arguments& arguments, Ui& ui) {
  sign_and_write(release::kSignersType, checked(list_from(arguments)), arguments, ui);
  return 0;
}

int run_rotate(const Arguments& arguments, Ui& ui) {
  const sign::DsseEnvelope before = sign::parse_dsse(base::read_file(arguments.path("LIST"), kMaxListBytes));
  if (before.payload_type != release::kSignersType) throw Error(Code::malformed, "LIST is not a signer list");
  release::SignerList list = list_from(arguments);
  list.version = release::read_signer_list(before.payload).version + 1;
  list.previous_sha256 = base::to_hex(hash::sha256(before.payload));
  sign_and_write(release::kSignersType, checked(list), arguments, ui);
  ui.note("verifiers accept it when the old list's threshold and its own have signed");
  return 0;
}

void add(release::RevocationList& list, release::Revoked kind, std::string id, const Arguments& arguments) {
  for (const release::Revocation& entry : list.entries)
    if (entry.kind == kind && entry.id == id) throw Error(Code::usage, "that is revoked already: " + id);
  list.entries.push_back({kind, std::move(id), base::printable(arguments.text("--reason")), list.issued});
}

int run_revoke(const Arguments& arguments, Ui& ui) {
  release::RevocationList list;
  if (const auto previous = arguments.maybe("--previous")) {
    const sign::DsseEnvelope before = sign::parse_dsse(base::read_file(*previous, kMaxListBytes));
    if (before.payload_type != release::kRevocationsType)
      throw Error(Code::malformed, "'" + *previous + "' is not a revocation list");
    list = release::read_revocations(before.payload);
    ++list.number;
  }
  list.issued = release::utc_text(writing_time());
  const std::size_t old = list.entries.size();
  for (const std::string& file : arguments.list("--key"))
    add(list, release::Revoked::key, sign::read_public_key(file).id_hex(), arguments);
  for (const std::string& file : arguments.list("--bundle"))
    add(list, release::Revoked::bundle, base::to_hex(hash::sha256(read_bundle_file(file))), arguments);
  for (const std::string& digest : arguments.list("--vk-blake3")) {
    if (!release::is_digest(digest)) throw Error(Code::usage, "--vk-blake3 must be 64 lower-case hexadecimal digits");
    add(list, release::Revoked::verifying_key, digest, arguments);
  }
  if (list.entries.size() == old && !arguments.flag("--nothing-new"))
    throw Error(Code::usage, "nothing to revoke: give --key, --bundle or --vk-blake3",
                "to issue the same list with today's date: --nothing-new");
  sign_and_write(release::kRevocationsType, release::write_revocations(list), arguments, ui);
  ui.json()["number"] = list.number;
  ui.json()["entries"] = list.entries.size();
  ui.line("list " + std::to_string(list.number) + ", " + base::counted(list.entries.size(), "entry", "entries"));
  return 0;
}

}  // namespace

std::vector<Command> bundle_list_commands() {
  const Positional out{"OUT", "the file to write"};
  const std::vector<Option> list_options = {
      {"--signer", "NAME=FILE", "a signer and its public key (may be repeated)", true, Kind::text, true},
      {"--threshold", "T", "how many of them must sign a bundle", true, Kind::number},
      kSignKeysOption};
  return {{"bundle",
           "revoke",
           "",
           "publish that a key or a bundle is no longer good",
           {out},
           std::vector<Option>{
               {"--key", "FILE", "public key of a signer (may be repeated)", false, Kind::file, true},
               {"--bundle", "FILE", "a bundle (may be repeated)", false, Kind::file, true},
               {"--vk-blake3", "HEX", "a verification key, in every bundle (may be repeated)", false, Kind::text, true},
               {"--reason", "TEXT", "why", true},
               {"--previous", "FILE", "the list so far: the new one holds all of it", false, Kind::file},
               {"--nothing-new", "", "the same list with a new date"},
               kSignKeysOption} +
               signer_options(),
           "Signed by the keys that verifiers pin (--root-pubkey), as many as their threshold.",
           {{"solemn bundle revoke revoked.json --key second.pub --reason \"laptop stolen\" --sign-key release.key",
             "a signed notice"},
            {"solemn bundle verify attestation_bundle.tar.gz --root-pubkey release.pub --revocations revoked.json "
             "--max-revocation-age 30",
             "and what verifiers do with it"}},
           run_revoke},
          {"bundle",
           "signers",
           "",
           "make the list of those who may sign bundles",
           {out},
           list_options + signer_options(),
           "Signed by the root keys that verifiers pin. The list, its threshold and its names are then under that "
           "signature.",
           {{"solemn bundle signers signers1.json --signer Ada=release.pub --signer Grace=second.pub --threshold 2 "
             "--sign-key release.key",
             "two of two"},
            {"solemn bundle verify two.tar.gz --root-pubkey release.pub --signers signers1.json", "by that list"}},
           run_signers},
          {"bundle",
           "rotate",
           "",
           "replace the list of signers",
           {{"LIST", "the list so far"}, out},
           list_options + signer_options(),
           "Verifiers accept it when the threshold of the old list and that of the new one have signed.",
           {{"solemn key new third.key --type ed25519 --no-passphrase", "somebody new"},
            {"solemn key public third.key --out third.pub", "the public half"},
            {"solemn bundle rotate signers1.json signers2.json --signer Grace=second.pub --signer Rosa=third.pub "
             "--threshold 1 --sign-key release.key --sign-key second.key",
             "Ada hands over to Rosa"}},
           run_rotate}};
}

}  // namespace solemn::cli
