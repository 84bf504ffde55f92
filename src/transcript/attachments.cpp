#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "transcript/store.hpp"
#include "transcript/verify.hpp"

namespace solemn::transcript {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

template <class Sink>
Hash hashed(const base::InputFile& file, Sink&& sink) {
  hash::Sha256 hasher;
  base::Bytes block(kBlockBytes);
  for (std::uint64_t at = 0; at < file.size(); at += block.size()) {
    block.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kBlockBytes, file.size() - at)));
    file.read_at(at, block);
    hasher.update(block);
    sink(block);
  }
  return hasher.finish();
}

Hash hash_of_file(const base::InputFile& file) {
  return hashed(file, [](base::ByteSpan) {});
}

// Empty when the file is there and is the one that the entry names.
std::string objection_to(const base::Path& path, const Attachment& attachment) {
  const base::InputFile file(path);
  if (file.size() != attachment.size_bytes) return "has " + std::to_string(file.size()) + " bytes";
  return hash_of_file(file) == attachment.sha256 ? "" : "has another SHA-256 than its name";
}

}  // namespace

Attachment store_attachment(const Layout& layout, const base::Path& source) {
  const base::InputFile file(source);
  const Attachment attachment{source.filename().string(), hash_of_file(file), file.size()};
  const base::Path target = layout.attachment(attachment.sha256);
  make_folder(layout.attachments());
  if (is_there(target)) {
    const std::string objection = objection_to(target, attachment);
    if (objection.empty()) return attachment;
    throw base::Error(base::Code::malformed, "'" + target.string() + "' is there and " + objection, "remove that file");
  }
  base::OutputFile out(target, base::Overwrite::no);
  const Hash copied = hashed(file, [&](base::ByteSpan block) { out.write(block); });
  if (copied != attachment.sha256) {
    throw base::Error(base::Code::io, "'" + source.string() + "' changed while it was read", "try again");
  }
  out.commit();
  return attachment;
}

void check_attachments(base::Verdict& verdict, const Layout& layout, const Replay& state) {
  std::size_t n_missing = 0;
  std::string missing;
  for (const auto& [entry, attachment] : state.attachments) {
    const base::Path path = layout.attachment(attachment.sha256);
    const std::string what = "'" + attachment.name + "' of entry " + std::to_string(entry);
    if (!is_there(path)) {
      if (n_missing++ == 0) missing = what;
      continue;
    }
    const std::string objection = objection_to(path, attachment);
    if (!objection.empty()) return verdict.fail("attachments", what + " " + objection);
  }
  if (state.attachments.empty()) return;
  const std::string count = std::to_string(state.attachments.size());
  if (n_missing != 0) {
    verdict.not_run("attachments", std::to_string(n_missing) + " of " + count + " are not here: " + missing);
  } else {
    verdict.pass("attachments", count + " named, each with its size and SHA-256");
  }
}

}  // namespace solemn::transcript
