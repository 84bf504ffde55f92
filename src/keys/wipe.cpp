#include <algorithm>
#include <array>
#include <charconv>

#include "base/file_wipe.hpp"
#include "keys/cleanup.hpp"
#include "keys/system_files.hpp"

namespace solemn::keys {

namespace {

constexpr std::array<std::string_view, 9> kMedia = {"memory",  "magnetic", "solid-state", "nvme",   "usb-flash",
                                                    "optical", "token",    "paper",       "unknown"};
constexpr std::array<std::string_view, 5> kMethods = {"crypto-erase", "sanitize", "overwrite", "power-off", "destroy"};
constexpr std::array<std::string_view, 5> kVerdicts = {"erased-cryptographically", "sanitize-command-reported-ok",
                                                       "overwritten-not-trustworthy", "volatile-gone-with-power",
                                                       "destroy"};

template <class Word, std::size_t N>
std::optional<Word> word_named(const std::array<std::string_view, N>& words, std::string_view name) {
  const auto found = std::find(words.begin(), words.end(), name);
  if (found == words.end()) return std::nullopt;
  return static_cast<Word>(found - words.begin());
}

bool is_disk(Medium medium) {
  return medium == Medium::magnetic || medium == Medium::solid_state || medium == Medium::nvme ||
         medium == Medium::usb_flash;
}

// A dm-crypt mapping that holds this device or one of its partitions.
bool is_encrypted(const base::Path& folder) {
  const auto held_by_crypt = [](const base::Path& one) {
    const auto holders = names_in(one / "holders");
    return std::any_of(holders.begin(), holders.end(), [&](const std::string& holder) {
      return system_line(one / "holders" / holder / "dm/uuid").starts_with("CRYPT-");
    });
  };
  if (held_by_crypt(folder)) return true;
  const auto parts = names_in(folder);
  return std::any_of(parts.begin(), parts.end(), [&](const std::string& part) {
    std::error_code failure;
    return std::filesystem::exists(folder / part / "partition", failure) && held_by_crypt(folder / part);
  });
}

Medium medium_of(const std::string& name, const base::Path& folder) {
  if (folder.string().find("/usb") != std::string::npos) return Medium::usb_flash;
  if (name.starts_with("nvme")) return Medium::nvme;
  if (name.starts_with("sr")) return Medium::optical;
  if (name.starts_with("mmcblk")) return Medium::usb_flash;  // a memory card: the same flash, the same firmware
  if (!name.starts_with("sd")) return Medium::unknown;       // virtual disks: nobody here knows what lies below
  return system_line(folder / "queue/rotational") == "1" ? Medium::magnetic : Medium::solid_state;
}

}  // namespace

std::string_view name(Medium medium) noexcept { return kMedia[static_cast<std::size_t>(medium)]; }
std::optional<Medium> medium_named(std::string_view name) noexcept { return word_named<Medium>(kMedia, name); }
std::string_view name(Method method) noexcept { return kMethods[static_cast<std::size_t>(method)]; }
std::optional<Method> method_named(std::string_view name) noexcept { return word_named<Method>(kMethods, name); }
std::string_view name(WipeVerdict verdict) noexcept { return kVerdicts[static_cast<std::size_t>(verdict)]; }
std::string_view meaning(WipeVerdict verdict) noexcept {
  switch (verdict) {
    case WipeVerdict::erased_cryptographically:
      return "all of it lay behind an encryption whose only key is gone";
    case WipeVerdict::sanitize_command_reported_ok:
      return "the firmware says that it erased everything; nobody can look";
    case WipeVerdict::overwritten_not_trustworthy:
      return "a program overwrote it; copies may remain, on flash for certain";
    case WipeVerdict::volatile_gone_with_power:
      return "memory without swap: gone when the power is off";
    case WipeVerdict::destroy:
      break;
  }
  return "broken, shredded or burnt; where another method is named, that is still to be done";
}
std::optional<WipeVerdict> wipe_verdict_named(std::string_view name) noexcept {
  return word_named<WipeVerdict>(kVerdicts, name);
}

WipeVerdict verdict_of(Medium medium, Method method) noexcept {
  switch (method) {
    case Method::crypto_erase:
      return is_disk(medium) ? WipeVerdict::erased_cryptographically : WipeVerdict::destroy;
    case Method::sanitize:
      return (is_disk(medium) && medium != Medium::usb_flash) || medium == Medium::token
                 ? WipeVerdict::sanitize_command_reported_ok
                 : WipeVerdict::destroy;
    case Method::overwrite:
      return is_disk(medium) || medium == Medium::memory ? WipeVerdict::overwritten_not_trustworthy
                                                         : WipeVerdict::destroy;
    case Method::power_off:
      return medium == Medium::memory ? WipeVerdict::volatile_gone_with_power : WipeVerdict::destroy;
    case Method::destroy:
      break;
  }
  return WipeVerdict::destroy;
}

std::vector<Device> block_devices(const base::Path& root) {
  std::vector<Device> devices;
  for (const std::string& name : names_in(root / "sys/block")) {
    const auto is = [&](std::string_view kind) { return name.starts_with(kind); };
    if (is("loop") || is("ram") || is("zram") || is("dm-") || is("md")) continue;
    std::error_code failure;
    const base::Path folder = std::filesystem::canonical(root / "sys/block" / name, failure);
    if (failure) continue;
    Device device{name, system_line(folder / "device/model"), system_line(folder / "device/serial")};
    device.medium = medium_of(name, folder);
    device.encrypted = is_encrypted(folder);
    const std::string sectors = system_line(folder / "size");
    std::from_chars(sectors.data(), sectors.data() + sectors.size(), device.size_bytes);
    device.size_bytes *= 512;
    devices.push_back(std::move(device));
  }
  return devices;
}

WipeStep plan_wipe(const Device& device) {
  const std::string path = "/dev/" + device.name;
  const auto step = [&](Method method, std::vector<std::string> orders, std::string caution) {
    return WipeStep{device, method, verdict_of(device.medium, method), std::move(orders), std::move(caution)};
  };
  if (is_disk(device.medium) && device.encrypted) {
    return step(Method::crypto_erase, {"cryptsetup erase " + path + "   # or the partition with the LUKS header"},
                "true only if everything lay behind the encryption and no copy of the header or passphrase exists; on "
                "flash the old header may survive in spare blocks, so the passphrase must have been random and gone");
  }
  switch (device.medium) {
    case Medium::memory:
      return step(Method::power_off, {"power off, unplug, take the battery out, wait five minutes"},
                  "true only without swap and hibernation, which the environment check watched");
    case Medium::nvme:
      return step(Method::sanitize,
                  {"nvme sanitize " + path + " --sanact=start-crypto-erase   # or start-block-erase",
                   "nvme sanitize-log " + path + "   # until it says completed"},
                  "the firmware's word; nobody can look. Where that is not enough: destroy");
    case Medium::solid_state:
    case Medium::magnetic:
      return step(Method::sanitize,
                  {"hdparm --user-master u --security-set-pass p " + path,
                   "hdparm --user-master u --security-erase-enhanced p " + path},
                  "the firmware's word; drives are known that reported it and did nothing. Where that is not enough: "
                  "destroy");
    case Medium::token:
      return step(Method::sanitize, {"reset or re-initialise the token with its maker's tool"},
                  "the token's word that its keys are gone");
    case Medium::usb_flash:
      return step(Method::destroy, {"break the memory chips, keep the pieces with the record"},
                  "no command reaches the spare blocks of a USB stick or card");
    case Medium::optical:
    case Medium::paper:
      return step(Method::destroy, {"shred crosswise, then burn"}, "");
    case Medium::unknown:
      break;
  }
  return step(Method::destroy, {"find out what it is, or destroy it"}, "what it is made of is not known");
}

WipedFile wipe_file(const base::Path& path, const base::Path& root) {
  const std::string type = file_system_of(root, path);
  const auto swap = swaps(root);
  const bool memory_only = (type == "tmpfs" || type == "ramfs") && swap && swap->empty();
  const std::uint64_t size_bytes = base::overwrite_and_remove(path);
  return {path, size_bytes,
          memory_only ? WipeVerdict::volatile_gone_with_power : WipeVerdict::overwritten_not_trustworthy};
}

}  // namespace solemn::keys
