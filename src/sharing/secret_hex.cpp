#include "sharing/secret_hex.hpp"

#include <sodium.h>

#include <algorithm>

namespace solemn::sharing {

sign::SecretText to_secret_hex(base::ByteSpan bytes) {
  sign::SecretText with_end(2 * bytes.size() + 1);
  sodium_bin2hex(reinterpret_cast<char*>(with_end.expose().data()), with_end.size(),
                 reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return sign::secret_copy(with_end.expose().first(2 * bytes.size()));
}

std::optional<sign::SecretText> from_secret_hex(base::ByteSpan text) {
  const auto is_blank = [](std::byte c) { return c == std::byte{' '} || c == std::byte{'\n'} || c == std::byte{'\r'}; };
  while (!text.empty() && is_blank(text.front())) text = text.subspan(1);
  while (!text.empty() && is_blank(text.back())) text = text.first(text.size() - 1);
  if (text.empty() || text.size() % 2 != 0) return std::nullopt;
  sign::SecretText out(text.size() / 2);
  std::size_t n = 0;
  if (sodium_hex2bin(reinterpret_cast<unsigned char*>(out.expose().data()), out.size(),
                     reinterpret_cast<const char*>(text.data()), text.size(), nullptr, &n, nullptr) != 0 ||
      n != out.size())
    return std::nullopt;
  return out;
}

}  // namespace solemn::sharing
