// A zkey: summary of any protocol, and for Groth16 header, chain, coefficients and points.
#include "fuzz.hpp"

namespace solemn::fuzz {
namespace {

template <class C>
void read_everything(const base::Path& path) {
  using format::ZkeySection;
  const format::ZkeyReader<C> reader(path);
  const auto read_section = [&]<class G>(ZkeySection section) {
    std::vector<typename G::Affine> points(reader.points(section));
    reader.template read<G>(section, 0, points, pool());
  };
  for (const auto section : {ZkeySection::ic, ZkeySection::a, ZkeySection::b1, ZkeySection::c, ZkeySection::h}) {
    accepts([&] { read_section.template operator()<curve::G1<C>>(section); });
  }
  accepts([&] { read_section.template operator()<curve::G2<C>>(ZkeySection::b2); });
  accepts([&] {
    std::vector<format::ZkeyCoef<C>> coefs(reader.n_coefs());
    reader.read_coefs(0, coefs);
    for (const auto& coef : coefs) {
      require(coef.matrix <= 1 && coef.signal < reader.header().n_vars &&
              coef.constraint < reader.header().domain_size);
    }
  });
  static_cast<void>(reader.read_chain(pool()));
}

}  // namespace
}  // namespace solemn::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const format::samples::MemoryFile file(fuzz::bytes_of(data, size));
  fuzz::accepts([&] {
    const format::ZkeySummary summary = format::read_zkey_summary(base::InputFile(file.path()));
    format::with_curve(summary.curve, [&]<class C>() { fuzz::read_everything<C>(file.path()); });
  });
  return 0;
}
