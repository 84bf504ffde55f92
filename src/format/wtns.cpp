// Witness files.
#include "base/secret.hpp"
#include "format/malformed.hpp"
#include "format/r1cs.hpp"
#include "format/section_cursor.hpp"

namespace solemn::format {

using internal::malformed;
using internal::SectionCursor;

namespace {

enum WtnsSection : std::uint32_t { kHeader = 1, kValues = 2 };

struct WtnsHeader {
  curve::CurveId curve;
  std::uint32_t n_values;
};

Container read_container(const base::InputFile& file) {
  constexpr std::array<std::uint32_t, 2> kTypes = {kHeader, kValues};
  return Container::read(file, "wtns", 2, kTypes, kTypes);
}

WtnsHeader parse_header(const base::InputFile& file, const Container& container) {
  SectionCursor cursor(file, container.section(kHeader));
  WtnsHeader header{};
  header.curve = curve_of_scalar_prime(internal::take_prime(cursor));
  header.n_values = cursor.take_le32();
  cursor.require_end();
  if (header.n_values == 0) malformed("section 1: a witness has at least the constant 1");
  const std::uint64_t found = container.section(kValues).size_bytes;
  if (found != std::uint64_t{32} * header.n_values) {
    malformed("section 2 has " + std::to_string(found) + " bytes, " + std::to_string(header.n_values) +
              " values need " + std::to_string(std::uint64_t{32} * header.n_values));
  }
  return header;
}

template <class C>
std::vector<typename C::Fr::Limbs> parse_values(const base::InputFile& file) {
  using Fr = typename C::Fr;
  const Container container = read_container(file);
  const WtnsHeader header = parse_header(file, container);
  if (header.curve != C::kId) {
    malformed("the witness is for " + std::string(curve_name(header.curve)) + ", not for " +
              std::string(curve_name(C::kId)));
  }
  std::vector<typename Fr::Limbs> values(header.n_values);
  try {
    file.read_at(container.section(kValues).offset_bytes, base::writable_object_bytes(std::span(values)));
    for (std::size_t i = 0; i < values.size(); ++i)
      if (!Fr::from_montgomery(values[i]))
        malformed("section 2: value " + std::to_string(i) + " is not below the modulus");
    if (values[0] != typename Fr::Limbs{1}) malformed("section 2: value 0 is not 1");
  } catch (...) {  // what is malformed may be a secret all the same
    base::wipe(std::span(values));
    throw;
  }
  return values;
}

}  // namespace

template <class C>
std::vector<typename C::Fr::Limbs> read_wtns(const base::Path& path) {
  const base::InputFile file(path);
  return internal::naming(file, [&] { return parse_values<C>(file); });
}

curve::CurveId read_wtns_curve(const base::InputFile& file) {
  return internal::naming(file, [&] { return parse_header(file, read_container(file)).curve; });
}

template <class C>
void write_wtns(base::OutputFile& out, std::span<const typename C::Fr> witness) {
  using Fr = typename C::Fr;
  ASSERT(!witness.empty() && witness.size() <= 0xffffffffU);
  ContainerWriter container(out, "wtns", 2, 2);
  std::array<std::byte, 4 + Fr::kBytes + 4> header;
  const base::MutableByteSpan bytes(header);
  base::store_le32(bytes, Fr::kBytes);
  for (std::size_t i = 0; i < Fr::kLimbs; ++i) base::store_le64(bytes.subspan(4 + 8 * i), Fr::Params::kModulus[i]);
  base::store_le32(bytes.subspan(4 + Fr::kBytes), static_cast<std::uint32_t>(witness.size()));
  container.begin_section(kHeader, bytes.size());
  out.write(bytes);
  container.end_section();
  container.begin_section(kValues, witness.size() * Fr::kBytes);
  std::array<std::byte, Fr::kBytes> value;
  for (const Fr& w : witness) {
    w.write_le(value);
    out.write(value);
  }
  container.end_section();
  container.finish();
}

template std::vector<curve::Bn254::Fr::Limbs> read_wtns<curve::Bn254>(const base::Path&);
template std::vector<curve::Bls12_381::Fr::Limbs> read_wtns<curve::Bls12_381>(const base::Path&);
template void write_wtns<curve::Bn254>(base::OutputFile&, std::span<const curve::Bn254::Fr>);
template void write_wtns<curve::Bls12_381>(base::OutputFile&, std::span<const curve::Bls12_381::Fr>);

}  // namespace solemn::format
