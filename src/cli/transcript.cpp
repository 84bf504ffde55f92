// solemn transcript: the verbs that write a record.
#include "audit/beacons.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "beacon/announce.hpp"
#include "cli/drand.hpp"
#include "cli/transcript_verbs.hpp"
#include "cli/verbs.hpp"
#include "transcript/store.hpp"
#include "transcript/time.hpp"

namespace solemn::cli {

using base::Code;
using base::Error;

std::unique_ptr<sign::Signer> transcript_signer(const Arguments& arguments) {
  return sign::open_signer(arguments.text("--sign-key"), open_options(arguments));
}

std::optional<sign::PublicKey> public_key_option(const Arguments& arguments, std::string_view name) {
  const auto file = arguments.maybe(name);
  return file ? std::optional(sign::read_public_key(*file)) : std::nullopt;
}

std::string whole_text(const base::Path& path, std::uint64_t max_bytes) {
  return std::string(base::as_text(base::read_file(path, max_bytes)));
}

sign::NoteKey note_key_from(const std::string& text_or_file) {
  std::string text = text_or_file;
  if (std::count(text.begin(), text.end(), '+') < 2) {
    text = whole_text(text_or_file, 4096);
    if (!text.empty() && text.back() == '\n') text.pop_back();
  }
  try {
    return sign::NoteKey::parse(text);
  } catch (const Error& error) { throw error.with_context("'" + text_or_file + "'"); }
}

std::vector<sign::NoteKey> witness_options(const Arguments& arguments) {
  std::vector<sign::NoteKey> keys;
  for (const std::string& item : arguments.list("--witness")) {
    keys.push_back(note_key_from(item));
    if (keys.back().kind() != sign::NoteKind::cosignature_v1) {
      throw Error(Code::usage, "'" + item + "' is not the key of a witness",
                  "keys of witnesses begin with the byte 04: solemn transcript show lists them");
    }
  }
  return keys;
}

std::optional<std::uint64_t> threshold_option(const Arguments& arguments) {
  if (!arguments.maybe("--witness-threshold")) return std::nullopt;
  return arguments.number("--witness-threshold", 0, 1000);
}

transcript::Participant participant_from_option(const std::string& text) {
  const std::size_t first = text.find(':');
  const std::size_t last = text.rfind(':');  // names are often ORGANISATION:PERSON
  const auto role = transcript::participant_role_named(text.substr(0, first));
  if (last == first || !role) {
    throw Error(
        Code::usage, "'" + text + "' is not ROLE:NAME:FILE",
        "ROLE is coordinator, contributor, witness, auditor or release; FILE holds the public key, its path has no "
        "colon");
  }
  return {text.substr(first + 1, last - first - 1), *role, sign::read_public_key(text.substr(last + 1))};
}

namespace {

std::string time_option(const Arguments& arguments) {
  const auto typed = arguments.maybe("--time");
  if (typed && !transcript::parse_time(*typed)) {
    throw Error(Code::usage, "'" + *typed + "' is not a time", "like 2026-01-31T12:00:00Z");
  }
  return typed ? *typed : transcript::time_text(transcript::unix_now());
}

void tell_dropped(const transcript::Writer& writer, Ui& ui) {
  if (writer.dropped_bytes() == 0) return;
  ui.warning("removed " + std::to_string(writer.dropped_bytes()) +
             " bytes of an append that never ended; it was never reported as written");
}

int run_init(const Arguments& arguments, Ui& ui) {
  const auto root = transcript_signer(arguments);
  std::vector<transcript::Participant> participants;
  std::uint64_t n_witnesses = 0;
  for (const std::string& item : arguments.list("--participant")) {
    participants.push_back(participant_from_option(item));
    n_witnesses += participants.back().role == transcript::Role::witness ? 1 : 0;
  }
  transcript::Genesis genesis{arguments.text("--kind"),
                              arguments.text("--label"),
                              time_option(arguments),
                              transcript::fresh_nonce(),
                              root->public_key(),
                              std::move(participants),
                              threshold_option(arguments).value_or(n_witnesses)};
  const base::Path folder = arguments.path("DIR");
  std::string origin;
  try {
    origin = transcript::create_record(folder, std::move(genesis), *root);
  } catch (const Error& error) {
    if (error.code() == Code::usage)
      throw Error(Code::refused, error.message(), "a record is never replaced: choose another folder");
    if (error.code() != Code::malformed) throw;
    throw Error(Code::usage, error.message(), "see: solemn transcript init --help");
  }
  ui.json()["folder"] = folder.string();
  ui.json()["origin"] = origin;
  ui.json()["root_key"] = root->public_key().id_hex();
  ui.line("began the record in " + quoted(folder));
  ui.line("origin: " + origin);
  ui.line("root key: " + root->public_key().id_hex());
  ui.note("publish the root key elsewhere too: who verifies needs it from outside of the record");
  ui.next("solemn transcript checkpoint " + shell_word(folder) + " --sign-key COORDINATOR.key");
  return 0;
}

transcript::Json body_from(const Arguments& arguments, const std::string& type) {
  transcript::Json body = transcript::Json::object();
  if (const auto participant = arguments.maybe("--participant")) {
    if (type != "participant-added") throw Error(Code::usage, "--participant is for participant-added");
    return transcript::participant_json(participant_from_option(*participant));
  }
  if (const auto file = arguments.maybe("--body")) {
    try {
      body = transcript::parse_json(whole_text(*file, transcript::kMaxJsonBytes));
    } catch (const Error& error) { throw error.with_context("'" + *file + "'"); }
    if (!body.is_object()) throw Error(Code::malformed, "'" + *file + "' does not hold a JSON object");
  }
  if (const auto text = arguments.maybe("--text")) body["text"] = *text;
  return body;
}

/// What cannot be taken back once it is in the record, and would fail or be passed over in an audit.
void warn_before_appending(const std::string& type, const Arguments& arguments, const transcript::Writer& writer,
                           Ui& ui) {
  const std::vector<std::string> files = arguments.list("--attach");
  if (!transcript::is_known_type(type)) {
    ui.warning("'" + type + "' is a type of your own: kept and shown, and no check knows it");
  }
  if (type == "contribution" && files.empty()) {
    ui.warning("this contribution names no log: an audit looks for it (--attach LOG.json)");
  }
  if (type != "beacon-announced" || !writer.state().genesis) return;
  const std::vector<std::string> labels = audit::announced_labels(writer.state().genesis->label);
  for (const std::string& file : files) {
    const beacon::Announcement announced = read_json_file(file, beacon::read_announcement);
    if (std::ranges::any_of(labels, [&](const auto& label) { return beacon::purpose_of(label) == announced.purpose; }))
      continue;
    ui.warning("'" + file + "' was announced under a label that an audit of this record does not take; announce with " +
               audit::labels_text(labels));
  }
}

int run_append(const Arguments& arguments, Ui& ui) {
  const base::Path folder = arguments.path("DIR");
  const std::string type = arguments.text("TYPE");
  if (!transcript::is_type_name(type)) {
    throw Error(Code::usage, "'" + type + "' is no type", "types are lower-case words joined by hyphens");
  }
  transcript::Json body = body_from(arguments, type);
  const auto signer = transcript_signer(arguments);
  transcript::Writer writer(folder);
  tell_dropped(writer, ui);
  warn_before_appending(type, arguments, writer, ui);
  for (const std::string& file : arguments.list("--attach")) {
    const auto stored = transcript::store_attachment(transcript::Layout{folder}, file);
    body["attachments"].push_back(
        {{"bytes", stored.size_bytes}, {"name", stored.name}, {"sha256", base::to_hex(stored.sha256)}});
  }
  const std::string time =
      arguments.maybe("--time")
          ? time_option(arguments)
          : transcript::time_text(transcript::time_after(writer.state().last_time, transcript::unix_now()));
  const transcript::Entry entry = writer.append(type, std::move(body), *signer, time);
  const transcript::Hash leaf = writer.state().tree.leaf(entry.sequence);
  ui.json()["sequence"] = entry.sequence;
  ui.json()["type"] = type;
  ui.json()["signer"] =
      writer.state().registry->find(entry.key) == nullptr ? "removed" : writer.state().registry->find(entry.key)->name;
  ui.line("appended entry " + std::to_string(entry.sequence) + " to " + quoted(folder));
  ui.hash("its hash", "leaf_hash", leaf);
  ui.next("solemn transcript checkpoint " + shell_word(folder) + " --sign-key COORDINATOR.key");
  return 0;
}

std::unique_ptr<transcript::SignerMemory> memory_option(const Arguments& arguments) {
  const auto file = arguments.maybe("--memory");
  return file ? std::make_unique<transcript::SignerMemory>(*file) : nullptr;
}

void say_checkpoint(const transcript::SignedCheckpoint& made, Ui& ui) {
  ui.json()["origin"] = made.checkpoint.origin;
  ui.json()["size"] = made.checkpoint.size;
  ui.json()["signatures"] = made.note.signatures.size();
  ui.line("origin: " + made.checkpoint.origin);
  ui.line("size: " + base::counted(made.checkpoint.size, "entry", "entries"));
  ui.hash("root", "root", made.checkpoint.root);
}

int run_checkpoint(const Arguments& arguments, Ui& ui) {
  const base::Path folder = arguments.path("DIR");
  const auto signer = transcript_signer(arguments);
  const auto memory = memory_option(arguments);
  transcript::Writer writer(folder);
  tell_dropped(writer, ui);
  transcript::require_not_future(writer.state(), transcript::unix_now());
  const transcript::SignedCheckpoint made = writer.checkpoint(*signer, memory.get());
  say_checkpoint(made, ui);
  ui.next("solemn transcript cosign " + shell_word(folder) + " --sign-key WITNESS.key --memory FILE");
  return 0;
}

transcript::SignedCheckpoint read_checkpoint(const base::Path& file) {
  try {
    return transcript::parse_checkpoint(whole_text(file, transcript::kMaxNoteBytes));
  } catch (const Error& error) {
    throw Error(error.code(), quoted(file) + ": " + error.message(),
                "a checkpoint is what solemn transcript cosign --out writes");
  }
}

std::string witness_name(const Arguments& arguments, const transcript::Replay& state, const sign::Signer& signer) {
  if (const auto name = arguments.maybe("--name")) return *name;
  const auto* participant = state.registry->find(signer.public_key().id());
  if (participant != nullptr && participant->role == transcript::Role::witness) return participant->name;
  throw Error(Code::usage, "the record does not know this key as a witness's", "give the witness's name with --name");
}

int run_cosign(const Arguments& arguments, Ui& ui) {
  const base::Path folder = arguments.path("DIR");
  const auto signer = transcript_signer(arguments);
  const transcript::Contents contents = transcript::read_contents(folder);
  transcript::VerifyOptions options;
  options.root_key = public_key_option(arguments, "--root-key");
  options.witness_threshold = 0;
  const base::Verdict verdict = transcript::verify_contents(contents, options);
  if (verdict.rejected()) return ui.verdict(verdict, quoted(folder));
  const transcript::Replay state = transcript::replay(contents);
  transcript::SignerMemory memory(arguments.path("--memory"));
  if (!memory.last(state.origin)) ui.note("the first checkpoint of this record that this memory holds");
  const transcript::SignedCheckpoint made = transcript::cosign_record(
      contents, state, *signer, witness_name(arguments, state, *signer), memory, transcript::unix_now());
  if (const auto out = arguments.maybe("--out")) {
    base::write_file(*out, base::as_bytes(sign::write_note(made.note)),
                     ui.global().force ? base::Overwrite::yes : base::Overwrite::no);
    ui.line("wrote '" + *out + "'");
    ui.json()["output"] = *out;
    ui.next("solemn transcript merge " + shell_word(folder) + " " + shell_word(*out));
  } else {
    transcript::Writer(folder).merge_checkpoint(made);
  }
  say_checkpoint(made, ui);
  return 0;
}

int run_merge(const Arguments& arguments, Ui& ui) {
  const base::Path file = arguments.path("CHECKPOINT");
  const auto copy = read_checkpoint(file);
  transcript::Writer writer(arguments.path("DIR"));
  tell_dropped(writer, ui);
  const std::size_t n_new = writer.merge_checkpoint(copy);
  ui.json()["added"] = n_new;
  ui.line("took over " + base::counted(n_new, "new signature") + " from " + quoted(file));
  say_checkpoint(transcript::parse_checkpoint(writer.contents().checkpoints.back().text), ui);
  return 0;
}

std::vector<Option> with_signer(std::vector<Option> options) {
  options.insert(options.begin(), kTranscriptSignKeyOption);
  for (const Option& option : signer_options()) options.push_back(option);
  return options;
}

const Positional kDir{"DIR", "the folder of the record"};
const Option kTimeOption{"--time", "TIME", "the time to record, like 2026-01-31T12:00:00Z (default: now)"};

Command init_command() {
  return {
      "transcript",
      "init",
      "",
      "begin a record: root, participants, witnesses",
      {{"DIR", "the folder to make"}},
      with_signer({{"--kind", "KIND", "trusted-setup, enclave, keys, or a word of your own", true},
                   {"--label", "TEXT", "what the ceremony is called", true},
                   {"--participant", "ROLE:NAME:FILE",
                    "role (coordinator, contributor, witness, auditor or release), name, file with the public key; "
                    "several times, "
                    "one coordinator among them",
                    true, Kind::text, true},
                   {"--witness-threshold", "N", "cosignatures that a checkpoint needs (default: all witnesses)", false,
                    Kind::number},
                   kTimeOption}),
      "The first entry pins the ceremony, the root key and the participants, and is signed by the root key. Its hash "
      "is the name\nof the record in every checkpoint.",
      {{"solemn key new --type ed25519 --no-passphrase root.key", "a ceremony's keys; with a passphrase for real ones"},
       {"solemn key new --type ed25519 --no-passphrase coordinator.key", "runs the record"},
       {"solemn key new --type p256 --no-passphrase carol.key", "contributes"},
       {"solemn key new --type ed25519 --no-passphrase witness.key", "cosigns checkpoints"},
       {"solemn key public root.key -o root.pem", "for everybody who verifies"},
       {"solemn key public coordinator.key -o coordinator.pem", "for the first entry"},
       {"solemn key public carol.key -o carol.pem", "for the first entry"},
       {"solemn key public witness.key -o witness.pem", "for the first entry"},
       {"solemn transcript init record --sign-key root.key --kind trusted-setup --label 'Example 2026' --participant "
        "coordinator:Coordinator:coordinator.pem --participant contributor:Carol:carol.pem --participant "
        "witness:witness.example:witness.pem",
        "root signs the list"}},
      run_init};
}

Command append_command() {
  static const std::string kDetails =
      "Refused unless the signer may write this now; nothing is written then. After kill -9 or a power cut the record "
      "is "
      "the old one or\nthe new one; bytes of an append that never ended are removed by the next. Types, and who may "
      "write "
      "them (every participant\nmay write other types: they are kept and shown):\n" +
      transcript::known_types();
  return {"transcript",
          "append",
          "",
          "sign an entry and add it to the record",
          {kDir, {"TYPE", "contribution, statement, beacon-announced, closed, ...", Kind::text}},
          with_signer({{"--body", "FILE", "JSON object: what the entry says", false, Kind::file},
                       {"--text", "TEXT", "sets the body's member text"},
                       {"--attach", "FILE", "copy a file to attachments/ and name its SHA-256; several times", false,
                        Kind::file, true},
                       {"--participant", "ROLE:NAME:FILE", "the body of participant-added"},
                       kTimeOption}),
          kDetails,
          {{"solemn transcript append record contribution --sign-key carol.key --attach proof.json", "Carol's entry"},
           {"solemn transcript append record statement --sign-key coordinator.key --text 'phase 1 is over'",
            "a sentence for the record"}},
          run_append};
}

Command checkpoint_command() {
  return {"transcript",
          "checkpoint",
          "",
          "sign the root of all entries so far",
          {kDir},
          with_signer({{"--memory", "FILE", "refuse to sign what contradicts an earlier checkpoint in FILE", false,
                        Kind::file}}),
          "A C2SP tlog-checkpoint, by the coordinator's key: in checkpoint and, for each size, in checkpoints/.",
          {{"solemn transcript checkpoint record --sign-key coordinator.key --memory coordinator.memory",
            "after every phase"}},
          run_checkpoint};
}

Command cosign_command() {
  return {
      "transcript",
      "cosign",
      "",
      "add a witness's cosignature to the newest checkpoint",
      {kDir},
      with_signer(
          {{"--memory", "FILE", "what this witness cosigned last: keep it, outside of the record", true, Kind::file},
           {"--name", "NAME", "the witness's name, when the record does not know the key"},
           {"--out", "FILE", "write the cosigned checkpoint there, and nothing into DIR", false, Kind::file},
           kRootKeyOption}),
      "The record is verified first, and must extend what this witness cosigned before: a witness never cosigns two "
      "histories.",
      {{"solemn transcript cosign record --sign-key witness.key --memory witness.memory --root-key root.pem --out "
        "cosigned.txt",
        "a read-only copy is enough"}},
      run_cosign};
}

}  // namespace

std::vector<Command> transcript_commands() {
  std::vector<Command> all = {init_command(), append_command(), checkpoint_command(), cosign_command()};
  all.push_back({"transcript",
                 "merge",
                 "",
                 "take over cosignatures from a copy of a checkpoint",
                 {kDir, {"CHECKPOINT", "what a witness sent back"}},
                 {},
                 "Signatures that nobody knows do no harm: verify passes them over.",
                 {{"solemn transcript merge record cosigned.txt", "the witness's file comes home"}},
                 run_merge});
  for (Command& command : transcript_checking_commands()) all.push_back(std::move(command));
  return all;
}

}  // namespace solemn::cli
