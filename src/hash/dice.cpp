#include "hash/dice.hpp"

#include <openssl/sha.h>

#include <algorithm>

#include "base/error.hpp"

namespace solemn::hash {

namespace {

constexpr bool is_blank(std::byte c) noexcept {
  return c == std::byte{' '} || c == std::byte{'\n'} || c == std::byte{'\r'} || c == std::byte{'\t'};
}

}  // namespace

DiceThrows::DiceThrows(base::ByteSpan text) : faces_(kMaxThrows) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_blank(text[i])) continue;
    if (text[i] < std::byte{'1'} || text[i] > std::byte{'6'}) {
      throw base::Error(base::Code::usage, "character " + std::to_string(i + 1) + " of the dice is not a face 1 to 6",
                        "write each throw as one digit; blanks and line ends may stand between them");
    }
    if (size_ == kMaxThrows) {
      throw base::Error(base::Code::usage, "more than " + std::to_string(kMaxThrows) + " throws of dice",
                        std::to_string(kEnoughThrows) + " are enough");
    }
    faces_.expose()[size_++] = text[i];
  }
  if (size_ == 0) throw base::Error(base::Code::usage, "no throws of dice were given", "write each as a digit 1 to 6");
}

base::Secret<base::Hash64> DiceThrows::digest() const {
  base::Secret<base::Hash64> out;
  SHA512(reinterpret_cast<const unsigned char*>(faces().data()), size_,
         reinterpret_cast<unsigned char*>(out.expose().data()));
  base::wipe_stack();
  return out;
}

std::vector<std::string> DiceThrows::oddities() const {
  std::vector<std::string> said;
  if (size_ < kEnoughThrows) {
    said.push_back(std::to_string(size_) + " throws are fewer than the " + std::to_string(kEnoughThrows) +
                   " that make 256 bits: mixed in, not counted");
  }
  std::array<std::size_t, 6> times{};
  std::size_t run = 0, longest = 0;
  for (std::size_t i = 0; i < size_; ++i) {
    ++times[static_cast<std::size_t>(faces()[i]) - '1'];
    run = i > 0 && faces()[i] == faces()[i - 1] ? run + 1 : 1;
    longest = std::max(longest, run);
  }
  const double expected = static_cast<double>(size_) / 6;
  double chi_square = 0;
  for (const std::size_t n : times) {
    const double difference = static_cast<double>(n) - expected;
    chi_square += difference * difference / expected;
  }
  if (size_ >= 30 && chi_square > 20.52) {
    said.emplace_back("the faces are unequal as a fair die shows them once in a thousand times: is it fair?");
  }
  if (longest >= 8) said.push_back("one face " + std::to_string(longest) + " times in a row");
  base::wipe(std::span(times));
  return said;
}

}  // namespace solemn::hash
