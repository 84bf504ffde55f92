#pragma once
// Points from a key, or from elsewhere, into another encoding, block by block. Not for other folders.
#include <algorithm>

#include "curve/bulk.hpp"
#include "format/exports.hpp"

namespace solemn::format::internal {

constexpr std::size_t kStreamPoints = std::size_t{1} << 14;

/// The points of a section. Borrows the key and the pool.
template <class C, class G>
PointSource<G> section_points(const ZkeyReader<C>& zkey, ZkeySection section, base::Pool& pool) {
  return {zkey.points(section), [&zkey, &pool, section](std::uint64_t first, std::span<typename G::Affine> out) {
            zkey.template read<G>(section, first, out, pool);
          }};
}

/// Calls visit(points) for block after block.
template <class G, class Visit>
void for_each_block(const PointSource<G>& source, base::Progress& progress, Visit&& visit) {
  std::vector<typename G::Affine> block(static_cast<std::size_t>(std::min<std::uint64_t>(kStreamPoints, source.count)));
  for (std::uint64_t done = 0; done < source.count; done += block.size()) {
    progress.check_interrupt();
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), source.count - done));
    const std::span<typename G::Affine> points = std::span(block).first(n);
    source.read(done, points);
    visit(std::span<const typename G::Affine>(points));
    progress.advance(n);
  }
}

template <class G>
void write_points(base::OutputFile& out, const PointSource<G>& source, curve::Encoding encoding, base::Pool& pool,
                  base::Progress& progress) {
  base::Bytes bytes;
  for_each_block<G>(source, progress, [&](std::span<const typename G::Affine> points) {
    bytes.resize(points.size() * curve::point_bytes<G>(encoding));
    curve::encode_points<G>(bytes, points, encoding, pool);
    out.write(bytes);
  });
}

template <class C, class G>
void copy_section(base::OutputFile& out, const ZkeyReader<C>& zkey, ZkeySection section, curve::Encoding encoding,
                  base::Pool& pool, base::Progress& progress) {
  write_points<G>(out, section_points<C, G>(zkey, section, pool), encoding, pool, progress);
}

}  // namespace solemn::format::internal
