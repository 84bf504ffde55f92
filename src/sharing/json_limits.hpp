#pragma once
// How large the JSON files of this folder may be. Private to it.
#include "base/json_input.hpp"

namespace solemn::sharing {

constexpr base::JsonLimits kJsonLimits{256 << 10, 4};

}  // namespace solemn::sharing
