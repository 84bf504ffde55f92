#pragma once
// The two ways to iterate SHA-256 on 32 bytes, for sha256.cpp and for the test that compares them.
#include <cstdint>

#include "base/bytes.hpp"

namespace solemn::hash::internal {

/// The reference.
void iterate_with_openssl(base::Hash32& hash, std::uint64_t iterations);

/// Whether the next one may be called here.
bool processor_has_sha() noexcept;

/// The same with the processor's SHA instructions called directly: OpenSSL's state handling around the one compression
/// of a 32-byte message costs several times the compression.
void iterate_with_sha_instructions(base::Hash32& hash, std::uint64_t iterations);

}  // namespace solemn::hash::internal
