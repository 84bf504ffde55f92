// solemn bundle attest, attested: build provenance, signed and verified.
#include <algorithm>

#include "cli/bundle_verbs.hpp"
#include "release/attestation.hpp"
#include "release/prepare.hpp"

namespace solemn::cli {
namespace {

using base::Code;
using base::Error;

constexpr std::uint64_t kMaxStatementBytes = 16 << 20;

std::vector<release::Subject> given_files(const Arguments& arguments) {
  std::vector<release::Subject> files;
  for (const std::string& file : arguments.list("--file"))
    files.push_back({base::Path(file).filename().string(), release::sha256_of_file(file)});
  return files;
}

int run_attest(const Arguments& arguments, Ui& ui) {
  const base::Bytes payload = base::read_file(arguments.path("STATEMENT"), release::kMaxJsonBytes);
  const release::Statement statement = release::read_statement(payload);
  const auto files = given_files(arguments);
  // What is signed was looked at: every subject is a file that lies here.
  for (const release::Subject& subject : statement.subjects)
    if (std::ranges::none_of(files,
                             [&](const auto& f) { return f.name == subject.name && f.sha256 == subject.sha256; }))
      throw Error(Code::rejected, "the subject '" + base::printable(subject.name) + "' is not one of the given files",
                  "give every file that the statement is about: --file FILE");
  sign::DsseEnvelope envelope{release::kInTotoType, payload, {}};
  for (const auto& signer : open_signers(arguments)) sign::sign_dsse(envelope, *signer);
  if (envelope.signatures.empty()) throw Error(Code::usage, "no --sign-key KEY");
  const base::Path out = arguments.path("OUT");
  base::write_file(out, base::as_bytes(sign::write_dsse(envelope)),
                   ui.global().force ? base::Overwrite::yes : base::Overwrite::no);
  ui.json()["output"] = out.string();
  ui.line("wrote '" + out.string() + "': " + std::to_string(statement.subjects.size()) + " subjects");
  return 0;
}

int run_attested(const Arguments& arguments, Ui& ui) {
  const base::Path path = arguments.path("ENVELOPE");
  return ui.verdict(release::verify_attestation(base::read_file(path, kMaxStatementBytes), given_files(arguments),
                                                trust_from(arguments)),
                    "'" + path.string() + "'");
}

}  // namespace

std::vector<Command> bundle_attest_commands() {
  const Option files{"--file", "FILE", "a file that the statement is about (may be repeated)", false, Kind::file, true};
  return {{"bundle",
           "attest",
           "",
           "sign SLSA provenance of a build's files",
           {{"STATEMENT", "in-toto statement, from scripts/provenance"}, {"OUT", "the file to write"}},
           std::vector<Option>{files, kSignKeysOption} + signer_options(),
           "Every subject of the statement must be one of the files.",
           {},
           run_attest},
          {"bundle",
           "attested",
           "",
           "check files against a signed statement of their build",
           {{"ENVELOPE", "signed statement"}},
           std::vector<Option>{files} + trust_options(),
           "",
           {},
           run_attested}};
}

}  // namespace solemn::cli
