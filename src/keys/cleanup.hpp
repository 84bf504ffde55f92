#pragma once
// After the ceremony: what can be said about each device that held secrets, a search for what was left behind, the
// certificate of destruction and the list of what goes back to storage. Nothing here claims more than the method gives:
// overwriting files on flash does not work (Wei et al., FAST '11), and firmware says what it likes about sanitizing.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/secret.hpp"
#include "sign/signer.hpp"
#include "transcript/canonical_json.hpp"

namespace solemn::keys {

constexpr const char* kCleanupType = "application/vnd.solemn.cleanup+json";  // of the certificate's envelope

// ---- wiping

enum class Medium : std::uint8_t { memory, magnetic, solid_state, nvme, usb_flash, optical, token, paper, unknown };
std::string_view name(Medium medium) noexcept;
std::optional<Medium> medium_named(std::string_view name) noexcept;

enum class Method : std::uint8_t { crypto_erase, sanitize, overwrite, power_off, destroy };
std::string_view name(Method method) noexcept;
std::optional<Method> method_named(std::string_view name) noexcept;

/// The words of the certificate, and no others.
enum class WipeVerdict : std::uint8_t {
  erased_cryptographically,      // the only key of an encrypted medium is gone
  sanitize_command_reported_ok,  // the firmware says so; nobody can look
  overwritten_not_trustworthy,   // copies may remain
  volatile_gone_with_power,      // memory without swap, after the power was off
  destroy,                       // nothing else is enough, or it was done
};
std::string_view name(WipeVerdict verdict) noexcept;
std::optional<WipeVerdict> wipe_verdict_named(std::string_view name) noexcept;
/// What this method gives on this medium, at best. `destroy` where it gives nothing.
WipeVerdict verdict_of(Medium medium, Method method) noexcept;

struct Device {
  std::string name;  // "sda", "nvme0n1", or what people call it
  std::string model = {}, serial = {};
  Medium medium = Medium::unknown;
  bool encrypted = false;  // a dm-crypt mapping lies on it
  std::uint64_t size_bytes = 0;
};
/// The block devices of the machine (sys/block under root), without loop, ram and device-mapper nodes.
std::vector<Device> block_devices(const base::Path& root);

struct WipeStep {
  Device device;
  Method method;
  WipeVerdict best;                 // verdict_of()
  std::vector<std::string> orders;  // commands for people; this program runs none of them
  std::string caution;              // what the method does not give
};
WipeStep plan_wipe(const Device& device);

/// Overwrites the files with zeros, flushes, removes them. Says what that is worth where they lay.
struct WipedFile {
  base::Path path;
  std::uint64_t size_bytes = 0;
  WipeVerdict verdict;
};
/// Throws Error{io}; Error{refused} for links and what is no regular file. root: for proc/mounts.
WipedFile wipe_file(const base::Path& path, const base::Path& root = "/");

// ---- residue

/// Windows of secrets, without the secrets: for each 16 bytes a 24-bit filter and a salted SHA-256. Only secrets of 16
/// bytes and more that nobody can guess may go in: passphrases could be tried out against the file. Found: the bytes
/// themselves, their hex (either case) and base64 (either alphabet) at any offset, in pieces from 16 bytes of the
/// secret on. Not found: shorter pieces, other encodings, compressed or encrypted copies, what the firmware of a disk
/// hides.
class Fingerprints {
 public:
  Fingerprints();
  /// Throws Error{usage}: fewer than 16 bytes.
  void add(const std::string& name, base::ByteSpan secret);
  std::size_t size() const noexcept { return windows_.size(); }
  std::string json() const;
  /// Throws Error{malformed}.
  static Fingerprints from_json(std::string_view text);

  struct Window {
    std::string name;
    std::uint32_t filter = 0;
    base::Hash32 digest{};
  };
  const std::vector<Window>& windows() const noexcept { return windows_; }
  base::Hash32 digest_of(base::ByteSpan window) const;

 private:
  std::array<std::byte, 16> salt_{};
  std::vector<Window> windows_;
};

struct Residue {
  std::string where;  // a path, or "memory"
  std::uint64_t offset_bytes = 0;
  std::string name, form;  // form: "bytes", "hex", "base64"
};
struct ScanReport {
  std::uint64_t files = 0, bytes = 0;
  std::vector<Residue> found;           // at most 1000
  std::vector<std::string> not_looked;  // "PATH: why": what could not be read
};
/// Files, and everything below folders (links are not followed).
ScanReport scan_paths(const Fingerprints& fingerprints, const std::vector<base::Path>& paths);
/// All readable memory of this process.
ScanReport scan_own_memory(const Fingerprints& fingerprints);

// ---- records

struct DestructionItem {
  Device device;
  Method method;
  WipeVerdict verdict;
  std::string note;  // command output, how it was destroyed
};
struct ReturnedItem {
  std::string name, serial, seal, handed_to;
};
/// As in the certificate, and in the result of the step that came before it.
transcript::Json item_json(const DestructionItem& item);
transcript::Json item_json(const ReturnedItem& item);
/// Throw Error{malformed}; the first also for a verdict that the method does not give on that medium.
DestructionItem destruction_item_from(const transcript::Json& json);
ReturnedItem returned_item_from(const transcript::Json& json);
/// What a verdict means, in a sentence for people.
std::string_view meaning(WipeVerdict verdict) noexcept;

/// Data of the certificate of clean-up; who prints it makes it pleasant.
struct CleanupCertificate {
  std::string ceremony, time;  // time: text
  std::vector<DestructionItem> destroyed;
  std::vector<ReturnedItem> returned;
  std::uint64_t scanned_bytes = 0, residues = 0;  // of the search for residue
  std::vector<std::string> performed_by, witnesses;
  /// Devices that are still to be destroyed: `destroy`, by another method than destroying.
  std::vector<std::string> open_items() const;
  transcript::Json json() const;
  /// Throws Error{malformed}; also for a verdict that the method does not give on that medium.
  static CleanupCertificate from_json(const transcript::Json& json);
};

}  // namespace solemn::keys
