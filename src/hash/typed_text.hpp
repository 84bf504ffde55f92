#pragma once
// What people type when they are asked for randomness. It is mixed into the pool and never counted: what can be said
// about it is only that it is bad.
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace solemn::hash {

/// Sentences to tell the person who typed it, none when nothing is known against the text: empty, short, one character
/// or group repeated, sequences of the alphabet, of digits or of keyboard rows, common words, an example of a tutorial,
/// a word of four and more letters or digits of `name`, under which it will be published. Variable time in the text.
/// The sentences never quote it.
std::vector<std::string> weaknesses_of_typed_text(base::ByteSpan text, std::string_view name = {});

/// Texts typed before on this machine, as salted digests that are slow to compute (Argon2id), so that the file helps
/// nobody to guess one. Format: a line "solemn typed entropy 1 SALT", then a digest on each line, all hex.
class TypedTexts {
 public:
  static constexpr std::size_t kMaxRemembered = 1000;

  /// content: of the file, empty when there is none. A file that is not of this form counts as empty.
  explicit TypedTexts(std::string_view content);
  /// True when this text was added before. The text is added.
  bool seen_before(base::ByteSpan text);
  std::string content() const;

 private:
  base::Bytes salt_;
  std::vector<std::string> digests_;  // oldest first
};

}  // namespace solemn::hash
