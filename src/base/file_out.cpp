#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/file_internal.hpp"
#include "base/secret.hpp"

namespace solemn::base {

namespace {

using internal::folder_of;
using internal::quoted;
using internal::system_error;

constexpr std::size_t kBufferBytes = std::size_t{1} << 20;
constexpr std::size_t kRandomDigits = 16;
constexpr std::string_view kPartSuffix = ".part";

// ".NAME." — NAME is cut so that the whole temporary name stays below the 255 bytes of common file systems.
std::string part_prefix(const Path& output) { return "." + output.filename().native().substr(0, 200) + "."; }

bool is_part_name(std::string_view file_name, std::string_view prefix) noexcept {
  if (file_name.size() != prefix.size() + kRandomDigits + kPartSuffix.size()) return false;
  const std::string_view digits = file_name.substr(prefix.size(), kRandomDigits);
  return file_name.starts_with(prefix) && file_name.ends_with(kPartSuffix) &&
         digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string random_digits() {
  std::array<std::byte, kRandomDigits / 2> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw Error(Code::io, "the system gives no random bytes");
  }
  return to_hex(bytes);
}

[[noreturn]] void throw_exists(const Path& path) {
  throw Error(Code::usage, quoted(path) + " exists already", "give another name, or --force to overwrite it");
}

void write_exactly(int descriptor, const Path& path, std::uint64_t offset_bytes, ByteSpan bytes) {
  constexpr std::size_t kMaxCall = std::size_t{1} << 30;
  if (bytes.size() > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max()) ||
      offset_bytes > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max()) - bytes.size()) {
    throw system_error("write", path, EFBIG);
  }
  std::size_t done = 0;
  while (done < bytes.size()) {
    const std::size_t wanted = std::min(bytes.size() - done, kMaxCall);
    const ssize_t put = pwrite(descriptor, bytes.data() + done, wanted, static_cast<off_t>(offset_bytes + done));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) throw system_error("write", path, put < 0 ? errno : ENOSPC);
    done += static_cast<std::size_t>(put);
  }
}

// The path to replace: what a symbolic link points to, so that the link stays.
Path resolved(const Path& path) {
  std::error_code failed;
  Path target = std::filesystem::canonical(path, failed);
  return failed ? path : target;
}

void sync_folder(const Path& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0)
    return;  // a folder that may be written but not listed: the rename is done, only its flush is not ours to ask
  const int status = fsync(descriptor);
  const int reason = errno;
  close(descriptor);
  if (status != 0 && reason != EINVAL && reason != ENOTSUP) throw system_error("flush", folder, reason);
}

// Never replaces anything, also when another process makes `to` at the same moment.
void rename_to_new(const Path& from, const Path& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return;
  if (errno == EEXIST) throw_exists(to);
  if (errno != ENOSYS && errno != EINVAL) throw system_error("create", to, errno);
  // File systems without RENAME_NOREPLACE: a hard link fails in the same way when the name is taken.
  if (link(from.c_str(), to.c_str()) == 0) {
    (void)unlink(from.c_str());
    return;
  }
  if (errno == EEXIST) throw_exists(to);
  struct stat info {};
  if (lstat(to.c_str(), &info) == 0) throw_exists(to);
  if (rename(from.c_str(), to.c_str()) != 0) throw system_error("create", to, errno);
}

void check_output_path(const Path& path, Overwrite overwrite) {
  if (!path.has_filename() || path.filename() == "." || path.filename() == "..") {
    throw Error(Code::usage, quoted(path) + " does not name a file", "add a file name");
  }
  struct stat info {};
  if (lstat(path.c_str(), &info) == 0) {
    if (stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
      const bool folder = S_ISDIR(info.st_mode);
      throw Error(Code::usage, quoted(path) + (folder ? " is a folder" : " is not a regular file"),
                  "name a file to write");
    }
    if (overwrite == Overwrite::no) throw_exists(path);
  }
  const Path folder = folder_of(path);
  if (stat(folder.c_str(), &info) != 0) throw system_error("write to folder", folder, errno);
  if (!S_ISDIR(info.st_mode)) throw system_error("write to folder", folder, ENOTDIR);
  if (access(folder.c_str(), W_OK | X_OK) != 0) throw system_error("write to folder", folder, errno);
}

}  // namespace

struct OutputFile::State {
  Path target;
  Path temporary;
  Overwrite overwrite;
  Privacy privacy;
  Unfinished unfinished;
  int descriptor = -1;
  std::mutex mutex;
  Bytes buffer;  // bytes of [position - size, position) that are not in the file yet
  std::uint64_t position = 0;
  std::atomic<bool> unsynced = true;  // there may be something that no fsync has seen, also of an earlier run
  std::jthread syncing;
  int sync_error = 0;  // the system reports a lost write only once

  State(const Path& path, Overwrite may_overwrite, Privacy kind, Unfinished when_unfinished)
      : target(resolved(path)), overwrite(may_overwrite), privacy(kind), unfinished(when_unfinished) {}

  ~State() {
    if (syncing.joinable()) syncing.join();
    forget_buffer();
    if (descriptor >= 0) close(descriptor);
    if (!temporary.empty() && unfinished == Unfinished::remove) (void)unlink(temporary.c_str());
  }

  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void forget_buffer() noexcept {
    if (privacy == Privacy::secret) wipe(std::span(buffer));
    buffer.clear();
  }

  // Locked while we write, so that another run does not take the file for a left-over. A file system without locks
  // refuses the lock to that other run as well. False when such a run was faster between creation and lock.
  bool lock_and_see_it_exists() const noexcept {
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return false;
    struct stat info {};
    return fstat(descriptor, &info) == 0 && info.st_nlink > 0;
  }

  // What lies under a name that anybody can foresee: nobody else's file, nor one that has another name too.
  bool is_ours_alone() const noexcept {
    struct stat info {};
    return fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid() && info.st_nlink == 1;
  }

  void keep_permissions_of_target() const noexcept {
    struct stat old_info {};
    struct stat info {};
    if (stat(target.c_str(), &old_info) != 0 || fstat(descriptor, &info) != 0) return;
    (void)fchmod(descriptor, info.st_mode & old_info.st_mode & 0777);
  }

  // The one name that every run for this output agrees on.
  void open_kept() {
    const Path name = folder_of(target) / (part_prefix(target) + "unfinished");
    const mode_t mode = privacy == Privacy::secret ? 0600 : 0666;
    descriptor = open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode);
    if (descriptor < 0) throw system_error("go on with", name, errno);
    const bool locked = lock_and_see_it_exists();
    if (!locked || !is_ours_alone()) {
      close(descriptor);
      descriptor = -1;
      if (!locked) throw Error(Code::io, "another process is writing " + quoted(target), "wait for it to end");
      throw Error(Code::io, quoted(name) + " is not a file of ours", "remove it, and start again");
    }
    temporary = name;
    buffer.reserve(kBufferBytes);
    keep_permissions_of_target();
  }

  void open_if_needed() {
    if (descriptor >= 0) return;
    if (unfinished == Unfinished::keep) return open_kept();
    remove_stale_parts(target);
    const mode_t mode = privacy == Privacy::secret ? 0600 : 0666;
    for (int attempt = 0; attempt < 100; ++attempt) {
      Path name = folder_of(target) / (part_prefix(target) + random_digits() + std::string(kPartSuffix));
      descriptor = open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
      if (descriptor < 0 && errno == EEXIST) continue;
      if (descriptor < 0) throw system_error("create a file beside", target, errno);
      if (lock_and_see_it_exists()) {
        temporary = std::move(name);
        buffer.reserve(kBufferBytes);
        return keep_permissions_of_target();
      }
      close(descriptor);
      descriptor = -1;
    }
    throw Error(Code::io, "cannot create a file beside " + quoted(target), "is another program cleaning that folder?");
  }

  /// Changes what is in the file. Marked afterwards, also when it fails: a sync beside, whenever it begins, may have
  /// seen less.
  template <class Change>
  void change(const Change& change_file) {
    struct Mark {
      std::atomic<bool>& flag;
      ~Mark() { flag = true; }
    };
    const Mark mark{unsynced};
    change_file();
  }
  void put(std::uint64_t offset_bytes, ByteSpan bytes) {
    change([&] { write_exactly(descriptor, target, offset_bytes, bytes); });
  }

  // 0 or the reason.
  int sync() noexcept {
    if (!unsynced.exchange(false) || fsync(descriptor) == 0) return 0;
    const int reason = errno;
    unsynced = true;
    return reason;
  }

  void require_synced() {
    if (syncing.joinable()) syncing.join();
    flush();
    if (sync_error == 0) sync_error = sync();
    if (sync_error != 0) throw system_error("write", target, sync_error);
  }

  void flush() {
    open_if_needed();
    if (buffer.empty()) return;
    put(position - buffer.size(), buffer);
    forget_buffer();
  }

  void append(ByteSpan bytes) {
    open_if_needed();
    if (buffer.size() + bytes.size() > kBufferBytes) flush();
    if (bytes.size() >= kBufferBytes) {
      put(position, bytes);
    } else {
      buffer.insert(buffer.end(), bytes.begin(), bytes.end());
    }
    position = checked_add(position, bytes.size());
  }
};

OutputFile::OutputFile(const Path& path, Overwrite overwrite, Privacy privacy, Unfinished unfinished)
    : path_(path), state_(nullptr) {
  check_output_path(path, overwrite);
  state_ = std::make_unique<State>(path, overwrite, privacy, unfinished).release();
}

OutputFile::~OutputFile() { delete state_; }

void OutputFile::write(ByteSpan bytes) {
  const std::lock_guard lock(state_->mutex);
  state_->append(bytes);
}

void OutputFile::write_at(std::uint64_t offset_bytes, ByteSpan bytes) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->flush();
  }
  state_->put(offset_bytes, bytes);
}

void OutputFile::read_at(std::uint64_t offset_bytes, MutableByteSpan out) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->flush();
  }
  internal::read_exactly(state_->descriptor, state_->target, offset_bytes, out);
}

std::uint64_t OutputFile::position() const noexcept { return state_->position; }

void OutputFile::seek(std::uint64_t offset_bytes) {
  const std::lock_guard lock(state_->mutex);
  state_->flush();
  state_->position = offset_bytes;
}

Path OutputFile::temporary_path() {
  const std::lock_guard lock(state_->mutex);
  state_->flush();
  return state_->temporary;
}

std::uint64_t OutputFile::size_on_disk() {
  const std::lock_guard lock(state_->mutex);
  state_->flush();
  struct stat info {};
  if (fstat(state_->descriptor, &info) != 0) throw system_error("read", state_->temporary, errno);
  return static_cast<std::uint64_t>(info.st_size);
}

void OutputFile::start_again() {
  const std::lock_guard lock(state_->mutex);
  state_->open_if_needed();
  state_->forget_buffer();
  state_->position = 0;
  state_->change([&] {
    if (ftruncate(state_->descriptor, 0) != 0) throw system_error("empty", state_->temporary, errno);
  });
}

void OutputFile::discard() {
  start_again();
  state_->unfinished = Unfinished::remove;
}

void OutputFile::sync() {
  const std::lock_guard lock(state_->mutex);
  state_->require_synced();
}

void OutputFile::begin_sync() {
  const std::lock_guard lock(state_->mutex);
  state_->flush();
  if (state_->syncing.joinable()) return;
  try {
    state_->syncing = std::jthread([state = state_] {
      if (state->sync_error == 0) state->sync_error = state->sync();
    });
  } catch (const std::system_error&) {}
}

void OutputFile::complete() {
  const std::lock_guard lock(state_->mutex);
  ASSERT(!(state_->descriptor >= 0 && state_->temporary.empty()));  // once only
  state_->require_synced();
}

void OutputFile::take_name() {
  if (state_->overwrite == Overwrite::no) {
    rename_to_new(state_->temporary, state_->target);
  } else if (rename(state_->temporary.c_str(), state_->target.c_str()) != 0) {
    throw system_error("replace", state_->target, errno);
  }
  state_->temporary.clear();
}

void OutputFile::commit() { commit_together({this}); }

// Names are taken one after the other: when one cannot be (another process was faster), those before it stand, flushed.
void OutputFile::commit_together(std::initializer_list<OutputFile*> files) {
  for (OutputFile* file : files) file->complete();
  std::set<Path> folders;
  std::exception_ptr failure;
  const auto attempt = [&failure](const auto& step) {
    try {
      step();
    } catch (...) {
      if (!failure) failure = std::current_exception();
    }
  };
  for (OutputFile* file : files) {
    attempt([&] {
      file->take_name();
      folders.insert(folder_of(file->state_->target));
    });
    if (failure) break;
  }
  for (const Path& folder : folders) attempt([&] { sync_folder(folder); });
  if (failure) std::rethrow_exception(failure);
}

void write_file(const Path& path, ByteSpan bytes, Overwrite overwrite, Privacy privacy) {
  OutputFile file(path, overwrite, privacy);
  file.write(bytes);
  file.commit();
}

std::size_t remove_stale_parts(const Path& output) noexcept try {
  const Path folder = folder_of(output);
  const std::string prefix = part_prefix(output);
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(opendir(folder.c_str()), closedir);
  if (listing == nullptr) return 0;
  std::size_t n_removed = 0;
  while (const dirent* entry = readdir(listing.get())) {
    if (!is_part_name(entry->d_name, prefix)) continue;
    const int descriptor = openat(dirfd(listing.get()), entry->d_name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0) continue;
    struct stat info {};
    const bool removable = fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid() &&
                           flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    if (removable && unlinkat(dirfd(listing.get()), entry->d_name, 0) == 0) ++n_removed;
    close(descriptor);
  }
  return n_removed;
} catch (...) { return 0; }

}  // namespace solemn::base
