// A witness file.
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const format::samples::MemoryFile file(fuzz::bytes_of(data, size));
  fuzz::accepts([&] {
    const curve::CurveId id = format::read_wtns_curve(base::InputFile(file.path()));
    format::with_curve(id, [&]<class C>() { fuzz::require(!format::read_wtns<C>(file.path()).empty()); });
  });
  return 0;
}
