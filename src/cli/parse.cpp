#include <algorithm>
#include <charconv>
#include <CLI/CLI.hpp>

#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/suggest.hpp"

namespace solemn::cli {
namespace {

using base::Code;
using base::Error;

bool is_option(std::string_view word) { return word.size() > 1 && word[0] == '-'; }

/// Positions of the words that are not options or values of global options.
std::vector<std::size_t> plain_words(std::span<const std::string> words) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--threads" || words[i] == "--progress") {
      ++i;
    } else if (words[i] == "--chain-only" &&
               found.size() >= 2) {  // an option that changes the arguments: a command of its own
      found.insert(found.begin() + 2, i);
    } else if (!is_option(words[i])) {
      found.push_back(i);
    }
  }
  return found;
}

bool asks(std::span<const std::string> words, std::string_view a, std::string_view b) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& w) { return w == a || w == b; });
}

/// "ptau, circuit, zkey": the nouns; or, after "ptau" or "zkey export", what may follow.
std::string may_follow(std::string_view words) {
  std::vector<std::string> found;
  for (const Command& command : commands()) {
    const std::string all = command.words();
    if (!words.empty() && all.rfind(std::string(words) + " ", 0) != 0) continue;
    std::string rest = words.empty() ? all : all.substr(words.size() + 1);
    rest = rest.substr(0, rest.find(' '));
    if (std::find(found.begin(), found.end(), rest) == found.end()) found.push_back(rest);
  }
  std::string text;
  for (const std::string& word : found) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string joined(std::span<const std::string> words, std::span<const std::size_t> plain, std::size_t n) {
  std::string text;
  for (std::size_t i = 0; i < std::min(n, plain.size()); ++i) text += (i == 0 ? "" : " ") + words[plain[i]];
  return text;
}

/// "verify" -> "solemn ptau verify, solemn zkey verify"; empty when it is nobody's verb.
std::string commands_with_verb(std::string_view verb) {
  std::vector<std::string> found;
  for (const Command& command : commands()) {
    std::string text = "solemn " + std::string(command.noun) + " " + std::string(command.verb);
    if (command.verb == verb && std::find(found.begin(), found.end(), text) == found.end()) found.push_back(text);
  }
  std::string text;
  for (const std::string& one : found) text += (text.empty() ? "" : ", ") + one;
  return text;
}

[[noreturn]] void unknown_command(std::span<const std::string> words, std::span<const std::size_t> plain) {
  const std::string two = joined(words, plain, 2);
  if (const auto hint = snarkjs_counterpart(words, plain))
    throw Error(Code::usage, "there is no command '" + hint->typed + "'", hint->command);
  for (const std::size_t n : {std::size_t{1}, std::size_t{2}}) {
    const std::string typed = joined(words, plain, n), follow = may_follow(typed);
    if (plain.size() == n && !follow.empty())
      throw Error(Code::usage, "'" + typed + "' needs one more word: " + follow, "solemn " + typed + " --help");
  }
  const std::string typed = may_follow(two).empty() ? two : joined(words, plain, 3);
  std::vector<std::string> names;
  for (const Command& command : commands()) names.push_back(command.words());
  const std::string near = nearest(typed, names), verbs = commands_with_verb(words[plain[0]]);
  std::string hint = near.empty() ? "solemn --help" : "did you mean: solemn " + near;
  if (!verbs.empty()) hint = "one of: " + verbs;
  throw Error(Code::usage, "there is no command '" + typed + "'", hint);
}

/// Options and no command: `solemn --jsn`.
void require_known_options(std::span<const std::string> words) {
  std::vector<std::string> names = {"-q", "-v", "-h"};
  for (const Option& option : global_options()) names.emplace_back(option.name);
  for (const std::string& word : words) {
    const std::string name = word.substr(0, word.find('='));
    if (!is_option(word) || std::find(names.begin(), names.end(), name) != names.end()) continue;
    const std::string near = nearest(name, names);
    throw Error(Code::usage, "there is no option '" + name + "'",
                near.size() < 3 ? "solemn --help" : "did you mean " + near + "?");
  }
}

/// The command named by the leading plain words, and how many of them it used.
const Command* find_command(std::span<const std::string> words, std::span<const std::size_t> plain, std::size_t& used) {
  const Command* best = nullptr;
  for (const Command& command : commands()) {
    std::vector<std::string_view> parts = {command.noun};
    if (!command.verb.empty()) parts.push_back(command.verb);
    if (!command.what.empty()) parts.push_back(command.what);
    if (plain.size() < parts.size()) continue;
    bool same = true;
    for (std::size_t i = 0; i < parts.size(); ++i) same = same && words[plain[i]] == parts[i];
    if (same && (best == nullptr || parts.size() > used)) {
      best = &command;
      used = parts.size();
    }
  }
  return best;
}

void require_built(std::string_view noun) {
  for (const LaterNoun& later : later_nouns())
    if (later.noun == noun)
      throw Error(Code::usage, "'" + std::string(noun) + "' is not built yet: " + std::string(later.summary),
                  "this version has: " + built_nouns());
}

/// The first word that looks like an option and is none; empty when there is no such word.
std::string stray_option(std::span<const std::string> rest, std::span<const std::string> names) {
  for (const std::string& word : rest) {
    const std::string name = word.substr(0, word.find('='));
    if (is_option(word) && std::find(names.begin(), names.end(), name) == names.end()) return name;
  }
  return {};
}

std::string what_is_missing(const Command& command, const std::string& name) {
  for (const Positional& positional : command.positionals)
    if (positional.name == name) return name + " is missing: " + std::string(positional.help);
  return name + " is missing";
}

/// CLI11's finding in our words.
std::string restyle(const CLI::ParseError& error, const Command& command) {
  std::string text = error.what();
  const std::string first = text.substr(0, text.find_first_of(" :"));
  if (error.get_name() == "RequiredError") return what_is_missing(command, first);
  if (error.get_name() == "ArgumentMismatch") return first + " needs a value";
  if (error.get_name() == "ExtrasError") {
    const std::string words = text.substr(text.rfind(": ") + 2);
    return "'" + words.substr(0, words.find(' ')) + "' is one argument too many";
  }
  if (error.get_name() == "ValidationError" && text.rfind("--", 0) == 0) text.erase(text.find(':'), 1);
  while (!text.empty() && (text.back() == '.' || text.back() == '\n')) text.pop_back();
  return text;
}

[[noreturn]] void usage_error(const Command& command, std::span<const std::string> names, const std::string& stray,
                              const std::string& finding) {
  if (stray.empty()) throw Error(Code::usage, finding, command.usage());
  const std::string what = "there is no option '" + stray + "'";
  const auto has = [&](std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  if (stray == "-e" && has("--entropy"))
    throw Error(Code::usage, what,
                "others can read a command line: --type-entropy asks for a text, --entropy FILE reads one, neither is "
                "needed");
  const std::string near = stray == "-n" && has("--name") ? "--name" : nearest(stray, names);
  throw Error(Code::usage, what, near.size() < 3 ? command.usage() : "did you mean " + near + "? " + command.usage());
}

std::string not_threads(const std::string& typed) {
  const bool digits = !typed.empty() && typed.size() <= 4 && typed.find_first_not_of("0123456789") == std::string::npos;
  return digits && std::stoul(typed) <= 1024 ? "" : "must be a number from 0 to 1024, not '" + typed + "'";
}

std::string not_progress(const std::string& typed) {
  const bool known = typed == "auto" || typed == "json" || typed == "none";
  return known ? "" : "must be auto, json or none, not '" + typed + "'";
}

/// "-" is standard input, which can be read once. (As the place to write to, --out, it is standard output.)
void require_one_reader_of_stdin(const Command& command, const Arguments& arguments) {
  std::vector<std::string> readers;
  const auto look = [&](std::string_view name) {
    const auto n_listed = std::ranges::count(arguments.list(name), "-");
    if (arguments.maybe(name) == "-" || n_listed > 0) readers.emplace_back(name);
    if (n_listed > 1) readers.emplace_back(name);
  };
  for (const Positional& positional : command.positionals)
    if (!positional.name.starts_with("OUT")) look(positional.name);
  for (const Option& option : command.options)
    if (option.name != "--out") look(option.name);
  if (readers.size() > 1)
    throw Error(Code::usage, readers[0] + " and " + readers[1] + " would both read standard input",
                "give one of them as a file");
}

/// Parses everything but the command words with CLI11.
void parse_rest(const Command& command, std::vector<std::string> rest, Parsed& parsed) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras(false);
  app.add_flag("--json", parsed.global.json);
  app.add_flag("-q,--quiet", parsed.global.quiet);
  app.add_flag("-v,--verbose", parsed.global.verbose);
  app.add_flag("--force", parsed.global.force);
  app.add_option("--threads", parsed.global.threads)->check(not_threads);
  app.add_option("--progress", parsed.global.progress)->check(not_progress);
  std::vector<std::string> names = {"--json", "--quiet", "--verbose", "--force", "--threads", "--progress", "-q", "-v"};
  Arguments& arguments = parsed.arguments;
  for (const Positional& positional : command.positionals) {
    const std::string name(positional.name);
    auto* added = positional.repeated ? app.add_option(name, arguments.lists[name])
                                      : app.add_option(name, arguments.values[name]);
    added->required(!positional.optional);
  }
  for (const Option& option : command.options) {
    names.emplace_back(option.name);
    const std::string spellings = (option.name == "--out" ? "-o," : "") + std::string(option.name);
    if (option.value.empty()) {
      app.add_flag(spellings, arguments.flags[std::string(option.name)]);
    } else if (option.repeated) {
      auto* added = app.add_option(std::string(option.name), arguments.lists[std::string(option.name)]);
      added->type_size(1)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
      if (option.required) added->required();
    } else {
      auto* added = app.add_option(spellings, arguments.values[std::string(option.name)]);
      if (option.required) added->required();
    }
  }
  const std::string stray = stray_option(rest, names);
  std::reverse(rest.begin(), rest.end());  // CLI11 takes the words from the back
  try {
    app.parse(std::move(rest));
  } catch (const CLI::ParseError& error) { usage_error(command, names, stray, restyle(error, command)); }
  for (const Option& option : command.options)
    if (!option.value.empty() && app.count(std::string(option.name)) == 0)
      arguments.values.erase(std::string(option.name));
  for (const Positional& positional : command.positionals)
    if (positional.optional && !positional.repeated && arguments.text(positional.name).empty())
      arguments.values.erase(std::string(positional.name));
  require_one_reader_of_stdin(command, arguments);
}

/// `solemn help [TOPIC | NOUN [VERB [WHAT]]]`.
std::string help_text(std::span<const std::string> words, std::span<const std::size_t> plain) {
  const std::string topic = joined(words, plain, 3);
  if (topic.empty()) return help_overview();
  std::size_t used = 0;
  const Command* command = find_command(words, plain, used);
  if (command != nullptr) return help_for(*command);
  if (topic == "man") return man_page();
  return help_topic(topic).value_or(help_for_words(topic));
}

/// Only options, or nothing at all.
Parsed parse_no_command(std::span<const std::string> words, bool help) {
  require_known_options(words);
  Parsed parsed;
  parsed.text = help ? help_overview() : help_short();
  parsed.status = help ? 0 : 2;
  return parsed;
}

}  // namespace

Parsed parse(std::span<const std::string> words) {
  Parsed parsed;
  std::vector<std::size_t> plain = plain_words(words);
  if (asks(words, "--version", "--version")) {
    parsed.text = asks(words, "--json", "--json") ? version_json() : version_text();
    return parsed;
  }
  bool help = asks(words, "--help", "-h");
  if (plain.empty()) return parse_no_command(words, help);
  if (words[plain[0]] == "help") {
    plain.erase(plain.begin());
    parsed.text = help_text(words, plain);
    if (!parsed.text.empty()) return parsed;
    throw Error(Code::usage, "there is no help topic '" + joined(words, plain, 3) + "'", "solemn --help");
  }
  if (plain.size() > 1 && words[plain[1]] == "help") {  // solemn ptau help
    plain.erase(plain.begin() + 1);
    help = true;
  }
  require_built(words[plain[0]]);
  if (help) parsed.text = help_text(words, plain);
  if (!parsed.text.empty()) return parsed;
  std::size_t used = 0;
  const Command* command = find_command(words, plain, used);
  if (command == nullptr) unknown_command(words, plain);
  if (command->verb == "beacon" && plain.size() > 4 &&
      plain[4] == 4) {  // snarkjs takes the value and the exponent as arguments
    const auto hint = snarkjs_counterpart(words, plain);
    throw Error(Code::usage, "'" + words[plain[4]] + "' is one argument too many",
                hint ? hint->command : command->usage());
  }
  std::vector<std::string> rest;
  const auto end = plain.begin() + static_cast<std::ptrdiff_t>(used);
  for (std::size_t i = 0; i < words.size(); ++i)
    if (std::find(plain.begin(), end, i) == end) rest.push_back(words[i]);
  parsed.command = command;
  parsed.arguments.usage = command->usage();
  parse_rest(*command, std::move(rest), parsed);
  return parsed;
}

base::Path Arguments::path(std::string_view name) const { return text(name); }

const std::string& Arguments::text(std::string_view name) const {
  const auto found = values.find(name);
  if (found == values.end()) throw Error(Code::usage, "'" + std::string(name) + "' is missing");
  return found->second;
}

std::optional<std::string> Arguments::maybe(std::string_view name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> Arguments::list(std::string_view name) const {
  const auto found = lists.find(name);
  return found == lists.end() ? std::vector<std::string>() : found->second;
}

bool Arguments::flag(std::string_view name) const {
  const auto found = flags.find(name);
  return found != flags.end() && found->second;
}

unsigned Arguments::number(std::string_view name, unsigned low, unsigned high) const {
  const std::string& typed = text(name);
  unsigned value = 0;
  const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), value);
  if (error != std::errc{} || end != typed.data() + typed.size() || value < low || value > high)
    throw Error(Code::usage,
                std::string(name) + " must be a number from " + std::to_string(low) + " to " + std::to_string(high) +
                    ", not '" + typed + "'",
                usage);
  return value;
}

}  // namespace solemn::cli
