// solemn keys matrix: who holds which share, and what groups could do.
#include "base/error.hpp"
#include "cli/keys_shares.hpp"
#include "cli/transcript_verbs.hpp"
#include "sharing/matrix.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;

namespace {

constexpr std::uint64_t kMaxMatrixBytes = 256 << 10;

std::string names(const sharing::Matrix& matrix, std::span<const std::size_t> custodians) {
  std::string text;
  for (const std::size_t i : custodians) text += (text.empty() ? "" : ", ") + matrix.custodians[i];
  return text;
}

void show_holders(const sharing::Matrix& matrix, Ui& ui) {
  for (const sharing::KeyPlacement& key : matrix.keys)
    ui.line(key.key + (key.user.empty() ? "" : " (of " + key.user + ")") + ": " + names(matrix, key.holders));
}

void show_coalitions(const sharing::Matrix& matrix, Ui& ui) {
  Json table = Json::array();
  ui.line("what groups of custodians can rebuild, of " + std::to_string(matrix.keys.size()) + " keys:");
  for (const sharing::Coalition& row : sharing::coalitions(matrix)) {
    const std::string keys = row.fewest == row.most ? std::to_string(row.most)
                                                    : std::to_string(row.fewest) + " to " + std::to_string(row.most);
    ui.line("  any " + std::to_string(row.size) + ": " + keys +
            (row.fewest == row.most ? "" : "; most: " + names(matrix, row.strongest)));
    Json strongest = Json::array();
    for (const std::size_t i : row.strongest) strongest.push_back(matrix.custodians[i]);
    table.push_back({{"custodians", row.size}, {"fewest", row.fewest}, {"most", row.most}, {"strongest", strongest}});
  }
  ui.json()["coalitions"] = std::move(table);
}

/// From the first size that rebuilds anything to all but one: who together has which keys.
void show_groups(const sharing::Matrix& matrix, Ui& ui) {
  Json list = Json::array();
  for (std::size_t size = matrix.threshold; size < matrix.custodians.size(); ++size)
    for (const std::vector<std::size_t>& group : sharing::groups_of(matrix, size)) {
      Json people = Json::array(), keys = Json::array();
      std::string text;
      for (const std::size_t i : group) people.push_back(matrix.custodians[i]);
      for (const std::size_t k : sharing::keys_of_group(matrix, group)) {
        keys.push_back(matrix.keys[k].key);
        text += (text.empty() ? "" : ", ") + matrix.keys[k].key;
      }
      ui.line("  " + names(matrix, group) + ": " + (text.empty() ? "none" : text));
      list.push_back({{"custodians", std::move(people)}, {"keys", std::move(keys)}});
    }
  ui.json()["groups"] = std::move(list);
}

int show(const sharing::Matrix& matrix, std::string_view subject, Ui& ui) {
  show_holders(matrix, ui);
  show_coalitions(matrix, ui);
  return ui.verdict(sharing::check_matrix(matrix), subject);
}

/// "maintainer-1=Alice": the key and whose it is.
std::pair<std::string, std::string> key_and_user(const std::string& text) {
  const std::size_t at = text.find('=');
  return at == std::string::npos ? std::pair(text, std::string()) : std::pair(text.substr(0, at), text.substr(at + 1));
}

int run_new(const Arguments& arguments, Ui& ui) {
  std::vector<std::pair<std::string, std::string>> keys;
  for (const std::string& text : arguments.list("--key")) keys.push_back(key_and_user(text));
  const sharing::Matrix matrix =
      sharing::cyclic_matrix(arguments.list("--custodian"), keys, threshold_of(arguments), shares_of(arguments));
  const base::Path out = arguments.path("OUT");
  const int status = show(matrix, quoted(out), ui);
  if (status != 0)
    throw Error(Code::refused, "this placement is unsafe; it was not written",
                "more custodians, or another order of them; a key's user stands at the key's own place in the list");
  const std::string text = sharing::write_matrix(matrix);
  base::write_file(out, base::as_bytes(text), ui.global().force ? base::Overwrite::yes : base::Overwrite::no);
  ui.json()["output"] = out.string();
  ui.line("wrote " + quoted(out));
  return 0;
}

int run_check(const Arguments& arguments, Ui& ui) {
  const base::Path path = arguments.path("MATRIX");
  const sharing::Matrix matrix = [&] {
    try {
      return sharing::parse_matrix(whole_text(path, kMaxMatrixBytes));
    } catch (const Error& error) {
      throw error.code() == Code::malformed ? error.with_context(quoted(path) + " is no matrix") : error;
    }
  }();
  if (arguments.flag("--groups")) show_groups(matrix, ui);
  return show(matrix, quoted(path), ui);
}

}  // namespace

std::vector<Command> keys_matrix_commands() {
  return {
      {"keys",
       "matrix",
       "new",
       "place the shares of several keys among custodians",
       {{"OUT", "the placement, as JSON"}},
       {{"--custodian", "NAME", "a custodian, in the order round the table; given for each", true, Kind::text, true},
        {"--key", "KEY=USER", "a key and the custodian whose key it is (or KEY alone); given for each", true,
         Kind::text, true},
        kThresholdOption,
        kSharesOption},
       "Key number k goes to the custodians after place k, round the table: with 7 custodians, 7 keys and 5 shares "
       "each, "
       "everybody holds 5 shares and none of the own key. The table says how many keys the weakest and the strongest "
       "group of each size can rebuild; a placement under which two people can rebuild a key is refused.",
       {{"solemn keys matrix new matrix.json --custodian Alice --custodian Bo --custodian Chen --custodian Dora "
         "--custodian Emeka --key root=Alice --key spare=Bo --threshold 3 --shares 4",
         "before a ceremony"}},
       run_new},
      {"keys",
       "matrix",
       "check",
       "check a placement, and show what groups could do",
       {{"MATRIX", "what keys matrix new wrote, or your own"}},
       {{"--groups", "", "list every group of custodians that could act together, and which keys it rebuilds"}},
       "",
       {{"solemn keys matrix check matrix.json", "by everybody who is asked to agree to it"}},
       run_check}};
}

}  // namespace solemn::cli
