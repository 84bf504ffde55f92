#pragma once
// Is this machine fit to hold keys: no link, no route, no radio, no swap, no core dumps. Looked at before a key
// ceremony and watched while it runs. What is read lies under proc/ and sys/ of a root folder, so that tests can make
// machines.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/verdict.hpp"

namespace solemn::keys {

/// What only the kernel can say about this very process.
struct ProcessFacts {
  bool dumpable = true;       // prctl(PR_GET_DUMPABLE) != 0
  bool memory_locks = false;  // a page could be locked
  static ProcessFacts of_this_process();
};

struct EnvironmentQuestion {
  base::Path root = "/";
  ProcessFacts process;
  std::int64_t now = 0;                        // what the clock says, for "clock"
  std::optional<base::Path> temporary;         // where temporary files will lie: must be memory
  base::Path binary = "/proc/self/exe";        // the running program
  std::optional<std::string> binary_sha256;    // of the release, 64 hex digits
  std::optional<std::string> packages_sha256;  // of the list that was agreed on, 64 hex digits
};

/// A network interface, of this program's network namespace (proc/net/dev) or of the machine (sys/class/net).
struct Link {
  std::string name;
  unsigned flags = 0;  // IFF_UP = 1
  unsigned type = 0;   // ARPHRD_*: 1 Ethernet, 772 loopback
  bool carrier = false, physical = false, in_namespace = false;
  std::string operstate = {}, address = {};
  /// Anything but a loopback that is up, has carrier or an operstate of "up".
  bool live() const noexcept;
};
struct UsbStorage {
  std::string device, vendor, model, serial;
};

/// The rules, in this order: links, routes, radios, swap, hibernation, core-dumps, locked-memory, clock; with a
/// temporary folder temporary-in-memory; with a hash binary-hash or packages.
struct Environment {
  base::Verdict verdict;
  std::vector<Link> links;
  std::vector<UsbStorage> usb_storage;  // a fact, no violation: sheets and records leave on such
  std::string clock_source, core_pattern, kernel, binary_sha256;
  /// Debian's installed packages, by var/lib/dpkg/status: SHA-256 of the sorted lines "installed NAME VERSION
  /// ARCHITECTURE", each with its newline. Empty where there is no such list.
  std::string packages_sha256;
  std::size_t n_packages = 0;
  bool isolated() const noexcept { return verdict.accepted(); }
  /// "links: eth0 is up", one for each failed rule.
  std::vector<std::string> violations() const;
};
/// Files that cannot be read count against the machine: the rule is "not run", and then it is not isolated.
Environment look_at_environment(const EnvironmentQuestion& question);

/// A change that was seen while a ceremony ran. Goes into its record as an incident.
struct Incident {
  std::int64_t time = 0;
  std::string rule;    // of the environment, or "usb-storage"
  bool worse = false;  // the rule failed now and did not before
  std::string text;    // "links: eth0 is up (before: none but lo)"
};

/// Looks again whenever it is asked, and tells what changed. Never sleeps; the caller has the rhythm.
class EnvironmentWatch {
 public:
  using Look = std::function<Environment()>;
  using Clock = std::function<std::int64_t()>;
  /// Looks once, for the state at the beginning.
  EnvironmentWatch(Look look, Clock clock);
  const Environment& latest() const noexcept { return latest_; }
  std::vector<Incident> poll();

 private:
  Look look_;
  Clock clock_;
  Environment latest_;
};

}  // namespace solemn::keys
