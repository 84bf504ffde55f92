#pragma once
// Base64 (RFC 4648), strict: padding as it must be, unused bits zero, nothing between the digits.
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/secret.hpp"

namespace solemn::sign {

enum class Alphabet : std::uint8_t { standard, url };
enum class Padding : std::uint8_t { required, forbidden };

std::string to_base64(base::ByteSpan bytes, Padding padding = Padding::required);
/// nullopt for anything but the one encoding of some bytes.
std::optional<base::Bytes> from_base64(std::string_view text, Alphabet alphabet = Alphabet::standard,
                                       Padding padding = Padding::required);
/// Fills out, which must have exactly the decoded size (padding required, standard alphabet); false otherwise. Lookup
/// by arithmetic, not by table: for secrets.
bool decode_base64_into(base::MutableByteSpan out, std::string_view text) noexcept;
/// Fills out, which must have (bytes.size() + 2) / 3 * 4 characters. Without a table: for secrets.
void encode_base64_into(base::MutableByteSpan out, base::ByteSpan bytes) noexcept;
/// Lines of `width` digits, each ended by a newline.
std::string wrapped_base64(base::ByteSpan bytes, std::size_t width);

}  // namespace solemn::sign
