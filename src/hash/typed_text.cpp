#include "hash/typed_text.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <string_view>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "hash/entropy.hpp"

namespace solemn::hash {

namespace {

constexpr std::size_t kShortText = 20;
constexpr std::size_t kLooksAtMost = 4096;

// What tutorials, READMEs and scripts tell people to type, in the normal form of folded().
constexpr std::array<std::string_view, 15> kTutorialTexts = {
    "asdkfj3948fjdksl39485jfkdls9384jfkdls",  // the production guide of proof-of-funds
    "mydog8392jumped0ver7the3fence2today",    // the same
    "testentropy12345",                       // its automated mode
    "randomtextforentropy",                   // its local mode
    "correcthorsebatterystaple",              // xkcd 936
    "somerandomtext",                         // snarkjs' README
    "somemorerandomtext",
    "anotherrandomtext",
    "anotherrandomentropy",
    "randomtext",
    "moreentropy",
    "entropy",
    "worksphere-zkp-contrib",
    "/dev/urandom",
    "/dev/random",
};

constexpr std::array<std::string_view, 7> kSequences = {
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop"};

// Words that make up most of what people think of first. Taken out of a text, little should vanish.
constexpr std::array<std::string_view, 48> kCommonWords = {
    "password", "passwort", "entropy", "random", "secret", "ceremony", "contribution", "contribute",
    "trusted",  "setup",    "powers",  "tau",    "groth",  "zkey",     "snark",        "hello",
    "world",    "test",     "foo",     "bar",    "baz",    "lorem",    "ipsum",        "dolor",
    "letmein",  "welcome",  "admin",   "monkey", "dragon", "iloveyou", "the",          "quick",
    "brown",    "fox",      "jumps",   "over",   "lazy",   "dog",      "some",         "more",
    "another",  "text",     "words",   "my",     "is",     "this",     "and",          "for",
};

// A secret text of small letters without blanks.
struct Folded {
  base::SecretArray<std::byte> memory{kLooksAtMost};
  std::size_t size = 0;
  std::string_view view() const noexcept { return base::as_text(memory.expose().first(size)); }
};

Folded folded(base::ByteSpan text) {
  Folded out;
  for (const std::byte byte : text.first(std::min(text.size(), kLooksAtMost))) {
    const auto c = static_cast<unsigned char>(byte);
    if (std::isspace(c) != 0 || c == '_') continue;
    out.memory.expose()[out.size++] = static_cast<std::byte>(std::tolower(c));
  }
  return out;
}

// The shortest p such that the text is a prefix of its first p characters repeated.
std::size_t period(std::string_view text) noexcept {
  for (std::size_t p = 1; p < text.size(); ++p) {
    if (text.substr(p) == text.substr(0, text.size() - p)) return p;
  }
  return text.size();
}

// Characters that belong to a stretch of four or more along one of the sequences, forwards or backwards.
std::size_t in_sequences(std::string_view text) noexcept {
  const auto steps = [](std::string_view sequence, char a, char b) {
    for (std::size_t i = 0; i + 1 < sequence.size(); ++i) {
      if (sequence[i] == a && sequence[i + 1] == b) return 1;
      if (sequence[i] == b && sequence[i + 1] == a) return -1;
    }
    return 0;
  };
  std::size_t covered = 0;
  for (const std::string_view sequence : kSequences) {
    std::size_t run = 1, covered_here = 0;
    int direction = 0;
    for (std::size_t i = 1; i <= text.size(); ++i) {
      const int step = i < text.size() ? steps(sequence, text[i - 1], text[i]) : 0;
      if (step != 0 && (direction == 0 || step == direction)) {
        ++run;
      } else {
        if (run >= 4) covered_here += run;
        run = step != 0 ? 2 : 1;
      }
      direction = step;
    }
    covered = std::max(covered, covered_here);
  }
  return covered;
}

// Letters and digits left when the common words are taken out, and of those only one of each kind counted.
std::size_t distinct_besides_words(std::string_view text) noexcept {
  std::array<bool, 256> seen{};
  std::size_t distinct = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 0;
    for (const std::string_view word : kCommonWords) {
      if (word.size() > length && text.substr(at, word.size()) == word) length = word.size();
    }
    if (length == 0) {
      bool& known = seen[static_cast<unsigned char>(text[at])];
      if (!known) ++distinct;
      known = true;
    }
    at += std::max<std::size_t>(length, 1);
  }
  base::wipe(std::span(seen));
  return distinct;
}

bool has_word_of(std::string_view text, std::string_view name) {
  std::string word;
  const auto found = [&] { return word.size() >= 4 && text.find(word) != std::string_view::npos; };
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      continue;
    }
    if (found()) return true;
    word.clear();
  }
  return found();
}

std::string slow_digest(base::ByteSpan text, base::ByteSpan salt) {
  base::Secret<base::Hash32> digest;
  // Argon2id (RFC 9106) with libsodium's "interactive" cost: 2 passes over 64 MiB.
  const int status = crypto_pwhash(
      reinterpret_cast<unsigned char*>(digest.expose().data()), digest.expose().size(),
      reinterpret_cast<const char*>(text.data()), text.size(), reinterpret_cast<const unsigned char*>(salt.data()),
      crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13);
  if (status != 0) throw base::Error(base::Code::io, "no memory for the digest of a typed text (64 MiB)", "");
  return base::to_hex(digest.expose());
}

constexpr std::string_view kHeader = "solemn typed entropy 1 ";

}  // namespace

std::vector<std::string> weaknesses_of_typed_text(base::ByteSpan text, std::string_view name) {
  if (text.empty()) return {"the text is empty"};
  std::vector<std::string> said;
  const Folded small = folded(text);
  const std::string_view view = small.view();
  if (std::find(kTutorialTexts.begin(), kTutorialTexts.end(), view) != kTutorialTexts.end()) {
    said.emplace_back("the text is the example of a tutorial: everybody knows it");
  }
  if (view.size() < kShortText) said.emplace_back("the text is short");
  if (view.size() >= 2 && period(view) <= view.size() / 2) said.emplace_back("the text repeats itself");
  if (view.size() >= 4 && in_sequences(view) * 2 >= view.size()) {
    said.emplace_back("the text is mostly a sequence: of the alphabet, of digits or of a keyboard row");
  }
  if (has_word_of(view, name)) said.emplace_back("the text has your name in it, which everybody will know");
  if (distinct_besides_words(view) < 8) said.emplace_back("the text is common words or very few different characters");
  return said;
}

TypedTexts::TypedTexts(std::string_view content) {
  const std::size_t first_end = content.find('\n');
  const std::string_view first = content.substr(0, first_end);
  if (first.substr(0, kHeader.size()) == kHeader) {
    auto salt = base::from_hex(first.substr(kHeader.size()));
    if (salt && salt->size() == crypto_pwhash_SALTBYTES) salt_ = std::move(*salt);
  }
  if (salt_.empty()) {
    salt_.resize(crypto_pwhash_SALTBYTES);
    os_random(salt_);
    return;
  }
  while (first_end != std::string_view::npos && digests_.size() < kMaxRemembered) {
    content.remove_prefix(std::min(content.find('\n') + 1, content.size()));
    if (content.empty()) break;
    const std::string_view line = content.substr(0, content.find('\n'));
    if (line.size() == 64 && base::from_hex(line)) digests_.emplace_back(line);
    if (content.find('\n') == std::string_view::npos) break;
  }
}

bool TypedTexts::seen_before(base::ByteSpan text) {
  std::string digest = slow_digest(text, salt_);
  if (std::find(digests_.begin(), digests_.end(), digest) != digests_.end()) return true;
  if (digests_.size() >= kMaxRemembered) digests_.erase(digests_.begin());
  digests_.push_back(std::move(digest));
  return false;
}

std::string TypedTexts::content() const {
  std::string text = std::string(kHeader) + base::to_hex(salt_) + "\n";
  for (const std::string& digest : digests_) text += digest + "\n";
  return text;
}

}  // namespace solemn::hash
