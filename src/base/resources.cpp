#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/file_internal.hpp"

namespace solemn::base {

namespace {

using internal::folder_of;
using internal::quoted;

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end == text.data()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> read_number(const Path& file) {
  std::ifstream in(file);
  std::string word;
  if (!(in >> word)) return std::nullopt;
  return parse_number(word);  // "max" is no number: no limit
}

// The number after `key` in a file of lines "key value".
std::optional<std::uint64_t> read_entry(const Path& file, std::string_view key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string name, value;
    if (words >> name >> value && name == key) return parse_number(value);
  }
  return std::nullopt;
}

std::uint64_t minus(std::uint64_t a, std::uint64_t b) { return a > b ? a - b : 0; }

struct GroupFiles {
  const char* limit;
  const char* usage;
  const char* reclaimable;  // entry of memory.stat: file cache that the kernel gives back on demand
};
constexpr GroupFiles kVersion2 = {"memory.max", "memory.current", "inactive_file"};
constexpr GroupFiles kVersion1 = {"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"};

// The tightest limit of a control group and of all groups above it, up to the mount point.
std::uint64_t group_headroom(const Path& mount, const Path& group, const GroupFiles& files) {
  std::uint64_t least = kUnlimited;
  const bool inside = group.native().find("..") == std::string::npos;
  for (Path at = inside ? group.relative_path() : Path();; at = at.parent_path()) {
    const Path folder = mount / at;
    const auto limit = read_number(folder / files.limit);
    const auto usage = read_number(folder / files.usage);
    if (limit && usage) {
      const std::uint64_t cache = read_entry(folder / "memory.stat", files.reclaimable).value_or(0);
      least = std::min(least, minus(*limit, minus(*usage, cache)));
    }
    if (at.empty()) return least;
  }
}

// Lines of /proc/self/cgroup: "0::/path" (version 2), "5:cpu,memory:/path" (version 1).
std::uint64_t all_groups_headroom(const Path& root) {
  std::ifstream in(root / "proc/self/cgroup");
  std::uint64_t least = kUnlimited;
  for (std::string line; std::getline(in, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const Path group = line.substr(second + 1);
    if (controllers == ",,") least = std::min(least, group_headroom(root / "sys/fs/cgroup", group, kVersion2));
    if (controllers.find(",memory,") != std::string::npos) {
      least = std::min(least, group_headroom(root / "sys/fs/cgroup/memory", group, kVersion1));
    }
  }
  return least;
}

std::uint64_t machine_available(const Path& root) {
  const Path meminfo = root / "proc/meminfo";
  const auto kib = read_entry(meminfo, "MemAvailable:");
  if (kib) return *kib > kUnlimited / 1024 ? kUnlimited : *kib * 1024;
  const auto free_kib = read_entry(meminfo, "MemFree:");
  if (free_kib) return *free_kib > kUnlimited / 1024 ? kUnlimited : *free_kib * 1024;
  return kUnlimited;
}

// What ulimit -v and ulimit -d leave to this process.
std::uint64_t process_headroom() {
  std::uint64_t total_pages = 0, skip = 0, data_pages = 0;
  std::ifstream in("/proc/self/statm");
  in >> total_pages >> skip >> skip >> skip >> skip >> data_pages;
  const std::uint64_t page = static_cast<std::uint64_t>(std::max(1L, sysconf(_SC_PAGESIZE)));
  std::uint64_t least = kUnlimited;
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    least = std::min(least, minus(limit.rlim_cur, total_pages * page));
  }
  if (getrlimit(RLIMIT_DATA, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    least = std::min(least, minus(limit.rlim_cur, data_pages * page));
  }
  return least;
}

}  // namespace

std::uint64_t free_disk_bytes(const Path& folder) {
  struct statvfs info {};
  if (statvfs(folder.empty() ? "." : folder.c_str(), &info) != 0) {
    throw internal::system_error("see the free space of", folder, errno);
  }
  return checked_mul(info.f_bavail, info.f_frsize);
}

std::uint64_t available_memory_bytes(const Path& system_root) {
  return std::min(machine_available(system_root), all_groups_headroom(system_root));
}

std::uint64_t available_memory_bytes() { return std::min(available_memory_bytes("/"), process_headroom()); }

void require_disk(const Path& output, std::uint64_t needed_bytes) {
  const std::uint64_t free_bytes = free_disk_bytes(folder_of(output));
  if (free_bytes >= needed_bytes) return;
  throw Error(Code::io,
              "not enough disk space for " + quoted(output) + ": needs " + human_bytes(needed_bytes) + ", there is " +
                  human_bytes(free_bytes),
              "free some disk space, or write to another folder");
}

void require_memory(std::uint64_t needed_bytes, std::string_view what) {
  const std::uint64_t available = available_memory_bytes();
  if (available >= needed_bytes) return;
  throw Error(Code::io,
              "not enough memory for " + std::string(what) + ": needs " + human_bytes(needed_bytes) + ", there is " +
                  human_bytes(available),
              "close other programs, use a machine with more memory, or raise the limit (ulimit -v, container memory)");
}

}  // namespace solemn::base
