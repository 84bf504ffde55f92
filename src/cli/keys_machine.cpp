// solemn keys environment, wipe, residue: the machine of a key ceremony, before and after.
#include <chrono>
#include <thread>

#include "base/error.hpp"
#include "base/time.hpp"
#include "cli/bundle_verbs.hpp"
#include "cli/keys_verbs.hpp"
#include "cli/transcript_verbs.hpp"
#include "keys/cleanup.hpp"
#include "keys/environment.hpp"

namespace solemn::cli {
namespace {

using base::Code;
using base::Error;

constexpr std::uint64_t kMaxFingerprintBytes = 1 << 20, kMaxSecretBytes = 64 << 10;

// ---- environment

keys::EnvironmentQuestion environment_question(const Arguments& arguments) {
  keys::EnvironmentQuestion question;
  question.root = arguments.maybe("--root").value_or("/");
  question.process = keys::ProcessFacts::of_this_process();
  question.now = base::now_seconds();
  if (const auto folder = arguments.maybe("--temporary")) question.temporary = *folder;
  question.binary_sha256 = arguments.maybe("--binary-sha256");
  question.packages_sha256 = arguments.maybe("--packages-sha256");
  for (const auto& [option, digest] :
       {std::pair{"--binary-sha256", &question.binary_sha256}, {"--packages-sha256", &question.packages_sha256}})
    if (*digest && !release::is_digest(**digest))
      throw Error(Code::usage, std::string(option) + " must be 64 lower-case hexadecimal digits");
  return question;
}

void show_environment(const keys::Environment& seen, Ui& ui) {
  Json links = Json::array(), usb = Json::array();
  for (const keys::Link& link : seen.links)
    links.push_back({{"name", base::printable(link.name)},
                     {"flags", link.flags},
                     {"type", link.type},
                     {"carrier", link.carrier},
                     {"operstate", base::printable(link.operstate)},
                     {"address", base::printable(link.address)},
                     {"physical", link.physical},
                     {"in_namespace", link.in_namespace},
                     {"live", link.live()}});
  for (const keys::UsbStorage& one : seen.usb_storage) {
    usb.push_back({{"device", base::printable(one.device)},
                   {"vendor", base::printable(one.vendor)},
                   {"model", base::printable(one.model)},
                   {"serial", base::printable(one.serial)}});
    ui.line("USB storage: " + one.device + "  " + base::printable(one.vendor + " " + one.model + " " + one.serial));
  }
  Json violations = Json::array();
  for (const std::string& violation : seen.violations()) violations.push_back(base::printable(violation));
  ui.json().update({{"result", seen.isolated() ? "isolated" : "violated"},
                    {"violations", std::move(violations)},
                    {"links", std::move(links)},
                    {"usb_storage", std::move(usb)},
                    {"kernel", base::printable(seen.kernel)},
                    {"clock_source", base::printable(seen.clock_source)},
                    {"core_pattern", base::printable(seen.core_pattern)},
                    {"binary_sha256", seen.binary_sha256},
                    {"packages", seen.n_packages},
                    {"packages_sha256", seen.packages_sha256}});
  ui.line("kernel " + base::printable(seen.kernel) + "; this program: " + seen.binary_sha256);
  if (seen.n_packages != 0)
    ui.line(std::to_string(seen.n_packages) + " packages are installed; their list: " + seen.packages_sha256);
}

int run_environment(const Arguments& arguments, Ui& ui) {
  const keys::EnvironmentQuestion question = environment_question(arguments);
  const auto look = [&] {
    keys::EnvironmentQuestion now = question;
    now.now = base::now_seconds();
    return keys::look_at_environment(now);
  };
  keys::EnvironmentWatch watch(look, base::now_seconds);
  show_environment(watch.latest(), ui);
  const int status = ui.verdict(
      watch.latest().verdict, watch.latest().isolated() ? "this machine is isolated" : "this machine is not isolated");
  if (!arguments.maybe("--watch")) return status;
  const unsigned seconds = arguments.number("--watch", 1, 3600);
  Json incidents = Json::array();
  bool worse = false;
  ui.note("watching every " + std::to_string(seconds) + " s; ctrl-C ends it");
  while (!interrupted()) {
    std::this_thread::sleep_for(std::chrono::seconds(seconds));
    for (const keys::Incident& incident : watch.poll()) {
      worse = worse || incident.worse;
      ui.line(base::utc(incident.time) + (incident.worse ? "  INCIDENT  " : "  change    ") +
              base::printable(incident.text));
      incidents.push_back({{"time", base::utc(incident.time)},
                           {"rule", incident.rule},
                           {"worse", incident.worse},
                           {"text", base::printable(incident.text)}});
    }
  }
  ui.json()["incidents"] = std::move(incidents);
  return worse ? 1 : status;
}

// ---- wipe

int run_wipe_plan(const Arguments& arguments, Ui& ui) {
  Json steps = Json::array();
  std::vector<keys::Device> devices = keys::block_devices(arguments.maybe("--root").value_or("/"));
  devices.push_back({"memory", "", "", keys::Medium::memory});
  for (const keys::Device& device : devices) {
    const keys::WipeStep step = keys::plan_wipe(device);
    std::string title =
        device.name + "  " + std::string(keys::name(device.medium)) + (device.encrypted ? ", encrypted" : "");
    for (const std::string& part : {device.model, device.serial})
      if (!part.empty()) title += "  " + part;
    ui.line(base::printable(title));
    ui.line("    " + std::string(keys::name(step.method)) +
            (step.method == keys::Method::destroy ? "" : ": " + std::string(keys::name(step.best)) + " at best"));
    for (const std::string& order : step.orders) ui.line("      " + base::printable(order));
    if (!step.caution.empty()) ui.line("    " + step.caution);
    steps.push_back({{"device", base::printable(device.name)},
                     {"medium", keys::name(device.medium)},
                     {"encrypted", device.encrypted},
                     {"model", base::printable(device.model)},
                     {"serial", base::printable(device.serial)},
                     {"size_bytes", device.size_bytes},
                     {"method", keys::name(step.method)},
                     {"verdict", keys::name(step.best)},
                     {"orders", step.orders},
                     {"caution", step.caution}});
  }
  ui.json()["steps"] = std::move(steps);
  ui.note("nothing was touched: these are orders for people");
  return 0;
}

int run_wipe_files(const Arguments& arguments, Ui& ui) {
  Json files = Json::array();
  bool trustworthy = true;
  for (const std::string& path : arguments.list("FILE")) {
    const keys::WipedFile wiped = keys::wipe_file(path);
    trustworthy = trustworthy && wiped.verdict == keys::WipeVerdict::volatile_gone_with_power;
    ui.line(std::string(keys::name(wiped.verdict)) + "  " + quoted(base::Path(path)));
    files.push_back(
        {{"path", base::printable(path)}, {"size_bytes", wiped.size_bytes}, {"verdict", keys::name(wiped.verdict)}});
  }
  ui.json()["files"] = std::move(files);
  if (!trustworthy)
    ui.warning("copies may remain on the medium, on flash for certain; wipe or destroy it: solemn keys wipe plan");
  return 0;
}

int run_wipe_certificate(const Arguments& arguments, Ui& ui) {
  const auto certificate = keys::CleanupCertificate::from_json(
      transcript::parse_json(whole_text(arguments.path("DATA"), transcript::kMaxJsonBytes)));
  const std::string payload = transcript::canonical(certificate.json());
  const base::ByteSpan bytes = base::as_bytes(payload);
  sign::DsseEnvelope envelope{keys::kCleanupType, {bytes.begin(), bytes.end()}, {}};
  const auto signers = open_signers(arguments);
  for (const auto& signer : signers) sign::sign_dsse(envelope, *signer);
  base::write_file(arguments.path("OUT"), base::as_bytes(sign::write_dsse(envelope)),
                   ui.global().force ? base::Overwrite::yes : base::Overwrite::no);
  for (const auto& item : certificate.destroyed)
    ui.line(base::printable(item.device.name + "  " + item.device.serial + "  ") +
            std::string(keys::name(item.method)) + ": " + std::string(keys::name(item.verdict)));
  for (const auto& item : certificate.returned)
    ui.line(
        base::printable("returned: " + item.name + "  " + item.serial + "  " + item.seal + ", to " + item.handed_to));
  for (const std::string& name : certificate.open_items())
    ui.warning("still to be destroyed: " + base::printable(name));
  ui.json().update(
      {{"output", arguments.text("OUT")}, {"open", certificate.open_items()}, {"signatures", signers.size()}});
  ui.line("wrote " + quoted(arguments.path("OUT")) + " with " + std::to_string(signers.size()) + " signature(s)");
  return certificate.open_items().empty() && certificate.residues == 0 ? 0 : 1;
}

// ---- residue

int run_residue_fingerprint(const Arguments& arguments, Ui& ui) {
  keys::Fingerprints fingerprints;
  for (const std::string& source : arguments.list("SECRET")) {
    base::SecretArray<std::byte> secret(kMaxSecretBytes + 1);
    const std::size_t n = base::read_stream(source, secret.expose());
    if (n > kMaxSecretBytes) throw Error(Code::usage, quoted(base::Path(source)) + " is larger than 64 KiB");
    fingerprints.add(source == "-" ? "standard input" : base::printable(base::Path(source).filename().string()),
                     secret.expose().first(n));
  }
  const std::string json = fingerprints.json();
  base::write_file(arguments.path("--out"), base::as_bytes(json),
                   ui.global().force ? base::Overwrite::yes : base::Overwrite::no, base::Privacy::secret);
  ui.json().update({{"output", arguments.text("--out")}, {"windows", fingerprints.size()}});
  ui.line("wrote " + quoted(arguments.path("--out")) + ": " + std::to_string(fingerprints.size()) +
          " windows; each gives 24 bits of 128 away: destroy the file with the rest");
  return 0;
}

int run_residue_scan(const Arguments& arguments, Ui& ui) {
  const auto fingerprints =
      keys::Fingerprints::from_json(whole_text(arguments.path("--fingerprints"), kMaxFingerprintBytes));
  std::vector<base::Path> paths;
  for (const std::string& path : arguments.list("PATH")) paths.emplace_back(path);
  const keys::ScanReport report = keys::scan_paths(fingerprints, paths);
  Json found = Json::array();
  for (const keys::Residue& residue : report.found) {
    ui.line(quoted(base::Path(residue.where)) + " at " + std::to_string(residue.offset_bytes) + ": " +
            base::printable(residue.name) + " as " + residue.form);
    found.push_back({{"where", base::printable(residue.where)},
                     {"offset_bytes", residue.offset_bytes},
                     {"name", base::printable(residue.name)},
                     {"form", residue.form}});
  }
  ui.json().update({{"files", report.files},
                    {"bytes", report.bytes},
                    {"found", std::move(found)},
                    {"not_looked", report.not_looked}});
  setup::Verdict verdict;
  const std::string seen = std::to_string(report.files) + " files, " + base::human_bytes(report.bytes);
  verdict.add("no-residue", report.found.empty(),
              report.found.empty() ? "none in " + seen : std::to_string(report.found.size()) + " places in " + seen);
  for (const std::string& path : report.not_looked) verdict.not_run("no-residue", path);
  return ui.verdict(verdict, "what was looked at");
}

const Option kRootOption{"--root", "DIR", "read proc/ and sys/ below DIR (a copy of another machine's)", false,
                         Kind::file};

Command environment_command() {
  return {
      "keys",
      "environment",
      "",
      "is this machine isolated from networks and disks",
      {},
      {{"--binary-sha256", "HEX", "the release's hash of this program"},
       {"--packages-sha256", "HEX", "of the list of installed packages that was agreed on (docs/key-life-cycle.md)"},
       {"--temporary", "DIR", "where temporary files will lie: must be memory", false, Kind::file},
       {"--watch", "SECONDS", "look again and again, and tell every change", false, Kind::number},
       kRootOption},
      "A machine is isolated when every check passed; one that could not be made counts against it. Interfaces are "
      "those of the machine and of this program's namespace: a container on a connected machine is not isolated.",
      {{"solemn keys environment", "before anything secret exists"}},
      run_environment};
}

std::vector<Command> wipe_commands() {
  const Option sign_keys{"--sign-key", "KEY",      "who certifies: a file or a URI (may be repeated)",
                         true,         Kind::file, true};
  return {{"keys",
           "wipe",
           "plan",
           "what can be done about each device, and its worth",
           {},
           {kRootOption},
           "The words: erased-cryptographically, sanitize-command-reported-ok, overwritten-not-trustworthy, "
           "volatile-gone-with-power, destroy. This program runs none of the commands.",
           {{"solemn keys wipe plan", "after the ceremony"}},
           run_wipe_plan},
          {"keys",
           "wipe",
           "files",
           "overwrite files with zeros and remove them",
           {{"FILE", "regular files; links are refused", Kind::file, false, true}},
           {},
           "Worth something in memory (a tmpfs without swap). On disks copies may remain, and it says so.",
           {},
           run_wipe_files},
          {"keys",
           "wipe",
           "certificate",
           "sign what was wiped, destroyed and returned",
           {{"DATA", "JSON: devices with medium, method, verdict; returned equipment; see docs/key-life-cycle.md"},
            {"OUT", "the file to write: a DSSE envelope"}},
           std::vector<Option>{sign_keys} + signer_options(),
           "A verdict that the method does not give on that medium is refused. Status 1 while a device waits for its "
           "destruction or residue was found.",
           {},
           run_wipe_certificate}};
}

std::vector<Command> residue_commands() {
  return {
      {"keys",
       "residue",
       "fingerprint",
       "prepare the search without keeping secrets",
       {{"SECRET", "files with the secrets, or -", Kind::file, false, true}},
       {{"--out", "FILE", "the fingerprints (-o)", true, Kind::file}},
       "Keys and shares of 16 bytes and more; passwords could be guessed from their fingerprint.",
       {},
       run_residue_fingerprint},
      {"keys",
       "residue",
       "scan",
       "search files for what a ceremony left behind",
       {{"PATH", "files, or folders with everything below", Kind::file, false, true}},
       {{"--fingerprints", "FILE", "of keys residue fingerprint, or of keys run", true, Kind::file}},
       "Finds the bytes, their hex and base64, whole or in halves, at any place. Does not find shorter pieces, other "
       "encodings, compressed or encrypted copies, and nothing that a disk hides.",
       {},
       run_residue_scan}};
}

}  // namespace

std::vector<Command> keys_machine_commands() {
  std::vector<Command> all = {environment_command()};
  for (auto part : {wipe_commands(), residue_commands()}) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace solemn::cli
