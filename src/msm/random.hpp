#pragma once
// Random digits and coefficients of verifiers, addressed by index: the same seed and index give the same value.
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "msm/msm.hpp"

namespace solemn::msm {

/// Digits first .. first + |out| - 1 of the stream of `seed32`: independent, uniform on the 2^width values
/// -2^(width-1) .. -1, 1 .. 2^(width-1) (as far as ChaCha20 and BLAKE2b tell). Streams of different labels are
/// independent. Domain: width 2 to 16.
void random_digits(std::span<std::int32_t> out, unsigned width, std::string_view label, base::ByteSpan seed32,
                   std::uint64_t first);

/// Integers of 128 bits or fewer, uniform, but 1 in place of 0. Streams of different labels are independent.
void random_integers(std::span<std::array<std::uint64_t, 4>> out, base::ByteSpan seed32, std::uint64_t first,
                     unsigned bits = kSoundBits, std::string_view label = "coefficients");

/// Uniform elements of the whole field.
template <class F>
void random_elements(std::span<F> out, std::string_view label, base::ByteSpan seed32);

}  // namespace solemn::msm
