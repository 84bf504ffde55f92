#include "keys/environment.hpp"

#include <gtest/gtest.h>

#include "base/file_test_folder.hpp"
#include "keys/fake_machine.hpp"
#include "keys/system_files.hpp"

namespace solemn::keys {
namespace {

using base::Outcome;

class EnvironmentOf : public ::testing::Test {
 protected:
  // The one rule that this machine breaks, with its detail.
  void expect_only(std::string_view rule, std::string_view detail, Outcome outcome = Outcome::failed) {
    const Environment seen = machine.look();
    EXPECT_FALSE(seen.isolated());
    for (const base::Check& check : seen.verdict.checks()) {
      EXPECT_EQ(check.outcome, check.rule == rule ? outcome : Outcome::passed) << check.rule << ": " << check.detail;
    }
    ASSERT_EQ(seen.violations().size(), 1U);
    EXPECT_NE(seen.violations()[0].find(detail), std::string::npos) << seen.violations()[0];
  }
  base::TestFolder folder;
  testing::FakeMachine machine{folder.path() / "machine"};
};

TEST_F(EnvironmentOf, AQuietMachineIsIsolated) {
  const Environment seen = machine.look();
  EXPECT_TRUE(seen.isolated()) << (seen.violations().empty() ? "" : seen.violations()[0]);
  EXPECT_EQ(seen.verdict.checks().size(), 8U);
  EXPECT_EQ(seen.clock_source, "tsc");
  EXPECT_EQ(seen.kernel, "6.1.0-test");
}

TEST_F(EnvironmentOf, ALinkThatIsUp) {
  machine.link("eth0", "0x1003", "1", "down");
  expect_only("links", "eth0 is up (of the machine, outside");
  machine.file("proc/self/net/dev", "h\nh\n    lo: 1\n  eth0: 1\n");
  expect_only("links", "links: eth0 is up");
}

TEST_F(EnvironmentOf, ALinkWithCarrierThatIsNotUp) {
  machine.link("enp1s0", "0x1002", "1", "down");
  EXPECT_TRUE(machine.look().isolated()) << "a socket without a cable is no link";
  EXPECT_EQ(machine.look().verdict.find("links")->detail, "down: enp1s0");
  machine.file("sys/class/net/enp1s0/carrier", "1\n");
  expect_only("links", "enp1s0 has carrier");
}

TEST_F(EnvironmentOf, ALinkOfTheNamespaceThatSysfsDoesNotShow) {
  machine.file("proc/self/net/dev", "h\nh\n    lo: 1\n  veth7: 1\n");
  expect_only("links", "veth7 is there and cannot be looked at");
}

TEST_F(EnvironmentOf, TypeDecidesWhatIsLoopback) {
  machine.link("lo", "0x1003", "1", "up");  // an Ethernet card under that name
  expect_only("links", "lo is up");
}

TEST_F(EnvironmentOf, Routes) {
  machine.file("proc/self/net/route", "Iface\tDestination\tGateway\tFlags\neth0\t00000000\t0102A8C0\t0003\n");
  expect_only("routes", "eth0 (default) IPv4");
  machine.file("proc/self/net/route", "Iface\tDestination\tGateway\tFlags\n");
  machine.file("proc/self/net/ipv6_route", std::string(32, '0') + " 00 " + std::string(32, '0') + " 00 " +
                                               std::string(32, '0') + " 00000400 00000001 00000000 00000003 wlan0\n");
  expect_only("routes", "wlan0 (default) IPv6");
}

TEST_F(EnvironmentOf, Radios) {
  machine.file("sys/class/bluetooth/hci0/type", "");
  expect_only("radios", "bluetooth hci0");
  machine.remove("sys/class/bluetooth");
  machine.file("sys/class/rfkill/rfkill0/hard", "0\n");
  machine.file("sys/class/rfkill/rfkill0/type", "wlan\n");
  expect_only("radios", "rfkill rfkill0 wlan (not switched off by hardware)");
  machine.remove("sys/class/rfkill");
  machine.file("sys/class/ieee80211/phy0/name", "");
  expect_only("radios", "ieee80211 phy0");
  machine.remove("sys/class/ieee80211");
  machine.file("sys/class/wwan/wwan0/name", "");
  expect_only("radios", "wwan wwan0");
}

TEST_F(EnvironmentOf, SwapAndZram) {
  machine.file("sys/block/zram0/disksize", "0\n");
  EXPECT_TRUE(machine.look().isolated());
  machine.file("sys/block/zram0/disksize", "4096\n");
  expect_only("swap", "zram0");
  machine.remove("sys/block");
  machine.file("proc/swaps", "Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n");
  expect_only("swap", "/dev/sda2");
}

TEST_F(EnvironmentOf, Hibernation) {
  machine.file("sys/power/state", "freeze mem disk\n");
  EXPECT_TRUE(machine.look().isolated()) << "nothing to write to";
  machine.file("sys/power/resume", "254:3\n");
  expect_only("hibernation", "possible, to device 254:3");
}

TEST_F(EnvironmentOf, CoreDumpsAndLockedMemory) {
  auto question = machine.question();
  question.process.dumpable = true;
  machine.file("proc/sys/kernel/core_pattern", "|/usr/lib/handler %p\n");
  EXPECT_EQ(look_at_environment(question).violations().at(0),
            "core-dumps: this program can be dumped, and the system hands dumps to a program");
  question.process = {false, false};
  EXPECT_EQ(look_at_environment(question).violations().at(0), "locked-memory: the kernel refused to lock a page");
  machine.file("proc/self/limits",
               "Max core file size   unlimited  unlimited bytes\nMax locked memory    65536   65536   bytes\n");
  EXPECT_EQ(machine.look().violations().size(), 2U);
}

TEST_F(EnvironmentOf, Clock) {
  auto question = machine.question();
  question.now = 3600;
  EXPECT_NE(look_at_environment(question).violations().at(0).find("clock: 1970-01-01T01:00:00Z is far off"),
            std::string::npos);
  machine.remove("sys/devices");
  expect_only("clock", "source unknown");
}

TEST_F(EnvironmentOf, TemporaryFolderMustBeMemory) {
  auto question = machine.question();
  question.temporary = machine.root() / "tmp";
  EXPECT_TRUE(look_at_environment(question).isolated());
  question.temporary = machine.root() / "sys";
  EXPECT_NE(look_at_environment(question).violations().at(0).find("is ext4"), std::string::npos);
}

TEST_F(EnvironmentOf, BinaryHash) {
  auto question = machine.question();
  question.binary_sha256 = "3cd7b2d4e3f3e0a5a6ad1a5e3e5b4b0c7fd7c8a3b1f5e0a5a6ad1a5e3e5b4b0c";
  const Environment seen = look_at_environment(question);
  EXPECT_EQ(seen.verdict.find("binary-hash")->outcome, Outcome::failed);
  question.binary_sha256 = seen.binary_sha256;
  EXPECT_TRUE(look_at_environment(question).isolated());
  question.binary = machine.root() / "bin/none";
  EXPECT_EQ(look_at_environment(question).verdict.find("binary-hash")->outcome, Outcome::not_run);
}

TEST_F(EnvironmentOf, WhatCannotBeReadIsNotIsolated) {
  machine.remove("proc/swaps");
  expect_only("swap", "cannot be read", Outcome::not_run);
}

TEST_F(EnvironmentOf, WhatIsThereAndCannotBeReadIsNotIsolated) {
  const auto unreadable = [&](const char* name) {  // a folder in its place
    machine.remove(name);
    machine.file(base::Path(name) / "x", "");
  };
  unreadable("sys/power/state");
  expect_only("hibernation", "sys/power/state cannot be read", Outcome::not_run);
  machine.remove("sys/power");
  EXPECT_TRUE(machine.look().isolated()) << "a kernel that cannot sleep";
  unreadable("proc/self/net/ipv6_route");
  expect_only("routes", "ipv6_route cannot be read", Outcome::not_run);
  machine.remove("proc/self/net/ipv6_route");
  EXPECT_TRUE(machine.look().isolated()) << "a kernel without IPv6";
}

TEST_F(EnvironmentOf, UsbStorageIsListedAndNoViolation) {
  const std::string usb = "sys/devices/pci0/usb1/1-2";
  machine.file(usb + "/serial", "AA00112233\n");
  machine.file(usb + "/host4/target4/4:0:0:0/block/sdb/size", "100\n");
  machine.file(usb + "/host4/target4/4:0:0:0/vendor", "SanDisk \n");
  machine.file("sys/block/sda/size", "1\n");
  std::filesystem::create_directory_symlink("../devices/pci0/usb1/1-2/host4/target4/4:0:0:0/block/sdb",
                                            machine.root() / "sys/block/sdb");
  std::filesystem::create_directory_symlink("../..", machine.root() / usb / "host4/target4/4:0:0:0/block/sdb/device");
  const Environment seen = machine.look();
  EXPECT_TRUE(seen.isolated());
  ASSERT_EQ(seen.usb_storage.size(), 1U);
  EXPECT_EQ(seen.usb_storage[0].device, "sdb");
  EXPECT_EQ(seen.usb_storage[0].vendor, "SanDisk ");
  EXPECT_EQ(seen.usb_storage[0].serial, "AA00112233");
}

TEST_F(EnvironmentOf, TheWatchTellsWhatChanged) {
  std::int64_t now = 100;
  EnvironmentWatch watch([&] { return machine.look(); }, [&] { return now; });
  EXPECT_TRUE(watch.poll().empty());
  machine.link("usb0", "0x1003", "1", "up");
  now = 107;
  const auto up = watch.poll();
  ASSERT_EQ(up.size(), 1U);
  EXPECT_EQ(up[0].time, 107);
  EXPECT_EQ(up[0].rule, "links");
  EXPECT_TRUE(up[0].worse);
  EXPECT_NE(up[0].text.find("usb0 is up"), std::string::npos);
  EXPECT_NE(up[0].text.find("(before: none but loopback)"), std::string::npos);
  EXPECT_TRUE(watch.poll().empty()) << "told once";
  EXPECT_FALSE(watch.latest().isolated());
  machine.remove("sys/class/net/usb0");
  const auto down = watch.poll();
  ASSERT_EQ(down.size(), 1U);
  EXPECT_FALSE(down[0].worse);
}

TEST(SystemFiles, MountsWithSpacesAndTheLaterMountCounts) {
  base::TestFolder folder;
  const testing::FakeMachine machine(folder.path() / "m");
  machine.file("proc/self/mounts",
               "/dev/a / ext4 rw 0 0\nt /with\\040space tmpfs rw 0 0\n/dev/b /with\\040space xfs rw 0 0\n");
  EXPECT_EQ(file_system_of(machine.root(), "/with space/x"), "xfs");
  EXPECT_EQ(file_system_of(machine.root(), "/with spacer"), "ext4");
}

}  // namespace
}  // namespace solemn::keys
