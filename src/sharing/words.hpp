#pragma once
// Lists of words and texts made of them. Constant time in which word it is, but not in its length: a text of words
// shows that. Private to this folder.
#include <span>
#include <vector>

#include "sign/signer.hpp"

namespace solemn::sharing {

/// A word of up to eight letters, big-endian, padded with zeros. The lists are made from bip39_english.txt and
/// slip39_words.txt by the build.
using PackedWord = std::uint64_t;
extern const std::array<PackedWord, 2048> kBip39Words;
extern const std::array<PackedWord, 1024> kSlip39Words;

/// Secret numbers, each below the size of a list.
using WordIndices = base::SecretArray<std::uint32_t>;

/// The words with one blank between them. REQUIRES: each index is below list.size().
sign::SecretText join_words(std::span<const PackedWord> list, const WordIndices& indices);
/// The indices of the words of a text; blanks and line ends between them, either case. At most 64 words. Throws
/// Error{malformed} naming the place of a word that is not in the list ("word 3 is not in the list"), never the word.
WordIndices split_words(std::span<const PackedWord> list, base::ByteSpan text);

}  // namespace solemn::sharing
