#include <algorithm>

#include "base/error.hpp"
#include "cli/command.hpp"

namespace solemn::cli {
namespace {

/// "first words" -> the words that may follow, from the table.
std::map<std::string, std::vector<std::string>> next_words() {
  std::map<std::string, std::vector<std::string>> next;
  const auto add = [&](const std::string& after, std::string_view word) {
    auto& list = next[after];
    if (std::find(list.begin(), list.end(), word) == list.end()) list.emplace_back(word);
  };
  for (const Command& command : commands()) {
    add("", command.noun);
    if (!command.verb.empty()) add(std::string(command.noun), command.verb);
    if (!command.what.empty()) add(std::string(command.noun) + " " + std::string(command.verb), command.what);
    for (const Option& option : command.options) add(command.words(), option.name);
  }
  return next;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string globals() {
  std::string text;
  for (const Option& option : global_options()) text += (text.empty() ? "" : " ") + std::string(option.name);
  return text;
}

std::string bash_script() {
  std::string text =
      "# bash completion for solemn: solemn completion bash > /etc/bash_completion.d/solemn\n_solemn() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} words=() w\n"
      "  for w in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do [[ $w == -* ]] || words+=(\"$w\"); done\n"
      "  local options='" +
      globals() + "' list=''\n  case \"${words[*]:0:3}\" in\n";
  std::string three, two, one;
  for (const auto& [after, list] : next_words()) {
    const auto spaces = std::count(after.begin(), after.end(), ' ');
    const std::string line = "    '" + after + "'" + (after.empty() ? "" : "*") + ") list='" + joined(list) + "' ;;\n";
    (after.empty() ? one : (spaces == 0 ? two : three)) += line;
  }
  text += three + two + one;
  return text +
         "  esac\n"
         "  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W \"$options $list\" -- \"$cur\"))\n"
         "  else COMPREPLY=($(compgen -W \"$list\" -- \"$cur\") $(compgen -f -- \"$cur\")); fi\n"
         "}\ncomplete -o filenames -F _solemn solemn\n";
}

std::string zsh_script() {
  return "#compdef solemn\n# zsh completion for solemn: solemn completion zsh > a folder of $fpath, named _solemn\n"
         "autoload -U +X bashcompinit && bashcompinit\n" +
         bash_script();
}

std::string fish_script() {
  std::string text = "# fish completion for solemn: solemn completion fish > ~/.config/fish/completions/solemn.fish\n";
  for (const auto& [after, list] : next_words()) {
    std::string condition = "__fish_use_subcommand";
    if (!after.empty()) {
      condition.clear();
      std::string word;
      for (const char c : after + " ") {
        if (c != ' ') {
          word += c;
          continue;
        }
        condition += (condition.empty() ? "" : "; and ") + std::string("__fish_seen_subcommand_from ") + word;
        word.clear();
      }
    }
    for (const std::string& word : list)
      text += "complete -c solemn -n '" + condition + "' " + (word[0] == '-' ? "-l " + word.substr(2) : "-a " + word) +
              "\n";
  }
  for (const Option& option : global_options())
    text += "complete -c solemn -l " + std::string(option.name.substr(2)) + " -d '" + std::string(option.help) + "'\n";
  return text;
}

}  // namespace

std::string completion_script(std::string_view shell) {
  if (shell == "bash") return bash_script();
  if (shell == "zsh") return zsh_script();
  if (shell == "fish") return fish_script();
  throw base::Error(base::Code::usage, "no completion for '" + std::string(shell) + "'",
                    "solemn completion bash|zsh|fish");
}

}  // namespace solemn::cli
