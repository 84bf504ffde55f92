#pragma once
// Bech32 and bech32m (BIP-173, BIP-350): five bits a character with a checksum of six that finds up to four wrong ones
// in
// 89. Constant time in the data.
#include <optional>
#include <string_view>

#include "base/bytes.hpp"

namespace solemn::base {

enum class Bech32 : std::uint32_t { bech32 = 1, bech32m = 0x2bc830a3 };
constexpr std::size_t kBech32Checksum = 6;

/// Characters of `symbols` (each below 32) and then the six of the checksum, lower case. out: symbols.size() + 6 bytes.
void bech32_encode(MutableByteSpan out, Bech32 form, std::string_view prefix, ByteSpan symbols) noexcept;
/// Symbols of the characters, either case; false when one is not of the alphabet. out: as many as text.
bool bech32_symbols(MutableByteSpan out, ByteSpan text) noexcept;
/// True when symbols (with their checksum) are right for the prefix.
bool bech32_verify(Bech32 form, std::string_view prefix, ByteSpan symbols) noexcept;

/// Bytes to groups of five bits and back; out must have (8 n + 4) / 5 and n * 5 / 8 elements. The second is false when
/// bits that are left over are not zero or a whole symbol is left.
void to_fives(MutableByteSpan out, ByteSpan bytes) noexcept;
bool from_fives(MutableByteSpan out, ByteSpan symbols) noexcept;

}  // namespace solemn::base
