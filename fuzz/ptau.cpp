// Header, section table, contributions and points of a ptau file.
#include "fuzz.hpp"

namespace solemn::fuzz {
namespace {

template <class C>
void read_everything(const base::Path& path) {
  const format::PtauReader<C> reader(path);
  const auto read_section = [&]<class G>(format::PtauSection section) {
    std::vector<typename G::Affine> points(reader.points(section));
    reader.template read<G>(section, 0, points, pool());
  };
  for (const std::uint32_t type : {2U, 3U, 4U, 5U, 6U, 12U, 13U, 14U, 15U}) {
    const auto section = static_cast<format::PtauSection>(type);
    if (!reader.has(section)) continue;
    if (format::ptau_section_is_g2(section)) {
      read_section.template operator()<curve::G2<C>>(section);
    } else {
      read_section.template operator()<curve::G1<C>>(section);
    }
  }
  const auto contributions = reader.read_contributions();
  bool named = true;  // an empty name is not written
  for (const auto& contribution : contributions) named = named && !contribution.params.name.empty();
  require(!named || format::write_contributions<C>(contributions) == reader.read_contributions_raw());
}

}  // namespace
}  // namespace solemn::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const format::samples::MemoryFile file(fuzz::bytes_of(data, size));
  fuzz::accepts([&] {
    const format::PtauHeader header = format::read_ptau_header(base::InputFile(file.path()));
    format::with_curve(header.curve, [&]<class C>() { fuzz::read_everything<C>(file.path()); });
  });
  return 0;
}
