#pragma once
// The log that a participant writes beside each contribution, and signs (detached, over the bytes of the file). JSON;
// the field names are those of existing toolkits. Format: contribution_log.md.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/progress.hpp"

namespace solemn::format {

/// What a step did to a file.
enum class StepKind : std::uint8_t {
  ptau_new,
  ptau_contribution,
  ptau_beacon,
  ptau_prepare,
  zkey_new,
  zkey_contribution,
  zkey_beacon,
};
/// "ptau-new", "ptau-contribution", ...
std::string_view name(StepKind kind) noexcept;
std::optional<StepKind> step_kind_named(std::string_view name) noexcept;

/// A file by what is in it. The name is a claim.
struct FileDigests {
  std::string name;  // without folders
  base::Hash32 sha256{};
  std::optional<base::Hash64> blake2b;  // logs of other tools have none
};

/// Reads the whole file once. Progress counts bytes. Memory: 1 MiB.
FileDigests digests_of(const base::Path& path, base::Progress& progress);

struct ContributionLog {
  std::optional<StepKind> kind;  // logs of other tools do not say
  std::string participant;
  std::optional<FileDigests> input;  // none: a new ceremony
  FileDigests output;
  std::optional<base::Hash64> contribution_hash;  // what the step publishes; as ptau info and zkey info print it
  std::string curve;                              // "bn254", "bls12-381"; empty when not said
  std::optional<unsigned> power;
  std::string tool, tool_version, build_id;
  std::string entropy;                     // which sources, how many bytes, what tests said; never bytes of them
  std::string host;                        // by default a fingerprint, "sha256:..."
  std::optional<std::int64_t> started_at;  // Unix seconds
  std::int64_t timestamp = 0;              // the step's end
  std::optional<base::Hash32> previous_log_sha256;  // the log of the input file
  std::optional<base::Hash32> key_id;               // who signs: SHA-256 of the DER SubjectPublicKeyInfo
};

/// UTF-8 JSON, two blanks an indent, a newline at the end. Fields in a fixed order.
std::string write_contribution_log(const ContributionLog& log);
/// Reads ours, and the logs of other tools with these fields (both spellings); what we wrote ourselves must have every
/// field that its kind needs. At most 64 KiB. Throws Error{malformed}.
ContributionLog read_contribution_log(std::string_view text);

/// "contrib_Org-Alice_20261126T010203Z.json"; letters, digits, '.' and '-' of the participant's name, others as '_'.
std::string contribution_log_name(const ContributionLog& log);

}  // namespace solemn::format
