// Contribution logs; what is accepted is written and read again.
#include "format/contribution_log.hpp"

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const std::string_view text = base::as_text(fuzz::bytes_of(data, size));
  fuzz::accepts([&] {
    const format::ContributionLog log = format::read_contribution_log(text);
    fuzz::require(format::contribution_log_name(log).find('/') == std::string::npos);
    fuzz::require(!format::write_contribution_log(log).empty());
  });
  return 0;
}
