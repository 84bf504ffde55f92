#include "cli/log.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <bit>
#include <filesystem>

#include "base/error.hpp"
#include "base/time.hpp"
#include "cli/build_info.hpp"
#include "cli/secrets.hpp"
#include "hash/sha256.hpp"
#include "setup/phase1.hpp"
#include "setup/phase2.hpp"

namespace solemn::cli {

namespace {

constexpr std::uint64_t kMaxLogBytes = 65536;

std::string machine_name() {
  utsname system{};
  if (uname(&system) != 0) return "unknown";
  return std::string(system.nodename) + " (" + system.sysname + " " + system.release + " " + system.machine + ")";
}

/// Equal for all logs of one machine, and tells nothing about it: a hash of its random id (machine-id(5)) for this
/// purpose only. Of the name where there is no id: a name can be guessed.
std::string machine_fingerprint() {
  std::string id;
  try {
    const base::Bytes bytes = base::read_file("/etc/machine-id", 64);
    id = base::as_text(bytes);
  } catch (const base::Error&) { id = "name " + machine_name(); }
  return "sha256:" + base::to_hex(hash::sha256(base::as_bytes("solemn contribution log host 1\n" + id)));
}

/// The path, or with a number before its extension when it is taken: two steps of one second.
base::Path free_name(const base::Path& path) {
  base::Path candidate = path;
  for (int number = 2; std::filesystem::exists(candidate); ++number) {
    candidate = path.parent_path() / (path.stem().string() + "-" + std::to_string(number) + ".json");
  }
  return candidate;
}

}  // namespace

std::vector<Option> with_log_options(std::vector<Option> options) {
  for (const Option& option : {kLogOption, kSignKeyOption, kNoRedactOption}) options.push_back(option);
  for (const Option& option : signer_options()) options.push_back(option);
  return options;
}

std::vector<Option> with_operator(std::vector<Option> options) {
  options.push_back(kOperatorOption);
  return options;
}

std::string operator_of(const Arguments& arguments) { return arguments.maybe("--operator").value_or("coordinator"); }

StepLog::StepLog(const Arguments& arguments, Ui& ui, format::StepKind kind, const base::Path& input)
    : ui_(ui), folder_(arguments.maybe("--log").value_or("")), redacted_(!arguments.flag("--no-redact")) {
  const auto key = arguments.maybe("--sign-key");
  if (!wanted()) {
    if (key) throw base::Error(base::Code::usage, "--sign-key signs the log: say where with --log DIR");
    return;
  }
  if (std::filesystem::exists(folder_) && !std::filesystem::is_directory(folder_))
    throw base::Error(base::Code::usage, "--log '" + folder_.string() + "' is not a folder");
  if (key) signer_ = sign::open_signer(*key, open_options(arguments));
  log_.kind = kind;
  log_.started_at = base::now_seconds();
  if (!input.empty()) log_.input = format::digests_of(input, ui.progress());
  if (!input.empty()) log_.previous_log_sha256 = log_of_input();
  using format::StepKind;
  const bool goes_on = kind == StepKind::ptau_contribution || kind == StepKind::ptau_beacon ||
                       kind == StepKind::zkey_contribution || kind == StepKind::zkey_beacon;
  if (goes_on && !log_.previous_log_sha256)
    ui.warning("'" + folder_.string() + "' holds no log of '" + input.string() +
               "': this log will name none before it (put the earlier logs there first)");
}

/// SHA-256 of the log in the folder whose output is our input; the first by name when there are several.
std::optional<base::Hash32> StepLog::log_of_input() const {
  std::vector<base::Path> paths;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, missing)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const base::Path& path : paths) {
    try {
      const base::Bytes bytes = base::read_file(path, kMaxLogBytes);
      if (format::read_contribution_log(base::as_text(bytes)).output.sha256 == log_.input->sha256)
        return hash::sha256(bytes);
    } catch (const base::Error&) { continue; }  // another file of the folder: the audit looks at it
  }
  return std::nullopt;
}

void StepLog::write(const Facts& facts) {
  if (!wanted()) return;
  log_.participant = facts.participant;
  log_.output = format::digests_of(facts.output, ui_.progress());
  log_.contribution_hash = facts.contribution_hash;
  log_.curve = facts.curve;
  log_.power = facts.power;
  log_.tool = "solemn";
  log_.tool_version = kVersion;
  log_.build_id = kCommit;
  log_.entropy = ui_.json().value("entropy", "none: this step is deterministic");
  log_.host = redacted_ ? machine_fingerprint() : machine_name();
  log_.timestamp = base::now_seconds();
  if (signer_) log_.key_id = signer_->public_key().id();
  std::filesystem::create_directories(folder_);
  const base::Path path = free_name(folder_ / format::contribution_log_name(log_));
  const std::string text = format::write_contribution_log(log_);
  base::write_file(path, base::as_bytes(text), ui_.context().overwrite);
  ui_.json()["log"] = path.string();
  ui_.line("contribution log: '" + path.string() + "'");
  if (!signer_) return ui_.warning("the log is not signed; an audit will say so (--sign-key KEY)");
  const base::Path signature(path.string() + ".sig");
  base::write_file(signature, signer_->sign(base::as_bytes(text)), ui_.context().overwrite);
  ui_.json()["log_signature"] = signature.string();
  ui_.json()["log_key_id"] = signer_->public_key().id_hex();
  ui_.line("signed by " + signer_->description() + ", key " + signer_->public_key().id_hex());
}

void StepLog::write_ptau(const base::Path& output, const std::string& participant,
                         const std::optional<base::Hash64>& contribution_hash) {
  if (!wanted()) return;
  const setup::PtauInfo info = setup::ptau_info(output);
  write(
      {output, participant, std::string(format::curve_name(info.header.curve)), info.header.power, contribution_hash});
}

void StepLog::write_zkey(const base::Path& output, const std::string& participant,
                         const std::optional<base::Hash64>& contribution_hash) {
  if (!wanted()) return;
  const setup::ZkeyInfo info = setup::zkey_info(output);
  const auto power = static_cast<unsigned>(std::countr_zero(info.summary.domain_size));
  write({output, participant, std::string(format::curve_name(info.summary.curve)), power, contribution_hash});
}

}  // namespace solemn::cli
