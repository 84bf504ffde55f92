// The search for what a ceremony left behind: windows of secrets, found again by a rolling hash and a salted digest.
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <bitset>
#include <charconv>
#include <map>

#include "base/error.hpp"
#include "hash/entropy.hpp"
#include "hash/sha256.hpp"
#include "keys/cleanup.hpp"
#include "keys/system_files.hpp"

namespace solemn::keys {

using base::ByteSpan;
using base::Code;
using base::Error;
using transcript::Json;

namespace {

constexpr std::size_t kWindowBytes = 16, kHexDigits = 2 * kWindowBytes, kBase64Digits = 22, kMaxWindows = 20000,
                      kMaxFound = 1000;
constexpr std::size_t kBlockBytes = std::size_t{1} << 20;
constexpr std::uint32_t kMultiplier = 0x9E3779B1;
constexpr const char* kSchema = "solemn.residue-fingerprints/2";

std::uint32_t rolling(ByteSpan window) {
  std::uint32_t h = 0;
  for (const std::byte b : window) h = h * kMultiplier + static_cast<std::uint32_t>(b) + 1;
  return h;
}
// The upper 24 bits: what a window gives away, beside a digest that nobody can invert. One filter a window: a second
// one, of the hex digits, would be another equation, and with a few of them the window can be solved for in halves.
std::uint32_t filter_of(std::uint32_t rolled) { return rolled >> 8; }

constexpr std::uint8_t kNoDigit = 255;
using DigitTable = std::array<std::uint8_t, 256>;

constexpr DigitTable table_of(std::string_view digits, std::string_view others) {
  DigitTable table{};
  table.fill(kNoDigit);
  for (std::size_t i = 0; i < digits.size(); ++i)
    table[static_cast<unsigned char>(digits[i])] = static_cast<std::uint8_t>(i);
  for (std::size_t i = 0; i < others.size(); ++i)
    table[static_cast<unsigned char>(others[i])] = static_cast<std::uint8_t>(digits.size() - others.size() + i);
  return table;
}
constexpr DigitTable kHex = table_of("0123456789abcdef", "ABCDEF");
constexpr DigitTable kBase64 = table_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", "-_");

/// 16 bytes from bit `skip` of the digits on; each digit has n_bits.
void decode(base::MutableByteSpan out, ByteSpan text, const DigitTable& table, unsigned n_bits, unsigned skip) {
  std::uint32_t bits = 0;
  unsigned held = 0;
  std::size_t next = 0;
  for (const std::byte c : text) {
    bits = bits << n_bits | table[std::to_integer<std::size_t>(c)];
    held += n_bits;
    if (skip != 0) {
      held -= skip;  // fewer than the digit has
      skip = 0;
    }
    if (held < 8 || next == out.size()) continue;
    held -= 8;
    out[next++] = static_cast<std::byte>(bits >> held);
  }
}

struct Place {
  const std::string& where;
  std::uint64_t offset;
  const char* form;
};

/// All windows, searched at once: as they are, and as what runs of digits stand for.
class Searcher {
 public:
  explicit Searcher(const Fingerprints& fingerprints) : fingerprints_(fingerprints) {
    leaving_ = 1;
    for (std::size_t i = 0; i < kWindowBytes; ++i) leaving_ *= kMultiplier;
    for (const auto& window : fingerprints.windows()) {
      by_filter_.emplace(window.filter, &window);
      maybe_.set(window.filter & 0xffff);
    }
  }
  /// Windows that end in block[fresh..]. scratch: 16 bytes.
  void search(ByteSpan block, std::size_t fresh, std::uint64_t block_offset, base::MutableByteSpan scratch,
              const std::string& where, std::vector<Residue>& found) const {
    search_bytes(block, fresh, block_offset, where, found);
    search_digits(block, fresh, block_offset, scratch, where, found);
  }

 private:
  void search_bytes(ByteSpan block, std::size_t fresh, std::uint64_t block_offset, const std::string& where,
                    std::vector<Residue>& found) const {
    if (block.size() < kWindowBytes) return;
    std::uint32_t h = rolling(block.first(kWindowBytes - 1));
    for (std::size_t end = kWindowBytes; end <= block.size(); ++end) {
      h = h * kMultiplier + static_cast<std::uint32_t>(block[end - 1]) + 1;
      if (end > kWindowBytes) h -= leaving_ * (static_cast<std::uint32_t>(block[end - 1 - kWindowBytes]) + 1);
      if (end > fresh)
        confirm(h, block.subspan(end - kWindowBytes, kWindowBytes), {where, block_offset + end - kWindowBytes, "bytes"},
                found);
    }
  }
  void search_digits(ByteSpan block, std::size_t fresh, std::uint64_t block_offset, base::MutableByteSpan scratch,
                     const std::string& where, std::vector<Residue>& found) const {
    std::size_t n_hex = 0, n_base64 = 0;  // digits in a row before `end`
    for (std::size_t end = 1; end <= block.size(); ++end) {
      const auto c = std::to_integer<std::size_t>(block[end - 1]);
      n_hex = kHex[c] == kNoDigit ? 0 : n_hex + 1;
      n_base64 = kBase64[c] == kNoDigit ? 0 : n_base64 + 1;
      if (end <= fresh) continue;
      if (n_hex >= kHexDigits) {
        decode(scratch, block.subspan(end - kHexDigits, kHexDigits), kHex, 4, 0);
        confirm(rolling(scratch), scratch, {where, block_offset + end - kHexDigits, "hex"}, found);
      }
      // A window begins with a digit, or with the lower four or two bits of one.
      for (const unsigned skip : {0U, 2U, 4U}) {
        if (n_base64 < kBase64Digits) break;
        decode(scratch, block.subspan(end - kBase64Digits, kBase64Digits), kBase64, 6, skip);
        confirm(rolling(scratch), scratch, {where, block_offset + end - kBase64Digits, "base64"}, found);
      }
    }
  }
  void confirm(std::uint32_t rolled, ByteSpan window, const Place& place, std::vector<Residue>& found) const {
    const std::uint32_t filter = filter_of(rolled);
    if (!maybe_[filter & 0xffff]) return;
    const auto [first, last] = by_filter_.equal_range(filter);
    if (first == last) return;
    const base::Hash32 digest = fingerprints_.digest_of(window);
    for (auto at = first; at != last; ++at) {
      if (at->second->digest == digest && found.size() < kMaxFound)
        found.push_back({place.where, place.offset, at->second->name, place.form});
    }
  }

  const Fingerprints& fingerprints_;
  std::uint32_t leaving_ = 1;
  std::multimap<std::uint32_t, const Fingerprints::Window*> by_filter_;
  std::bitset<65536> maybe_;
};

/// Takes blocks of one place after the other; the end of each is kept, so that no window falls between two.
class Scanner {
 public:
  explicit Scanner(const Fingerprints& fingerprints)
      : searcher_(fingerprints), buffer_(kBlockBytes + kOverlap + kWindowBytes) {}
  /// `read` fills a span from an offset and says how many bytes it gave; 0 at the end.
  template <class Read>
  void scan(const std::string& where, const Read& read) {
    const base::MutableByteSpan all = buffer_.expose().first(kBlockBytes + kOverlap);
    const base::MutableByteSpan scratch = buffer_.expose().last(kWindowBytes);
    std::size_t kept = 0;
    for (std::uint64_t offset = 0;;) {
      const std::size_t got = read(offset, all.subspan(kept, kBlockBytes));
      if (got == 0) break;
      searcher_.search(all.first(kept + got), kept, offset - kept, scratch, where, report.found);
      offset += got;
      report.bytes += got;
      const std::size_t keep = std::min(kOverlap, kept + got);
      std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(kept + got - keep), keep, all.begin());
      kept = keep;
    }
    base::wipe(buffer_.expose());
  }
  const std::byte* buffer_begin() const { return buffer_.expose().data(); }
  ScanReport report;

 private:
  static constexpr std::size_t kOverlap = kHexDigits - 1;
  Searcher searcher_;
  base::SecretArray<std::byte> buffer_;
};

void scan_file(Scanner& scanner, const base::Path& path) {
  try {
    const base::InputFile file(path);
    scanner.scan(path.string(), [&](std::uint64_t offset, base::MutableByteSpan out) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), file.size() - offset));
      file.read_at(offset, out.first(n));
      return n;
    });
    ++scanner.report.files;
  } catch (const Error& error) { scanner.report.not_looked.push_back(error.message()); }
}

void scan_folder(Scanner& scanner, const base::Path& folder) {
  namespace fs = std::filesystem;
  std::error_code failure;
  fs::directory_iterator at(folder, failure), end;
  if (failure) scanner.report.not_looked.push_back("'" + folder.string() + "': " + failure.message());
  for (; !failure && at != end; at.increment(failure)) {
    const fs::file_status status = at->symlink_status(failure);
    if (fs::is_directory(status))
      scan_folder(scanner, at->path());
    else if (fs::is_regular_file(status))
      scan_file(scanner, at->path());
  }
}

struct Region {
  std::uintptr_t begin = 0, end = 0;
  bool readable = false;
  std::string label;
};
// "7f0c-7f0d rw-p 00000000 00:00 0   [heap]"
std::vector<Region> own_regions() {
  std::vector<Region> regions;
  for (const auto& row : system_table(system_text("/proc/self/maps").value_or(""))) {
    Region region;
    if (row.size() < 2) continue;
    const std::size_t dash = row[0].find('-');
    const char* text = row[0].data();
    std::from_chars(text, text + dash, region.begin, 16);
    std::from_chars(text + dash + 1, text + row[0].size(), region.end, 16);
    region.readable = row[1].starts_with("r");
    region.label = row.size() > 5 ? row[5] : "";
    regions.push_back(region);
  }
  return regions;
}

std::size_t read_own(std::uintptr_t address, base::MutableByteSpan out) {
  const iovec local{out.data(), out.size()};
  const iovec remote{reinterpret_cast<void*>(address), out.size()};
  const ssize_t got = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
  return got < 0 ? 0 : static_cast<std::size_t>(got);
}

}  // namespace

Fingerprints::Fingerprints() { hash::os_random(salt_); }

base::Hash32 Fingerprints::digest_of(ByteSpan window) const {
  hash::Sha256 digest;
  digest.update(base::as_bytes(kSchema));
  digest.update(salt_);
  digest.update(window);
  return digest.finish();
}

void Fingerprints::add(const std::string& name, ByteSpan secret) {
  if (secret.size() < kWindowBytes)
    throw Error(Code::usage, "a secret of fewer than 16 bytes could be guessed from its fingerprint",
                "leave it out: passwords are searched for by hand");
  for (std::size_t at = 0;; at = std::min(at + kWindowBytes, secret.size() - kWindowBytes)) {
    const ByteSpan window = secret.subspan(at, kWindowBytes);
    windows_.push_back({name, filter_of(rolling(window)), digest_of(window)});
    if (at + kWindowBytes == secret.size()) break;
  }
}

std::string Fingerprints::json() const {
  Json list = Json::array();
  for (const Window& window : windows_)
    list.push_back({{"filter", window.filter}, {"name", window.name}, {"sha256", base::to_hex(window.digest)}});
  return Json{{"salt", base::to_hex(salt_)}, {"schema", kSchema}, {"windows", std::move(list)}}.dump(1) + "\n";
}

Fingerprints Fingerprints::from_json(std::string_view text) {
  const Json json = transcript::parse_json(text);
  transcript::object_of(json, "the fingerprints", {"salt", "schema", "windows"});
  const auto salt = base::from_hex(transcript::string_of(json["salt"], "the salt"));
  if (json["schema"] != kSchema || !salt || salt->size() != 16)
    throw Error(Code::malformed, "not fingerprints of this version", "make them with: solemn keys residue fingerprint");
  Fingerprints made;
  std::copy(salt->begin(), salt->end(), made.salt_.begin());
  for (const Json& item : transcript::array_of(json["windows"], "the windows", kMaxWindows)) {
    transcript::object_of(item, "a window", {"filter", "name", "sha256"});
    Window window{transcript::name_of(item["name"], "a window's name"), 0, {}};
    const std::uint64_t filter = transcript::number_of(item["filter"], "a window's filter");
    const auto digest = base::from_hex(transcript::string_of(item["sha256"], "a window's sha256"));
    if (filter >= (1U << 24) || !digest || digest->size() != 32)
      throw Error(Code::malformed, "a window of the fingerprints is not one of this version");
    window.filter = static_cast<std::uint32_t>(filter);
    std::copy(digest->begin(), digest->end(), window.digest.begin());
    made.windows_.push_back(std::move(window));
  }
  return made;
}

ScanReport scan_paths(const Fingerprints& fingerprints, const std::vector<base::Path>& paths) {
  Scanner scanner(fingerprints);
  for (const base::Path& path : paths) {
    std::error_code failure;
    if (std::filesystem::is_directory(path, failure))
      scan_folder(scanner, path);
    else
      scan_file(scanner, path);
  }
  return std::move(scanner.report);
}

ScanReport scan_own_memory(const Fingerprints& fingerprints) {
  Scanner scanner(fingerprints);
  const auto own = reinterpret_cast<std::uintptr_t>(scanner.buffer_begin());
  for (const Region& region : own_regions()) {
    const bool is_buffer = region.begin <= own && own < region.end;
    if (!region.readable || is_buffer || region.label.starts_with("[v")) continue;
    const std::uint64_t before = scanner.report.bytes;
    scanner.scan("memory " + region.label, [&](std::uint64_t offset, base::MutableByteSpan out) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), region.end - region.begin - offset));
      return n == 0 ? 0 : read_own(region.begin + offset, out.first(n));
    });
    if (scanner.report.bytes == before) scanner.report.not_looked.push_back("memory " + region.label);
  }
  return std::move(scanner.report);
}

}  // namespace solemn::keys
