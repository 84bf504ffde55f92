// Who gets which share, the sheets, and that they are right.
#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "base/time.hpp"
#include "cli/keys_conductor.hpp"
#include "cli/keys_shares.hpp"
#include "hash/sha256.hpp"
#include "keys/share_paper.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;

namespace {

constexpr std::uint64_t kMaxScanBytes = 128 << 20;

std::string initials_of(const Stage& stage, const std::string& name) {
  for (const keys::Person& person : stage.people.all) {
    if (person.name == name) return person.initials;
  }
  return name;
}

ActionResult agree_matrix(Stage& stage, const keys::Slot&) {
  const sharing::Matrix matrix = session_of(stage).matrix();
  Screen& screen = stage.screen;
  screen.line("  Key                     Shares 1 to " + std::to_string(stage.script.shares) + " go to");
  for (const sharing::KeyPlacement& key : matrix.keys) {
    std::string row = "  " + key.key + std::string(24 - std::min<std::size_t>(23, key.key.size()), ' ');
    for (const std::size_t holder : key.holders) {
      const std::string initials = initials_of(stage, matrix.custodians[holder]);
      row += initials + std::string(6 - std::min<std::size_t>(5, initials.size()), ' ');
    }
    screen.line(row);
  }
  screen.line();
  screen.paragraph("What a group could rebuild, if its members agreed to:");
  for (const sharing::Coalition& coalition : sharing::coalitions(matrix)) {
    const std::string keys = coalition.fewest == coalition.most
                                 ? std::to_string(coalition.most)
                                 : std::to_string(coalition.fewest) + " to " + std::to_string(coalition.most);
    screen.line("    any " + std::to_string(coalition.size) + " of the custodians: " + keys + " of " +
                std::to_string(matrix.keys.size()) + " keys");
  }
  ActionResult done;
  const base::Verdict verdict = sharing::check_matrix(matrix);
  screen.line();
  done.result["checks"] = show_verdict(screen, verdict);
  done.result["matrix"] = transcript::parse_json(sharing::write_matrix(matrix));
  done.good = verdict.accepted();
  if (done.good) accept(screen, "The coordinator accepts this table?");
  return done;
}

/// The public file of every key, in sets/.
ActionResult split(Stage& stage, const keys::Slot&) {
  session_of(stage).split();
  ActionResult done;
  const base::Path folder = stage.options.folder.sets();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);  // of a round that was interrupted
  transcript::make_folder(folder);
  for (const sharing::SetFile& set : session_of(stage).sets()) {
    const base::Path path = folder / set.file_name();
    base::write_file(path, base::as_bytes(sharing::write_set(set)), base::Overwrite::no);
    const RecordJson fact = file_fact(stage.options.folder, path);
    const std::string id = base::to_hex(set.set.id());
    done.result["sets"].push_back({{"file_sha256", fact["sha256"]}, {"key", set.set.name}, {"set_id", id}});
    done.result["files"].push_back(fact);
    stage.screen.line("  " + set.set.name + std::string(24 - std::min<std::size_t>(23, set.set.name.size()), ' ') +
                      "any " + std::to_string(set.set.threshold) + " of " + std::to_string(set.set.count) + ", set " +
                      id.substr(0, 8) + " " + id.substr(8, 8));
  }
  return done;
}

ActionResult checked(Stage& stage, const base::Verdict& verdict) {
  ActionResult done;
  done.result["checks"] = show_verdict(stage.screen, verdict);
  done.good = verdict.accepted();
  return done;
}

ActionResult rehearse(Stage& stage, const keys::Slot&) { return checked(stage, session_of(stage).rehearse()); }
ActionResult cross_check(Stage& stage, const keys::Slot&) { return checked(stage, session_of(stage).cross_check()); }

base::Path sheet_path(const Stage& stage, const keys::Person& custodian, const keys::KeySession::Holding& holding) {
  return stage.options.papers / custodian.initials /
         (holding.key + "-share-" + std::to_string(holding.share->index) + ".pdf");
}

/// Drawn and read back before it is written.
void write_sheet(const Stage& stage, const keys::Person& custodian, const keys::KeySession::Holding& holding) {
  const keys::Person& coordinator = stage.coordinator();
  const keys::PlanFacts plan = stage.facts();
  keys::SheetFacts facts;
  facts.key_name = holding.key;
  facts.custodian = custodian.name;
  facts.date = base::utc(plan.time).substr(0, 10);
  facts.contact = coordinator.name + (coordinator.contact.empty() ? "" : ", " + coordinator.contact);
  facts.page = keys::page_of(plan, "");
  const paper::SecretBytes pdf = keys::share_sheet(*holding.share, facts);
  const base::Verdict verdict = keys::reread_sheet(pdf.expose(), *holding.share);
  for (const base::Check& check : verdict.checks()) {
    if (check.outcome != base::Outcome::passed)
      throw Error(Code::internal, "a sheet does not read back: " + std::string(check.rule) + " " + check.detail);
  }
  base::write_file(sheet_path(stage, custodian, holding), pdf.expose(), base::Overwrite::yes, base::Privacy::secret);
}

ActionResult print_sheets(Stage& stage, const keys::Slot&) {
  ActionResult done;
  std::size_t sheets = 0;
  for (const keys::Person* custodian : stage.people.with_role("custodian")) {
    const auto holdings = session_of(stage).holdings_of(custodian->name);
    transcript::make_folder(stage.options.papers / custodian->initials);
    for (const auto& holding : holdings) write_sheet(stage, *custodian, holding);
    sheets += holdings.size();
    stage.screen.line("  " + custodian->name + " (" + custodian->initials + "): " + std::to_string(holdings.size()) +
                      " sheets, each drawn and read back");
  }
  done.result["sheets"] = sheets;
  stage.screen.line();
  stage.screen.paragraph("They are in '" + stage.options.papers.string() +
                         "', a folder for each custodian. Print one folder at a time; hand each pile over before the "
                         "next is printed.");
  stage.screen.pause();
  return done;
}

std::vector<base::Path> files_below(const base::Path& place) {
  std::vector<base::Path> files;
  if (!std::filesystem::is_directory(place)) return {place};
  for (const auto& item : std::filesystem::recursive_directory_iterator(place)) {
    if (item.is_regular_file()) files.push_back(item.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::vector<sign::SecretText> scanned_codes(const base::Path& place) {
  std::vector<sign::SecretText> codes;
  for (const base::Path& file : files_below(place)) {
    // In guarded memory all the way: a picture of a share is a share.
    sign::SecretText bytes(std::min<std::uint64_t>(std::filesystem::file_size(file), kMaxScanBytes));
    const std::size_t size = base::read_stream(file.string(), bytes.expose());
    for (paper::Scanned& code : paper::scan_file(bytes.expose().first(size))) codes.push_back(std::move(code));
  }
  return codes;
}

std::vector<sign::SecretText> typed_sheets(Screen& screen, const std::vector<std::string>& sheets) {
  screen.paragraph(
      "Nothing that you type is shown. Ctrl-U clears the line; a wrong line is named and asked for again; Enter alone "
      "gives up.");
  std::vector<sign::SecretText> texts;
  for (const std::string& sheet : sheets)
    texts.push_back(
        ask_share_text(sheet, [&](std::string_view prompt) { return screen.ask_hidden("  " + std::string(prompt)); }));
  return texts;
}

namespace {

ActionResult verify_shares(Stage& stage, const keys::Slot& slot) {
  const keys::Person& custodian = *slot.person;
  const auto holdings = session_of(stage).holdings_of(custodian.name);
  Screen& screen = stage.screen;
  std::string list;
  std::vector<std::string> sheets;
  for (const auto& holding : holdings) {
    sheets.push_back(holding.key + ", share " + std::to_string(holding.share->index));
    list += (list.empty() ? "Your shares: " : "; ") + sheets.back();
  }
  screen.paragraph(list);
  screen.line();
  std::string place;
  while (place.empty()) {
    place = screen.ask("  " + custodian.initials + ": scan or photo of your sheets (file or folder; t: type them" +
                       std::string(stage.options.drill ? "; Enter: the printer's files" : "") + "): ");
    if (place.empty() && stage.options.drill) place = (stage.options.papers / custodian.initials).string();
  }
  const bool typed = place == "t";
  const base::Verdict verdict =
      keys::verify_sheets(holdings, typed ? typed_sheets(screen, sheets) : scanned_codes(place));
  ActionResult done = checked(stage, verdict);
  done.result["read"] = typed ? "typed" : "scanned";
  for (const auto& holding : holdings)
    done.result["shares"].push_back({{"index", holding.share->index}, {"key", holding.key}});
  if (done.good) return done;
  for (const base::Check& check : verdict.checks()) {
    if (check.outcome != base::Outcome::passed)
      stage.incident(custodian.name + ": " + std::string(check.rule) + ": " + base::printable(check.detail),
                     slot.step->id);
  }
  screen.strong("At least one sheet is not what it should be. Print it again, destroy the bad one, and begin again.");
  return done;
}

/// What is needed to search for residue stays, in a form that gives nothing away.
ActionResult forget(Stage& stage, const keys::Slot&) {
  const base::Path file = stage.options.private_folder / "fingerprints.json";
  const std::string prints = session_of(stage).fingerprints().json();
  base::write_file(file, base::as_bytes(prints), base::Overwrite::yes, base::Privacy::secret);
  stage.session.reset();
  base::wipe_stack();
  stage.screen.paragraph("The keys and all shares were overwritten in memory and given back.");
  return {};
}

}  // namespace

Action share_action(std::string_view name) {
  if (name == "matrix") return agree_matrix;
  if (name == "split") return split;
  if (name == "rehearse") return rehearse;
  if (name == "print") return print_sheets;
  if (name == "verify-shares") return verify_shares;
  if (name == "cross-check") return cross_check;
  return name == "forget" ? forget : nullptr;
}

}  // namespace solemn::cli
