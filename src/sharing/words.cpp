#include "sharing/words.hpp"

#include <algorithm>
#include <string>

#include "base/ct.hpp"
#include "base/error.hpp"

namespace solemn::sharing {

using base::ByteSpan;
using sign::SecretText;

namespace {

constexpr std::size_t kMaxWords = 64, kMaxLetters = 8;

[[noreturn]] void malformed(const std::string& what) {
  throw base::Error(base::Code::malformed, what, "compare with what was written down");
}

bool is_blank(std::byte c) noexcept {  // where words begin and end shows in the text
  const std::uint64_t letter = static_cast<std::uint64_t>(c);
  return ct::declassify(ct::equal(letter, ' ') | ct::equal(letter, '\n') | ct::equal(letter, '\r') |
                        ct::equal(letter, '\t'));
}

PackedWord pack(ByteSpan word) noexcept {
  PackedWord packed = 0;
  for (std::size_t i = 0; i < kMaxLetters; ++i)
    packed = packed << 8 | (i < word.size() ? static_cast<PackedWord>(word[i]) | 32 : 0);
  return packed;
}

/// The place in the list, or list.size().
std::uint64_t place_of(std::span<const PackedWord> list, PackedWord word) noexcept {
  std::uint64_t place = list.size();
  for (std::uint64_t i = 0; i < list.size(); ++i) place = ct::select(ct::equal(list[i], word), i, place);
  return place;
}

PackedWord word_at(std::span<const PackedWord> list, std::uint32_t index) noexcept {
  PackedWord word = 0;
  for (std::uint64_t i = 0; i < list.size(); ++i) word = ct::select(ct::equal(i, index), list[i], word);
  return word;
}

}  // namespace

SecretText join_words(std::span<const PackedWord> list, const WordIndices& indices) {
  SecretText text(indices.size() * (kMaxLetters + 1));
  std::size_t n = 0;
  for (const std::uint32_t index : indices.expose()) {
    if (n != 0) text.expose()[n++] = std::byte{' '};
    const PackedWord word = word_at(list, index);
    for (unsigned i = 0; i < kMaxLetters; ++i) {
      const std::uint64_t letter = word >> (8 * (kMaxLetters - 1 - i)) & 255;
      if (ct::declassify(ct::is_zero(letter))) break;  // the length of a word shows in the text
      text.expose()[n++] = static_cast<std::byte>(letter);
    }
  }
  return sign::secret_copy(text.expose().first(n));
}

WordIndices split_words(std::span<const PackedWord> list, ByteSpan text) {
  WordIndices found(kMaxWords);
  std::size_t n = 0;
  while (true) {
    while (!text.empty() && is_blank(text.front())) text = text.subspan(1);
    if (text.empty()) break;
    const auto end = std::ranges::find_if(text, is_blank);
    const ByteSpan word = text.first(static_cast<std::size_t>(end - text.begin()));
    text = text.subspan(word.size());
    if (n == kMaxWords) malformed("more than " + std::to_string(kMaxWords) + " words");
    const std::uint64_t place = word.size() > kMaxLetters ? list.size() : place_of(list, pack(word));
    if (ct::declassify(ct::equal(place, list.size())))
      malformed("word " + std::to_string(n + 1) + " is not in the list");
    found.expose()[n++] = static_cast<std::uint32_t>(place);
  }
  WordIndices indices(n);
  std::ranges::copy(found.expose().first(n), indices.expose().begin());
  return indices;
}

}  // namespace solemn::sharing
