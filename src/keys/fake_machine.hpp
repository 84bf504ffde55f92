#pragma once
// A machine made of files: proc/ and sys/ of a laptop that is fit for a ceremony, to be spoilt by tests.
#include "base/file.hpp"
#include "keys/environment.hpp"

namespace solemn::keys::testing {

class FakeMachine {
 public:
  explicit FakeMachine(base::Path root) : root_(std::move(root)) {
    file("proc/self/net/dev", "Inter-| Receive | Transmit\n face |bytes\n    lo: 1 2 3\n");
    file("proc/self/net/route", "Iface\tDestination\tGateway \tFlags\n");
    file("proc/self/net/ipv6_route",
         "00000000000000000000000000000001 80 00000000000000000000000000000000 00 00000000000000000000000000000000 "
         "00000000 00000002 00000000 80200001       lo\n");
    file("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
    file("proc/self/limits",
         "Limit                     Soft Limit           Hard Limit           Units     \n"
         "Max core file size        0                    0                    bytes     \n"
         "Max locked memory         8388608              8388608              bytes     \n");
    file("proc/self/mounts", "/dev/sda1 / ext4 rw 0 0\ntmpfs " + (root_ / "tmp").string() + " tmpfs rw 0 0\n");
    file("proc/sys/kernel/core_pattern", "core\n");
    file("proc/sys/kernel/osrelease", "6.1.0-test\n");
    file("sys/power/state", "freeze mem\n");
    file("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
    link("lo", "0x9", "772", "unknown");
    file("tmp/.keep", "");
    file("bin/solemn", "a program");
  }
  void file(const base::Path& name, const std::string& text) const {
    std::filesystem::create_directories((root_ / name).parent_path());
    base::write_file(root_ / name, base::as_bytes(text), base::Overwrite::yes);
  }
  void link(const std::string& name, const std::string& flags, const std::string& type,
            const std::string& state) const {
    const base::Path folder = base::Path("sys/class/net") / name;
    file(folder / "flags", flags + "\n");
    file(folder / "type", type + "\n");
    file(folder / "operstate", state + "\n");
  }
  void remove(const base::Path& name) const { std::filesystem::remove_all(root_ / name); }
  EnvironmentQuestion question() const {
    EnvironmentQuestion question;
    question.root = root_;
    question.process = {false, true};
    question.now = 1'795'000'000;
    question.binary = root_ / "bin/solemn";
    return question;
  }
  Environment look() const { return look_at_environment(question()); }
  const base::Path& root() const { return root_; }

 private:
  base::Path root_;
};

}  // namespace solemn::keys::testing
