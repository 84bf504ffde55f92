#include "sharing/secret_hex.hpp"

#include <sodium.h>

#include "base/ct.hpp"

namespace solemn::sharing {

using base::ByteSpan;

namespace {

/// Of a digit; `all` becomes no for everything else.
std::uint64_t value_of(std::byte c, ct::Choice& all) noexcept {
  constexpr std::string_view kLower = "0123456789abcdef", kUpper = "0123456789ABCDEF";
  std::uint64_t value = 0;
  ct::Choice known = ct::Choice::no();
  for (std::uint64_t i = 0; i < kLower.size(); ++i) {
    const auto is = [&](char digit) {
      return ct::equal(static_cast<std::uint64_t>(c), static_cast<unsigned char>(digit));
    };
    const ct::Choice here = is(kLower[i]) | is(kUpper[i]);
    value = ct::select(here, i, value);
    known = known | here;
  }
  all = all & known;
  return value;
}

}  // namespace

sign::SecretText to_secret_hex(ByteSpan bytes) {
  sign::SecretText with_end(2 * bytes.size() + 1);
  sodium_bin2hex(reinterpret_cast<char*>(with_end.expose().data()), with_end.size(),
                 reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return sign::secret_copy(with_end.expose().first(2 * bytes.size()));
}

ByteSpan without_blanks(ByteSpan text) noexcept {
  const auto is_blank = [](std::byte c) {
    const auto letter = static_cast<std::uint64_t>(c);
    return ct::declassify(ct::equal(letter, ' ') | ct::equal(letter, '\n') | ct::equal(letter, '\r'));
  };
  while (!text.empty() && is_blank(text.front())) text = text.subspan(1);
  while (!text.empty() && is_blank(text.back())) text = text.first(text.size() - 1);
  return text;
}

std::optional<sign::SecretText> from_secret_hex(ByteSpan text) {
  text = without_blanks(text);
  if (text.empty() || text.size() % 2 != 0) return std::nullopt;
  sign::SecretText out(text.size() / 2);
  ct::Choice all = ct::Choice::yes();
  for (std::size_t i = 0; i < out.size(); ++i)
    out.expose()[i] = static_cast<std::byte>(value_of(text[2 * i], all) << 4 | value_of(text[2 * i + 1], all));
  if (!ct::declassify(all)) return std::nullopt;
  return out;
}

}  // namespace solemn::sharing
