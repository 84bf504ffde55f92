// A share as typed, scanned or read from a file: what is accepted is written and read again to the same share.
#include <algorithm>

#include "fuzz.hpp"
#include "sharing/share_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const base::ByteSpan bytes = fuzz::bytes_of(data, size);
  for (unsigned line = 1; line <= sharing::kShareLines; ++line) {
    const auto finding = sharing::check_share_line(line, bytes);
    fuzz::require(finding.text().empty() == (finding.what == sharing::LineFinding::What::ok));
  }
  fuzz::accepts([&] {
    const sharing::Share share = sharing::parse_share(bytes);
    const sharing::Share again = sharing::parse_share(sharing::share_text("k", share).expose());
    fuzz::require(share.commitment() == again.commitment() && share.threshold == again.threshold);
  });
  return 0;
}
