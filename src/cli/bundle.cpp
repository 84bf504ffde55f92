// solemn bundle create, prepare, cosign, verify, inspect: the signed release of a verification key.
#include "base/counted.hpp"
#include "cli/build_info.hpp"
#include "cli/bundle_verbs.hpp"
#include "cli/script_status.hpp"
#include "cli/verbs.hpp"
#include "hash/blake3.hpp"
#include "hash/sha256.hpp"
#include "release/prepare.hpp"

namespace solemn::cli {
namespace {

using base::Code;
using base::Error;

constexpr std::uint64_t kMaxMemberBytes = 8 << 20;

void write(const base::Path& path, base::ByteSpan bytes, Ui& ui) {
  base::write_file(path, bytes, ui.global().force ? base::Overwrite::yes : base::Overwrite::no);
}

/// The members from the ceremony's files; nullopt with `status` when the ceremony does not verify.
std::optional<release::Prepared> prepare(const Arguments& arguments, Ui& ui, int& status) {
  const base::Path r1cs = arguments.maybe("--r1cs").value_or(""), ptau = arguments.maybe("--ptau").value_or(""),
                   transcripts = arguments.maybe("--transcripts").value_or("");
  release::Ceremony ceremony;
  ceremony.zkey = arguments.path(arguments.maybe("--zkey") ? "--zkey" : "ZKEY");
  ceremony.r1cs = r1cs.empty() ? nullptr : &r1cs;
  ceremony.ptau = ptau.empty() ? nullptr : &ptau;
  ceremony.transcripts = transcripts.empty() ? nullptr : &transcripts;
  ceremony.chain_only = arguments.flag("--chain-only");
  ceremony.missing_transcripts = arguments.flag("--missing-transcripts");
  ceremony.is_unsigned = arguments.flag("--unsigned");
  ceremony.tool_version = kVersion;
  ceremony.commit = kCommit;
  ceremony.now_seconds = writing_time();
  release::Prepared prepared = release::prepare(ceremony, ui.context());
  status = ui.verdict(prepared.verdict, quoted(ceremony.zkey));
  if (prepared.vk.empty()) return std::nullopt;
  if (ceremony.chain_only) ui.warning("--chain-only: the metadata says that only the contribution chain was verified");
  return prepared;
}

/// Adds the stamp to metadata that was made elsewhere.
base::Bytes stamped(base::ByteSpan metadata) {
  Json json = release::read_metadata(metadata).json;
  if (json.contains("unsigned")) return base::Bytes(metadata.begin(), metadata.end());
  json["unsigned"] = "this bundle is not signed: for tests only";
  const std::string text = json.dump(2) + "\n";
  return base::Bytes(base::as_bytes(text).begin(), base::as_bytes(text).end());
}

/// Ready members, from another machine: looked at as a verifier would.
void require_good_content(const base::Bytes& vk, const base::Bytes& metadata, const release::CeremonyFiles& files,
                          const Arguments& arguments, Ui& ui) {
  release::BundleReport report;
  report.bundle = release::Bundle{vk, metadata, {}, std::nullopt};
  const bool accept = arguments.flag("--accept-unverified-ceremony") || arguments.flag("--chain-only");
  release::check_content(report, accept, files, ui.context());
  for (const setup::Check& check : report.verdict.checks())
    if (check.outcome != setup::Outcome::passed)
      throw Error(Code::refused, "this must not be released: " + std::string(check.rule) + ": " + check.detail,
                  "nothing was signed or written");
}

/// The bundle as everybody will see it: verified with the signers' own keys before it gets its name.
void write_verified(const base::Path& out, const release::Bundle& bundle, const std::vector<sign::Signer*>& signers,
                    Ui& ui) {
  const base::Bytes file = release::pack_bundle(bundle);
  if (!signers.empty()) {
    release::BundleQuestion question{file, {}};
    for (const sign::Signer* signer : signers) question.trust.roots.push_back(signer->public_key());
    question.trust.threshold = static_cast<unsigned>(signers.size());
    question.accept_unverified_ceremony = true;
    const release::BundleReport report = release::verify_bundle(question, ui.context());
    if (!report.verdict.accepted()) throw Error(Code::internal, "the bundle just made does not verify");
  }
  write(out, file, ui);
  ui.json()["output"] = out.string();
  ui.json()["bundle_sha256"] = base::to_hex(hash::sha256(file));
  ui.json()["vk_blake3"] = base::to_hex(hash::blake3(bundle.vk));
  ui.line("wrote " + quoted(out) + ", SHA-256 " + base::to_hex(hash::sha256(file)));
  ui.line("vk_blake3 " + base::to_hex(hash::blake3(bundle.vk)) + " (for the release notes)");
}

int run_create(const Arguments& arguments, Ui& ui) {
  const base::Path out = arguments.path("OUT");
  const bool from_members = arguments.maybe("--vk") && arguments.maybe("--metadata");
  if (from_members == arguments.maybe("--zkey").has_value())
    throw Error(Code::usage, "give either --zkey with --r1cs and --ptau, or --vk with --metadata",
                "solemn bundle create --help");
  const auto signers = open_signers(arguments);
  const bool is_unsigned = arguments.flag("--unsigned");
  if (signers.empty() != is_unsigned)
    throw Error(Code::usage, is_unsigned ? "--unsigned and --sign-key exclude each other" : "no --sign-key KEY",
                "for tests only: --unsigned, which is stamped into the metadata");
  int status = 0;
  base::Bytes vk, metadata;
  if (from_members) {
    vk = base::read_file(arguments.path("--vk"), kMaxMemberBytes);
    metadata = base::read_file(arguments.path("--metadata"), release::kMaxJsonBytes);
    if (is_unsigned) metadata = stamped(metadata);
  } else {
    auto prepared = prepare(arguments, ui, status);
    if (!prepared) return status;
    vk = std::move(prepared->vk);
    metadata = std::move(prepared->metadata);
  }
  require_good_content(vk, metadata, {}, arguments, ui);
  if (!is_unsigned && release::read_metadata(metadata).is_unsigned)
    throw Error(Code::refused, "the metadata is stamped as not signed", "make it again without --unsigned");
  const release::Bundle bundle = release::sign_bundle(vk, metadata, borrowed(signers));
  write_verified(out, bundle, borrowed(signers), ui);
  if (is_unsigned) {
    ui.warning("--unsigned: no verifier accepts this bundle; for tests only");
    return 0;
  }
  const base::Path beside = out.string() + ".dsse.json";
  write(beside, base::as_bytes(sign::write_dsse(release::sign_statement(vk, metadata, borrowed(signers)))), ui);
  ui.json()["statement"] = beside.string();
  ui.line("wrote " + quoted(beside) + ": the in-toto statement");
  ui.next("solemn bundle verify " + shell_word(out) + " --root-pubkey FILE");
  return 0;
}

int run_prepare(const Arguments& arguments, Ui& ui) {
  int status = 0;
  const auto prepared = prepare(arguments, ui, status);
  if (!prepared) return status;
  const base::Path vk = arguments.path("VK"), metadata = arguments.path("METADATA");
  write(vk, prepared->vk, ui);
  write(metadata, prepared->metadata, ui);
  ui.json()["vk"] = vk.string();
  ui.json()["output"] = metadata.string();
  ui.line("wrote " + quoted(vk) + " and " + quoted(metadata));
  ui.next("solemn bundle create OUT --vk " + shell_word(vk) + " --metadata " + shell_word(metadata) +
          " --sign-key KEY");
  return 0;
}

/// A signed list of this toolkit, or a statement: one more signature.
base::Bytes cosign_envelope(base::ByteSpan file, sign::Signer& signer) {
  sign::DsseEnvelope envelope = sign::parse_dsse(file);
  if (envelope.payload_type != release::kSignersType && envelope.payload_type != release::kRevocationsType &&
      envelope.payload_type != release::kInTotoType)
    throw Error(Code::refused, "the file is of the type '" + base::printable(envelope.payload_type) + "'",
                "cosign signs bundles, statements, signer lists and revocation lists");
  const sign::PublicKey& key = signer.public_key();
  if (!sign::verify_dsse(envelope, std::span(&key, 1)).empty())
    throw Error(Code::usage, "this key has signed the file already: " + key.id_hex(),
                "each signature must be of another key");
  sign::sign_dsse(envelope, signer);
  const std::string text = sign::write_dsse(envelope);
  return base::Bytes(base::as_bytes(text).begin(), base::as_bytes(text).end());
}

int run_cosign(const Arguments& arguments, Ui& ui) {
  const base::Path in = arguments.path("IN"), out = arguments.path("OUT");
  const auto signers = open_signers(arguments);
  if (signers.empty()) throw Error(Code::usage, "no --sign-key KEY");
  const Evidence evidence(arguments);
  base::Bytes file = read_bundle_file(in);
  for (const auto& signer : signers) {
    if (!file.empty() && file[0] == std::byte{'{'}) {
      file = cosign_envelope(file, *signer);
      continue;
    }
    std::optional<release::ArchiveFault> fault;
    auto bundle = release::unpack_bundle(file, fault);
    if (!bundle) throw Error(Code::malformed, quoted(in) + ": " + std::string(fault->rule) + ": " + fault->detail);
    require_good_content(bundle->vk, bundle->metadata, evidence.files(), arguments, ui);
    if (bundle->signature.empty())
      throw Error(Code::refused, quoted(in) + " is not signed; cosign adds to a signature");
    file = release::pack_bundle(release::cosign_bundle(std::move(*bundle), *signer));
  }
  write(out, file, ui);
  ui.json()["output"] = out.string();
  ui.line("wrote " + quoted(out) + " with " + base::counted(signers.size(), "signature") + " more");
  return 0;
}

/// Of bin/inspect_bundle.sh.
int seed_status(const setup::Verdict& verdict, Ui& ui) {
  using setup::Outcome;
  constexpr ScriptStatus kTable[] = {
      {"signer-list", Outcome::failed, 5},       {"pinned-keys", Outcome::failed, 5},
      {"signature", Outcome::failed, 3},         {"signature", Outcome::not_run, 3},
      {"cosignatures", Outcome::failed, 3},      {"statement", Outcome::failed, 3},
      {"distinct-signers", Outcome::failed, 5},  {"threshold", Outcome::failed, 4},
      {"contributions", Outcome::failed, 2},     {"contributions-exist", Outcome::failed, 2},
      {"ceremony-verified", Outcome::not_run, 2}};
  return script_status(kTable, verdict, ui).value_or(verdict.accepted() ? 0 : 1);
}

int finish_verdict(const release::BundleReport& report, const Arguments& arguments, Ui& ui) {
  report_json(report, ui);
  const int status = ui.verdict(report.verdict, quoted(arguments.path("BUNDLE")));
  const std::string not_run = Evidence(arguments).not_run();
  if (!not_run.empty()) ui.note("not run, as their files were not given: " + not_run);
  ui.json()["not_given"] = not_run;
  return arguments.flag("--seed-status") ? seed_status(report.verdict, ui) : status;
}

int verify(const Arguments& arguments, Ui& ui) {
  return finish_verdict(ask_verifier(read_bundle_file(arguments.path("BUNDLE")), arguments, ui), arguments, ui);
}

int run_verify(const Arguments& arguments, Ui& ui) {
  return with_script_status(arguments.flag("--seed-status"), [&] { return verify(arguments, ui); });
}

int inspect(const Arguments& arguments, Ui& ui) {
  const release::BundleReport report = ask_verifier(read_bundle_file(arguments.path("BUNDLE")), arguments, ui);
  ui.line("SHA-256 of the file  " + report.sha256);
  if (report.bundle) {
    ui.line("members              attestation_verifying_key.bin " + std::to_string(report.bundle->vk.size()) +
            ", metadata.json " + std::to_string(report.bundle->metadata.size()) + ", signature.sig " +
            std::to_string(report.bundle->signature.size()) + " bytes" +
            (report.bundle->signatures ? ", signatures.dsse.json" : ""));
    ui.line("vk_blake3            " + base::to_hex(hash::blake3(report.bundle->vk)));
  }
  if (report.metadata) {
    ui.line("metadata.json        (what it says; the verdict below is what is checked)");
    const std::string text = report.metadata->json.dump(2, ' ', false, Json::error_handler_t::replace);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      ui.line("  " + base::printable(text.substr(at, end - at)));
      at = end + 1;
    }
  }
  return finish_verdict(report, arguments, ui);
}

int run_inspect(const Arguments& arguments, Ui& ui) {
  return with_script_status(arguments.flag("--seed-status"), [&] { return inspect(arguments, ui); });
}

std::vector<Option> ceremony_options() {
  return {
      {"--r1cs", "FILE", "the compiled circuit", false, Kind::file},
      {"--ptau", "FILE", "the prepared powers of tau", false, Kind::file},
      {"--transcripts", "DIR", "the files after every step: verified, and their SHA-256 recorded", false, Kind::file},
      {"--missing-transcripts", "", "leave the SHA-256 of a step empty whose file is not there"},
      {"--chain-only", "", "verify only the contribution chain, without circuit and powers of tau; recorded"},
      {"--unsigned", "", "for tests only: stamp the metadata as not signed"}};
}

std::vector<Option> verifier_options() {
  return trust_options() +
         std::vector<Option>{
             {"--statement", "FILE", "the in-toto statement that lies beside the bundle", false, Kind::file},
             kAcceptCeremonyOption,
             {"--seed-status", "",
              "exit statuses of the script names: 2 transcript, 3 signature, 4 threshold, 5 missing signers"}} +
         evidence_options();
}

constexpr std::string_view kVerifyDetails =
    "Members, sizes, hashes and the key itself are checked, then the signatures. Only keys that you give count: "
    "nothing\n"
    "that is in the bundle says whom to trust. Signers are counted by key, each once.";

}  // namespace

std::vector<Command> bundle_commands() {
  const Positional bundle{"BUNDLE", "release bundle (tar.gz)"}, out{"OUT", "the file to write"};
  return {
      {"bundle",
       "create",
       "",
       "verify a ceremony and sign its key",
       {out},
       std::vector<Option>{{"--zkey", "FILE", "the final proving key", false, Kind::file},
                           {"--vk", "FILE", "ready member, from solemn bundle prepare", false, Kind::file},
                           {"--metadata", "FILE", "ready member, from solemn bundle prepare", false, Kind::file},
                           kSignKeysOption} +
           ceremony_options() + std::vector<Option>{kAcceptCeremonyOption} + signer_options(),
       "With --zkey everything in the metadata is computed from the ceremony's files after they verified. With --vk "
       "and\n"
       "--metadata (made on another machine) the two are checked against each other and signed. The key of the first\n"
       "--sign-key makes signature.sig; with more keys there is a fourth member. An in-toto statement is written "
       "beside\n"
       "the bundle, as OUT.dsse.json. SOURCE_DATE_EPOCH sets the time in the metadata.",
       {{"solemn key new release.key --type ed25519 --no-passphrase",
         "the release authority's key (better: in a token)"},
        {"solemn key public release.key --format raw --out release.pub", "what verifiers pin"},
        {"solemn bundle create attestation_bundle.tar.gz --zkey circuit_final.zkey --r1cs circuit.r1cs --ptau "
         "pot_final.ptau --missing-transcripts --sign-key release.key",
         "verify, describe, sign"}},
       run_create},
      {"bundle",
       "prepare",
       "",
       "make the two members that are signed elsewhere",
       {{"ZKEY", "the final proving key"}, {"VK", "verification key to write"}, {"METADATA", "metadata.json to write"}},
       ceremony_options(),
       "For a release authority that signs on another machine.",
       {{"solemn bundle prepare circuit_final.zkey attestation_verifying_key.bin metadata.json --r1cs circuit.r1cs "
         "--ptau pot_final.ptau "
         "--missing-transcripts",
         "on the builder's machine"},
        {"solemn bundle create signed.tar.gz --vk attestation_verifying_key.bin --metadata metadata.json --sign-key "
         "release.key",
         "on the release authority's"}},
       run_prepare},
      {"bundle",
       "cosign",
       "",
       "add a signature by another key",
       {{"IN", "bundle, statement, signer list or revocation list"}, out},
       std::vector<Option>{kSignKeysOption, kAcceptCeremonyOption} + evidence_options() + signer_options(),
       "A bundle is checked before it is signed, also against the ceremony's files that are given. A key that signed\n"
       "already is refused.",
       {{"solemn key new second.key --type p256 --no-passphrase", "another person's key"},
        {"solemn key public second.key --out second.pub", "its public half"},
        {"solemn bundle cosign attestation_bundle.tar.gz two.tar.gz --sign-key second.key", "two signatures"}},
       run_cosign},
      {"bundle",
       "verify",
       "",
       "check a release bundle, offline",
       {bundle},
       verifier_options(),
       kVerifyDetails,
       {{"solemn bundle verify attestation_bundle.tar.gz --root-pubkey release.pub", "one trusted key"},
        {"solemn bundle verify two.tar.gz --root-pubkey release.pub --root-pubkey second.pub --threshold 2",
         "two of two"}},
       run_verify},
      {"bundle",
       "inspect",
       "",
       "say what is in a release bundle, and check it",
       {bundle},
       verifier_options(),
       kVerifyDetails,
       {{"solemn bundle inspect attestation_bundle.tar.gz --root-pubkey release.pub", "contents and verdict"}},
       run_inspect}};
}

}  // namespace solemn::cli
