#include "keys/system_files.hpp"

#include <algorithm>
#include <sstream>

#include "base/error.hpp"

namespace solemn::keys {

namespace {

constexpr std::size_t kMaxSystemBytes = std::size_t{1} << 20;

// Spaces and the like in proc/self/mounts stand as \040.
std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octal = [&](std::size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '7'; };
    if (text[i] == '\\' && octal(i + 1) && octal(i + 2) && octal(i + 3)) {
      out += static_cast<char>(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool lies_below(const std::string& path, const std::string& mount) {
  if (mount == "/") return true;
  return path.starts_with(mount) && (path.size() == mount.size() || path[mount.size()] == '/');
}

}  // namespace

std::optional<std::string> system_text(const base::Path& path) {
  base::Bytes bytes(4096);
  try {
    for (;;) {
      const std::size_t n = base::read_stream(path.string(), bytes);
      if (n < bytes.size() || bytes.size() >= kMaxSystemBytes) return std::string(base::as_text({bytes.data(), n}));
      bytes.resize(bytes.size() * 4);
    }
  } catch (const base::Error&) { return std::nullopt; }
}

std::string system_line(const base::Path& path) {
  const std::string text = system_text(path).value_or("");
  return text.substr(0, text.find('\n'));
}

std::vector<std::vector<std::string>> system_table(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    auto& row = rows.emplace_back();
    for (std::string word; words >> word;) row.push_back(word);
    if (row.empty()) rows.pop_back();
  }
  return rows;
}

std::vector<std::string> names_in(const base::Path& folder) {
  std::vector<std::string> names;
  std::error_code failure;
  for (std::filesystem::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) {
    names.push_back(at->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string file_system_of(const base::Path& root, const base::Path& path) {
  std::error_code failure;
  const std::string whole = std::filesystem::weakly_canonical(path, failure).string();
  std::string type;
  std::size_t longest = 0;
  for (const auto& row : system_table(system_text(root / "proc/self/mounts").value_or(""))) {
    if (row.size() < 3) continue;
    const std::string mount = unescaped(row[1]);
    if (lies_below(whole, mount) && mount.size() >= longest) {  // a later mount hides an earlier one
      longest = mount.size();
      type = row[2];
    }
  }
  return type;
}

std::optional<std::vector<std::string>> swaps(const base::Path& root) {
  const auto text = system_text(root / "proc/swaps");
  if (!text) return std::nullopt;
  std::vector<std::string> names;
  for (const auto& row : system_table(*text)) names.push_back(row[0]);
  if (!names.empty()) names.erase(names.begin());  // the heading
  return names;
}

}  // namespace solemn::keys
