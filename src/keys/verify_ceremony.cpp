#include "keys/verify_ceremony.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "keys/dates.hpp"
#include "keys/inventory.hpp"
#include "keys/json_text.hpp"
#include "keys/measures.hpp"
#include "keys/verify_documents.hpp"
#include "transcript/verify.hpp"

namespace solemn::keys {

using base::Error;
using transcript::Json;

namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{64} << 20;
constexpr std::array<std::string_view, 13> kOwnRules = {"steps-complete",
                                                        "recorded-checks",
                                                        "commitments",
                                                        "distribution",
                                                        "certificate-matches",
                                                        "certificate-signatures",
                                                        "destruction-certificate",
                                                        "revocations",
                                                        "recovery-report",
                                                        "bundle-files",
                                                        "exceptions",
                                                        "inventory-matches",
                                                        "not-a-drill"};
/// Actions whose result is what the program checked.
constexpr std::array<std::string_view, 11> kCheckingActions = {
    "environment",    "selftest",    "check-keys",   "matrix",         "rehearse",
    "cross-check",    "revocations", "recovery-key", "recovery-share", "recovery-independent",
    "recovery-report"};

using Problems = std::vector<std::string>;

void add(base::Verdict& verdict, std::string_view rule, const Problems& problems, std::string detail) {
  std::string all;
  for (const std::string& problem : problems) all += (all.empty() ? "" : "; ") + problem;
  verdict.add(rule, problems.empty(), problems.empty() ? std::move(detail) : all);
}

std::string text_of_file(const base::Path& path) {
  return std::string(base::as_text(base::read_file(path, kMaxFileBytes)));
}

const Json* begun_body(const std::vector<transcript::Entry>& entries) {
  for (const transcript::Entry& entry : entries) {
    if (entry.type == kBegunType) return &entry.body;
  }
  return nullptr;
}

/// Script and people as the first entry of the ceremony fixes them.
bool read_plan(CeremonyAudit& audit, const CeremonyFolder& folder, const transcript::Contents& contents) {
  try {
    std::vector<transcript::Entry> entries;
    for (const std::string& line : contents.lines) entries.push_back(transcript::parse_entry(line));
    const Json* body = begun_body(entries);
    if (body == nullptr) throw Error(base::Code::malformed, "the record does not say how the ceremony began");
    const Beginning beginning = beginning_from(*body);
    const std::string text = text_of_file(folder.script());
    if (base::to_hex(hash::sha256(base::as_bytes(text))) != beginning.script_sha256)
      throw Error(base::Code::rejected, "script.json is not the script that the ceremony began with");
    audit.script = std::make_unique<Script>(parse_script(text));
    audit.people = std::make_unique<People>(people_from_beginning(*body));
  } catch (const Error& error) {
    audit.verdict.fail("ceremony-script", error.message());
    return false;
  }
  Problems problems;
  const base::Verdict of_script = check_script(*audit.script);
  for (const base::Check& check : of_script.checks()) {
    if (check.outcome != base::Outcome::passed) problems.push_back(std::string(check.rule) + ": " + check.detail);
  }
  add(audit.verdict, "ceremony-script", problems, std::to_string(audit.script->n_steps()) + " steps, as planned");
  return problems.empty();
}

/// The people of the ceremony are the participants of the record, in roles that the script allows.
bool check_registered(CeremonyAudit& audit, const transcript::Genesis& genesis) {
  Problems problems;
  const base::Verdict of_people = check_people(*audit.script, *audit.people);
  for (const base::Check& check : of_people.checks()) {
    if (check.outcome != base::Outcome::passed) problems.push_back(std::string(check.rule) + ": " + check.detail);
  }
  std::set<std::string> registered;
  for (const transcript::Participant& participant : genesis.participants) {
    registered.insert(participant.name);
    const Person* person = audit.people->by_record_name(participant.name);
    if (person == nullptr) problems.push_back("'" + participant.name + "' takes part in the record only");
    if (person != nullptr && transcript_role(*person) != participant.role)
      problems.push_back("'" + person->name + "' has another role in the record");
  }
  for (const Person& person : audit.people->all) {
    if (!registered.contains(person.record_name()))
      problems.push_back("'" + person.name + "' has no key in the record");
  }
  add(audit.verdict, "ceremony-people", problems,
      std::to_string(audit.people->all.size()) + " people, " +
          std::to_string(audit.people->with_role("witness").size()) + " witnesses, roles kept apart");
  return problems.empty();
}

void replay_steps(CeremonyAudit& audit) {
  audit.progress = std::make_unique<Progress>(*audit.script, *audit.people);
  std::map<std::string_view, Problems> problems;
  for (const CeremonyEntry& item : audit.entries) {
    if (const auto objection = audit.progress->take(item.entry, item.leaf, item.signer))
      problems[objection->rule].push_back(objection->detail);
  }
  for (const std::string_view rule : kProgressRules) add(audit.verdict, rule, problems[rule], "");
}

void check_complete(base::Verdict& verdict, const CeremonyAudit& audit) {
  constexpr std::string_view kRule = "steps-complete";
  const Progress& progress = *audit.progress;
  if (progress.aborted()) {
    const Json& body = audit.entries.back().entry.body;
    return verdict.fail(kRule, "the ceremony was aborted" + (body.contains("reason") && body["reason"].is_string()
                                                                 ? ": " + body["reason"].get<std::string>()
                                                                 : std::string()));
  }
  const auto open =
      static_cast<std::size_t>(std::ranges::count_if(progress.slots(), [](const Slot& slot) { return !slot.done(); }));
  if (const Slot* next = progress.next()) {
    const std::string text = std::to_string(open) + " steps are not done; '" + next->step->id + "' is the first";
    // After the certificate only what belongs to later days is left.
    const bool certified = std::ranges::any_of(
        progress.slots(), [](const Slot& slot) { return slot.step->action == "certificate" && slot.done(); });
    return certified ? verdict.not_run(kRule, text) : verdict.fail(kRule, text);
  }
  if (!progress.ended()) return verdict.not_run(kRule, "every step is done, and nobody has ended the ceremony");
  verdict.pass(kRule, std::to_string(audit.facts.steps) + " steps, " + std::to_string(audit.facts.signatures) +
                          " signatures of performers and witnesses");
}

void check_recorded(base::Verdict& verdict, const CeremonyAudit& audit) {
  Problems problems;
  std::size_t n = 0;
  for (const Slot& slot : audit.progress->slots()) {
    if (slot.performer == nullptr || slot.deviates) continue;
    const Json& result = audit.entries.at(slot.entry).entry.body["result"];
    for (const Measure& measure : slot.step->measures) {
      const Json& measures = result.is_object() && result.contains("measures") ? result["measures"] : result;
      const std::string objection =
          measure_objection(measure.id, text_or_empty(measures, measure.id), audit.facts.beginning.software);
      if (!objection.empty()) problems.push_back("step '" + slot.step->id + "': " + measure.id + ": " + objection);
    }
    const bool has_checks = result.is_object() && result.contains("checks") && result["checks"].is_array();
    const bool is_checking = std::ranges::find(kCheckingActions, slot.step->action) != kCheckingActions.end();
    if (is_checking && (!has_checks || result["checks"].empty()))
      problems.push_back("step '" + slot.step->id + "' does not say what was checked");
    if (!has_checks) continue;
    for (const Json& check : result["checks"]) {
      ++n;
      if (text_or_empty(check, "outcome") == "passed") continue;
      const std::string rule = text_or_empty(check, "rule");
      problems.push_back("step '" + slot.step->id + "': " + (rule.empty() ? "a check" : rule) + " did not pass");
    }
  }
  add(verdict, "recorded-checks", problems, std::to_string(n) + " checks of the program, all passed then");
}

/// The public key that the shares of this set rebuild, or unlock.
bool is_set_of(const sharing::SetFile& file, const MadeKey& key) {
  if (file.sealed) {
    const base::Bytes& half = file.sealed->public_half;
    if (key.key.scheme == Scheme::ed25519) {
      try {
        const sign::PublicKey read = sign::PublicKey::from_spki(half);
        return std::ranges::equal(read.key_bytes(), key.key.bytes);
      } catch (const Error&) { return false; }
    }
    // Of a seed it is m's public key.
    const bool seed = file.sealed->kind == sharing::SecretKind::seed && key.key.scheme == Scheme::ecdsa_secp256k1;
    return (seed || key.key.scheme == Scheme::spki) && half == key.key.bytes;
  }
  const sharing::PublicKey& shared = file.set.public_key();
  if (key.key.scheme == Scheme::bip340) return std::ranges::equal(shared.x_only(), key.key.bytes);
  return key.key.scheme == Scheme::ecdsa_secp256k1 && std::ranges::equal(shared.bytes(), key.key.bytes);
}

std::string set_problem(const CeremonyAudit& audit, const CeremonyFolder& folder, const MadeKey& key) {
  const SetFact* fact = audit.facts.set_of(key.name);
  if (fact == nullptr) return "no shares are recorded";
  const base::Path path = folder.sets() / (key.name + ".set.json");
  try {
    const std::string text = text_of_file(path);
    if (base::to_hex(hash::sha256(base::as_bytes(text))) != fact->file_sha256) return "its set file was changed";
    const sharing::SetFile file = sharing::parse_set(text);
    if (base::to_hex(file.set.id()) != fact->set_id) return "its set is another one than recorded";
    if (file.set.threshold != audit.script->threshold || file.set.count != audit.script->shares)
      return "it is not shared as the script says";
    if ((file.set.drill == sharing::Drill::yes) != audit.facts.beginning.drill) return "drill and ceremony are mixed";
    return is_set_of(file, key) ? "" : "the commitments are of another key";
  } catch (const Error& error) { return error.message(); }
}

void check_commitments(base::Verdict& verdict, const CeremonyAudit& audit, const CeremonyFolder& folder) {
  Problems problems;
  std::set<std::string> identities;
  std::set<std::string> names;
  for (const MadeKey& key : audit.facts.keys) {
    if (!names.insert(key.name).second) problems.push_back(key.name + " was made twice");
    if (!identities.insert(key.key.identity()).second) problems.push_back(key.name + " is a key that another name has");
    const std::string problem = set_problem(audit, folder, key);
    if (!problem.empty()) problems.push_back(key.name + ": " + problem);
  }
  for (const ScriptKey& key : audit.script->keys) {
    if (audit.progress->holds(key.when) && !names.contains(key.name)) problems.push_back(key.name + " was not made");
  }
  add(verdict, "commitments", problems,
      std::to_string(audit.facts.keys.size()) + " keys, each the one its shares commit to");
}

/// The table is of this ceremony: its keys, its custodians, shared as the script says.
void check_table(Problems& problems, const CeremonyAudit& audit, const sharing::Matrix& matrix) {
  if (matrix.threshold != audit.script->threshold)
    problems.push_back("the table has another threshold than the script");
  std::vector<std::string> custodians, keys;
  for (const Person* custodian : audit.people->with_role("custodian")) custodians.push_back(custodian->name);
  if (!std::ranges::is_permutation(matrix.custodians, custodians))
    problems.push_back("the table is of other custodians than the ceremony");
  for (const MadeKey& key : audit.facts.keys) keys.push_back(key.name);
  if (!std::ranges::is_permutation(matrix.keys, keys, {}, &sharing::KeyPlacement::key))
    problems.push_back("the table is of other keys than were made");
  for (const sharing::KeyPlacement& key : matrix.keys) {
    if (key.holders.size() != audit.script->shares)
      problems.push_back("the table gives " + std::to_string(key.holders.size()) + " shares of " + key.key + ", not " +
                         std::to_string(audit.script->shares));
  }
}

/// Every share was checked by the custodian to whom the table gives it, and the table is safe.
void check_distribution(base::Verdict& verdict, const CeremonyAudit& audit) {
  if (audit.script->keys.empty()) return verdict.pass("distribution", "the script makes no keys");
  Problems problems;
  std::optional<sharing::Matrix> matrix;
  for (const Slot& slot : audit.progress->slots()) {
    if (slot.performer == nullptr || slot.step->action != "matrix") continue;
    const Json& result = audit.entries.at(slot.entry).entry.body["result"];
    try {
      if (result.contains("matrix")) matrix = sharing::parse_matrix(result["matrix"].dump());
    } catch (const Error& error) { problems.push_back(error.message()); }
  }
  if (!matrix) return verdict.fail("distribution", "the record has no table of who holds which share");
  check_table(problems, audit, *matrix);
  const base::Verdict safe = sharing::check_matrix(*matrix);
  for (const base::Check& check : safe.checks()) {
    if (check.outcome != base::Outcome::passed) problems.push_back(std::string(check.rule) + ": " + check.detail);
  }
  std::set<std::pair<std::string, unsigned>> expected, verified;
  for (const sharing::KeyPlacement& key : matrix->keys) {
    for (unsigned index = 1; index <= key.holders.size(); ++index) expected.emplace(key.key, index);
  }
  for (const BagFact& bag : audit.facts.bags) {
    for (const auto& [name, index] : bag.shares) {
      verified.emplace(name, index);
      const auto key = std::ranges::find(matrix->keys, name, &sharing::KeyPlacement::key);
      if (key == matrix->keys.end() || index == 0 || index > key->holders.size() ||
          matrix->custodians.at(key->holders[index - 1]) != bag.custodian->name)
        problems.push_back("'" + bag.custodian->name + "' has share " + std::to_string(index) + " of " + name +
                           ", which the table gives to somebody else");
    }
  }
  for (const auto& [name, index] : expected) {
    if (!verified.contains({name, index}))
      problems.push_back("nobody checked share " + std::to_string(index) + " of " + name);
  }
  add(verdict, "distribution", problems,
      std::to_string(expected.size()) + " shares, each checked by its custodian; any " +
          std::to_string(matrix->threshold) + " rebuild a key");
}

void check_files(base::Verdict& verdict, const CeremonyAudit& audit, const CeremonyFolder& folder) {
  Problems problems;
  std::size_t n = 0;
  for (const Slot& slot : audit.progress->slots()) {
    if (slot.performer == nullptr) continue;
    const Json& result = audit.entries.at(slot.entry).entry.body["result"];
    if (!result.is_object() || !result.contains("files") || !result["files"].is_array()) continue;
    for (const Json& file : result["files"]) {
      const std::string name = text_or_empty(file, "name");
      const base::Path path = base::Path(name).lexically_normal();
      ++n;
      try {
        if (name.empty() || path.is_absolute() || *path.begin() == "..")
          throw Error(base::Code::malformed, "'" + base::printable(name) + "' is no name of a file here");
        const base::Bytes bytes = base::read_file(folder.folder / path, kMaxFileBytes);
        if (base::to_hex(hash::sha256(bytes)) != text_or_empty(file, "sha256"))
          problems.push_back("'" + name + "' was changed");
      } catch (const Error& error) { problems.push_back(error.message()); }
    }
  }
  add(verdict, "bundle-files", problems, std::to_string(n) + " files, each as recorded");
}

/// What the inventory holds of a key that was made, against what was made.
std::string inventory_problem(const CeremonyAudit& audit, const InventoryKey& entered, const MadeKey& key) {
  if (!entered.key || entered.key->scheme != key.key.scheme || entered.key->bytes != key.key.bytes)
    return "it has another public key";
  const SetFact* set = audit.facts.set_of(key.name);
  if (set == nullptr || !entered.set || base::to_hex(entered.set->id()) != set->set_id)
    return "it has another share set";
  if (entered.drill != audit.facts.beginning.drill) return "drill and ceremony are mixed";
  std::set<std::pair<unsigned, std::string>> given, held;
  for (const BagFact& bag : audit.facts.bags) {
    for (const auto& [name, index] : bag.shares) {
      if (name == key.name) given.emplace(index, bag.custodian->name);
    }
  }
  for (const Holding& holding : entered.holdings) held.emplace(holding.index, holding.custodian);
  return given == held ? "" : "other people hold its shares than checked them";
}

/// At the end of the ceremony the inventory held the keys that were made, as they were made, and no other.
void check_inventory(base::Verdict& verdict, const CeremonyAudit& audit, const transcript::Contents& contents) {
  constexpr std::string_view kRule = "inventory-matches";
  transcript::Contents then = contents;
  for (const CeremonyEntry& item : audit.entries) {
    if (item.entry.type == kEndedType) then.lines.resize(std::min(then.lines.size(), item.entry.sequence));
  }
  base::Verdict ignored;  // check_entries of the whole record is the caller's
  const Inventory inventory = inventory_of(then, ignored);
  Problems problems;
  for (const InventoryKey& entered : inventory.keys) {
    if (std::ranges::find(audit.facts.keys, entered.id, &MadeKey::name) == audit.facts.keys.end())
      problems.push_back("'" + entered.id + "' was not made in this ceremony");
  }
  const bool entered = std::ranges::any_of(audit.progress->slots(), [](const Slot& slot) {
    return slot.step->action == "inventory" && slot.performer != nullptr && !slot.deviates;
  });
  if (audit.script->keys.empty() && problems.empty()) return verdict.pass(kRule, "the script makes no keys");
  if (!entered && problems.empty()) return verdict.not_run(kRule, "the keys did not come into the inventory");
  for (const MadeKey& key : audit.facts.keys) {
    const InventoryKey* found = inventory.find(key.name);
    const std::string problem = found == nullptr ? "it is not in the inventory" : inventory_problem(audit, *found, key);
    if (!problem.empty()) problems.push_back(key.name + ": " + problem);
  }
  add(verdict, kRule, problems, std::to_string(inventory.keys.size()) + " keys, as they were made");
}

void check_exceptions(base::Verdict& verdict, const CeremonyAudit& audit) {
  std::string text = std::to_string(audit.facts.deviations.size()) + " deviations, each signed by the auditor; " +
                     std::to_string(audit.facts.incidents.size()) + " incidents";
  if (audit.facts.rounds > 1) text += "; the keys were made " + std::to_string(audit.facts.rounds) + " times";
  if (!audit.facts.deviations.empty() || !audit.facts.incidents.empty()) text += ": read them";
  verdict.pass("exceptions", text);
}

void check_drill(base::Verdict& verdict, const CeremonyAudit& audit, bool accept) {
  if (!audit.facts.beginning.drill) return verdict.pass("not-a-drill", "real keys");
  verdict.add("not-a-drill", accept,
              accept ? "a DRILL, and asked for as one: its keys must never be used"
                     : "this was a DRILL: its keys must never be used");
}

}  // namespace

bool holds_ceremony(const base::Path& folder) {
  const CeremonyFolder ceremony{folder};
  try {
    if (!std::filesystem::is_regular_file(ceremony.record() / "entries.jsonl")) return false;
    const transcript::Contents contents = transcript::read_contents(ceremony.record());
    if (contents.lines.empty()) return false;
    const transcript::Entry first = transcript::parse_entry(contents.lines.front());
    return transcript::genesis_from(first.body).kind == "keys";
  } catch (const std::exception&) { return false; }
}

CeremonyAudit audit_ceremony(const base::Path& path, const CeremonyAuditOptions& options) {
  const CeremonyFolder folder{path};
  CeremonyAudit audit;
  transcript::VerifyOptions verify;
  verify.root_key = options.root_key;
  verify.now = options.now;
  audit.verdict = transcript::verify_folder(folder.record(), verify);
  check_rounds(audit.verdict, folder.record());
  const transcript::Contents contents = transcript::read_contents(folder.record());
  const transcript::Replay state = transcript::replay(contents);
  audit.origin = state.origin;
  const bool readable = state.genesis && state.problem("entries-well-formed") == nullptr;
  const bool planned = readable && read_plan(audit, folder, contents);
  if (!planned || !check_registered(audit, *state.genesis)) {
    audit.script.reset();
    audit.people.reset();
    for (const std::string_view rule : kOwnRules) audit.verdict.not_run(rule, "script or people are not known");
    return audit;
  }
  audit.entries = ceremony_entries(contents, *audit.people);
  replay_steps(audit);
  try {
    audit.facts = facts_of(*audit.progress, audit.entries);
  } catch (const Error& error) {
    audit.verdict.fail("recorded-checks", error.message());
    return audit;
  }
  check_complete(audit.verdict, audit);
  check_recorded(audit.verdict, audit);
  check_commitments(audit.verdict, audit, folder);
  check_distribution(audit.verdict, audit);
  check_documents(audit, folder, state);
  check_files(audit.verdict, audit, folder);
  check_exceptions(audit.verdict, audit);
  (void)inventory_of(contents, audit.verdict);
  check_inventory(audit.verdict, audit, contents);
  check_drill(audit.verdict, audit, options.accept_drill);
  return audit;
}

}  // namespace solemn::keys
