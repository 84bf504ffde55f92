// Points of challenge (U) and response (C) files: what is decoded encodes to the same bytes.
#include "curve/bulk.hpp"
#include "fuzz.hpp"

namespace {

using namespace solemn;

// Infinity has several encodings that are read, and one that is written.
template <class G>
void check(base::ByteSpan bytes, curve::Encoding encoding) {
  const std::size_t n_bytes = curve::point_bytes<G>(encoding), n = bytes.size() / n_bytes;
  std::vector<typename G::Affine> points(n);
  const base::ByteSpan in = bytes.first(n * n_bytes);
  const curve::FirstBad bad =
      curve::decode_points<G>(points, in, encoding, curve::Infinity::refuse, curve::Subgroup::check, fuzz::pool());
  if (!bad.none()) {
    fuzz::require(bad.index < n);
    return;
  }
  base::Bytes out(in.size());
  curve::encode_points<G>(out, points, encoding, fuzz::pool());
  fuzz::require(std::equal(out.begin(), out.end(), in.begin(), in.end()));
}

template <class C>
void check_curve(base::ByteSpan bytes) {
  for (const auto encoding : {curve::Encoding::snarkjs_u, curve::Encoding::snarkjs_c}) {
    check<curve::G1<C>>(bytes, encoding);
    check<curve::G2<C>>(bytes, encoding);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::ByteSpan bytes = fuzz::bytes_of(data, size);
  check_curve<curve::Bn254>(bytes);
  check_curve<curve::Bls12_381>(bytes);
  for (const auto id : {curve::CurveId::bn254, curve::CurveId::bls12_381}) {
    fuzz::accepts([&] { static_cast<void>(format::power_from_response_bytes(id, size)); });
    fuzz::accepts([&] { static_cast<void>(format::power_from_challenge_bytes(id, size)); });
  }
  return 0;
}
