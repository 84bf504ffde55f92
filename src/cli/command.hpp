#pragma once
// The command surface as data: parsing, --help, the man page, the completions and the "did you mean" hints all come
// from one table.
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"

namespace solemn::cli {

class Ui;
class Arguments;

/// What an argument is. The kinds after `curve` are input files, and their content is looked at before the command
/// runs.
enum class Kind : std::uint8_t { text, file, number, curve, ptau, zkey, r1cs, wtns, vkey, proof, publics };

struct Positional {
  std::string_view name;  // "IN", shown in usage; the key in Arguments
  std::string_view help;
  Kind kind = Kind::file;
  bool optional = false;  // only the last ones
  bool repeated = false;  // only the last: once or more (optional: or not at all); the key in Arguments::lists
};

struct Option {
  std::string_view name;   // "--name"; the key in Arguments
  std::string_view value;  // "NAME"; empty for a flag
  std::string_view help;
  bool required = false;
  Kind kind = Kind::text;
  bool repeated = false;  // may be given several times; the key in Arguments::lists
};

struct Example {
  std::string_view command;  // run by the tests, in order, in one folder (those that begin with "solemn ")
  std::string_view comment;
};

struct Command {
  std::string_view noun, verb;  // verb empty: the noun is the command ("doctor")
  std::string_view what;        // "export what": a third word for `ptau export challenge`; empty otherwise
  std::string_view summary;     // one line, no final stop
  std::vector<Positional> positionals;
  std::vector<Option> options;
  std::string_view details;  // paragraphs
  std::vector<Example> examples;
  int (*run)(const Arguments& arguments, Ui& ui);

  std::string words() const;   // "ptau export challenge"
  std::string schema() const;  // "solemn.ptau.export.challenge/1"
  std::string usage() const;   // "solemn ptau export challenge IN OUT [options]"
};

/// All commands, in the order of the help; nouns that other programs of the toolkit will fill are listed in
/// later_nouns().
std::span<const Command> commands();
std::vector<Command> ptau_commands();
std::vector<Command> circuit_commands();
std::vector<Command> zkey_commands();
std::vector<Command> key_and_proof_commands();
std::vector<Command> key_commands();
std::vector<Command> beacon_commands();
std::vector<Command> audit_commands();
std::vector<Command> transcript_commands();
std::vector<Command> bundle_commands();
std::vector<Command> bundle_list_commands();
std::vector<Command> bundle_attest_commands();
std::vector<Command> embed_commands();
std::vector<Command> store_commands();
std::vector<Command> keys_commands();
std::vector<Command> machine_commands();
std::vector<Command> bench_commands();

/// "ptau, circuit, ...": the nouns of commands(), each once.
std::string built_nouns();

struct LaterNoun {
  std::string_view noun, summary;
};
std::span<const LaterNoun> later_nouns();

/// Options that are accepted anywhere on the line.
struct Global {
  bool json = false, quiet = false, verbose = false, force = false;
  unsigned threads = 0;
  std::string progress = "auto";
};
std::span<const Option> global_options();

/// What the user typed, by the names in the table.
class Arguments {
 public:
  std::map<std::string, std::string, std::less<>> values;
  std::map<std::string, bool, std::less<>> flags;
  std::string usage;  // of the command, for hints
  std::map<std::string, std::vector<std::string>, std::less<>> lists;

  base::Path path(std::string_view name) const;
  const std::string& text(std::string_view name) const;
  std::optional<std::string> maybe(std::string_view name) const;
  bool flag(std::string_view name) const;
  /// The values of a repeated option or argument, in the order of the line.
  std::vector<std::string> list(std::string_view name) const;
  /// A decimal number in [low, high]; throws Error{usage} naming the argument.
  unsigned number(std::string_view name, unsigned low, unsigned high) const;
};

/// What to do with a command line.
struct Parsed {
  const Command* command = nullptr;  // null: `text` is all there is to print
  Arguments arguments;
  Global global;
  std::string text;  // help, version, completion
  int status = 0;    // with text: 0 to stdout, otherwise to stderr
};
/// Throws Error{usage} with the nearest command or option as the hint.
Parsed parse(std::span<const std::string> words);

std::string help_overview();
std::string help_short();
/// The usage of every command that begins with these words, "" when there is none.
std::string help_for_words(std::string_view words);
std::string help_for(const Command& command);
std::optional<std::string> help_topic(std::string_view topic);  // exit-status, environment, checks, hashes
std::string man_page();
std::string completion_script(std::string_view shell);  // throws Error{usage}
std::string version_text();
std::string version_json();
/// Does the command write a file that its arguments name?
bool writes_a_file(const Command& command);

}  // namespace solemn::cli
