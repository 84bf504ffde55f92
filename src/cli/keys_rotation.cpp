// solemn keys rotate, revoke, approve: statements about keys, and who speaks for them.
#include "base/error.hpp"
#include "base/time.hpp"
#include "cli/bundle_verbs.hpp"
#include "cli/keys_shares.hpp"
#include "cli/transcript_verbs.hpp"
#include "keys/statements.hpp"
#include "transcript/store.hpp"

namespace solemn::cli {
namespace {

using base::Code;
using base::Error;

constexpr std::uint64_t kMaxStatementBytes = 1 << 20;

sign::DsseEnvelope statement_from(const Arguments& arguments) {
  return sign::parse_dsse(base::read_file(arguments.path("STATEMENT"), kMaxStatementBytes));
}

const keys::InventoryKey& key_option(const keys::Inventory& inventory, const Arguments& arguments,
                                     std::string_view option) {
  const keys::InventoryKey* key = inventory.find(arguments.text(option));
  if (key == nullptr)
    throw Error(Code::usage, "there is no key '" + arguments.text(option) + "' in the inventory",
                "solemn keys status " + shell_word(arguments.path("DIR")));
  return *key;
}

transcript::Json statement_body(const sign::DsseEnvelope& envelope) {
  return {{"statement", transcript::parse_json(sign::write_dsse(envelope))}};
}

void tell_statement(const sign::DsseEnvelope& envelope, const std::string& text, Ui& ui) {
  ui.line(base::printable(text));
  ui.json()["payload_sha256"] = keys::payload_sha256(envelope);
  ui.json()["statement"] = base::printable(text);
}

std::string told(const keys::Bounds& bounds) {
  return (bounds.expires.empty() ? "good as long as the key is" : "good until " + bounds.expires) + " in the record " +
         bounds.record;
}

/// "m1 (02ab...) hands over to m2 (03cd...)", for whoever approves.
std::string told(const sign::DsseEnvelope& envelope) {
  try {
    const keys::Rotation rotation = keys::read_rotation(envelope);
    return rotation.old_key.id + " (" + rotation.old_key.key.hex() + ") hands over to " + rotation.new_key.id + " (" +
           rotation.new_key.key.hex() + "), " +
           (rotation.emergency() ? std::string("at once: an emergency")
                                 : "both good for " + std::to_string(rotation.transition_days) + " days") +
           (rotation.reason.empty() ? "" : ": " + rotation.reason) + "; " + told(rotation.bounds);
  } catch (const Error&) {}
  try {
    const keys::Resharing resharing = keys::read_resharing(envelope);
    return "the shares of " + resharing.key.id + " (" + resharing.key.key.hex() + ") are dealt anew: set " +
           resharing.key.set_id + " gives way to set " + resharing.new_set_id + ": " + resharing.reason + "; " +
           told(resharing.bounds);
  } catch (const Error&) {}
  const keys::Revocation revocation = keys::read_revocation(envelope);
  return revocation.key.id + " (" + revocation.key.key.hex() + ") is revoked: " + revocation.reason +
         (revocation.presigned ? ", signed beforehand" : "") +
         (revocation.replaced_by.empty() ? "" : ", followed by " + revocation.replaced_by) + "; " +
         told(revocation.bounds);
}

// ---- rotate

int run_rotate_start(const Arguments& arguments, Ui& ui) {
  const OpenInventory open = open_inventory(arguments);
  const keys::InventoryKey& old_key = key_option(open.inventory, arguments, "--old");
  keys::Rotation rotation{keys::reference_to(old_key),
                          keys::reference_to(key_option(open.inventory, arguments, "--new")),
                          keys::bounds_of(open.inventory, now_from(arguments)), open.inventory.policy.transition,
                          arguments.maybe("--reason").value_or("")};
  if (arguments.flag("--emergency")) {
    if (old_key.state != keys::State::revoked)
      throw Error(Code::refused, old_key.id + " is not revoked", "first: solemn keys revoke create, approve, complete");
    if (rotation.reason.empty()) throw Error(Code::usage, "an emergency says why", "--reason TEXT");
    rotation.transition_days = 0;
    rotation.revocation_sha256 = old_key.revocation_sha256;
  }
  const sign::DsseEnvelope envelope = keys::statement_of(rotation);
  tell_statement(envelope, told(envelope), ui);
  write_out(arguments, sign::write_dsse(envelope), ui);
  ui.next("solemn keys approve " + shell_word(arguments.path("OUT")) + " OUT2 --set OLD.set.json --share SHARE");
  return 0;
}

int run_rotate_verify(const Arguments& arguments, Ui& ui) {
  const OpenInventory open = open_inventory(arguments);
  const sign::DsseEnvelope envelope = statement_from(arguments);
  return ui.verdict(keys::verify_rotation(open.inventory, envelope, now_from(arguments)),
                    quoted(arguments.path("STATEMENT")));
}

int run_rotate_complete(const Arguments& arguments, Ui& ui) {
  const sign::DsseEnvelope envelope = statement_from(arguments);
  append_to_inventory(keys::kRotatedType, statement_body(envelope), arguments, ui);
  tell_statement(envelope, told(envelope), ui);
  return 0;
}

int run_rotate_shares(const Arguments& arguments, Ui& ui) {
  const OpenInventory open = open_inventory(arguments);
  const sharing::ShareSet fresh = sharing::read_set(arguments.path("--set")).set;
  const sign::DsseEnvelope envelope = keys::statement_of(
      keys::Resharing{keys::reference_to(key_option(open.inventory, arguments, "--key")), base::to_hex(fresh.id()),
                      arguments.text("--reason"), keys::bounds_of(open.inventory, now_from(arguments))});
  (void)keys::read_resharing(envelope);
  tell_statement(envelope, told(envelope), ui);
  write_out(arguments, sign::write_dsse(envelope), ui);
  ui.next("solemn keys approve " + shell_word(arguments.path("OUT")) + " OUT2 --set OLD.set.json --share SHARE");
  return 0;
}

// ---- revoke

int run_revoke_create(const Arguments& arguments, Ui& ui) {
  const OpenInventory open = open_inventory(arguments);
  if (!keys::is_revocation_reason(arguments.text("--reason")))
    throw Error(Code::usage, "'" + arguments.text("--reason") + "' is no reason of RFC 5280 that ends a key",
                "keyCompromise, superseded, cessationOfOperation, affiliationChanged, privilegeWithdrawn, unspecified");
  keys::Revocation revocation{keys::reference_to(key_option(open.inventory, arguments, "--key")),
                              arguments.text("--reason"),
                              keys::bounds_of(open.inventory, now_from(arguments)),
                              arguments.flag("--presigned"),
                              arguments.maybe("--replaced-by").value_or(""),
                              arguments.maybe("--supersedes").value_or("")};
  if (revocation.presigned) revocation.bounds.expires.clear();
  const sign::DsseEnvelope envelope = keys::statement_of(revocation);
  (void)keys::read_revocation(envelope);
  tell_statement(envelope, told(envelope), ui);
  write_out(arguments, sign::write_dsse(envelope), ui);
  ui.next("solemn keys approve " + shell_word(arguments.path("OUT")) + " OUT2 --set NAME.set.json --share SHARE");
  return 0;
}

int run_revoke_verify(const Arguments& arguments, Ui& ui) {
  const OpenInventory open = open_inventory(arguments);
  const sign::DsseEnvelope envelope = statement_from(arguments);
  return ui.verdict(keys::verify_revocation(open.inventory, envelope, now_from(arguments)),
                    quoted(arguments.path("STATEMENT")));
}

int run_revoke_complete(const Arguments& arguments, Ui& ui) {
  const sign::DsseEnvelope envelope = statement_from(arguments);
  append_to_inventory(keys::kRevokedType, statement_body(envelope), arguments, ui);
  tell_statement(envelope, told(envelope), ui);
  return 0;
}

// ---- shares speak

int run_approve(const Arguments& arguments, Ui& ui) {
  sign::DsseEnvelope envelope = statement_from(arguments);
  const std::string text = told(envelope);  // nothing else is signed here
  const bool by_shares = !arguments.list("--share").empty() || arguments.maybe("--ask");
  const auto set_path = arguments.maybe("--set");
  const auto signers = open_signers(arguments);
  if (by_shares ? !set_path : signers.empty())
    throw Error(Code::usage, "nothing to approve with", "--set FILE with --share FILE or --ask N, or --sign-key KEY");
  tell_statement(envelope, text, ui);
  if (by_shares) {
    const sharing::SetFile file = sharing::read_set(*set_path);
    const sharing::ShareSet& set = file.set;
    if (file.sealed && arguments.flag("--rebuild"))
      throw Error(Code::refused, "these shares rebuild another key: the one that seals " + set.name,
                  "without --rebuild the custodians speak for the key");
    sharing::Randomness randomness;
    const std::vector<sharing::Share> shares = read_shares(arguments, "--share");
    if (arguments.flag("--rebuild")) {
      keys::approve_with_key(envelope, sharing::recover(set, shares));
    } else {
      for (const sharing::Share& share : shares) keys::approve_with_share(envelope, set, share, randomness);
    }
  }
  for (const auto& signer : signers) sign::sign_dsse(envelope, *signer);
  ui.json()["signatures"] = envelope.signatures.size();
  write_out(arguments, sign::write_dsse(envelope), ui);
  return 0;
}

// ---- the table

const Positional kOut{"OUT", "the file to write"};
const Positional kStatement{"STATEMENT", "of keys rotate start or keys revoke create, approved"};
const Option kShareOption{"--share", "FILE", "a share as text, or - (may be repeated)", false, Kind::file, true};

std::vector<Option> writing(std::vector<Option> options) {
  return std::move(options) + std::vector<Option>{kInventorySignOption, kTimeOption} + signer_options();
}

std::vector<Command> rotate_commands() {
  return {
      {"keys",
       "rotate",
       "start",
       "state that one key follows another",
       {kRecordArgument, kOut},
       {{"--old", "ID", "the active key", true},
        {"--new", "ID", "the pending key that follows", true},
        {"--emergency", "", "at once: the old key was revoked before"},
        {"--reason", "TEXT", "why; an emergency must say"},
        kTimeOption},
       "The statement is valid when the old key and the new one approved it, each by its own signature or by as many "
       "custodians as its threshold. In an emergency the revoked key's signature counts for nothing: its custodians "
       "or more than half of the remaining keys speak for it. It counts in this record and for 90 days.",
       {},
       run_rotate_start},
      {"keys",
       "rotate",
       "shares",
       "state that the shares of a key were dealt anew",
       {kRecordArgument, kOut},
       {{"--key", "ID", "whose shares", true},
        {"--set", "FILE", "the new public set, of keys reshare", true, Kind::file},
        {"--reason", "TEXT", "why", true},
        kTimeOption},
       "Valid when as many custodians of the old shares approved it as their threshold, and as many holders of the new "
       "ones. Then: keys inventory shares DIR ID reshared --statement FILE --set FILE.",
       {},
       run_rotate_shares},
      {"keys",
       "rotate",
       "verify",
       "may this key follow that one",
       {kRecordArgument, kStatement},
       {kReplaceableRootOption, kTimeOption},
       "",
       {},
       run_rotate_verify},
      {"keys",
       "rotate",
       "complete",
       "enter a rotation; both keys are good for a while",
       {kRecordArgument, kStatement},
       writing({}),
       "",
       {},
       run_rotate_complete}};
}

std::vector<Command> revoke_commands() {
  return {{"keys",
           "revoke",
           "create",
           "state that a key is no longer good",
           {kRecordArgument, kOut},
           {{"--key", "ID", "which", true},
            {"--reason", "WORD", "of RFC 5280: keyCompromise, superseded, cessationOfOperation ...", true},
            {"--replaced-by", "ID", "the key that follows"},
            {"--supersedes", "HEX", "SHA-256 of an earlier notice"},
            {"--presigned", "", "to be signed by the key on the day it is made, and kept sealed with the shares"},
            kTimeOption},
           "Valid when the key itself approved, or its custodians, or enough of the remaining keys.",
           {},
           run_revoke_create},
          {"keys",
           "revoke",
           "verify",
           "is this key revoked by those who may",
           {kRecordArgument, kStatement},
           {kReplaceableRootOption, kTimeOption},
           "",
           {},
           run_revoke_verify},
          {"keys",
           "revoke",
           "complete",
           "enter an approved revocation",
           {kRecordArgument, kStatement},
           writing({}),
           "",
           {},
           run_revoke_complete}};
}

}  // namespace

std::vector<Command> keys_rotation_commands() {
  const Option keys_option{"--sign-key", "KEY",      "a key that approves: a file or a URI (may be repeated)",
                           false,        Kind::file, true};
  std::vector<Command> all = rotate_commands();
  for (Command& one : revoke_commands()) all.push_back(std::move(one));
  all.push_back({"keys",
                 "approve",
                 "",
                 "approve a rotation or a revocation, with shares or a key",
                 {kStatement, kOut},
                 std::vector<Option>{kSetOption,
                                     kShareOption,
                                     kAskOption,
                                     {"--rebuild", "", "the shares rebuild the key in locked memory, and it signs"},
                                     keys_option} +
                     signer_options(),
                 "Every share adds a proof of possession: the key is never rebuilt, and as many as its threshold speak "
                 "for it. What is approved is shown first.",
                 {},
                 run_approve});
  return all;
}

}  // namespace solemn::cli
