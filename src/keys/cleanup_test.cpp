#include "keys/cleanup.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/file_test_folder.hpp"
#include "keys/fake_machine.hpp"
#include "sign/base64.hpp"

namespace solemn::keys {
namespace {

using base::as_bytes;
using transcript::Json;

base::Bytes a_secret(unsigned seed, std::size_t n = 32) {
  base::Bytes bytes(n);
  std::array<unsigned char, randombytes_SEEDBYTES> start{};
  start[0] = static_cast<unsigned char>(seed);
  randombytes_buf_deterministic(bytes.data(), n, start.data());
  return bytes;
}

class Residues : public ::testing::Test {
 protected:
  // What is found in a file with this content.
  std::vector<Residue> in(std::string_view content) {
    base::write_file(folder / "file", as_bytes(content), base::Overwrite::yes);
    return scan_paths(fingerprints, {folder / "file"}).found;
  }
  std::string text(const base::Bytes& bytes) { return std::string(base::as_text(bytes)); }
  base::TestFolder folder;
  Fingerprints fingerprints;
};

TEST_F(Residues, EveryFormAtEveryPlace) {
  const base::Bytes secret = a_secret(1);
  fingerprints.add("maintainer-1", secret);
  std::string hex = base::to_hex(secret), upper = hex;
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
  EXPECT_TRUE(in(std::string(5000, 'x')).empty());
  for (const std::size_t before : {0U, 1U, 2U, 3U, 15U, 1048560U, 1048575U, 1048576U}) {
    const std::string pad(before, 'p');
    for (const auto& [form, found_form] : {std::pair{text(secret), "bytes"}, {hex, "hex"}, {upper, "hex"}}) {
      const auto found = in(pad + form + "tail");
      ASSERT_EQ(found.size(), 2U) << found_form << " after " << before;  // both halves
      EXPECT_EQ(found[0].offset_bytes, before);
      EXPECT_EQ(found[0].form, found_form);
      EXPECT_EQ(found[0].name, "maintainer-1");
    }
    if (before > 100) continue;
    const std::string encoded = sign::to_base64(as_bytes(pad + text(secret) + "and more"));
    EXPECT_FALSE(in("text " + encoded).empty()) << before;
    std::string url = encoded;
    std::replace(url.begin(), url.end(), '+', '-');
    std::replace(url.begin(), url.end(), '/', '_');
    EXPECT_FALSE(in(url).empty()) << before;
  }
}

TEST_F(Residues, HalfOfASecretIsFoundAndLessIsNot) {
  const base::Bytes secret = a_secret(2);
  fingerprints.add("k", secret);
  EXPECT_EQ(in("..." + text(secret).substr(16)).size(), 1U);
  EXPECT_EQ(in(text(secret).substr(1, 15)).size(), 0U);
}

// Filters of the same bytes in other forms are further equations about them, sums of one term for each digit: with
// those of hex in both cases and of base64, 200 bits of a window of 128, which meet in the middle.
TEST_F(Residues, OneFilterForEachWindowIsAllThatIsGivenAway) {
  fingerprints.add("k", a_secret(7));
  ASSERT_EQ(fingerprints.size(), 2U);
  const auto json = transcript::parse_json(fingerprints.json());
  for (const auto& window : json["windows"]) {
    EXPECT_EQ(window.size(), 3U) << window.dump();
    EXPECT_LT(window["filter"].get<std::uint64_t>(), 1U << 24);
  }
}

TEST_F(Residues, EverySizeHasAWindowAtItsEnd) {
  for (const std::size_t n : {16U, 17U, 31U, 33U, 1700U}) {
    Fingerprints one;
    one.add("k", a_secret(3, n));
    base::write_file(folder / "f", base::ByteSpan(a_secret(3, n)).last(16), base::Overwrite::yes);
    EXPECT_EQ(scan_paths(one, {folder / "f"}).found.size(), 1U) << n;
  }
}

TEST_F(Residues, TheFileHoldsNoSecretAndComesBackTheSame) {
  const base::Bytes secret = a_secret(4);
  fingerprints.add("k", secret);
  const std::string json = fingerprints.json();
  EXPECT_TRUE(in(json).empty()) << "the fingerprints name themselves";
  EXPECT_EQ(Fingerprints::from_json(json).json(), json);
  base::write_file(folder / "s", secret, base::Overwrite::no);
  EXPECT_EQ(scan_paths(Fingerprints::from_json(json), {folder / "s"}).found.size(), 2U);
  Fingerprints other;
  other.add("k", secret);
  EXPECT_NE(other.json(), json) << "the salt is new every time";
}

TEST_F(Residues, HostileFingerprintFiles) {
  fingerprints.add("k", a_secret(5));
  const std::string json = fingerprints.json();
  for (const auto& [what, with] : {std::pair{"\"filter\": ", "\"filter\": 9"},
                                   {"residue-fingerprints/2", "residue-fingerprints/1"},
                                   {"\"name\": \"k\"", "\"name\": \"\""},
                                   {"\"salt\": \"", "\"salt\": \"00"}}) {
    std::string changed = json;
    const std::size_t at = changed.find(what);
    ASSERT_NE(at, std::string::npos) << what;
    changed.replace(at, std::string_view(what).size(), with);
    if (std::string_view(with) == "\"filter\": 9") changed.insert(at + 11, "99999999");
    EXPECT_THROW(Fingerprints::from_json(changed), base::Error) << with;
  }
  EXPECT_THROW(fingerprints.add("pin", as_bytes("123456789012345")), base::Error);
}

TEST_F(Residues, FoldersAreWalkedAndLinksAreNot) {
  const base::Bytes secret = a_secret(6);
  fingerprints.add("k", secret);
  std::filesystem::create_directories(folder / "a/b");
  base::write_file(folder / "a/b/left", secret, base::Overwrite::no);
  std::filesystem::create_symlink("/", folder / "a/root");
  const ScanReport report = scan_paths(fingerprints, {folder / "a", folder / "none"});
  ASSERT_EQ(report.found.size(), 2U);
  EXPECT_EQ(report.found[0].where, (folder / "a/b/left").string());
  EXPECT_EQ(report.files, 1U);
  EXPECT_EQ(report.bytes, 32U);
  ASSERT_EQ(report.not_looked.size(), 1U);
}

TEST_F(Residues, OwnMemory) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer keeps freed memory and terabytes of shadow";
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "the sanitizer keeps freed memory and terabytes of shadow";
#endif
#endif
  base::SecretArray<std::byte> secret(32);
  randombytes_buf(secret.expose().data(), 32);
  fingerprints.add("k", secret.expose());
  {
    const ScanReport report = scan_own_memory(fingerprints);
    EXPECT_GE(report.found.size(), 2U) << "guarded memory is memory";
    EXPECT_GT(report.bytes, 1'000'000U);
  }
  base::wipe(secret.expose());
  base::wipe_stack();
  const ScanReport clean = scan_own_memory(fingerprints);
  EXPECT_TRUE(clean.found.empty()) << clean.found[0].where << " " << clean.found[0].form;
}

TEST(Wiping, WhatEachMethodGives) {
  EXPECT_EQ(verdict_of(Medium::usb_flash, Method::overwrite), WipeVerdict::overwritten_not_trustworthy);
  EXPECT_EQ(verdict_of(Medium::usb_flash, Method::sanitize), WipeVerdict::destroy);
  EXPECT_EQ(verdict_of(Medium::nvme, Method::sanitize), WipeVerdict::sanitize_command_reported_ok);
  EXPECT_EQ(verdict_of(Medium::solid_state, Method::overwrite), WipeVerdict::overwritten_not_trustworthy);
  EXPECT_EQ(verdict_of(Medium::magnetic, Method::crypto_erase), WipeVerdict::erased_cryptographically);
  EXPECT_EQ(verdict_of(Medium::paper, Method::overwrite), WipeVerdict::destroy);
  EXPECT_EQ(verdict_of(Medium::memory, Method::power_off), WipeVerdict::volatile_gone_with_power);
  EXPECT_EQ(verdict_of(Medium::unknown, Method::sanitize), WipeVerdict::destroy);
}

TEST(Wiping, ThePlanForEachDeviceOfAMachine) {
  const base::TestFolder folder;
  const testing::FakeMachine machine(folder.path());
  machine.file("sys/block/sda/queue/rotational", "0\n");
  machine.file("sys/block/sda/size", "2048\n");
  machine.file("sys/block/sda/sda1/partition", "1\n");
  machine.file("sys/block/sdb/queue/rotational", "1\n");
  machine.file("sys/block/nvme0n1/size", "1\n");
  machine.file("sys/block/vda/size", "1\n");
  machine.file("sys/block/loop0/size", "1\n");
  machine.file("sys/block/zram0/size", "1\n");
  auto devices = block_devices(folder.path());
  ASSERT_EQ(devices.size(), 4U);
  EXPECT_EQ(devices[1].name, "sda");
  EXPECT_EQ(devices[1].size_bytes, 1048576U);
  EXPECT_EQ(plan_wipe(devices[0]).best, WipeVerdict::sanitize_command_reported_ok);
  EXPECT_EQ(plan_wipe(devices[1]).method, Method::sanitize);
  EXPECT_EQ(devices[2].medium, Medium::magnetic);
  EXPECT_EQ(plan_wipe(devices[3]).best, WipeVerdict::destroy) << "a virtual disk";
  machine.file("sys/block/sda/sda1/holders/dm-0/dm/uuid", "CRYPT-LUKS2-00\n");
  devices = block_devices(folder.path());
  EXPECT_EQ(plan_wipe(devices[1]).best, WipeVerdict::erased_cryptographically);
  EXPECT_NE(plan_wipe(devices[1]).caution.find("spare blocks"), std::string::npos);
}

TEST(Wiping, AFileOnDiskIsNotTrustworthyAndOneInMemoryIs) {
  const base::TestFolder folder;
  const testing::FakeMachine machine(folder.path());
  machine.file("tmp/a", "secret");
  machine.file("disk/b", "secret");
  EXPECT_EQ(wipe_file(folder / "tmp/a", folder.path()).verdict, WipeVerdict::volatile_gone_with_power);
  EXPECT_EQ(wipe_file(folder / "disk/b", folder.path()).verdict, WipeVerdict::overwritten_not_trustworthy);
  machine.file("tmp/c", "secret");
  machine.file("proc/swaps", "Filename\n/dev/sda2 partition\n");
  EXPECT_EQ(wipe_file(folder / "tmp/c", folder.path()).verdict, WipeVerdict::overwritten_not_trustworthy);
}

TEST(Certificate, ComesBackTheSameAndClaimsNothingThatTheMethodDoesNotGive) {
  CleanupCertificate made;
  made.ceremony = "drill 1";
  made.time = "2026-11-26T10:00:00Z";
  made.destroyed = {{{"sdb", "Ultra", "AA01", Medium::usb_flash}, Method::destroy, WipeVerdict::destroy, "drilled"},
                    {{"sdc", "Ultra", "AA02", Medium::usb_flash}, Method::overwrite, WipeVerdict::destroy, ""}};
  made.returned = {{"laptop", "L1", "bag 0042", "safe, Ada"}};
  made.performed_by = {"Fay"};
  made.witnesses = {"Wim"};
  const Json json = made.json();
  EXPECT_EQ(CleanupCertificate::from_json(json).json(), json);
  EXPECT_EQ(made.open_items(), std::vector<std::string>{"sdc"});
  Json lie = json;
  lie["devices"][1]["verdict"] = "sanitize-command-reported-ok";
  EXPECT_THROW(CleanupCertificate::from_json(lie), base::Error);
  lie["devices"][1]["verdict"] = "overwritten-not-trustworthy";
  EXPECT_NO_THROW(CleanupCertificate::from_json(lie));
  lie["devices"][1]["verdict"] = "clean";
  EXPECT_THROW(CleanupCertificate::from_json(lie), base::Error);
}

}  // namespace
}  // namespace solemn::keys
