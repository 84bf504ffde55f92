// The answers of a bucket's server in a multipart upload: what is accepted is bounded, and fits into what is sent back.
#include "fuzz.hpp"
#include "store/parts.hpp"

namespace {

using namespace solemn;

bool fits_into_xml(std::string_view text) { return !text.empty() && text.find_first_of("<> \r\n") == text.npos; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = base::as_text(fuzz::bytes_of(data, size));
  fuzz::accepts([&] {
    store::StoredParts parts;
    const auto next = store::read_parts_page(text, parts);
    fuzz::require(!next || (*next >= 1 && *next <= store::kMaxParts));
    for (const auto& [number, part] : parts) {
      fuzz::require(number >= 1 && number <= store::kMaxParts);
      fuzz::require(fits_into_xml(part.etag));
    }
  });
  fuzz::accepts([&] { fuzz::require(fits_into_xml(store::read_upload_id(text))); });
  fuzz::accepts([&] { fuzz::require(fits_into_xml(store::read_etag(text))); });
  return 0;
}
