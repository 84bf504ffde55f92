#pragma once
// What the files of the zkey reader and writer share. Not for other folders.
#include "format/zkey.hpp"

namespace solemn::format::internal {

constexpr std::uint32_t number(ZkeySection section) noexcept { return static_cast<std::uint32_t>(section); }

/// Domain sizes of Groth16 keys are 2^1 .. 2^28.
constexpr unsigned kMaxDomainLog2 = 28;

template <class C>
constexpr std::uint64_t kCoefBytes = 12 + C::Fr::kBytes;

/// The table of a Groth16 zkey. Throws Error{malformed} for other protocols.
Container read_groth16_container(const base::InputFile& file);

/// Header of section 2; every point checked.
template <class C>
ZkeyHeader<C> parse_zkey_header(const base::InputFile& file, const Container& container);
/// Sizes of all sections against the header. Throws Error{malformed}.
template <class C>
void check_zkey_sizes(const base::InputFile& file, const Container& container, const ZkeyHeader<C>& header);

}  // namespace solemn::format::internal
