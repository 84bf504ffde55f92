#pragma once
// Field elements as decimal strings, the only form that snarkjs' JSON knows. Not for other folders.
#include <optional>
#include <string>
#include <string_view>

#include "curve/curves.hpp"

namespace solemn::format::internal {

template <class F>
std::string to_decimal(const F& value);
/// Canonical only: digits, no sign, no leading zero, below the modulus; nullopt otherwise.
template <class F>
std::optional<F> from_decimal(std::string_view text);

}  // namespace solemn::format::internal
