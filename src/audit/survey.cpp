#include "audit/survey.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/error.hpp"
#include "hash/sha256.hpp"

namespace solemn::audit {

namespace {

namespace fs = std::filesystem;

constexpr int kMaxDepth = 3;
constexpr std::size_t kMaxFiles = 10'000;
constexpr std::uint64_t kMaxLogBytes = 65'536, kMaxSignatureBytes = 4096;

std::string magic_of(const base::Path& path) {
  const base::InputFile file(path);
  std::array<std::byte, 4> bytes{};
  if (file.size() < bytes.size()) return {};
  file.read_at(0, bytes);
  return std::string(base::as_text(bytes));
}

bool has_extension(const base::Path& path, std::string_view extension) { return path.extension() == extension; }

/// Calls read(); what cannot be read is noted.
template <class Read>
void note_unreadable(Survey& found, const base::Path& path, Read&& read) {
  try {
    read();
  } catch (const base::Error& error) {
    if (error.code() == base::Code::interrupted) throw;
    found.unreadable.push_back({path, error.message()});
  }
}

void add_log(Survey& found, const base::Path& path) {
  LogFile file{path, base::read_file(path, kMaxLogBytes), {}, {}, std::nullopt, std::nullopt};
  file.sha256 = hash::sha256(file.bytes);
  file.log = format::read_contribution_log(base::as_text(file.bytes));
  const base::Path signature(path.string() + ".sig");
  if (fs::is_regular_file(signature)) file.signature = base::read_file(signature, kMaxSignatureBytes);
  found.logs.push_back(std::move(file));
}

/// JSON files that say nothing of a participant or an operator are not logs.
bool looks_like_a_log(const base::Path& path) {
  if (fs::file_size(path) > kMaxLogBytes) return false;
  const base::Bytes bytes = base::read_file(path, kMaxLogBytes);
  const std::string_view text = base::as_text(bytes);
  return text.find("\"participant\"") != std::string_view::npos || text.find("\"operator\"") != std::string_view::npos;
}

void add_zkey(Survey& found, const base::Path& path, const setup::Context& context) {
  setup::ZkeyInfo info = setup::zkey_info(path);
  if (info.summary.protocol != format::ZkeyProtocol::groth16) {
    return found.unreadable.push_back({path, "a key that is not of Groth16: an audit cannot verify it"});
  }
  found.zkey.push_back({path, std::move(info), format::digests_of(path, context.progress)});
}

void add_file(Survey& found, const base::Path& path, const setup::Context& context) {
  note_unreadable(found, path, [&] {
    const std::string magic = magic_of(path);
    if (magic == "ptau") {
      setup::PtauInfo info = setup::ptau_info(path);
      found.ptau.push_back({path, std::move(info), format::digests_of(path, context.progress)});
    } else if (magic == "zkey") {
      add_zkey(found, path, context);
    } else if (magic == "r1cs") {
      found.r1cs.push_back(path);
    } else if (has_extension(path, ".ptau") || has_extension(path, ".zkey")) {
      found.unreadable.push_back({path, "not a " + path.extension().string().substr(1) + " file"});
    } else if (has_extension(path, ".json") && looks_like_a_log(path)) {
      add_log(found, path);
    } else if (!has_extension(path, ".sig")) {
      found.others.push_back(path);
    }
  });
}

/// Of a link: whether what it leads to would have been looked at.
bool could_matter(const base::Path& link) {
  std::error_code error;
  return fs::is_directory(link, error) || has_extension(link, ".ptau") || has_extension(link, ".zkey") ||
         has_extension(link, ".r1cs") || has_extension(link, ".json") || has_extension(link, ".sig");
}

bool is_record(const base::Path& folder) { return fs::is_regular_file(folder / "entries.jsonl"); }

void add_folder(Survey& found, const base::Path& folder, int depth, std::size_t& n_files,
                const setup::Context& context) {
  std::vector<base::Path> paths;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) paths.push_back(entry.path());
  if (error) throw base::Error(base::Code::io, "cannot read the folder '" + folder.string() + "': " + error.message());
  std::sort(paths.begin(), paths.end());
  for (const base::Path& path : paths) {
    if (++n_files > kMaxFiles) {
      throw base::Error(base::Code::malformed, "the folder holds more than 10000 files",
                        "audit one ceremony at a time");
    }
    const fs::file_status status = fs::symlink_status(path);
    if (fs::is_directory(status)) {
      if (is_record(path)) {
        found.transcripts.push_back(path);
      } else if (depth < kMaxDepth) {
        add_folder(found, path, depth + 1, n_files, context);
      } else {
        found.unreadable.push_back({path, "a folder too far down, which is not looked into"});
      }
    } else if (fs::is_regular_file(status)) {
      add_file(found, path, context);
    } else if (fs::is_symlink(status) && could_matter(path)) {
      found.unreadable.push_back({path, "a symbolic link, which is not followed"});
    } else {
      found.others.push_back(path);
    }
  }
}

/// Whether a log of this kind can be of one of the files that were named.
bool is_of_these_files(const Survey& found, const std::optional<format::StepKind>& kind) {
  using format::StepKind;
  if (!kind) return true;
  if (*kind == StepKind::ptau_prepare) {
    return std::ranges::any_of(found.ptau, [](const PtauFile& file) { return file.info.header.prepared; });
  }
  const bool of_key =
      *kind == StepKind::zkey_new || *kind == StepKind::zkey_contribution || *kind == StepKind::zkey_beacon;
  return of_key ? !found.zkey.empty() : !found.ptau.empty();
}

}  // namespace

std::string Survey::name_of(const base::Path& path) const {
  const base::Path relative = path.lexically_relative(folder);
  return base::printable(relative.empty() || relative.native().starts_with("..") ? path.string() : relative.string());
}

Survey survey(const base::Path& folder, const setup::Context& context) {
  if (!fs::is_directory(folder)) {
    throw base::Error(base::Code::io, "'" + folder.string() + "' is not a folder", "name the folder of a ceremony");
  }
  Survey found;
  found.folder = folder;
  std::size_t n_files = 0;
  if (is_record(folder)) found.transcripts.push_back(folder);
  add_folder(found, folder, 0, n_files, context);
  return found;
}

Survey survey_files(const std::vector<base::Path>& files, const base::Path& log_folder, const setup::Context& context) {
  Survey found;
  found.folder = ".";
  found.partial = true;
  for (const base::Path& path : files) add_file(found, path, context);
  if (log_folder.empty()) return found;
  Survey logs = survey(log_folder, context);
  for (LogFile& log : logs.logs) {
    if (is_of_these_files(found, log.log.kind)) found.logs.push_back(std::move(log));
  }
  found.transcripts = std::move(logs.transcripts);
  std::move(logs.unreadable.begin(), logs.unreadable.end(), std::back_inserter(found.unreadable));
  return found;
}

}  // namespace solemn::audit
