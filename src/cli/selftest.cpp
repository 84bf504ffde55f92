#include "cli/selftest.hpp"

#include <cstdlib>
#include <filesystem>

#include "base/error.hpp"
#include "hash/blake2b.hpp"
#include "hash/sha256.hpp"
#include "setup/phase1.hpp"
#include "sharing/generate.hpp"

namespace solemn::cli {
namespace {

namespace fs = std::filesystem;

/// A folder that disappears with its contents.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::error_code missing;
    std::string pattern = (fs::temp_directory_path(missing) / "solemn-selftest-XXXXXX").string();
    if (missing || mkdtemp(pattern.data()) == nullptr)
      throw base::Error(base::Code::io, "cannot make a temporary folder", "set TMPDIR to a writable folder");
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const noexcept { return path_; }

 private:
  fs::path path_;
};

struct Answer {
  curve::CurveId curve;
  std::string_view rule, verify_rule, reject_rule, prepared_sha256;
};

/// SHA-256 of the prepared file of a power-4 ceremony that consists of one beacon 0102..20, 2^10 iterations, as snarkjs
/// 0.7.6 writes it.
constexpr std::array<Answer, 2> kPhase1Answers = {{
    {curve::CurveId::bn254, "bn254-phase1", "bn254-phase1-verify", "bn254-phase1-rejects",
     "a2857151585aae6a5bee7e7c3657f12a9d9bb0cd055c1e9aa4e8ec0d3ce63a3b"},
    {curve::CurveId::bls12_381, "bls12-381-phase1", "bls12-381-phase1-verify", "bls12-381-phase1-rejects",
     "e20ece83c1d5a82f40f4c411eeb96c1359741fb80c03042ed1e278a7bd5c07cf"},
}};

void check_phase1(setup::Verdict& verdict, const Answer& answer, const fs::path& folder,
                  const setup::Context& context) {
  const std::string stem(answer.rule);
  const fs::path fresh = folder / (stem + "_0"), beaconed = folder / (stem + "_1"), prepared = folder / (stem + "_2");
  setup::Beacon beacon;
  for (unsigned i = 1; i <= 32; ++i) beacon.value.push_back(static_cast<std::byte>(i));
  setup::ptau_new(answer.curve, 4, fresh, context);
  setup::ptau_beacon(fresh, beaconed, "Beacon", beacon, setup::TestBeacon::allow_insecure, context);
  setup::ptau_prepare(beaconed, prepared, context);
  const std::string got = base::to_hex(hash::sha256(base::read_file(prepared, 1 << 20)));
  verdict.add(answer.rule, got == answer.prepared_sha256,
              "new, beacon, prepare at power 4: sha256 " + got.substr(0, 16) + "...");
  setup::PtauVerifyOptions options;
  options.beacon_policy = setup::TestBeacon::allow_insecure;
  verdict.add(answer.verify_rule, setup::ptau_verify(prepared, options, context).accepted(),
              "every check of 'ptau verify' passes on it");
  base::Bytes bytes = base::read_file(prepared, 1 << 20);
  bytes[bytes.size() / 3] ^= std::byte{1};
  const fs::path damaged = folder / (stem + "_damaged");
  base::write_file(damaged, bytes, base::Overwrite::yes);
  verdict.add(answer.reject_rule, setup::ptau_verify(damaged, options, context).rejected(), "one flipped bit is found");
}

}  // namespace

setup::Verdict selftest(const setup::Context& context) {
  setup::Verdict verdict;
  const TemporaryFolder folder;
  verdict.add("blake2b",
              base::to_hex(hash::blake2b(base::as_bytes("abc"))).substr(0, 32) == "ba80a53f981c4d0d6a2797b69f12f6e9",
              "RFC 7693 appendix A");
  verdict.add("sha256",
              base::to_hex(hash::sha256(base::as_bytes("abc"))).substr(0, 32) == "ba7816bf8f01cfea414140de5dae2223",
              "FIPS 180-4 example");
  for (const base::Verdict keys = sharing::self_test(); const base::Check& check : keys.checks())
    verdict.add(check.rule, check.outcome == base::Outcome::passed, check.detail);
  for (const Answer& answer : kPhase1Answers) check_phase1(verdict, answer, folder.path(), context);
  return verdict;
}

}  // namespace solemn::cli
