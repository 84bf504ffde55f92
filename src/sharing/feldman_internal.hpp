#pragma once
// What dealing and dealing anew share. Private to this folder.
#include "sharing/feldman.hpp"

namespace solemn::sharing {

/// value < 256, not 0: public factors in the form of scalars.
Scalar small_scalar(unsigned value);
/// Throws Error{usage} for a bad name, threshold or count.
void require_numbers(std::string_view name, unsigned threshold, unsigned count);
/// constant, then threshold-1 random coefficients.
std::vector<Scalar> random_polynomial(const Scalar& constant, unsigned threshold, Randomness& randomness);
/// f(x), 1 <= x < 256.
Scalar value_at(std::span<const Scalar> coefficients, unsigned x);
/// Shares of these values (index 1, 2 ...), verified.
Dealt finish_dealing(ShareSet set, std::vector<Scalar> values, Randomness& randomness);
/// f(0), of exactly as many shares as f has coefficients.
Scalar combine(std::span<const Share> quorum);
/// Throws Error{rejected} with the first check of check_shares() that fails.
void require_shares(const ShareSet& set, std::span<const Share> shares);
/// The next choice of |chosen| positions out of n, in order; false after the last. Begin with 0, 1, 2 ...
bool next_choice(std::vector<std::size_t>& chosen, std::size_t n) noexcept;

}  // namespace solemn::sharing
