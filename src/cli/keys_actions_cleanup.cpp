// What becomes of the media and the machines, and the certificate that says so.
#include "base/error.hpp"
#include "cli/keys_conductor.hpp"
#include "hash/sha256.hpp"
#include "keys/cleanup.hpp"

namespace solemn::cli {

namespace {

using keys::Medium;
using keys::Method;

constexpr std::array kMethods = {Method::crypto_erase, Method::sanitize, Method::overwrite, Method::power_off,
                                 Method::destroy};
constexpr std::array kMedia = {Medium::memory, Medium::magnetic,  Medium::solid_state,
                               Medium::nvme,   Medium::usb_flash, Medium::optical,
                               Medium::token,  Medium::paper,     Medium::unknown};

/// "1 crypto-erase  2 sanitize ...", five on a line.
template <class Words>
void show_numbered(Screen& screen, const Words& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += "  " + std::to_string(i + 1) + " " + std::string(name(words[i]));
    if (i % 5 != 4 && i + 1 != words.size()) continue;
    screen.line("  " + text);
    text.clear();
  }
}

/// 0 to n; nullopt for Enter.
std::optional<std::size_t> ask_number(Screen& screen, const std::string& prompt, std::size_t n) {
  while (true) {
    const std::string typed = screen.ask(prompt);
    if (typed.empty()) return std::nullopt;
    const std::size_t number = typed.size() == 1 ? static_cast<std::size_t>(typed[0] - '0') : n + 1;
    if (number <= n) return number;
  }
}

void advise(Screen& screen, const keys::WipeStep& step) {
  std::string title = step.device.name + ": " + std::string(name(step.device.medium));
  for (const std::string& part : {step.device.model, step.device.serial})
    if (!part.empty()) title += ", " + part;
  constexpr std::size_t kTogether = 14;  // what it is, the advice, and the question about it
  (void)screen.need(kTogether);
  screen.line();
  screen.strong(base::printable(title));
  screen.paragraph("Advised: " + std::string(name(step.method)) +
                       (step.method == Method::destroy ? "" : "; that is worth: " + std::string(name(step.best))),
                   4);
  for (const std::string& order : step.orders) screen.paragraph(base::printable(order), 6);
  if (!step.caution.empty()) screen.paragraph(step.caution, 4);
  show_numbered(screen, kMethods);
}

/// What was done to it; nullopt: it held nothing.
std::optional<keys::DestructionItem> ask_medium(Stage& stage, const keys::Slot& slot, keys::Device device,
                                                bool may_be_empty) {
  Screen& screen = stage.screen;
  const keys::WipeStep step = keys::plan_wipe(device);
  advise(screen, step);
  std::optional<std::size_t> number;
  do {
    number = ask_number(screen,
                        std::string("  What was done, its number (Enter: as advised") +
                            (may_be_empty ? "; 0: it held no secret): " : "): "),
                        kMethods.size());
  } while (number == 0U && !may_be_empty);
  if (number == 0U) return std::nullopt;
  keys::DestructionItem item{std::move(device), number ? kMethods.at(*number - 1) : step.method,
                             keys::WipeVerdict::destroy, ""};
  item.verdict = keys::verdict_of(item.device.medium, item.method);
  const bool open = item.verdict == keys::WipeVerdict::destroy && item.method != Method::destroy;
  screen.paragraph(open ? "That is worth nothing on it: it still has to be destroyed."
                        : "Worth: " + std::string(name(item.verdict)) + " (" + std::string(meaning(item.verdict)) + ")",
                   4);
  item.note = ask_text(
      screen, open ? "  Who keeps it sealed until then, and its seal: " : "  How, by whom, and what the device said: ");
  if (open) stage.incident(item.device.name + " waits for its destruction: " + item.note, slot.step->id);
  return item;
}

ActionResult list_media(Stage& stage, const keys::Slot& slot) {
  Screen& screen = stage.screen;
  ActionResult done;
  done.result["media"] = RecordJson::array();
  screen.paragraph(
      "One after the other: the disks that this machine shows, its memory, and then what you name. This program erases "
      "nothing: do what it advises, and type what was done.");
  std::vector<keys::Device> devices = keys::block_devices(stage.options.machine);
  for (keys::Device& device : devices) {
    for (std::string* text : {&device.name, &device.model, &device.serial}) *text = base::printable(*text);
    const auto item = ask_medium(stage, slot, std::move(device), true);
    if (item) done.result["media"].push_back(keys::item_json(*item));
  }
  const auto memory = ask_medium(stage, slot, {"memory of this machine", "", "", Medium::memory}, false);
  done.result["media"].push_back(keys::item_json(*memory));
  while (true) {
    screen.line();
    const std::string name = screen.ask("  Another medium that held secrets, like \"printer\" (Enter: no more): ");
    if (name.empty()) break;
    if (base::printable(name) != name || name.size() > 100) continue;
    show_numbered(screen, kMedia);
    std::optional<std::size_t> medium;
    while (!medium || *medium == 0) medium = ask_number(screen, "  What it is, its number: ", kMedia.size());
    keys::Device device{name, "", base::printable(screen.ask("  Its serial number (Enter: none): "))};
    device.medium = kMedia.at(*medium - 1);
    done.result["media"].push_back(keys::item_json(*ask_medium(stage, slot, std::move(device), false)));
  }
  return done;
}

ActionResult return_equipment(Stage& stage, const keys::Slot&) {
  Screen& screen = stage.screen;
  screen.paragraph("Everything that goes back to locked storage, one after the other.");
  ActionResult done;
  done.result["equipment"] = RecordJson::array();
  while (true) {
    screen.line();
    keys::ReturnedItem item;
    item.name = screen.ask("  Equipment that goes back, like \"laptop 1\" (Enter: no more): ");
    if (item.name.empty() && !done.result["equipment"].empty()) break;
    if (item.name.empty() || base::printable(item.name) != item.name || item.name.size() > 100) continue;
    item.serial = base::printable(screen.ask("  Its serial number (Enter: none): "));
    item.seal = base::printable(screen.ask("  Number of its seal (Enter: none): "));
    item.handed_to = ask_text(screen, "  Handed to whom, and where it is locked away: ");
    done.result["equipment"].push_back(keys::item_json(item));
  }
  return done;
}

ActionResult certify_destruction(Stage& stage, const keys::Slot&) {
  const keys::CeremonyFacts facts = keys::facts_of(stage.record.progress(), stage.record.entries());
  const std::string text = keys::destruction_text(facts);
  if (text.empty())
    throw base::Error(base::Code::usage, "nothing is recorded of media and equipment", "the script's order is wrong");
  const sign::DsseEnvelope envelope = keys::sign_by_all(keys::kCleanupType, text, stage.people, stage.keyring);
  ActionResult done;
  write_in_bundle(stage, done, "destruction.json", base::as_bytes(text));
  write_in_bundle(stage, done, "destruction.dsse.json", base::as_bytes(sign::write_dsse(envelope)));
  write_in_bundle(
      stage, done, "destruction.pdf",
      paper::destruction_pdf(keys::destruction_paper(stage.script, stage.people, facts, stage.facts())).expose());
  for (const std::string& item : facts.cleanup.open_items()) stage.screen.strong("Still to be destroyed: " + item);
  stage.screen.line("  " + std::to_string(envelope.signatures.size()) + " people signed, each with the own key.");
  read_aloud(stage.screen, "The certificate of destruction (SHA-256)", hash::sha256(base::as_bytes(text)));
  return done;
}

}  // namespace

Action cleanup_action(std::string_view name) {
  if (name == "media") return list_media;
  if (name == "equipment") return return_equipment;
  return name == "destruction" ? certify_destruction : nullptr;
}

}  // namespace solemn::cli
