// Phase-2 parameters for the sample key of each curve.
#include "fuzz.hpp"

namespace {

template <class C>
void check(const solemn::base::Path& path) {
  using namespace solemn;
  static const format::ZkeyHeader<C> header = format::samples::zkey_header<C>();
  fuzz::accepts([&] {
    const auto params = format::read_mpcparams<C>(path, header, fuzz::pool());
    fuzz::require(params.a.size() == header.n_vars && params.hb.size() == header.domain_size - 1);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const solemn::format::samples::MemoryFile file(solemn::fuzz::bytes_of(data, size));
  check<solemn::curve::Bn254>(file.path());
  check<solemn::curve::Bls12_381>(file.path());
  return 0;
}
