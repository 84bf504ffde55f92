#include <charconv>

#include "base/error.hpp"
#include "hash/blake2b.hpp"
#include "setup/phase1_prepare.hpp"

namespace solemn::setup::phase1 {

namespace {

constexpr std::string_view kTitle = "solemn ptau prepare, unfinished 2\n";
constexpr std::uint64_t kMaxBytes = 1024;

void add_le64(hash::Blake2b& hash, std::uint64_t value) {
  std::array<std::byte, 8> bytes{};
  base::store_le64(bytes, value);
  hash.update(bytes);
}

}  // namespace

PrepareJournal::PrepareJournal(const base::Path& output, const base::Hash64& identity)
    : path_(output.parent_path() / ("." + output.filename().native().substr(0, 200) + ".unfinished-note")),
      identity_(identity) {}

std::uint64_t PrepareJournal::parts_done() const {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path_, failed)) return 0;
  try {
    const base::Bytes bytes = base::read_file(path_, kMaxBytes);
    const std::string expected = std::string(kTitle) + base::to_hex(identity_) + "\n";
    std::string_view text = base::as_text(bytes);
    if (!text.starts_with(expected)) return 0;
    text.remove_prefix(expected.size());
    std::uint64_t done = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), done);
    return error == std::errc() && text.substr(static_cast<std::size_t>(end - text.data())) == "\n" ? done : 0;
  } catch (const base::Error&) { return 0; }
}

void PrepareJournal::record(std::uint64_t parts_done) const {
  const std::string text = std::string(kTitle) + base::to_hex(identity_) + "\n" + std::to_string(parts_done) + "\n";
  base::write_file(path_, base::as_bytes(text), base::Overwrite::yes);
}

void PrepareJournal::remove() const noexcept {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

template <class C>
base::Hash64 input_identity(const format::PtauReader<C>& in, std::optional<unsigned> only) {
  hash::Blake2b hash;
  add_le64(hash, in.file().size());
  const auto changed = std::filesystem::last_write_time(in.file().path()).time_since_epoch().count();
  add_le64(hash, static_cast<std::uint64_t>(changed));
  add_le64(hash, static_cast<std::uint64_t>(C::kId));
  add_le64(hash, in.header().power);
  add_le64(hash, in.header().ceremony_power);
  if (only) add_le64(hash, *only);
  hash.update(in.read_contributions_raw());
  return hash.finish();
}

template base::Hash64 input_identity<curve::Bn254>(const format::PtauReader<curve::Bn254>&, std::optional<unsigned>);
template base::Hash64 input_identity<curve::Bls12_381>(const format::PtauReader<curve::Bls12_381>&,
                                                       std::optional<unsigned>);

}  // namespace solemn::setup::phase1
