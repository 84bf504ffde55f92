#include "keys/environment.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "base/error.hpp"
#include "base/time.hpp"
#include "hash/sha256.hpp"
#include "keys/system_files.hpp"

namespace solemn::keys {

using base::Path;
using base::Verdict;

namespace {

constexpr unsigned kIffUp = 1, kLoopbackType = 772;
constexpr std::int64_t kPlausibleFrom = 1'700'000'000, kPlausibleTo = 4'000'000'000;
constexpr std::uint64_t kLockedBytesNeeded = std::uint64_t{1} << 20;

std::uint64_t number_in(std::string_view text, int numeral_base = 10) {
  if (text.starts_with("0x")) {
    text.remove_prefix(2);
    numeral_base = 16;
  }
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, numeral_base);
  return value;
}

/// A kernel without a feature has no file for it; one that cannot be read is another matter.
bool is_there(const Path& path) {
  std::error_code failure;
  return std::filesystem::exists(path, failure) || failure;
}

std::string joined(const std::vector<std::string>& words, std::string_view none) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + base::printable(word);
  return text.empty() ? std::string(none) : text;
}

// ---- links and routes

void describe(Link& link, const Path& folder) {
  link.flags = static_cast<unsigned>(number_in(system_line(folder / "flags")));
  link.type = static_cast<unsigned>(number_in(system_line(folder / "type")));
  link.carrier = system_line(folder / "carrier") == "1";
  link.operstate = system_line(folder / "operstate");
  link.address = system_line(folder / "address");
  std::error_code failure;
  link.physical = std::filesystem::exists(folder / "device", failure);
}

/// Those of the namespace and those of the machine. nullopt: neither can be read.
std::optional<std::vector<Link>> links_of(const Path& root) {
  const auto table = system_text(root / "proc/self/net/dev");
  const Path folder = root / "sys/class/net";
  const std::vector<std::string> machine = names_in(folder);
  if (!table && machine.empty()) return std::nullopt;
  std::vector<Link> links;
  for (const auto& row : system_table(table.value_or(""))) {
    const std::size_t colon = row[0].find(':');
    if (colon == std::string::npos) continue;  // the two headings
    links.push_back({row[0].substr(0, colon)});
    links.back().in_namespace = true;
  }
  for (const std::string& name : machine) {
    auto found = std::find_if(links.begin(), links.end(), [&](const Link& link) { return link.name == name; });
    if (found == links.end()) found = links.insert(links.end(), {name});
    describe(*found, folder / name);
  }
  return links;
}

std::string link_text(const Link& link) {
  std::string text = link.name;
  if (link.type == 0 && link.operstate.empty()) return text + " is there and cannot be looked at";
  if ((link.flags & kIffUp) != 0) text += " is up";
  if (link.carrier) text += (link.flags & kIffUp) != 0 ? " with carrier" : " has carrier";
  if (text == link.name) text += " is in state " + link.operstate;
  if (!link.in_namespace) text += " (of the machine, outside of this program's network namespace)";
  return text;
}

void check_links(Environment& seen, const Path& root) {
  const auto links = links_of(root);
  if (!links) return seen.verdict.not_run("links", "neither proc/self/net/dev nor sys/class/net can be read");
  seen.links = *links;
  std::vector<std::string> live, idle;
  for (const Link& link : seen.links) {
    if (link.live())
      live.push_back(link_text(link));
    else if (link.type != kLoopbackType)
      idle.push_back(link.name);
  }
  if (!live.empty()) return seen.verdict.fail("links", joined(live, ""));
  seen.verdict.pass("links", idle.empty() ? "none but loopback" : "down: " + joined(idle, ""));
}

// Rows of proc/net/route: Iface Destination Gateway Flags ... ; of ipv6_route: the interface last, flags before it.
void check_routes(Verdict& verdict, const Path& root) {
  const auto v4 = system_text(root / "proc/self/net/route");
  if (!v4) return verdict.not_run("routes", "proc/self/net/route cannot be read");
  std::vector<std::string> routes;
  for (const auto& row : system_table(*v4)) {
    if (row.size() < 4 || row[0] == "Iface" || row[0] == "lo") continue;
    routes.push_back(row[0] + (row[1] == "00000000" ? " (default)" : "") + " IPv4");
  }
  const auto v6 = system_text(root / "proc/self/net/ipv6_route");
  if (!v6 && is_there(root / "proc/self/net/ipv6_route"))
    return verdict.not_run("routes", "proc/self/net/ipv6_route cannot be read");
  for (const auto& row : system_table(v6.value_or(""))) {  // not there: a kernel without IPv6
    if (row.size() < 10 || row.back() == "lo") continue;
    const std::string text = row.back() + (row[1] == "00" ? " (default)" : "") + " IPv6";
    if (std::find(routes.begin(), routes.end(), text) == routes.end()) routes.push_back(text);
  }
  verdict.add("routes", routes.empty(), routes.empty() ? "none, IPv4 and IPv6" : joined(routes, ""));
}

void check_radios(Verdict& verdict, const Path& root) {
  const Path classes = root / "sys/class";
  if (names_in(classes).empty()) return verdict.not_run("radios", "sys/class cannot be read");
  std::vector<std::string> radios;
  for (const char* kind : {"ieee80211", "bluetooth", "wwan", "nfc"}) {
    for (const std::string& name : names_in(classes / kind)) radios.push_back(std::string(kind) + " " + name);
  }
  for (const std::string& name : names_in(classes / "rfkill")) {
    const Path one = classes / "rfkill" / name;
    const bool off = system_line(one / "hard") == "1";
    radios.push_back("rfkill " + name + " " + system_line(one / "type") +
                     (off ? " (switched off by hardware)" : " (not switched off by hardware)"));
  }
  verdict.add("radios", radios.empty(), radios.empty() ? "none" : joined(radios, "") + ": take them out");
}

// ---- memory that reaches a disk

void check_swap(Verdict& verdict, const Path& root) {
  const auto used = swaps(root);
  if (!used) return verdict.not_run("swap", "proc/swaps cannot be read");
  std::vector<std::string> all = *used;
  for (const std::string& name : names_in(root / "sys/block")) {
    const bool counted = std::any_of(all.begin(), all.end(), [&](const auto& s) { return s.ends_with(name); });
    if (name.starts_with("zram") && number_in(system_line(root / "sys/block" / name / "disksize")) != 0 && !counted) {
      all.push_back(name);
    }
  }
  verdict.add("swap", all.empty(), all.empty() ? "none, and no zram" : joined(all, "") + ": swapoff -a");
}

void check_hibernation(Verdict& verdict, const Path& root) {
  for (const char* file : {"sys/power/state", "sys/power/resume", "proc/swaps"})
    if (is_there(root / file) && !system_text(root / file))
      return verdict.not_run("hibernation", std::string(file) + " cannot be read");
  const std::string states = system_line(root / "sys/power/state"), resume = system_line(root / "sys/power/resume");
  const bool can = (" " + states + " ").find(" disk ") != std::string::npos;
  const bool target = !resume.empty() && resume != "0:0";
  const auto used = swaps(root);
  const bool swap = used && !used->empty();
  const std::string detail = !can     ? "not offered by the kernel"
                             : target ? "possible, to device " + resume
                             : swap   ? "possible, into the swap space"
                                      : "offered, and there is nothing to write to";
  verdict.add("hibernation", !can || (!target && !swap), detail);
}

// "Max core file size  0  unlimited  bytes": the soft limit; nullopt when there is no such line.
std::optional<std::string> limit_of(const Path& root, std::string_view title) {
  const std::string text = system_text(root / "proc/self/limits").value_or("");
  const std::size_t at = text.find(title);
  if (at == std::string::npos) return std::nullopt;
  const auto row = system_table(text.substr(at + title.size(), text.find('\n', at) - at - title.size()));
  return row.empty() ? std::nullopt : std::optional(row[0][0]);
}

void check_core_dumps(Environment& seen, const EnvironmentQuestion& question) {
  seen.core_pattern = system_line(question.root / "proc/sys/kernel/core_pattern");
  const auto limit = limit_of(question.root, "Max core file size");
  if (!limit) return seen.verdict.not_run("core-dumps", "proc/self/limits cannot be read");
  const bool piped = seen.core_pattern.starts_with("|");  // then the limit counts for nothing
  const bool off = !question.process.dumpable && *limit == "0";
  seen.verdict.add("core-dumps", off,
                   question.process.dumpable ? "this program can be dumped" +
                                                   std::string(piped ? ", and the system hands dumps to a program" : "")
                   : *limit != "0" ? "the limit is " + *limit
                                   : "off for this program, pattern '" + base::printable(seen.core_pattern) + "'");
}

void check_locked_memory(Verdict& verdict, const EnvironmentQuestion& question) {
  const auto limit = limit_of(question.root, "Max locked memory");
  if (!limit) return verdict.not_run("locked-memory", "proc/self/limits cannot be read");
  const bool enough = *limit == "unlimited" || number_in(*limit) >= kLockedBytesNeeded;
  verdict.add("locked-memory", enough && question.process.memory_locks,
              !enough                          ? "only " + *limit + " bytes may be locked: ulimit -l unlimited"
              : !question.process.memory_locks ? "the kernel refused to lock a page"
                                               : "a page was locked, the limit is " + *limit);
}

void check_clock(Environment& seen, const EnvironmentQuestion& question) {
  seen.clock_source = system_line(question.root / "sys/devices/system/clocksource/clocksource0/current_clocksource");
  const bool plausible = question.now >= kPlausibleFrom && question.now <= kPlausibleTo;
  const std::string shown =
      question.now >= 0 && question.now <= base::kMaxTime ? base::utc(question.now) : std::to_string(question.now);
  seen.verdict.add("clock", plausible && !seen.clock_source.empty(),
                   shown + (plausible ? ", compare it with a watch" : " is far off: set it by hand") + "; source " +
                       (seen.clock_source.empty() ? "unknown" : base::printable(seen.clock_source)));
}

void check_temporary(Verdict& verdict, const EnvironmentQuestion& question) {
  if (!question.temporary) return;
  const std::string type = file_system_of(question.root, *question.temporary);
  const bool memory = type == "tmpfs" || type == "ramfs";
  verdict.add("temporary-in-memory", memory,
              "'" + base::printable(question.temporary->string()) + "' is " + (type.empty() ? "unknown" : type) +
                  (memory ? "" : ": take a folder of a tmpfs, such as /dev/shm or /run/user/UID"));
}

void check_binary(Environment& seen, const EnvironmentQuestion& question) {
  try {
    const base::InputFile file(question.binary);
    hash::Sha256 digest;
    base::Bytes block(std::size_t{1} << 20);
    for (std::uint64_t at = 0; at < file.size(); at += block.size()) {
      const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), file.size() - at));
      file.read_at(at, {block.data(), n});
      digest.update({block.data(), n});
    }
    seen.binary_sha256 = base::to_hex(digest.finish());
  } catch (const base::Error& error) {
    if (question.binary_sha256) seen.verdict.not_run("binary-hash", error.message());
    return;
  }
  if (!question.binary_sha256) return;
  const bool same = seen.binary_sha256 == *question.binary_sha256;
  seen.verdict.add("binary-hash", same, same ? seen.binary_sha256 : "this program is " + seen.binary_sha256);
}

void check_packages(Environment& seen, const EnvironmentQuestion& question) {
  constexpr std::uint64_t kMaxStatusBytes = std::uint64_t{64} << 20;
  constexpr std::array<std::string_view, 4> kFields = {"Package", "Status", "Version", "Architecture"};
  std::vector<std::string> lines;
  try {
    const base::Bytes file = base::read_file(question.root / "var/lib/dpkg/status", kMaxStatusBytes);
    std::map<std::string, std::string, std::less<>> fields;
    const auto end_of_package = [&] {
      if (fields["Status"].ends_with(" installed"))
        lines.push_back("installed " + fields["Package"] + " " + fields["Version"] + " " + fields["Architecture"] +
                        "\n");
      fields.clear();
    };
    for (std::string_view rest = base::as_text(file); !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      const std::size_t colon = line.find(": ");
      if (line.empty()) {
        end_of_package();
      } else if (std::ranges::find(kFields, line.substr(0, colon)) != kFields.end() &&
                 colon != std::string_view::npos) {
        fields.emplace(line.substr(0, colon), line.substr(colon + 2));
      }
    }
    end_of_package();
  } catch (const base::Error& error) {
    if (question.packages_sha256) seen.verdict.not_run("packages", error.message());
    return;
  }
  std::ranges::sort(lines);
  hash::Sha256 digest;
  for (const std::string& line : lines) digest.update(base::as_bytes(line));
  seen.packages_sha256 = base::to_hex(digest.finish());
  seen.n_packages = lines.size();
  if (!question.packages_sha256) return;
  const bool same = seen.packages_sha256 == *question.packages_sha256;
  seen.verdict.add("packages", same,
                   std::to_string(lines.size()) + " packages, " +
                       (same ? "the list that was agreed on" : "SHA-256 " + seen.packages_sha256));
}

// A block device whose way through sysfs passes a USB port.
std::vector<UsbStorage> usb_storage_of(const Path& root) {
  std::vector<UsbStorage> found;
  for (const std::string& name : names_in(root / "sys/block")) {
    std::error_code failure;
    Path at = std::filesystem::canonical(root / "sys/block" / name, failure);
    if (failure || at.string().find("/usb") == std::string::npos) continue;
    UsbStorage one{name, system_line(at / "device/vendor"), system_line(at / "device/model"), ""};
    for (; at.has_relative_path() && one.serial.empty(); at = at.parent_path()) one.serial = system_line(at / "serial");
    found.push_back(std::move(one));
  }
  return found;
}

}  // namespace

ProcessFacts ProcessFacts::of_this_process() {
  ProcessFacts facts;
  facts.dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0;
  const auto page = static_cast<std::size_t>(std::max(1L, sysconf(_SC_PAGESIZE)));
  void* memory = mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return facts;
  facts.memory_locks = mlock(memory, page) == 0;
  munmap(memory, page);
  return facts;
}

bool Link::live() const noexcept {
  if (type == kLoopbackType || (name == "lo" && type == 0)) return false;
  if (type == 0 && operstate.empty()) return true;  // nothing is known of it
  return (flags & kIffUp) != 0 || carrier || operstate == "up";
}

std::vector<std::string> Environment::violations() const {
  std::vector<std::string> found;
  for (const base::Check& check : verdict.checks()) {
    if (check.outcome != base::Outcome::passed) found.push_back(std::string(check.rule) + ": " + check.detail);
  }
  return found;
}

Environment look_at_environment(const EnvironmentQuestion& question) {
  Environment seen;
  seen.kernel = system_line(question.root / "proc/sys/kernel/osrelease");
  check_links(seen, question.root);
  check_routes(seen.verdict, question.root);
  check_radios(seen.verdict, question.root);
  check_swap(seen.verdict, question.root);
  check_hibernation(seen.verdict, question.root);
  check_core_dumps(seen, question);
  check_locked_memory(seen.verdict, question);
  check_clock(seen, question);
  check_temporary(seen.verdict, question);
  check_binary(seen, question);
  check_packages(seen, question);
  seen.usb_storage = usb_storage_of(question.root);
  return seen;
}

EnvironmentWatch::EnvironmentWatch(Look look, Clock clock)
    : look_(std::move(look)), clock_(std::move(clock)), latest_(look_()) {}

std::vector<Incident> EnvironmentWatch::poll() {
  Environment now = look_();
  std::vector<Incident> incidents;
  for (const base::Check& check : now.verdict.checks()) {
    if (check.rule == "clock") continue;  // its text is another one at every look
    const base::Check* before = latest_.verdict.find(check.rule);
    const bool was_good = before != nullptr && before->outcome == base::Outcome::passed;
    const bool is_good = check.outcome == base::Outcome::passed;
    if (before != nullptr && before->outcome == check.outcome && before->detail == check.detail) continue;
    incidents.push_back({clock_(), std::string(check.rule), was_good && !is_good,
                         std::string(check.rule) + ": " + check.detail +
                             " (before: " + (before == nullptr ? "not looked at" : before->detail) + ")"});
  }
  const auto names = [](const Environment& one) {
    std::vector<std::string> list;
    for (const UsbStorage& usb : one.usb_storage)
      list.push_back(usb.device + " " + usb.vendor + " " + usb.model + " " + usb.serial);
    return joined(list, "none");
  };
  if (names(now) != names(latest_)) {
    incidents.push_back(
        {clock_(), "usb-storage", false, "usb-storage: " + names(now) + " (before: " + names(latest_) + ")"});
  }
  latest_ = std::move(now);
  return incidents;
}

}  // namespace solemn::keys
