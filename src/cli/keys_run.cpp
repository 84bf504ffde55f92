// solemn keys run: a key ceremony, step by step, at the terminal.
#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "base/time.hpp"
#include "cli/build_info.hpp"
#include "cli/keys_conductor.hpp"
#include "cli/keys_verbs.hpp"
#include "cli/transcript_verbs.hpp"
#include "hash/sha256.hpp"
#include "transcript/time.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;

namespace {

RunOptions options_from(const Arguments& arguments) {
  RunOptions options;
  options.folder.folder = arguments.path("DIR");
  const std::string name = options.folder.folder.lexically_normal().string();
  const std::string bare = name.size() > 1 && name.back() == '/' ? name.substr(0, name.size() - 1) : name;
  options.drill = arguments.flag("--drill");
  options.private_folder = arguments.maybe("--private").value_or(bare + ".private");
  options.papers = arguments.maybe("--papers").value_or(bare + ".papers");
  options.binary_sha256 = arguments.maybe("--binary-sha256");
  options.label = arguments.maybe("--label").value_or("");
  options.keys = open_options(arguments);
  if (const auto machine = arguments.maybe("--machine")) {
    if (!options.drill) throw Error(Code::usage, "--machine is for drills: a real ceremony looks at its own machine");
    options.machine = *machine;
  }
  if (const auto size = arguments.maybe("--paper")) {
    const auto known = paper::page_size_named(*size);
    if (!known) throw Error(Code::usage, "--paper is a4 or letter");
    options.paper_size = *known;
  }
  return options;
}

/// The origin of an aborted ceremony, which a new one may take up.
std::string aborted_origin(const base::Path& folder) {
  const keys::CeremonyFolder other{folder};
  const transcript::Contents contents = transcript::read_contents(other.record());
  const transcript::Replay state = transcript::replay(contents);
  bool aborted = false;
  for (const std::string& line : contents.lines)
    aborted = aborted || transcript::parse_entry(line).type == keys::kAbortedType;
  if (!aborted || !state.problems.empty())
    throw Error(Code::usage, "'" + folder.string() + "' holds no ceremony that was aborted",
                "only an aborted one is taken up");
  return state.origin;
}

std::string software_text() {
  const base::Hash32 own = hash::sha256(base::read_file("/proc/self/exe", std::uint64_t{1} << 30));
  return "solemn " + std::string(kVersion) + " (" + std::string(kCommit) + "), SHA-256 " + base::to_hex(own);
}

/// The plan, sound; and the same that the ceremony began with.
struct Plan {
  keys::Script script;
  keys::People people;
  std::string script_sha256;
};
Plan read_plan(const keys::CeremonyFolder& folder) {
  const std::string text = whole_text(folder.script(), transcript::kMaxJsonBytes);
  Plan plan{parse_script_file(folder.script(), text),
            parse_people_file(folder.people(), whole_text(folder.people(), transcript::kMaxJsonBytes)),
            base::to_hex(hash::sha256(base::as_bytes(text)))};
  if (!keys::check_script(plan.script).accepted() || !keys::check_people(plan.script, plan.people).accepted())
    throw Error(Code::usage, "the plan in '" + folder.folder.string() + "' breaks a rule",
                "see: solemn keys plan " + shell_word(folder.folder));
  return plan;
}

/// A real ceremony makes a list of whom to call: it has somebody to call.
void require_contacts(const keys::CeremonyFolder& folder, const keys::People& people) {
  std::string names;
  for (const keys::Person* person : keys::without_contact(people)) names += (names.empty() ? "" : ", ") + person->name;
  if (!names.empty())
    throw Error(Code::usage, quoted(folder.people()) + ": no emergency contact of " + base::printable(names),
                "fill in \"contact\", and run solemn keys plan " + shell_word(folder.folder) + " again");
}

const transcript::Json* begun_body(const std::vector<keys::CeremonyEntry>& entries) {
  for (const keys::CeremonyEntry& item : entries) {
    if (item.entry.type == keys::kBegunType) return &item.entry.body;
  }
  return nullptr;
}

/// What was planned is what was begun: nobody changes the script under way.
void require_same_plan(const transcript::Json& body, const Plan& plan, RunOptions& options) {
  const keys::Beginning beginning = keys::beginning_from(body);
  if (beginning.script_sha256 != plan.script_sha256)
    throw Error(Code::rejected, "script.json is not the script that this ceremony began with",
                "its SHA-256 was " + beginning.script_sha256);
  const keys::People before = keys::people_from_beginning(body);
  bool same = before.all.size() == plan.people.all.size();
  for (std::size_t i = 0; same && i < before.all.size(); ++i) {
    const keys::Person &a = before.all[i], &b = plan.people.all[i];
    same = a.name == b.name && a.initials == b.initials && a.roles == b.roles;
  }
  if (!same) throw Error(Code::rejected, "participants.json does not list the people with whom this ceremony began");
  if (beginning.drill != options.drill) {
    throw Error(Code::usage,
                beginning.drill ? "this ceremony began as a drill" : "this ceremony did not begin as a drill",
                beginning.drill ? "say --drill" : "leave --drill out");
  }
  options.label = beginning.label;
}

void begin(Screen& screen, keys::CeremonyRecord& record, const RunOptions& options, const Plan& plan,
           const keys::Keyring& keyring) {
  screen.begin_page({" " + plan.script.title, std::string(screen.width(), '-')});
  const keys::Person& coordinator = *plan.people.with_role("coordinator").front();
  keys::Beginning beginning{options.drill, software_text(), options.continues, plan.script_sha256, options.label};
  transcript::Json body = keys::beginning_json(beginning, plan.people);
  body["attachments"] = transcript::Json::array({record.attach(options.folder.script())});
  record.append(keys::kBegunType, std::move(body), coordinator, *keyring.at(&coordinator), transcript::unix_now());
}

/// Whether there is something that nobody has begun yet.
bool is_new(const keys::CeremonyFolder& folder) { return !std::filesystem::exists(folder.record() / "entries.jsonl"); }

int at_the_terminal(RunOptions& options, const Plan& plan) {
  Screen screen;
  const bool fresh = is_new(options.folder);
  const keys::Keyring keyring = open_keyring(screen, plan.script, plan.people, options);
  if (fresh) {
    const unsigned witnesses = plan.script.role("witness")->at_least;
    keys::begin_record(options.folder, plan.people, keyring, witnesses, options.label, transcript::unix_now());
  }
  keys::CeremonyRecord record(options.folder, plan.script, plan.people);
  for (const auto& [person, signer] : keyring) {
    const auto* known = record.replay().registry->find(signer->public_key().id());
    if (known == nullptr || known->name != person->record_name())
      throw Error(Code::rejected, "the key of " + person->name + " is not the one that this ceremony began with");
  }
  if (begun_body(record.entries()) == nullptr) begin(screen, record, options, plan, keyring);
  const auto look = [&options] {
    keys::EnvironmentQuestion question;
    question.root = options.machine;
    question.process = keys::ProcessFacts::of_this_process();
    question.now = base::now_seconds();
    question.temporary = options.papers;
    question.binary_sha256 = options.binary_sha256;
    return keys::look_at_environment(question);
  };
  transcript::make_folder(options.papers);
  keys::EnvironmentWatch watch(look, base::now_seconds);
  Stage stage{screen, options, plan.script, plan.people, keyring, record, watch, std::nullopt, std::nullopt, false, {}};
  screen.idle = [&stage] {
    std::vector<std::string> texts;
    for (keys::Incident& seen : stage.watch.poll()) {
      texts.push_back((seen.worse ? "*** INCIDENT: " : "*** changed: ") + base::printable(seen.text) + "\r\n");
      stage.unrecorded.push_back(std::move(seen));
    }
    return texts;
  };
  return conduct(stage);
}

/// Nothing is left to do: the last entry is under a checkpoint with the witnesses' cosignatures. What does not fit the
/// plan is said before anybody types a passphrase.
bool is_over(RunOptions& options, const Plan& plan) {
  if (is_new(options.folder)) return false;
  const auto entries = keys::ceremony_entries(transcript::read_contents(options.folder.record()), plan.people);
  if (const transcript::Json* body = begun_body(entries)) require_same_plan(*body, plan, options);
  const keys::CeremonyRecord record(options.folder, plan.script, plan.people);
  if (!record.progress().ended() && !record.progress().aborted()) return false;
  std::uint64_t last = 0;
  for (const keys::CeremonyEntry& item : record.entries())
    if (item.entry.type == keys::kEndedType || item.entry.type == keys::kAbortedType) last = item.entry.sequence;
  return std::ranges::any_of(record.contents().checkpoints, [&](const transcript::CheckpointFile& file) {
    const transcript::SignedCheckpoint read = transcript::parse_checkpoint(file.text);
    return read.checkpoint.size > last && read.note.signatures.size() > plan.script.role("witness")->at_least;
  });
}

int run_ceremony(const Arguments& arguments, Ui& ui) {
  RunOptions options = options_from(arguments);
  const Plan plan = read_plan(options.folder);
  if (options.label.empty()) options.label = plan.script.title;
  if (const auto other = arguments.maybe("--continues")) options.continues = aborted_origin(*other);
  const bool was_over = is_over(options, plan);
  if (!was_over && !options.drill) require_contacts(options.folder, plan.people);
  if (was_over) ui.note("nothing is left to do here; nobody was asked for anything");
  const int status = was_over ? 0 : at_the_terminal(options, plan);
  const keys::CeremonyRecord record(options.folder, plan.script, plan.people);
  const keys::Progress& progress = record.progress();
  const std::string where = shell_word(options.folder.folder);
  ui.json()["origin"] = record.origin();
  ui.json()["ended"] = progress.ended();
  ui.json()["aborted"] = progress.aborted();
  if (progress.aborted()) {
    ui.line("the ceremony in " + quoted(options.folder.folder) + " was aborted");
    ui.next("solemn keys plan NEW, then solemn keys run NEW --continues " + where);
    return was_over ? 6 : status;
  }
  const keys::Slot* next = progress.next();
  if (next != nullptr) {
    ui.line("paused before step " + keys::step_number(plan.script, *next->step) + " (" + next->step->id + ")");
    ui.next("solemn keys run " + where + (options.drill ? " --drill" : ""));
    return status;
  }
  ui.line("the ceremony in " + quoted(options.folder.folder) + " is over, and its record complete");
  ui.line("root key of the record: " + record.replay().genesis->root_key.id_hex());
  ui.next("solemn audit " + where + " --root-key " + shell_word(options.folder.root_key()) +
          (options.drill ? " --drill" : ""));
  return status;
}

}  // namespace

std::vector<Command> keys_run_commands() {
  std::vector<Option> options = {
      {"--drill", "", "a rehearsal: everything is stamped, and the keys are worth nothing"},
      {"--private", "DIR", "the people's signing keys; stays with them (default: DIR.private)", false, Kind::file},
      {"--papers", "DIR", "sheets for the printer, in memory and removed in the end (default: DIR.papers)", false,
       Kind::file},
      {"--label", "TEXT", "what the ceremony is called (default: the script's title)"},
      {"--continues", "DIR", "takes up a ceremony that was aborted", false, Kind::file},
      {"--binary-sha256", "HEX", "what this program's SHA-256 must be"},
      {"--paper", "SIZE", "a4 (default) or letter"},
      {"--machine", "DIR", "with --drill: look at the proc and sys in DIR", false, Kind::file}};
  for (const Option& option : signer_options()) options.push_back(option);
  return {
      {"keys",
       "run",
       "",
       "walk through a key ceremony at the terminal",
       {{"DIR", "the folder that solemn keys plan made"}},
       std::move(options),
       "Every step is signed by who does it and by the witnesses, into DIR/record. Run it again after a power cut or a "
       "pause: it goes on\n"
       "where it was; keys that were in memory are made anew. What was seen outside of the script is an exception or "
       "an "
       "incident, and is\n"
       "recorded. docs/key-ceremony.md.",
       {},
       run_ceremony}};
}

}  // namespace solemn::cli
