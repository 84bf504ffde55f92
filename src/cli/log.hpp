#pragma once
// --log DIR [--sign-key KEY]: the signed log that a participant publishes beside a step.
#include <optional>

#include "cli/command.hpp"
#include "cli/ui.hpp"
#include "format/contribution_log.hpp"
#include "sign/signer.hpp"

namespace solemn::cli {

inline const Option kLogOption{"--log", "DIR", "write a contribution log there", false, Kind::file};
inline const Option kSignKeyOption{"--sign-key", "KEY", "sign the log: key file, or pkcs11:... (solemn key --help)"};
inline const Option kNoRedactOption{"--no-redact", "", "name this machine in the log instead of a fingerprint"};
inline const Option kOperatorOption{"--operator", "NAME", "how the log calls you (default: coordinator)"};
/// These and what signing keys need, for the options of a command.
std::vector<Option> with_log_options(std::vector<Option> options);
std::vector<Option> with_operator(std::vector<Option> options);
std::string operator_of(const Arguments& arguments);

/// The log of one step. Made before the step begins: the key is opened and the input hashed then, so that nothing long
/// is done in vain.
class StepLog {
 public:
  /// input empty: a new ceremony. Without --log nothing is written later.
  StepLog(const Arguments& arguments, Ui& ui, format::StepKind kind, const base::Path& input);

  struct Facts {
    base::Path output;
    std::string participant;
    std::string curve;
    std::optional<unsigned> power;
    std::optional<base::Hash64> contribution_hash;
  };
  /// Writes the log and its signature, and says where; the next command to type is the caller's.
  void write(const Facts& facts);
  /// The same for a powers of tau file or a proving key, which say curve and power themselves.
  void write_ptau(const base::Path& output, const std::string& participant,
                  const std::optional<base::Hash64>& contribution_hash);
  void write_zkey(const base::Path& output, const std::string& participant,
                  const std::optional<base::Hash64>& contribution_hash);
  bool wanted() const noexcept { return !folder_.empty(); }

 private:
  std::optional<base::Hash32> log_of_input() const;

  Ui& ui_;
  base::Path folder_;
  std::unique_ptr<sign::Signer> signer_;
  bool redacted_;
  format::ContributionLog log_;
};

}  // namespace solemn::cli
