// A picture in the plain formats, and whatever ZXing sees in it. Small ones: ZXing's time grows with the pixels.
#include "fuzz.hpp"
#include "paper/scan.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  constexpr std::size_t kMaxPixels = 1 << 16;
  fuzz::accepts([&] {
    base::ByteSpan rest = fuzz::bytes_of(data, size);
    const paper::Picture picture = paper::parse_pnm(rest, &rest);
    fuzz::require(picture.pixels.size() == std::size_t{picture.width} * picture.height);
    if (picture.pixels.size() <= kMaxPixels) (void)paper::scan(picture);
  });
  return 0;
}
