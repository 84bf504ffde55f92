#pragma once
// in-toto statements about files of a build: SLSA provenance, signed and verified with the same envelopes as bundles.
#include <string>
#include <vector>

#include "release/trust.hpp"

namespace solemn::release {

constexpr const char* kSlsaProvenance = "https://slsa.dev/provenance/v1";

struct Subject {
  std::string name, sha256;
};
struct Statement {
  std::string predicate_type;
  std::vector<Subject> subjects;  // at least one, names and digests distinct
};
/// in-toto Statement v1. Throws Error{malformed}.
Statement read_statement(base::ByteSpan payload);

/// Rules: `statement`, those of establish_trust, `signature`, `not-revoked` (with a revocation list), `threshold`,
/// `predicate` (SLSA provenance v1), and `subject` for each file: named in the statement with that SHA-256.
setup::Verdict verify_attestation(base::ByteSpan envelope, const std::vector<Subject>& files,
                                  const TrustOptions& trust);

}  // namespace solemn::release
