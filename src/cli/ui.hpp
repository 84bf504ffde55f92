#pragma once
// Everything the program says. stdout: the result. stderr: talk. --json: one object on stdout with the same facts,
// errors too.
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/pool.hpp"
#include "base/progress.hpp"
#include "cli/command.hpp"
#include "setup/context.hpp"
#include "setup/verdict.hpp"

namespace solemn::cli {

using Json = nlohmann::ordered_json;

class Ui {
 public:
  Ui(const Global& global, std::string schema);
  ~Ui();
  Ui(const Ui&) = delete;
  Ui& operator=(const Ui&) = delete;

  const Global& global() const noexcept { return global_; }
  bool verbose() const noexcept { return global_.verbose; }

  /// A line of the result (stdout; nothing with --json).
  void line(std::string_view text);
  /// Talk: stderr, not with -q.
  void note(std::string_view text);
  /// stderr, always.
  void warning(std::string_view text);
  /// Fields of the JSON object; printed by finish().
  Json& json() noexcept { return json_; }
  /// "label" then the hash for people (grouped hex and words), and json()[key] in full.
  void hash(std::string_view label, std::string_view key, base::ByteSpan digest);
  /// One line per check, the verdict last; fills json(); returns the exit status 0, 1 or 2.
  int verdict(const setup::Verdict& verdict, std::string_view subject);
  /// "next: COMMAND" (stderr, and json "next").
  void next(std::string_view command);

  /// Threads, progress and overwrite policy for the libraries.
  setup::Context context();
  base::Pool& pool();
  base::Progress& progress();

  /// Ends progress lines and prints the JSON object if asked for.
  void finish(int status);

 private:
  struct State;
  Global global_;
  Json json_;
  std::unique_ptr<State> state_;
};

/// Three lines at most on stderr (or a JSON object on stdout); returns the exit status. no_output: say that the
/// command, which writes a file, wrote none.
int report_error(const base::Error& error, bool as_json, bool no_output = false);
int exit_status(base::Code code) noexcept;

/// Reads entropy for a contribution: the operating system always, and --entropy FILE|- or --type-entropy.
setup::Entropy gather_entropy(const Arguments& arguments, Ui& ui);

/// Installs the ctrl-C handler that check_interrupt() looks at.
void install_interrupt_handler() noexcept;
bool interrupted() noexcept;

}  // namespace solemn::cli
