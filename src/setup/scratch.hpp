#pragma once
// Points in files, for transforms of more points than memory holds.
#include "base/file.hpp"
#include "fft/fft.hpp"

namespace solemn::setup {

/// For an OutputFile that is never committed: the folder of the output has the room that was asked for.
inline base::Path scratch_beside(const base::Path& out) {
  return out.parent_path() / ("." + out.filename().native().substr(0, 200) + ".scratch");
}

/// Points as they lie in memory, from an offset of a file on. Borrows the file.
template <class G>
fft::PointStore<G> store_in(base::OutputFile& file, std::uint64_t offset_bytes) {
  using Affine = typename G::Affine;
  return {[&file, offset_bytes](std::uint64_t first, std::span<Affine> out) {
            file.read_at(offset_bytes + first * G::kBytes, base::writable_object_bytes(out));
          },
          [&file, offset_bytes](std::uint64_t first, std::span<const Affine> in) {
            file.write_at(offset_bytes + first * G::kBytes, base::object_bytes(in));
          }};
}

}  // namespace solemn::setup
