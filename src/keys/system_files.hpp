#pragma once
// Reading proc/ and sys/ under a root. Private to this folder.
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"

namespace solemn::keys {

/// The text of a small file of the kernel (its size is not known before reading); nullopt when it cannot be read.
std::optional<std::string> system_text(const base::Path& path);
/// Its first line, "" when it cannot be read.
std::string system_line(const base::Path& path);
/// The words of each line.
std::vector<std::vector<std::string>> system_table(const std::string& text);
/// The names in a folder, sorted; empty when there is none.
std::vector<std::string> names_in(const base::Path& folder);
/// The type of the file system that `path` lies on, by proc/self/mounts under root: "tmpfs", "ext4"; "" when unknown.
std::string file_system_of(const base::Path& root, const base::Path& path);
/// Swap devices and files, by proc/swaps under root; nullopt when that cannot be read.
std::optional<std::vector<std::string>> swaps(const base::Path& root);

}  // namespace solemn::keys
