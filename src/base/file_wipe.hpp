#pragma once
// Overwriting a file before it is removed. What that is worth depends on the medium: on flash, nothing for sure.
#include "base/file.hpp"

namespace solemn::base {

/// Zeros over every byte, flushed to the device, then the name is removed; returns the size. Throws Error{refused} for
/// anything but a regular file with this one name (links are not followed), Error{io}.
std::uint64_t overwrite_and_remove(const Path& path);

}  // namespace solemn::base
