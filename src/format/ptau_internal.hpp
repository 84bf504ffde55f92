#pragma once
// What the files of the ptau reader and writer share. Not for other folders.
#include "format/ptau.hpp"

namespace solemn::format::internal {

constexpr unsigned kMaxPower = 28;

Container read_ptau_container(const base::InputFile& file);
PtauHeader parse_ptau_header(const base::InputFile& file, const Container& container);

}  // namespace solemn::format::internal
