// public.json on both curves.
#include "fuzz.hpp"

namespace {

template <class C>
void check(std::string_view text) {
  using namespace solemn;
  fuzz::accepts([&] {
    const auto values = format::read_public_json<C>(text);
    fuzz::require(format::read_public_json<C>(format::write_public_json<C>(values)) == values);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = solemn::base::as_text(solemn::fuzz::bytes_of(data, size));
  check<solemn::curve::Bn254>(text);
  check<solemn::curve::Bls12_381>(text);
  return 0;
}
