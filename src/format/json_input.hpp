#pragma once
// Points and numbers in JSON as snarkjs writes them; every error names the place. Not for other folders.
#include <string>

#include "base/json_input.hpp"
#include "curve/group.hpp"
#include "format/decimal.hpp"
#include "format/malformed.hpp"

namespace solemn::format::internal {

using base::Json;

/// Of the JSON files of this folder.
constexpr base::JsonLimits kJsonLimits{std::size_t{64} << 20, 8};

/// json as an array of exactly n elements.
const Json& array_of(const Json& json, std::size_t n, const std::string& name);
const std::string& string_of(const Json& json, const std::string& name);

template <class F>
F element_of(const Json& json, const std::string& name) {
  if constexpr (requires { F::Base::kLimbs; }) {
    array_of(json, 2, name);
    using Base = typename F::Base;
    return {element_of<Base>(json[0], name + "[0]"), element_of<Base>(json[1], name + "[1]")};
  } else {
    const std::optional<F> value = from_decimal<F>(string_of(json, name));
    if (!value) malformed(name + " is not a decimal number below the modulus");
    return *value;
  }
}

/// [x, y, "1"], or ["0", "1", "0"] where infinity is allowed; on the curve and in the subgroup.
template <class G>
typename G::Affine point_of(const Json& json, const std::string& name, curve::Infinity infinity) {
  using F = typename G::Field;
  array_of(json, 3, name);
  typename G::Affine point{element_of<F>(json[0], name + "[0]"), element_of<F>(json[1], name + "[1]")};
  const F z = element_of<F>(json[2], name + "[2]");
  if (z.is_zero_vartime()) {
    if (!point.x.is_zero_vartime() || !(point.y == F::one())) malformed(name + " is no point: z is 0");
    point = G::Affine::infinity();
  } else if (!(z == F::one())) {
    malformed(name + " is not affine: z is not 1");
  } else if (point.is_infinity_vartime()) {
    malformed(name + " is not on the curve");
  }
  const curve::PointStatus status = curve::check_point<G>(point, infinity);
  if (status != curve::PointStatus::ok) malformed_point(name, status);
  return point;
}

}  // namespace solemn::format::internal
