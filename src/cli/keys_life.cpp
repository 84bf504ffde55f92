// solemn keys status, inventory, roster: the keys through the years, as entries of a record.
#include <algorithm>

#include "base/error.hpp"
#include "base/time.hpp"
#include "cli/bundle_verbs.hpp"
#include "cli/keys_verbs.hpp"
#include "cli/transcript_verbs.hpp"
#include "hash/sha256.hpp"
#include "keys/dates.hpp"
#include "sharing/set_json.hpp"
#include "transcript/store.hpp"
#include "transcript/time.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;
using Body = transcript::Json;

OpenInventory open_inventory(const Arguments& arguments) {
  OpenInventory open;
  open.contents = transcript::read_contents(arguments.path("DIR"));
  const transcript::Replay state = transcript::replay(open.contents);
  if (!state.problems.empty() || !state.genesis)
    throw Error(Code::malformed,
                state.problems.empty() ? "the record has no first entry"
                                       : std::string(state.problems[0].rule) + ": " + state.problems[0].detail,
                "solemn transcript verify " + shell_word(arguments.path("DIR")));
  const auto root = public_key_option(arguments, "--root-key");
  if (root && !(*root == state.genesis->root_key))
    throw Error(Code::rejected, "the record is of another root key", "it says " + state.genesis->root_key.id_hex());
  open.inventory = keys::inventory_of(open.contents, open.verdict);
  open.last_time = state.last_time;
  transcript::check_times(open.verdict, open.contents, state, static_cast<std::uint64_t>(now_from(arguments)));
  keys::check_rounds(open.verdict, arguments.path("DIR"));
  return open;
}

std::string time_text_from(const Arguments& arguments) {
  const auto typed = arguments.maybe("--time");
  if (typed && !base::parse_utc(*typed))
    throw Error(Code::usage, "'" + *typed + "' is not a time", "like 2026-01-31T12:00:00Z");
  return typed.value_or(base::utc(base::now_seconds()));
}

std::int64_t now_from(const Arguments& arguments) { return *base::parse_utc(time_text_from(arguments)); }

void append_to_inventory(std::string_view type, Body body, const Arguments& arguments, Ui& ui) {
  OpenInventory open = open_inventory(arguments);
  const auto signer = transcript_signer(arguments);
  transcript::Entry entry;
  entry.sequence = open.contents.lines.size();
  entry.type = type;
  entry.time = arguments.maybe("--time")
                   ? time_text_from(arguments)
                   : transcript::time_text(transcript::time_after(open.last_time, transcript::unix_now()));
  entry.body = transcript::parse_json(transcript::canonical(body));
  if (const auto problem = keys::apply_entry(open.inventory, entry))
    throw Error(Code::refused, std::string(problem->rule) + ": " + problem->detail, "nothing was written");
  transcript::Writer writer(arguments.path("DIR"));
  const transcript::Entry written = writer.append(entry.type, std::move(entry.body), *signer, entry.time);
  ui.json().update({{"sequence", written.sequence}, {"type", type}, {"time", written.time}});
  ui.line("entry " + std::to_string(written.sequence) + ": " + std::string(type));
}

namespace {

void write_optional(const Arguments& arguments, std::string_view option, const std::string& text, Ui& ui) {
  const auto path = arguments.maybe(option);
  if (!path) return;
  base::write_file(*path, base::as_bytes(text), ui.global().force ? base::Overwrite::yes : base::Overwrite::no);
  ui.note("wrote " + quoted(base::Path(*path)));
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

void show_key(const keys::InventoryKey& key, Ui& ui) {
  std::string text = padded(base::printable(key.id), 16) + padded(base::printable(key.type), 13) +
                     padded(std::string(keys::name(key.state)), 10);
  if (key.set)
    text += std::to_string(key.set->threshold) + " of " + std::to_string(key.set->count) +
            (key.lost_shares() == 0 ? "  " : ", " + std::to_string(key.lost_shares()) + " lost  ");
  if (key.retiring_until && key.state == keys::State::retiring)
    text += "until " + base::utc(*key.retiring_until) + "  ";
  if (!key.custodian.empty()) text += base::printable(key.custodian);
  ui.line(text + (key.drill ? "  DRILL" : ""));
  if (key.key) ui.line("    " + key.key->hex());
}

int run_status(const Arguments& arguments, Ui& ui) {
  const OpenInventory open = open_inventory(arguments);
  const std::int64_t now = now_from(arguments);
  for (const keys::InventoryKey& key : open.inventory.keys) show_key(key, ui);
  Json list = Json::array();
  std::size_t due = 0;
  for (const keys::Reminder& one : keys::reminders(open.inventory, now)) {
    const bool is_due = one.urgency == keys::Urgency::due;
    due += is_due ? 1 : 0;
    ui.line((is_due ? "DUE   " : "soon  ") + base::utc(one.date).substr(0, 10) + "  " + base::printable(one.text));
    list.push_back({{"urgency", is_due ? "due" : "soon"},
                    {"date", base::utc(one.date)},
                    {"what", one.what},
                    {"subject", base::printable(one.subject)},
                    {"text", base::printable(one.text)}});
  }
  const std::string inventory = open.inventory.json().dump(1);
  ui.json().update({{"now", base::utc(now)}, {"inventory", Json::parse(inventory)}, {"reminders", std::move(list)}});
  write_optional(arguments, "--inventory", inventory + "\n", ui);
  write_optional(arguments, "--registry", keys::write_registry(open.inventory.registry(now)), ui);
  base::Verdict verdict = open.verdict;
  verdict.add("nothing-due", due == 0, due == 0 ? "" : std::to_string(due) + " due");
  return ui.verdict(verdict, quoted(arguments.path("DIR")));
}

// ---- keys

std::vector<keys::Holding> holders_from(const Arguments& arguments) {
  std::vector<keys::Holding> holders;
  for (const std::string& typed : arguments.list("--holder")) {
    const std::size_t equals = typed.find('='), at = typed.find('@', equals);
    const std::string index = typed.substr(0, equals);
    if (equals == std::string::npos || index.empty() || index.size() > 2 ||
        index.find_first_not_of("0123456789") != std::string::npos)
      throw Error(Code::usage, "--holder takes INDEX=NAME or INDEX=NAME@PLACE, not '" + typed + "'");
    keys::Holding one;
    one.index = static_cast<unsigned>(std::stoul(index));
    one.custodian = typed.substr(equals + 1, at - equals - 1);
    if (at != std::string::npos) one.location = typed.substr(at + 1);
    holders.push_back(std::move(one));
  }
  return holders;
}

// "scheme", "public_key" and "shares" from --set and --holder, or from --scheme and --public-key.
void put_key(Body& body, const Arguments& arguments) {
  if (const auto scheme = arguments.maybe("--scheme")) body["scheme"] = *scheme;
  if (const auto hex = arguments.maybe("--public-key")) body["public_key"] = *hex;
  const auto path = arguments.maybe("--set");
  if (!path) return;
  const sharing::SetFile file = sharing::read_set(*path);
  body["shares"] = keys::shares_json(file.set, holders_from(arguments));
  if (file.set.drill == sharing::Drill::yes) body["drill"] = true;
  if (body.contains("public_key")) return;
  const bool sealed = file.sealed.has_value();
  if (sealed && file.sealed->public_half.empty())
    throw Error(Code::usage, "the set does not say which public key it seals", "--scheme and --public-key");
  const bool own_scheme = !sealed && arguments.maybe("--scheme") == std::optional<std::string>("bip340");
  body["scheme"] = sealed ? "spki" : own_scheme ? "bip340" : "ecdsa-secp256k1";
  body["public_key"] = sealed       ? base::to_hex(file.sealed->public_half)
                       : own_scheme ? base::to_hex(file.set.public_key().x_only())
                                    : file.set.public_key().hex();
}

int run_inventory_add(const Arguments& arguments, Ui& ui) {
  Body body = {{"id", arguments.text("ID")},
               {"type", arguments.text("--type")},
               {"state", arguments.maybe("--state").value_or("pending")}};
  for (const auto& [option, member] : {std::pair{"--path", "path"},
                                       {"--custodian", "custodian"},
                                       {"--backup", "backup_location"},
                                       {"--supersedes", "supersedes"}})
    if (const auto value = arguments.maybe(option)) body[member] = *value;
  put_key(body, arguments);
  append_to_inventory(keys::kRegisteredType, std::move(body), arguments, ui);
  return 0;
}

int run_inventory_move(const Arguments& arguments, Ui& ui) {
  Body body = {{"id", arguments.text("ID")}, {"to", arguments.text("STATE")}, {"reason", arguments.text("--reason")}};
  if (const auto value = arguments.maybe("--path")) body["path"] = *value;
  put_key(body, arguments);
  append_to_inventory(keys::kStateType, std::move(body), arguments, ui);
  return 0;
}

int run_inventory_shares(const Arguments& arguments, Ui& ui) {
  Body body = {
      {"id", arguments.text("ID")}, {"event", arguments.text("EVENT")}, {"reason", arguments.text("--reason")}};
  if (arguments.maybe("--index")) body["index"] = arguments.number("--index", 1, sharing::kMaxShares);
  if (const auto value = arguments.maybe("--location")) body["location"] = *value;
  if (const auto value = arguments.maybe("--seal")) body["seal"] = *value;
  if (const auto path = arguments.maybe("--set"))
    body["shares"] = keys::shares_json(sharing::read_set(*path).set, holders_from(arguments));
  if (const auto path = arguments.maybe("--statement"))
    body["statement"] = transcript::parse_json(whole_text(*path, transcript::kMaxJsonBytes));
  append_to_inventory(keys::kSharesType, std::move(body), arguments, ui);
  return 0;
}

int run_inventory_policy(const Arguments& arguments, Ui& ui) {
  const keys::Policy now = open_inventory(arguments).inventory.policy;
  Body body = Body::object();
  for (const auto& [option, member, old] :
       {std::tuple{"--rotation", "rotation", now.rotation},
        {"--transition", "transition", now.transition},
        {"--warning", "warning", now.warning},
        {"--share-audit", "share_audit", now.share_audit},
        {"--training", "training", now.training},
        {"--background-check", "background_check", now.background_check},
        {"--revocation-threshold", "revocation_threshold", now.revocation_threshold}})
    body[member] = arguments.maybe(option) ? arguments.number(option, 0, 36500) : old;
  append_to_inventory(keys::kPolicyType, std::move(body), arguments, ui);
  return 0;
}

// ---- roster

/// SHA-256 of a private file; it must hold a salt, or the hash would tell a telephone number to whoever tries them all.
std::string details_hash(const base::Path& path) {
  const std::string text = whole_text(path, 64 << 10);
  const Body json = transcript::parse_json(text);
  const bool salted = json.is_object() && json.contains("salt") && json["salt"].is_string() &&
                      json["salt"].get<std::string>().size() >= 32;
  if (!salted)
    throw Error(Code::usage, quoted(path) + " has no member salt of 32 hexadecimal digits",
                "openssl rand -hex 16; without it the hash in the record could be guessed back to the details");
  return base::to_hex(hash::sha256(base::as_bytes(text)));
}

int run_roster_change(const Arguments& arguments, Ui& ui) {
  Body body = {{"event", arguments.text("EVENT")}, {"name", arguments.text("NAME")}};
  for (const auto& [option, member] : {std::pair{"--date", "date"}, {"--role", "role"}, {"--reason", "reason"}})
    if (const auto value = arguments.maybe(option)) body[member] = *value;
  if (const auto path = arguments.maybe("--details")) body["details_sha256"] = details_hash(*path);
  append_to_inventory(keys::kRosterType, std::move(body), arguments, ui);
  for (const auto& one : keys::reminders(open_inventory(arguments).inventory, now_from(arguments)))
    if (one.what == "reshare") ui.warning(base::printable(one.text));
  return 0;
}

int run_roster_show(const Arguments& arguments, Ui& ui) {
  const OpenInventory open = open_inventory(arguments);
  const auto day = [](const std::optional<std::int64_t>& time) {
    return time ? base::utc(*time).substr(0, 10) : "never     ";
  };
  ui.line(padded("name", 24) + "joined      left        trained     background");
  for (const keys::Custodian& one : open.inventory.roster)
    ui.line(padded(base::printable(one.name), 24) + day(one.joined) + "  " + (one.left ? day(one.left) : "          ") +
            "  " + day(one.trained) + "  " + day(one.background_checked) +
            (one.role.empty() ? "" : "  " + base::printable(one.role)));
  ui.json()["roster"] = Json::parse(open.inventory.json()["roster"].dump());
  return 0;
}

// ---- the table

std::vector<Option> writing(std::vector<Option> options) {
  return std::move(options) + std::vector<Option>{kInventorySignOption, kTimeOption} + signer_options();
}
const Option kHolderOption{"--holder", "INDEX=NAME[@PLACE]", "who holds a share, and where (once for each share)",
                           false,      Kind::text,           true};
const Option kReasonOption{"--reason", "TEXT", "why", true};
const Option kSchemeOption{"--scheme", "SCHEME", "ecdsa-secp256k1, bip340, ed25519 or spki (default: of the set)"};
const Option kPublicOption{"--public-key", "HEX", "the public key (default: of the set)"};
const Option kPathOption{"--path", "PATH", "derivation path"};

std::vector<Command> inventory_commands() {
  const Positional id{"ID", "the key's name in the inventory", Kind::text};
  return {
      {"keys",
       "inventory",
       "add",
       "register a key",
       {kRecordArgument, id},
       writing({{"--type", "TEXT", "Maintainer, Nostr, Anchor, GitHub App, Emergency ...", true},
                {"--state", "STATE", "planned, pending (default) or active"},
                kSetOption,
                kHolderOption,
                kSchemeOption,
                kPublicOption,
                kPathOption,
                {"--custodian", "NAME", "who uses the key"},
                {"--backup", "PLACE", "where the backup lies"},
                {"--supersedes", "ID", "the key that it will follow by rotation"}}),
       "A key with --supersedes becomes active by keys rotate only.",
       {},
       run_inventory_add},
      {"keys",
       "inventory",
       "move",
       "take a key to its next state",
       {kRecordArgument, id, {"STATE", "pending, active or retired", Kind::text}},
       writing({kReasonOption, kSetOption, kHolderOption, kSchemeOption, kPublicOption, kPathOption}),
       "planned, pending, active; and retired, when the transition of a rotation is over. Retiring: keys rotate. "
       "Revoked: keys revoke.",
       {},
       run_inventory_move},
      {"keys",
       "inventory",
       "shares",
       "a share was lost, found, moved, or all redealt",
       {kRecordArgument, id, {"EVENT", "lost, found, moved or reshared", Kind::text}},
       writing({kReasonOption,
                {"--index", "N", "which share", false, Kind::number},
                {"--location", "PLACE", "where it lies now"},
                {"--seal", "NUMBER", "of the bag it is in"},
                {"--statement", "FILE", "reshared: of keys rotate shares, approved", false, Kind::file},
                kSetOption,
                kHolderOption}),
       "Shares that were dealt anew are entered with a statement that custodians of the old ones and holders of the "
       "new ones approved.",
       {},
       run_inventory_shares},
      {"keys",
       "inventory",
       "policy",
       "how often what is due",
       {kRecordArgument},
       writing(
           {{"--rotation", "DAYS", "default 365", false, Kind::number},
            {"--transition", "DAYS", "default 30, and no less", false, Kind::number},
            {"--warning", "DAYS", "default 30", false, Kind::number},
            {"--share-audit", "DAYS", "default 180", false, Kind::number},
            {"--training", "DAYS", "default 365", false, Kind::number},
            {"--background-check", "DAYS", "default 730", false, Kind::number},
            {"--revocation-threshold", "N", "remaining keys that revoke one; 0: more than half", false, Kind::number}}),
       "",
       {},
       run_inventory_policy}};
}

std::vector<Command> roster_commands() {
  return {
      {"keys",
       "roster",
       "change",
       "somebody joined, left, was trained or checked",
       {kRecordArgument,
        {"EVENT", "joined, left, trained, checked or details", Kind::text},
        {"NAME", "who", Kind::text}},
       writing({{"--date", "TIME", "when it was (default: the entry's time)"},
                {"--role", "TEXT", "custodian, coordinator ..."},
                {"--details", "FILE", "private JSON with telephone and address, and a salt: only its hash is recorded",
                 false, Kind::file},
                {"--reason", "TEXT", "why"}}),
       "The record can not forget: personal details stay in a file that can.",
       {},
       run_roster_change},
      {"keys",
       "roster",
       "show",
       "the people and their dates",
       {kRecordArgument},
       {kReplaceableRootOption},
       "",
       {},
       run_roster_show}};
}

}  // namespace

std::vector<Command> keys_life_commands() {
  std::vector<Command> all = {
      {"keys",
       "status",
       "",
       "the inventory of keys, and what is due",
       {kRecordArgument},
       {{"--inventory", "FILE", "write the inventory as JSON", false, Kind::file},
        {"--registry", "FILE", "write the keys that count, for keys threshold verify", false, Kind::file},
        kReplaceableRootOption,
        {"--time", "TIME", "as of then, instead of the clock: 2026-01-31T12:00:00Z"}},
       "Status 1 while something is due: rotation, end of a transition, share audit, lost shares, resharing after "
       "somebody "
       "left, training, background check. Warnings come 30 days before.",
       {},
       run_status}};
  for (auto part : {inventory_commands(), roster_commands()}) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace solemn::cli
