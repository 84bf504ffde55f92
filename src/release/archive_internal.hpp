#pragma once
// The two layers of an archive, for archive.cpp and its tests. Not for other folders.
#include "release/archive.hpp"

namespace solemn::release::internal {

constexpr std::size_t kTarBlock = 512;

base::Bytes gzip_stored(base::ByteSpan bytes);
/// nullopt with `fault` filled: archive-gzip, archive-size, archive-trailing.
std::optional<base::Bytes> gunzip(base::ByteSpan file, std::optional<ArchiveFault>& fault);

}  // namespace solemn::release::internal
