// proof.json; what is accepted is written back and read again.
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const std::string_view text = base::as_text(fuzz::bytes_of(data, size));
  fuzz::accepts([&] {
    format::with_curve(format::read_json_curve(text), [&]<class C>() {
      const std::string written = format::write_proof_json<C>(format::read_proof_json<C>(text));
      fuzz::require(format::write_proof_json<C>(format::read_proof_json<C>(written)) == written);
    });
  });
  return 0;
}
