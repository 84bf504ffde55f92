#pragma once
// Hashes read aloud: the PGP word list.
#include <string>

#include "base/bytes.hpp"

namespace solemn::base {

/// One word for each byte: "topmost Istanbul Pluto vagabond".
std::string words_of(ByteSpan bytes);

}  // namespace solemn::base
