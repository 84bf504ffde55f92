#pragma once
// The two bases of the H query (spec section 10): snarkjs keeps H_i, odd points of the Lagrange basis of size 2n;
// bellman and arkworks keep Hb_j = (tau^(j+n) - tau^j) / delta, j < n-1.   Hb = [ DFT_n(H) then element j times -2 w^j
// ], last one dropped, w = w[k+1].
//
// Memory is bounded by Context::memory_limit_bytes (default 512 MiB) and by what there is: the transform takes place in
// memory where all points fit into that, and over a scratch file beside the output where they do not.
#include "fft/fft.hpp"
#include "format/exports.hpp"
#include "setup/context.hpp"

namespace solemn::setup {

/// What the output takes beside itself: the exports keep Hb in a scratch file, and its transform another n points.
enum class HScratch : std::uint8_t { transform = 1, points_and_transform = 2 };

/// Before the long work: there is such a basis (Error{usage}: not for 2^28 on BN254), memory, and disk for the output
/// and the scratch (Error{io}).
template <class C>
void require_room(unsigned domain_log2, const base::Path& out, std::uint64_t output_bytes, HScratch scratch);

/// Hb of a key, in a scratch file that goes away with the object.
template <class C>
class Differences {
 public:
  Differences(const format::ZkeyReader<C>& zkey, const base::Path& out, const Context& context);
  /// Borrows this object.
  format::PointSource<curve::G1<C>> points();

 private:
  std::uint64_t n_points_;
  base::OutputFile scratch_;
};

/// Back: append infinity, element j times -1/2 w^-j, inverse DFT. h: takes the n points.
template <class C>
void differences_to_h(const format::PointSource<curve::G1<C>>& hb, unsigned domain_log2,
                      const fft::PointStore<curve::G1<C>>& h, const base::Path& out, const Context& context);

}  // namespace solemn::setup
