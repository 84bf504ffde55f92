// An arkworks verification key, both curves: an accepted one has one encoding only in each form.
#include "fuzz.hpp"

namespace {

template <class C>
void check(solemn::base::ByteSpan bytes) {
  using namespace solemn;
  fuzz::accepts([&] {
    const auto vk = format::read_arkworks_vk<C>(bytes);
    const base::Bytes in(bytes.begin(), bytes.end());
    fuzz::require(in == format::write_arkworks_vk(vk, curve::Form::compressed) ||
                  in == format::write_arkworks_vk(vk, curve::Form::uncompressed));
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check<solemn::curve::Bn254>(solemn::fuzz::bytes_of(data, size));
  check<solemn::curve::Bls12_381>(solemn::fuzz::bytes_of(data, size));
  return 0;
}
