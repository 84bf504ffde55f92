#include "store/fetch.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/blocks.hpp"
#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "store/mirror.hpp"

namespace solemn::store {

using base::Code;
using base::Error;
using base::Hash32;
using internal::Mirror;
using internal::Refusal;

namespace {

struct Asked {
  std::string place;
  std::unique_ptr<Mirror> mirror;
  std::string why;  // the last refusal
  bool gave_other_bytes = false, is_left = false;
};

/// A failure of this machine, which no mirror is to blame for.
struct Local {
  Error error;
};
template <class Body>
void locally(const Body& body) {
  try {
    body();
  } catch (const Error& error) { throw Local{error}; }
}

/// The file in the making and the hash of what it holds.
class Download {
 public:
  Download(const Hash32& digest, const base::Path& out, const FetchOptions& options, base::Progress& progress)
      : digest_(digest),
        options_(options),
        progress_(progress),
        file_(out, options.overwrite, base::Privacy::normal, base::Unfinished::keep) {
    progress_.phase("reading what an earlier run left", file_.size_on_disk(), "bytes");
    take_over(file_.size_on_disk());
  }

  std::uint64_t have() const noexcept { return have_; }

  /// Is it the whole already? Only right after the constructor.
  bool is_whole() {
    if (have_ == 0) return false;
    if (sha_->finish() == digest_) return true;
    take_over(have_);
    return false;
  }

  /// True when the bytes are all here and right; false: to be asked again, from the start. Throws Refusal, Error{io},
  /// Local.
  bool take_from(Asked& asked, const net::Limits& limits) {
    const bool begun_by_others = have_ != 0;
    try {
      give(asked, limits);
    } catch (const internal::NothingFollows&) {
      start_again();
      return false;
    } catch (...) {
      if (have_ == 0) file_.start_again();
      file_.sync();
      throw;
    }
    if (have_ != total_)
      throw Error(Code::io, "gave " + std::to_string(have_) + " of " + std::to_string(total_) + " bytes");
    const Hash32 found = sha_->finish();
    if (found == digest_) return true;
    start_again();
    if (begun_by_others && was_continued_) return false;
    asked.gave_other_bytes = true;
    throw Refusal{"gives other bytes, their SHA-256 is " + base::to_hex(found)};
  }

  void commit() { file_.commit(); }
  void discard_nothing() {
    if (have_ == 0) file_.discard();
  }

 private:
  /// Hashes the first n bytes of the file and goes on after them.
  void take_over(std::uint64_t n_bytes) {
    sha_.emplace();
    base::for_each_block(file_, n_bytes, progress_, [&](base::ByteSpan block) { sha_->update(block); });
    have_ = n_bytes;
    file_.seek(n_bytes);
  }

  void start_again() {
    file_.start_again();
    sha_.emplace();
    have_ = 0;
  }

  void begin(std::uint64_t total_bytes, std::uint64_t offset_bytes) {
    if (options_.size_bytes && total_bytes != *options_.size_bytes)
      throw Refusal{"says that it has " + std::to_string(total_bytes) + " bytes, not " +
                    std::to_string(*options_.size_bytes)};
    if (total_bytes > options_.max_bytes)
      throw Refusal{"says that it has " + std::to_string(total_bytes) + " bytes: more than --max-size"};
    was_continued_ = offset_bytes != 0;
    if (offset_bytes != have_) start_again();
    locally([&] { base::require_disk(file_.path(), total_bytes - have_); });
    total_ = total_bytes;
    progress_.phase("fetching", total_bytes, "bytes");
    progress_.advance(have_);
  }

  void take(base::ByteSpan piece) {
    if (piece.size() > total_ - have_) throw Refusal{"gives more than it said"};
    locally([&] { file_.write(piece); });
    sha_->update(piece);
    have_ += piece.size();
    progress_.advance(piece.size());
  }

  void give(Asked& asked, const net::Limits& limits) {
    total_ = 0;
    asked.mirror->give(digest_, have_,
                       {[this](std::uint64_t total, std::uint64_t offset) { begin(total, offset); },
                        [this](base::ByteSpan piece) { take(piece); }},
                       limits, progress_);
  }

  const Hash32& digest_;
  const FetchOptions& options_;
  base::Progress& progress_;
  base::OutputFile file_;
  std::optional<hash::Sha256> sha_;
  std::uint64_t have_ = 0, total_ = 0;
  bool was_continued_ = false;
};

void wait(std::chrono::milliseconds time, base::Progress& progress) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
    progress.check_interrupt();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

/// One mirror, again from the start when the whole was wrong and its beginning came from somewhere else.
bool try_one(Download& download, Asked& asked, const net::Limits& limits) {
  try {
    return download.take_from(asked, limits) || download.take_from(asked, limits);
  } catch (const Refusal& refusal) {
    asked.why = refusal.why;
    asked.is_left = true;
  } catch (const Error& error) {
    if (error.code() != Code::io) throw;
    asked.why = error.message();
  }
  return false;
}

[[noreturn]] void nobody_gave_it(const Hash32& digest, const std::vector<Asked>& all) {
  std::string text = "no mirror gave " + base::to_hex(digest);
  bool all_lied = true;
  for (const Asked& asked : all) {
    text += "; " + base::printable(asked.place) + ": " + asked.why;
    all_lied = all_lied && asked.gave_other_bytes;
  }
  throw Error(all_lied ? Code::rejected : Code::io, text,
              all_lied ? "is the SHA-256 the right one? tell who runs these mirrors"
                       : "run it again to go on where it stopped, or name other mirrors: --from PLACE");
}

/// The place that gave it, or "".
std::string ask_all(Download& download, std::vector<Asked>& all, const FetchOptions& options,
                    base::Progress& progress) {
  net::Limits limits;
  limits.stall_seconds = options.stall_seconds;
  limits.max_bytes = options.max_bytes;
  std::chrono::milliseconds pause(500);
  for (unsigned pass = 0; pass < options.tries; ++pass) {
    if (std::ranges::all_of(all, [](const Asked& asked) { return asked.is_left; })) break;
    if (pass > 0) wait(pause, progress);
    if (pass > 0) pause = std::min(2 * pause, std::chrono::milliseconds(8000));
    for (Asked& asked : all) {
      if (asked.is_left || !try_one(download, asked, limits)) continue;
      asked.why.clear();
      return asked.place;
    }
  }
  return {};
}

}  // namespace

Fetched fetch(const Hash32& digest, const base::Path& out, const FetchOptions& options, base::Progress& progress) {
  std::vector<Asked> all;
  for (const std::string& place : options.from) all.push_back({place, internal::open_mirror(place), "", false, false});
  if (all.empty()) throw Error(Code::usage, "no mirror is named", "--from PLACE, as often as you like");
  Download download(digest, out, options, progress);
  const std::uint64_t resumed_bytes = download.have();
  std::string from;
  if (!download.is_whole()) {
    try {
      from = ask_all(download, all, options, progress);
    } catch (const Local& local) { throw local.error; }
    if (from.empty()) {
      download.discard_nothing();
      nobody_gave_it(digest, all);
    }
  }
  download.commit();
  Fetched result{std::move(from), download.have(), resumed_bytes, {}};
  for (const Asked& asked : all)
    if (!asked.why.empty()) result.refusals.push_back(asked.place + ": " + asked.why);
  return result;
}

}  // namespace solemn::store
