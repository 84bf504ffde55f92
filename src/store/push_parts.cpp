#include "store/push_parts.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/time.hpp"
#include "hash/sha256.hpp"
#include "store/folder.hpp"
#include "store/multipart.hpp"

namespace solemn::store::internal {

using base::Code;
using base::Error;

namespace {

/// One line in the store: how the upload was begun, and its id.
class Memory {
 public:
  explicit Memory(const PartsPush& push)
      : path_(Layout{push.store}.uploads() /
              base::to_hex(hash::sha256(base::as_bytes(push.bucket.address(push.key))))) {}

  std::string line() const {
    constexpr std::uint64_t kMaxBytes = 4096;
    std::error_code failed;
    if (!std::filesystem::is_regular_file(path_, failed)) return {};
    const base::Bytes bytes = base::read_file(path_, kMaxBytes);
    return std::string(base::as_text(bytes));
  }
  /// False: this store cannot be written, as on a medium for reading only.
  bool keep(const std::string& line) const {
    std::error_code failed;
    std::filesystem::create_directory(path_.parent_path(), failed);
    try {
      base::write_file(path_, base::as_bytes(line), base::Overwrite::yes);
      return true;
    } catch (const Error& error) {
      if (error.code() != Code::io) throw;
      return false;
    }
  }
  void forget() const {
    std::error_code failed;
    std::filesystem::remove(path_, failed);
  }

 private:
  base::Path path_;
};

/// An upload that was begun otherwise cannot become what is asked for now: its lock was said when it began.
std::string terms_of(const PartsPush& push) {
  const std::string lock =
      push.retention ? std::string(name(push.retention->mode)) + " " + base::utc(push.retention->until) : "unlocked";
  return std::to_string(push.part_bytes) + " " + lock + " ";
}

std::string id_in(const std::string& line) { return line.substr(line.rfind(' ') + 1); }

class Sending {
 public:
  Sending(const PartsPush& push, const base::InputFile& file, const Digests& digests)
      : push_(push),
        file_(file),
        digests_(digests),
        memory_(push),
        upload_(push.bucket, push.key, push.limits, push.progress) {}

  SentInParts run() {
    go_on_or_begin();
    try {
      for (std::uint32_t number = 1; number <= digests_.parts.size(); ++number) send(number);
      sent_.written = upload_.complete(parts_, digests_.parts);
    } catch (...) {
      if (!remembered_) upload_.abandon();
      throw;
    }
    memory_.forget();
    return sent_;
  }

 private:
  void go_on_or_begin() {
    const std::string line = memory_.line(), terms = terms_of(push_);
    std::optional<StoredParts> there;
    if (!line.empty()) {
      upload_.go_on(id_in(line));
      if (line == terms + upload_.id()) there = upload_.list();
      if (!there) upload_.abandon();
    }
    remembered_ = there.has_value();
    if (there) return (void)(there_ = std::move(*there));
    upload_.begin(push_.retention);
    remembered_ = memory_.keep(terms + upload_.id());
  }

  void send(std::uint32_t number) {
    const std::uint64_t at = (number - 1) * push_.part_bytes;
    const net::Upload part{&file_, at, std::min(push_.part_bytes, file_.size() - at)};
    const base::Hash32& sha256 = digests_.parts[number - 1];
    const auto found = there_.find(number);
    const bool is_there = found != there_.end() && found->second.size_bytes == part.n_bytes &&
                          found->second.sha256.value_or(sha256) == sha256;
    if (is_there) sent_.resumed_bytes += part.n_bytes;
    if (is_there) push_.progress.advance(part.n_bytes);
    parts_[number] = is_there ? found->second : upload_.send(number, part, sha256);
  }

  const PartsPush& push_;
  const base::InputFile& file_;
  const Digests& digests_;
  const Memory memory_;
  Multipart upload_;
  bool remembered_ = false;
  StoredParts there_, parts_;
  SentInParts sent_;
};

}  // namespace

SentInParts send_in_parts(const PartsPush& push, const base::InputFile& file, const Digests& digests) {
  try {
    return Sending(push, file, digests).run();
  } catch (const Error& error) {
    if (error.code() != Code::io || !error.hint().empty()) throw;
    throw Error(Code::io, error.message(), "push again: it goes on with the parts that the server has");
  }
}

void drop_unfinished(const PartsPush& push) {
  const Memory memory(push);
  const std::string line = memory.line();
  if (line.empty()) return;
  Multipart upload(push.bucket, push.key, push.limits, push.progress);
  upload.go_on(id_in(line));
  upload.abandon();
  memory.forget();
}

}  // namespace solemn::store::internal
