#pragma once
// How large the JSON of this folder may be. Private to it; included by what reads or writes that JSON.
#include "base/json_input.hpp"

namespace solemn::beacon {

/// No beacon, chain information or announcement is larger; a relay's answer is cut off there.
constexpr base::JsonLimits kJsonLimits{16384, 2};

}  // namespace solemn::beacon
