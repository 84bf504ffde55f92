// Header and constraints of an r1cs file.
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const format::samples::MemoryFile file(fuzz::bytes_of(data, size));
  fuzz::accepts([&] {
    const format::R1csHeader header = format::read_r1cs_header(base::InputFile(file.path()));
    format::with_curve(header.curve, [&]<class C>() {
      std::uint32_t next = 0;
      format::R1csReader<C>(file.path()).for_each([&](std::uint32_t index, const format::Constraint<C>& constraint) {
        fuzz::require(index == next++);
        for (const auto& term : constraint.a) fuzz::require(term.wire < header.n_wires);
      });
      fuzz::require(next == header.n_constraints);
    });
  });
  return 0;
}
