// Scripts and participants of a key ceremony: what is read is written back the same, and has a verdict.
#include "fuzz.hpp"
#include "keys/people.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const std::string_view text = base::as_text(fuzz::bytes_of(data, size));
  fuzz::accepts([&] {
    const keys::Script script = keys::parse_script(text);
    const std::string written = keys::write_script(script);
    fuzz::require(keys::write_script(keys::parse_script(written)) == written);
    fuzz::require(!keys::check_script(script).checks().empty());
  });
  fuzz::accepts([&] {
    const keys::People people = keys::parse_people(text);
    const std::string written = keys::write_people(people);
    fuzz::require(keys::write_people(keys::parse_people(written)) == written);
  });
  return 0;
}
