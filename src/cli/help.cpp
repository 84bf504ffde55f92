#include <algorithm>

#include "base/cpu.hpp"
#include "base/error.hpp"
#include "cli/build_info.hpp"
#include "cli/command.hpp"

namespace solemn::cli {
namespace {

constexpr std::string_view kPurpose = "solemn: trusted setups that anyone can check";

std::string column(std::string_view left, std::string_view right, std::size_t width = 34) {
  std::string text = "  " + std::string(left);
  if (text.size() + 2 > width) return text + "\n" + std::string(width, ' ') + std::string(right) + "\n";
  return text + std::string(width - text.size(), ' ') + std::string(right) + "\n";
}

std::string option_label(const Option& option) {
  return std::string(option.name) + (option.value.empty() ? "" : " " + std::string(option.value));
}

std::vector<std::string_view> nouns() {
  std::vector<std::string_view> found;
  for (const Command& command : commands())
    if (std::find(found.begin(), found.end(), command.noun) == found.end()) found.push_back(command.noun);
  return found;
}

constexpr std::string_view kExitStatus =
    "Exit status\n"
    "  0    done, or every check passed\n"
    "  1    the answer is no: a check failed, a file differs\n"
    "  2    no answer: wrong usage, or a check could not be run\n"
    "  3    file, disk or network trouble\n"
    "  4    an input file is malformed\n"
    "  5    a device failed (HSM, GPU, enclave)\n"
    "  6    refused by policy, or aborted by the user\n"
    "  70   a bug in solemn\n"
    "  130  interrupted (ctrl-C)\n";

constexpr std::string_view kEnvironment =
    "Environment\n"
    "  SOLEMN_BACKEND   portable or adx: which arithmetic kernels to use (default: the fastest this processor has)\n"
    "  NO_COLOR         no colours, whatever its value\n"
    "  TERM=dumb        no colours and no redrawn progress line\n"
    "  SOURCE_DATE_EPOCH  seconds since 1970: the time that bundles and lists state, so that a run can be repeated\n"
    "Secrets are never read from the environment or the command line.\n";

constexpr std::string_view kHashes =
    "Hashes\n"
    "  Hashes that people compare are shown in full, in groups of eight hexadecimal digits, and their first 16 bytes "
    "as words\n"
    "  of the PGP word list, to be read aloud. With --json they are given in full, ungrouped.\n"
    "  A phase-1 contributor publishes the response hash; a phase-2 contributor publishes the contribution hash; "
    "snarkjs prints\n"
    "  the same values.\n";

}  // namespace

std::string Command::words() const {
  std::string text(noun);
  if (!verb.empty()) text += " " + std::string(verb);
  if (!what.empty()) text += " " + std::string(what);
  return text;
}

std::string Command::schema() const {
  std::string text = "solemn." + words() + "/1";
  std::replace(text.begin(), text.end(), ' ', '.');
  return text;
}

std::string Command::usage() const {
  std::string text = "solemn " + words();
  for (const Positional& positional : positionals) text += " " + std::string(positional.name);
  for (const Option& option : options)
    if (option.required) text += " " + option_label(option);
  const bool more = std::any_of(options.begin(), options.end(), [](const Option& o) { return !o.required; });
  return more ? text + " [options]" : text;
}

std::span<const Option> global_options() {
  static const std::vector<Option> kOptions = {
      {"--json", "", "one JSON object on stdout, errors too"},
      {"--threads", "N", "worker threads (default: one per processor)", false, Kind::number},
      {"--progress", "MODE", "auto, json (lines on stderr) or none"},
      {"--force", "", "replace an output file that exists"},
      {"--quiet", "", "the result and errors only (-q)"},
      {"--verbose", "", "timings and the backend in use (-v)"},
      {"--version", "", "version, compiler, curves, backends"},
      {"--help", "", "this text (-h)"},
  };
  return kOptions;
}

std::string help_short() {
  return std::string(kPurpose) +
         "\nusage: solemn NOUN VERB ... (nouns: ptau, circuit, zkey, vkey, proof, key, bundle, embed, doctor, "
         "selftest, completion)\n "
         "     "
         " solemn --help\n";
}

std::string help_overview() {
  std::string text = std::string(kPurpose) + "\n\nUsage: solemn NOUN VERB [arguments] [options]\n";
  for (const std::string_view noun : nouns()) {
    text += "\n";
    for (const Command& command : commands())
      if (command.noun == noun) text += column(command.words(), command.summary);
  }
  text += "\nOptions, anywhere on the line\n";
  for (const Option& option : global_options()) text += column(option_label(option), option.help);
  text += "\nMore: solemn NOUN VERB --help · solemn help exit-status | environment | hashes · solemn help man\n";
  text += "Not built yet:";
  for (const LaterNoun& later : later_nouns()) text += " " + std::string(later.noun);
  return text + "\n";
}

std::string help_for_noun(std::string_view noun) {
  std::string text;
  for (const Command& command : commands())
    if (command.noun == noun) text += column(command.usage(), "") + column("", command.summary, 8);
  return text.empty() ? text : "Usage:\n" + text;
}

std::string help_for(const Command& command) {
  std::string text =
      "solemn " + command.words() + ": " + std::string(command.summary) + "\n\nUsage: " + command.usage() + "\n";
  if (!command.positionals.empty()) text += "\nArguments\n";
  for (const Positional& positional : command.positionals) text += column(positional.name, positional.help);
  if (!command.options.empty()) text += "\nOptions\n";
  for (const Option& option : command.options)
    text += column(option_label(option), std::string(option.help) + (option.required ? " (required)" : ""));
  text += "\nOptions of every command\n";
  for (const Option& option : global_options()) text += column(option_label(option), option.help);
  if (!command.details.empty()) text += "\n" + std::string(command.details) + "\n";
  if (!command.examples.empty()) text += "\nExamples\n";
  for (const Example& example : command.examples)
    text += "  # " + std::string(example.comment) + "\n  " + std::string(example.command) + "\n";
  return text + "\n" + std::string(kExitStatus);
}

std::optional<std::string> help_topic(std::string_view topic) {
  if (topic == "exit-status") return std::string(kExitStatus);
  if (topic == "environment") return std::string(kEnvironment);
  if (topic == "hashes") return std::string(kHashes);
  return std::nullopt;
}

std::string version_text() {
  std::string text = "solemn " + std::string(kVersion) + " (" + std::string(kCommit) + ")\n";
  text += "compiler: " + std::string(kCompiler) + "\ncurves: bn254 (bn128), bls12-381\nbackends usable here:";
  for (const base::Backend backend : base::usable_backends()) text += " " + std::string(base::name(backend));
  return text + "\nbackend in use: " + base::backend_reason() + "\n";
}

namespace {

std::string escape_man(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '-') {
      out += "\\-";
    } else if (c == '\\') {
      out += "\\e";
    } else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) {
      out += std::string("\\&") + c;
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string man_page() {
  std::string text = ".TH SOLEMN 1 \"\" \"solemn " + std::string(kVersion) +
                     "\" \"User Commands\"\n.SH NAME\nsolemn \\- " +
                     escape_man("trusted setups that anyone can check") +
                     "\n.SH SYNOPSIS\n.B solemn\nNOUN VERB [arguments] [options]\n.SH OPTIONS\n";
  for (const Option& option : global_options())
    text += ".TP\n.B " + escape_man(option_label(option)) + "\n" + escape_man(option.help) + "\n";
  text += ".SH COMMANDS\n";
  for (const Command& command : commands()) {
    text += ".SS " + escape_man(command.words()) + "\n" + escape_man(command.summary) + ".\n.PP\n.B " +
            escape_man(command.usage()) + "\n";
    for (const Positional& p : command.positionals)
      text += ".TP\n.I " + escape_man(p.name) + "\n" + escape_man(p.help) + "\n";
    for (const Option& o : command.options)
      text += ".TP\n.B " + escape_man(option_label(o)) + "\n" + escape_man(o.help) + "\n";
    if (!command.details.empty()) text += ".PP\n" + escape_man(command.details) + "\n";
    if (!command.examples.empty()) text += ".PP\nExamples:\n.nf\n";
    for (const Example& e : command.examples)
      text += "  " + escape_man("# " + std::string(e.comment)) + "\n  " + escape_man(e.command) + "\n";
    if (!command.examples.empty()) text += ".fi\n";
  }
  text += ".SH EXIT STATUS\n.nf\n" + escape_man(kExitStatus) + ".fi\n.SH ENVIRONMENT\n.nf\n" +
          escape_man(kEnvironment) + ".fi\n";
  return text;
}

}  // namespace solemn::cli
