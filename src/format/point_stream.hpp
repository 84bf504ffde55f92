#pragma once
// Copies the points of a zkey section into another encoding, block by block. Not for other folders.
#include <algorithm>

#include "curve/bulk.hpp"
#include "format/zkey.hpp"

namespace solemn::format::internal {

constexpr std::size_t kStreamPoints = std::size_t{1} << 14;

template <class G>
void write_points(base::OutputFile& out, std::span<const typename G::Affine> points, curve::Encoding encoding,
                  base::Pool& pool) {
  base::Bytes bytes(std::min(points.size(), kStreamPoints) * curve::point_bytes<G>(encoding));
  for (std::size_t done = 0; done < points.size(); done += kStreamPoints) {
    const auto block = points.subspan(done, std::min(kStreamPoints, points.size() - done));
    const auto encoded = base::MutableByteSpan(bytes).first(block.size() * curve::point_bytes<G>(encoding));
    curve::encode_points<G>(encoded, block, encoding, pool);
    out.write(encoded);
  }
}

/// Calls visit(points, first index) for the blocks of a section.
template <class C, class G, class Visit>
void for_each_block(const ZkeyReader<C>& zkey, ZkeySection section, base::Pool& pool, Visit&& visit) {
  const std::uint64_t n_points = zkey.points(section);
  std::vector<typename G::Affine> block(static_cast<std::size_t>(std::min<std::uint64_t>(kStreamPoints, n_points)));
  for (std::uint64_t done = 0; done < n_points; done += kStreamPoints) {
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(kStreamPoints, n_points - done));
    const std::span<typename G::Affine> points = std::span(block).first(n);
    zkey.template read<G>(section, done, points, pool);
    visit(std::span<const typename G::Affine>(points), done);
  }
}

template <class C, class G>
void copy_section(base::OutputFile& out, const ZkeyReader<C>& zkey, ZkeySection section, curve::Encoding encoding,
                  base::Pool& pool) {
  for_each_block<C, G>(zkey, section, pool, [&](std::span<const typename G::Affine> points, std::uint64_t) {
    write_points<G>(out, points, encoding, pool);
  });
}

}  // namespace solemn::format::internal
