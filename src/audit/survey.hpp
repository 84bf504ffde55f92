#pragma once
// What lies in a ceremony's folder, by content, not by name. Nothing is judged here.
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "format/contribution_log.hpp"
#include "setup/context.hpp"
#include "setup/phase1.hpp"
#include "setup/phase2.hpp"
#include "sign/signer.hpp"

namespace solemn::audit {

struct PtauFile {
  base::Path path;
  setup::PtauInfo info;
  format::FileDigests digests;
};

struct ZkeyFile {
  base::Path path;
  setup::ZkeyInfo info;  // Groth16 only
  format::FileDigests digests;
};

struct LogFile {
  base::Path path;
  base::Bytes bytes;
  base::Hash32 sha256{};
  format::ContributionLog log;
  std::optional<base::Bytes> signature;  // PATH.sig
  std::optional<sign::KeyId> signed_by;  // the registered key whose signature it is; set by the audit
  bool kind_of_step = false;             // it names no kind, as logs of other tools: its step's, set by the audit
};

/// A file that looks like one of ours, or a folder, and that is not read.
struct Unreadable {
  base::Path path;
  std::string reason;
};

struct Survey {
  base::Path folder;
  bool partial = false;  // files that were named: logs of other kinds of files are left out
  std::vector<PtauFile> ptau;
  std::vector<ZkeyFile> zkey;
  std::vector<base::Path> r1cs;
  std::vector<LogFile> logs;
  std::vector<base::Path> transcripts;  // folders with a record
  std::vector<Unreadable> unreadable;
  std::vector<base::Path> others;  // not looked at: keys, sources, pictures

  /// Relative to the folder, for people.
  std::string name_of(const base::Path& path) const;
};

/// Looks into the folder and three levels below it. A deeper folder, a key that is not of Groth16, and a symbolic link
/// to a folder or named like a file of a ceremony are noted as unreadable, other links are listed; none is followed.
/// Hashes every ptau and zkey. Errors: Error{io}; Error{malformed} beyond 10,000 files.
Survey survey(const base::Path& folder, const setup::Context& context);
/// The same of named files and of the logs and records in `log_folder` (empty: none).
Survey survey_files(const std::vector<base::Path>& files, const base::Path& log_folder, const setup::Context& context);

}  // namespace solemn::audit
