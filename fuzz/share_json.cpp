// The public files of sharing: set, proof of possession, matrix. What is accepted is written back to the same.
#include "fuzz.hpp"
#include "sharing/matrix.hpp"
#include "sharing/possession.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const std::string_view text = base::as_text(fuzz::bytes_of(data, size));
  fuzz::accepts([&] {
    const std::string written = sharing::write_set(sharing::parse_set(text));
    fuzz::require(sharing::write_set(sharing::parse_set(written)) == written);
  });
  fuzz::accepts([&] {
    const std::string written = sharing::write_proof(sharing::parse_proof(text));
    fuzz::require(sharing::write_proof(sharing::parse_proof(written)) == written);
  });
  fuzz::accepts([&] {
    const std::string written = sharing::write_matrix(sharing::parse_matrix(text));
    fuzz::require(sharing::write_matrix(sharing::parse_matrix(written)) == written);
  });
  return 0;
}
