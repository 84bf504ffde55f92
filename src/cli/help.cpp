#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/cpu.hpp"
#include "base/error.hpp"
#include "cli/build_info.hpp"
#include "cli/command.hpp"

namespace solemn::cli {
namespace {

constexpr std::string_view kPurpose = "solemn: trusted setups that anyone can check";

constexpr std::size_t kLine = 80;  // columns

/// Words up to the 80th column; what follows the first line is indented. A line of `text` that begins with blanks
/// stays a line of its own.
std::string wrapped(std::string_view text, std::size_t at = 0, std::size_t indent = 0) {
  std::string out;
  char before = ' ';
  while (!text.empty()) {
    const bool own_line = before == '\n' && text.front() == ' ';
    const std::size_t end = text.find_first_of(" \n", own_line ? text.find_first_not_of(' ') : 0);
    const std::string_view word = text.substr(0, end);
    if (own_line || (at > indent && at + word.size() + 1 > kLine)) {
      out.erase(out.find_last_not_of(' ') + 1);
      out += "\n" + std::string(indent, ' ');
      at = indent;
    } else if (!out.empty()) {
      out += " ";
      ++at;
    }
    out += word;
    at += word.size();
    before = end == std::string_view::npos ? ' ' : text[end];
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out + "\n";
}

std::string column(std::string_view left, std::string_view right, std::size_t width = 28) {
  std::string text = "  " + std::string(left);
  if (text.size() + 2 > width)
    text += "\n" + std::string(width, ' ');
  else
    text += std::string(width - text.size(), ' ');
  return text + wrapped(right, width, width);
}

constexpr std::string_view kFiles =
    "Files\n"
    "  An output file appears complete, or not at all. One that exists is replaced\n"
    "  only with --force, and never while it is also the input.\n";

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
    "  SOLEMN_BACKEND   portable, adx or ifma: which arithmetic kernels (default:\n"
    "                   the fastest this processor has)\n"
    "  NO_COLOR         no colours, whatever its value\n"
    "  TERM=dumb        no colours and no redrawn progress line\n"
    "  SOURCE_DATE_EPOCH  seconds since 1970: the time that bundles and lists state,\n"
    "                   so that a run can be repeated\n"
    "Secrets are never read from the environment or the command line.\n";

constexpr std::string_view kHashes =
    "Hashes\n"
    "  Hashes that people compare are shown in full, in groups of eight hexadecimal\n"
    "  digits, and their first 16 bytes as words of the PGP word list, to be read\n"
    "  aloud. With --json they are given in full, ungrouped. A phase-1 contributor\n"
    "  publishes the response hash, a phase-2 contributor the contribution hash;\n"
    "  snarkjs prints the same values.\n";

}  // namespace

bool writes_a_file(const Command& command) {
  return command.words() == "proof create" || std::any_of(command.positionals.begin(), command.positionals.end(),
                                                          [](const Positional& p) { return p.name == "OUT"; });
}

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
  for (const Positional& positional : positionals) {
    const std::string shown = std::string(positional.name) + (positional.repeated ? "..." : "");
    text += positional.optional ? " [" + shown + "]" : " " + shown;
  }
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

std::string built_nouns() {
  std::string text;
  for (const std::string_view noun : nouns()) text += (text.empty() ? "" : ", ") + std::string(noun);
  return text;
}

std::string help_short() {
  return std::string(kPurpose) + "\nusage: solemn NOUN VERB ... (nouns: " + built_nouns() + ")\n       solemn --help\n";
}

std::string help_overview() {
  std::string text = std::string(kPurpose) + "\n\nUsage: solemn NOUN VERB [arguments] [options]\n";
  bool alone = false;  // nouns without verbs stand together
  for (const std::string_view noun : nouns())
    for (const Command& command : commands()) {
      if (command.noun != noun) continue;
      if (text.find("\n  " + std::string(noun)) == std::string::npos && !(alone && command.verb.empty())) text += "\n";
      alone = command.verb.empty();
      text += column(command.words(), command.summary);
    }
  text += "\nOptions, anywhere on the line\n";
  for (const Option& option : global_options()) text += column(option_label(option), option.help);
  text += "\nMore: solemn NOUN VERB --help\n      solemn help exit-status | environment | hashes | man\n";
  std::string later = "Not built yet:";
  for (const LaterNoun& noun : later_nouns()) later += " " + std::string(noun.noun);
  return text + wrapped(later, 0, 15);
}

std::string help_for_words(std::string_view words) {
  std::string text;
  for (const Command& command : commands())
    if ((command.words() + " ").rfind(std::string(words) + " ", 0) == 0)
      text += "  " + command.usage() + "\n        " + std::string(command.summary) + "\n";
  return text.empty() ? text
                      : "Usage:\n" + text + "\nMore, with examples: solemn " + std::string(words) + " ... --help\n";
}

std::string help_for(const Command& command) {
  std::string text = "solemn " + command.words() + ": " + std::string(command.summary) +
                     "\n\nUsage: " + wrapped(command.usage(), 7, 7);
  if (!command.positionals.empty()) text += "\nArguments\n";
  for (const Positional& positional : command.positionals) text += column(positional.name, positional.help);
  if (!command.options.empty()) text += "\nOptions\n";
  for (const Option& option : command.options)
    text += column(option_label(option), std::string(option.help) + (option.required ? " (required)" : ""));
  text += "\nOptions of every command\n";
  for (const Option& option : global_options()) text += column(option_label(option), option.help);
  if (!command.details.empty()) text += "\n" + wrapped(command.details);
  if (!command.examples.empty()) text += "\nExamples\n";
  for (const Example& example : command.examples)
    text += "  # " + std::string(example.comment) + "\n  " + std::string(example.command) + "\n";
  if (writes_a_file(command)) text += "\n" + std::string(kFiles);
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

std::string version_json() {
  nlohmann::ordered_json json{{"schema", "solemn.version/1"},
                              {"version", kVersion},
                              {"commit", kCommit},
                              {"compiler", kCompiler},
                              {"curves", {"bn254", "bls12-381"}},
                              {"backend", base::name(base::backend())},
                              {"backends", nlohmann::ordered_json::array()}};
  for (const base::Backend backend : base::usable_backends()) json["backends"].push_back(base::name(backend));
  return json.dump(2) + "\n";
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
  text += ".SH EXIT STATUS\n.nf\n" + escape_man(kExitStatus) + ".fi\n.SH FILES\n.nf\n" + escape_man(kFiles) +
          ".fi\n.SH ENVIRONMENT\n.nf\n" + escape_man(kEnvironment) + ".fi\n";
  return text;
}

}  // namespace solemn::cli
