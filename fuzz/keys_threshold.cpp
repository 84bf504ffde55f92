// Registries, signature files and governance messages.
#include "keys/threshold.hpp"

#include <algorithm>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const std::string_view text = base::as_text(fuzz::bytes_of(data, size));
  fuzz::accepts([&] {
    const auto registry = keys::read_registry(text);
    const std::string again = keys::write_registry(registry);
    fuzz::require(keys::write_registry(keys::read_registry(again)) == again);
    for (const auto& one : registry) fuzz::require(!one.key.identity().empty());
  });
  fuzz::accepts([&] { fuzz::require(!keys::read_signature(text, "file").bytes.empty()); });
  if (keys::is_unambiguous(text) == true) fuzz::require(std::count(text.begin(), text.end(), ':') == 2);
  return 0;
}
