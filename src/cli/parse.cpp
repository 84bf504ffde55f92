#include <algorithm>
#include <charconv>
#include <CLI/CLI.hpp>

#include "base/error.hpp"
#include "cli/command.hpp"

namespace solemn::cli {
namespace {

using base::Code;
using base::Error;

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

/// The candidate nearest to `typed`, or empty when nothing is near.
std::string nearest(std::string_view typed, std::span<const std::string> candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, typed.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(typed, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

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

[[noreturn]] void unknown_command(std::span<const std::string> words, std::span<const std::size_t> plain) {
  std::vector<std::string> names;
  for (const Command& command : commands()) names.push_back(command.words());
  std::string typed = words[plain[0]];
  const bool known_noun =
      std::any_of(commands().begin(), commands().end(), [&](const Command& c) { return c.noun == typed; });
  if (known_noun && plain.size() == 1)
    throw Error(Code::usage, "'" + typed + "' needs a verb", "solemn " + typed + " --help");
  if (plain.size() > 1) typed += " " + words[plain[1]];
  const std::string near = nearest(typed, names);
  throw Error(Code::usage, "there is no command '" + typed + "'",
              near.empty() ? "solemn --help" : "did you mean: solemn " + near);
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
      throw Error(
          Code::usage, "'" + std::string(noun) + "' is not built yet: " + std::string(later.summary),
          "this version has: ptau, circuit, zkey, vkey, proof, key, bundle, embed, doctor, selftest, completion");
}

std::string restyle(std::string message) {
  if (!message.empty()) message[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(message[0])));
  while (!message.empty() && (message.back() == '.' || message.back() == '\n')) message.pop_back();
  return message;
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
  app.add_option("--threads", parsed.global.threads)->check(CLI::Range(0U, 1024U));
  app.add_option("--progress", parsed.global.progress)->check(CLI::IsMember({"auto", "json", "none"}));
  std::vector<std::string> names = {"--json", "--quiet", "--verbose", "--force", "--threads", "--progress"};
  Arguments& arguments = parsed.arguments;
  for (const Positional& positional : command.positionals)
    app.add_option(std::string(positional.name), arguments.values[std::string(positional.name)])->required();
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
  std::string stray;  // the first option that nobody knows, for the hint
  for (const std::string& word : rest) {
    const std::string name = word.substr(0, word.find('='));
    if (word.rfind("--", 0) == 0 && word.size() > 2 && std::find(names.begin(), names.end(), name) == names.end() &&
        stray.empty())
      stray = name;
  }
  std::reverse(rest.begin(), rest.end());  // CLI11 takes the words from the back
  try {
    app.parse(std::move(rest));
  } catch (const CLI::ParseError& error) {
    const std::string near = stray.empty() ? "" : nearest(stray, names);
    throw Error(Code::usage, restyle(error.what()),
                near.empty() ? command.usage() : "did you mean " + near + "? " + command.usage());
  }
  for (const Option& option : command.options)
    if (!option.value.empty() && app.count(std::string(option.name)) == 0)
      arguments.values.erase(std::string(option.name));
}

}  // namespace

Parsed parse(std::span<const std::string> words) {
  Parsed parsed;
  const std::vector<std::size_t> plain = plain_words(words);
  if (asks(words, "--version", "--version")) {
    parsed.text = version_text();
    return parsed;
  }
  const bool help = asks(words, "--help", "-h");
  if (plain.empty()) {
    parsed.text = help ? help_overview() : help_short();
    parsed.status = help ? 0 : 2;
    return parsed;
  }
  const std::string& noun = words[plain[0]];
  if (noun == "help") {
    if (plain.size() == 1) {
      parsed.text = help_overview();
      return parsed;
    }
    const std::string& topic = words[plain[1]];
    const auto text = topic == "man" ? std::optional<std::string>(man_page()) : help_topic(topic);
    parsed.text = text ? *text : help_for_noun(topic);
    if (!parsed.text.empty()) return parsed;
    throw Error(Code::usage, "there is no help topic '" + topic + "'", "solemn --help");
  }
  require_built(noun);
  std::size_t used = 0;
  const Command* command = find_command(words, plain, used);
  if (help) {
    parsed.text = command != nullptr ? help_for(*command) : help_for_noun(noun);
    if (!parsed.text.empty()) return parsed;
  }
  if (command == nullptr) unknown_command(words, plain);
  std::vector<std::string> rest;
  for (std::size_t i = 0; i < words.size(); ++i)
    if (std::find(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(used), i) ==
        plain.begin() + static_cast<std::ptrdiff_t>(used))
      rest.push_back(words[i]);
  parsed.command = command;
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
    throw Error(Code::usage, std::string(name) + " must be a number from " + std::to_string(low) + " to " +
                                 std::to_string(high) + ", not '" + typed + "'");
  return value;
}

}  // namespace solemn::cli
