#pragma once
// What the files of `solemn bundle` and `solemn embed` share.
#include "cli/secrets.hpp"
#include "cli/verbs.hpp"
#include "release/verify.hpp"

namespace solemn::cli {

inline const Option kSignKeysOption{"--sign-key", "KEY",      "a key that signs: a file or a URI (may be repeated)",
                                    false,        Kind::file, true};
inline const Option kAcceptCeremonyOption{
    "--accept-unverified-ceremony", "",
    "accept metadata that does not say that the whole ceremony was verified (chain-only, or other programs')"};

/// --root-pubkey, --threshold, --signers, --revocations, --max-revocation-age.
std::vector<Option> trust_options();
release::TrustOptions trust_from(const Arguments& arguments);
/// --zkey, --ptau, --r1cs, --transcripts: what the metadata is checked against.
std::vector<Option> evidence_options();
class Evidence {
 public:
  explicit Evidence(const Arguments& arguments);
  release::CeremonyFiles files() const;
  /// What is not checked because its file was not given: "metadata-matches-ptau (--ptau FILE), ...". Empty: nothing.
  std::string not_run() const;

 private:
  std::optional<base::Path> zkey_, ptau_, r1cs_, transcripts_;
};
/// The keys of --sign-key, opened. Several that need a passphrase ask one after the other.
std::vector<std::unique_ptr<sign::Signer>> open_signers(const Arguments& arguments);
std::vector<sign::Signer*> borrowed(const std::vector<std::unique_ptr<sign::Signer>>& signers);

base::Bytes read_bundle_file(const base::Path& path);
/// The time for what is written: SOURCE_DATE_EPOCH where it is set, so that a run can be repeated; else the clock.
std::uint64_t writing_time();
std::uint64_t clock_seconds();
/// Opens the bundle of --bundle or BUNDLE with everything that the verifier was given, and asks the one verifier.
release::BundleReport ask_verifier(const base::Bytes& file, const Arguments& arguments, Ui& ui);
/// Facts of the report for --json.
void report_json(const release::BundleReport& report, Ui& ui);
std::string joined(const std::vector<std::string>& words, std::string_view between);
std::vector<Option> operator+(std::vector<Option> a, const std::vector<Option>& b);

}  // namespace solemn::cli
