#pragma once
// Point encodings, one convention each (spec: snarkjs formats 1.2; arkworks; zcash/IETF). In memory and in ptau/zkey
// files points are LEM: Montgomery limbs, little-endian, which is a plain copy plus checks.
//
//   snarkjs U   BE(x) || BE(y), G2 imaginary part first; infinity all zero (written), or any first byte with 0x40
//   (read) snarkjs C   BE(x), 0x80 in the first byte when y is negative; infinity 0x40 then zeros zcash       BLS12-381
//   only: 0x80 compressed, 0x40 infinity, 0x20 sign (draft-irtf-cfrg-pairing-friendly-curves C) arkworks    BN254:
//   LE(x) (LE(y)), flags in the top bits of the last byte: 0x80 y is negative, 0x40 infinity; BLS12-381: the zcash form
//
// Every reader checks range and curve; `subgroup` is checked when asked. No reader loops without bound.
#include "base/bytes.hpp"
#include "curve/group.hpp"

namespace solemn::curve {

enum class Form : std::uint8_t { uncompressed, compressed };
enum class Subgroup : std::uint8_t { unchecked, check };
enum class InfinityFlag : std::uint8_t { zeros, flag_0x40 };  // how snarkjs U writes infinity: >= 0.7.0, <= 0.6.11

template <class G>
struct Decoded {
  typename G::Affine point;
  PointStatus status;
};

template <class G>
void write_snarkjs_u(base::MutableByteSpan out, const typename G::Affine& p,
                     InfinityFlag era = InfinityFlag::zeros) noexcept;
template <class G>
void write_snarkjs_c(base::MutableByteSpan out, const typename G::Affine& p) noexcept;
/// status infinity is returned for a well-formed point at infinity: the caller decides whether that is allowed.
template <class G>
Decoded<G> read_snarkjs_u(base::ByteSpan in, Subgroup subgroup) noexcept;
template <class G>
Decoded<G> read_snarkjs_c(base::ByteSpan in, Subgroup subgroup) noexcept;
/// Montgomery limbs as they lie in files.
template <class G>
Decoded<G> read_lem(base::ByteSpan in, Subgroup subgroup) noexcept;
template <class G>
void write_lem(base::MutableByteSpan out, const typename G::Affine& p) noexcept;
/// arkworks 0.4/0.5 CanonicalSerialize (BLS12-381: equal to the zcash form).
template <class G>
void write_arkworks(base::MutableByteSpan out, const typename G::Affine& p, Form form) noexcept;
template <class G>
Decoded<G> read_arkworks(base::ByteSpan in, Form form, Subgroup subgroup) noexcept;

template <class G>
constexpr std::size_t encoded_bytes(Form form) noexcept {
  return form == Form::compressed ? G::kCompressedBytes : G::kBytes;
}

enum class Encoding : std::uint8_t {
  snarkjs_u,
  snarkjs_u_era_0_6,
  snarkjs_c,
  lem,
  arkworks_uncompressed,
  arkworks_compressed
};
template <class G>
constexpr std::size_t point_bytes(Encoding e) noexcept {
  return e == Encoding::snarkjs_c || e == Encoding::arkworks_compressed ? G::kCompressedBytes : G::kBytes;
}

}  // namespace solemn::curve
