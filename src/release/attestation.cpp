#include "release/attestation.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "release/bundle.hpp"

namespace solemn::release {

using base::ByteSpan;
using base::Code;
using base::Error;
using setup::Verdict;

namespace {

constexpr std::size_t kMaxSubjects = 1024;

[[noreturn]] void malformed(const std::string& what) { throw Error(Code::malformed, "statement: " + what); }

/// Distinct trusted keys with a valid signature that are not revoked.
std::size_t count_signers(Verdict& verdict, const sign::DsseEnvelope& envelope, const Trusted& trusted, bool has_list) {
  std::size_t n = 0;
  std::string gone;
  for (const std::size_t i : sign::verify_dsse(envelope, trusted.keys)) {
    const std::string id = trusted.keys[i].id_hex();
    const bool revoked = std::ranges::any_of(
        trusted.revoked, [&](const Revocation& entry) { return entry.kind == Revoked::key && entry.id == id; });
    if (revoked) gone += (gone.empty() ? "" : ", ") + id;
    if (!revoked) ++n;
  }
  if (has_list) verdict.add("not-revoked", gone.empty(), gone.empty() ? "no signer is revoked" : "revoked: " + gone);
  return n;
}

}  // namespace

Statement read_statement(ByteSpan payload) {
  const Json json = parse_object(payload, "statement");
  if (base::string_of(json, "_type") != "https://in-toto.io/Statement/v1") malformed("not an in-toto Statement v1");
  Statement statement;
  statement.predicate_type = base::string_of(json, "predicateType");
  const Json& subjects = base::field(json, "subject");
  if (!subjects.is_array() || subjects.empty() || subjects.size() > kMaxSubjects) malformed("no list of subjects");
  std::set<std::string> names;
  for (const Json& item : subjects) {
    if (!item.is_object()) malformed("a subject is not an object");
    const Json& digests = base::field(item, "digest");
    if (!digests.is_object()) malformed("a digest is not an object");
    Subject subject{base::string_of(item, "name"), digest_field(digests, "sha256")};
    if (!names.insert(subject.name).second) malformed("two subjects of one name");
    statement.subjects.push_back(std::move(subject));
  }
  return statement;
}

Verdict verify_attestation(ByteSpan file, const std::vector<Subject>& files, const TrustOptions& trust) {
  Verdict verdict;
  sign::DsseEnvelope envelope;
  Statement statement;
  try {
    envelope = sign::parse_dsse(file);
    if (envelope.payload_type != kInTotoType) malformed("the payload type is not " + std::string(kInTotoType));
    statement = read_statement(envelope.payload);
  } catch (const Error& error) {
    if (error.code() != Code::malformed) throw;
    verdict.fail("statement", error.message());
    return verdict;
  }
  verdict.pass("statement", std::to_string(statement.subjects.size()) + " subjects");
  const auto trusted = establish_trust(verdict, trust);
  if (trusted) {
    const std::size_t n = count_signers(verdict, envelope, *trusted, trust.revocations.has_value());
    verdict.add("threshold", n >= trusted->threshold,
                std::to_string(n) + " trusted keys signed, " + std::to_string(trusted->threshold) + " needed");
  } else {
    verdict.not_run("threshold", "no trusted keys");
  }
  verdict.add("predicate", statement.predicate_type == kSlsaProvenance, base::printable(statement.predicate_type));
  if (files.empty()) verdict.not_run("subject", "no file was given to compare: --file");
  for (const Subject& one : files) {
    const auto found = std::ranges::find(statement.subjects, one.name, &Subject::name);
    const bool good = found != statement.subjects.end() && found->sha256 == one.sha256;
    verdict.add("subject", good,
                "'" + one.name + "'" +
                    (good                                ? ""
                     : found == statement.subjects.end() ? " is not a subject"
                                                         : " has another SHA-256"));
  }
  return verdict;
}

}  // namespace solemn::release
