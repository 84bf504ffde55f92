// Header and constraints of an r1cs file.
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const format::samples::MemoryFile file(fuzz::bytes_of(data, size));
  fuzz::accepts([&] {
    const format::R1csHeader header = format::read_r1cs_header(base::InputFile(file.path()));
    format::with_curve(header.curve, [&]<class C>() {
      base::Pool pool(1);
      std::uint32_t next = 0;
      format::R1csReader<C>(file.path()).for_each_block(pool, [&](const format::ConstraintBlock<C>& block) {
        fuzz::require(block.first == next);
        next += static_cast<std::uint32_t>(block.size());
        for (const auto& term : block.terms) fuzz::require(term.wire < header.n_wires);
        for (std::size_t i = 0; i < block.size(); ++i)
          fuzz::require(block.a(i).size() + block.b(i).size() + block.c(i).size() <= block.terms.size());
      });
      fuzz::require(next == header.n_constraints);
    });
  });
  return 0;
}
