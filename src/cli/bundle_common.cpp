#include <chrono>
#include <cstdlib>

#include "cli/bundle_verbs.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;

namespace {

constexpr std::uint64_t kMaxListBytes = 16 << 20, kSecondsPerDay = 86400;

}  // namespace

std::vector<Option> operator+(std::vector<Option> a, const std::vector<Option>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(between)) + word;
  return text;
}

std::vector<Option> trust_options() {
  return {{"--root-pubkey", "FILE", "a public key that you trust, not taken from the bundle (may be repeated)", false,
           Kind::file, true},
          {"--threshold", "T", "how many of them must have signed (default 1 for one key; needed for more)", false,
           Kind::number},
          {"--signers", "FILE",
           "a signer list that T of them signed; a later list follows the one before (may be repeated)", false,
           Kind::file, true},
          {"--revocations", "FILE", "a revocation list that T of them signed", false, Kind::file},
          {"--max-revocation-age", "DAYS", "refuse a revocation list older than that", false, Kind::number}};
}

release::TrustOptions trust_from(const Arguments& arguments) {
  release::TrustOptions trust;
  for (const std::string& file : arguments.list("--root-pubkey")) trust.roots.push_back(sign::read_public_key(file));
  if (arguments.maybe("--threshold")) {
    trust.threshold = arguments.number("--threshold", 1, 64);
  } else if (trust.roots.size() > 1) {
    throw Error(Code::usage, "several keys are pinned, and nothing says how many must have signed", "--threshold T");
  }
  for (const std::string& file : arguments.list("--signers"))
    trust.signer_lists.push_back(base::read_file(file, kMaxListBytes));
  if (const auto file = arguments.maybe("--revocations")) trust.revocations = base::read_file(*file, kMaxListBytes);
  if (arguments.maybe("--max-revocation-age")) {
    if (!trust.revocations) throw Error(Code::usage, "--max-revocation-age needs --revocations FILE");
    trust.max_revocation_age_seconds = arguments.number("--max-revocation-age", 0, 36500) * kSecondsPerDay;
  }
  trust.now_seconds = clock_seconds();
  return trust;
}

std::vector<Option> evidence_options() {
  return {
      {"--zkey", "FILE", "also: key and metadata are those of this proving key, which has contributions", false,
       Kind::file},
      {"--ptau", "FILE", "also: the metadata names these powers of tau, with their steps", false, Kind::file},
      {"--r1cs", "FILE", "also: the metadata names this circuit", false, Kind::file},
      {"--transcripts", "DIR", "also: the files after the steps that the metadata names are these", false, Kind::file}};
}

Evidence::Evidence(const Arguments& arguments)
    : zkey_(arguments.maybe("--zkey")),
      ptau_(arguments.maybe("--ptau")),
      r1cs_(arguments.maybe("--r1cs")),
      transcripts_(arguments.maybe("--transcripts")) {}

release::CeremonyFiles Evidence::files() const {
  const auto pointer = [](const std::optional<base::Path>& path) { return path ? &*path : nullptr; };
  return {pointer(zkey_), pointer(ptau_), pointer(r1cs_), pointer(transcripts_)};
}

std::string Evidence::not_run() const {
  std::vector<std::string> missing;
  if (!zkey_) missing.emplace_back("metadata-matches-zkey (--zkey FILE)");
  if (!ptau_) missing.emplace_back("metadata-matches-ptau (--ptau FILE)");
  if (!r1cs_) missing.emplace_back("metadata-matches-r1cs (--r1cs FILE)");
  if (!transcripts_) missing.emplace_back("metadata-matches-transcripts (--transcripts DIR)");
  return joined(missing, ", ");
}

std::vector<std::unique_ptr<sign::Signer>> open_signers(const Arguments& arguments) {
  std::vector<std::unique_ptr<sign::Signer>> signers;
  for (const std::string& key : arguments.list("--sign-key"))
    signers.push_back(sign::open_signer(key, open_options(arguments)));
  return signers;
}

std::vector<sign::Signer*> borrowed(const std::vector<std::unique_ptr<sign::Signer>>& signers) {
  std::vector<sign::Signer*> pointers;
  for (const auto& signer : signers) pointers.push_back(signer.get());
  return pointers;
}

base::Bytes read_bundle_file(const base::Path& path) {
  const base::InputFile file(path);
  // One byte more than allowed is enough for the verifier to say that it is too large.
  const std::uint64_t n = std::min<std::uint64_t>(file.size(), release::kMaxArchiveBytes + 1);
  base::Bytes bytes(static_cast<std::size_t>(n));
  file.read_at(0, bytes);
  return bytes;
}

std::uint64_t clock_seconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

std::uint64_t writing_time() {
  const char* fixed = std::getenv("SOURCE_DATE_EPOCH");
  if (fixed == nullptr) return clock_seconds();
  const std::string_view text(fixed);
  if (text.empty() || text.size() > 10 || text.find_first_not_of("0123456789") != std::string_view::npos ||
      std::stoull(fixed) >= std::uint64_t{7258118400})
    throw Error(Code::usage, "SOURCE_DATE_EPOCH is not a time in seconds from 1970 to 2199");
  return std::stoull(fixed);
}

release::BundleReport ask_verifier(const base::Bytes& file, const Arguments& arguments, Ui& ui) {
  release::BundleQuestion question{file, trust_from(arguments)};
  std::optional<base::Bytes> statement;
  if (const auto path = arguments.maybe("--statement")) statement = base::read_file(*path, kMaxListBytes);
  if (statement) question.statement = &*statement;
  const Evidence evidence(arguments);
  question.files = evidence.files();
  question.accept_unverified_ceremony = arguments.flag("--accept-unverified-ceremony");
  return release::verify_bundle(question, ui.context());
}

void report_json(const release::BundleReport& report, Ui& ui) {
  Json& json = ui.json();
  json["bundle_sha256"] = report.sha256;
  Json signers = Json::array();
  for (const sign::PublicKey& key : report.signers)
    signers.push_back({{"key_id", key.id_hex()}, {"algorithm", sign::name(key.algorithm())}});
  json["signers"] = std::move(signers);
  if (report.metadata) json["metadata"] = report.metadata->json;
  if (report.vk) json["curve"] = format::curve_name(report.vk->curve);
}

}  // namespace solemn::cli
