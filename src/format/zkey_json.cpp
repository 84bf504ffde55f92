// A whole zkey as JSON, as `snarkjs zkey export json` prints it.
#include "format/exports.hpp"
#include "format/json_text.hpp"
#include "format/point_stream.hpp"
#include "format/zkey_internal.hpp"

namespace solemn::format {

using internal::JsonText;

namespace {

std::string prime_decimal(const auto& modulus_minus_1) {
  // p itself is no element: print p - 1 and correct the last digit (p is odd and no p here ends in 0).
  std::string text = internal::to_decimal(modulus_minus_1);
  ++text.back();
  return text;
}

template <class G>
void write_field(JsonText& json, std::string_view name, const typename G::Affine& point) {
  json.key(name);
  internal::write_point<G>(json, point);
}

template <class C>
void write_header(JsonText& json, const ZkeyHeader<C>& header) {
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  const auto number = [&](std::string_view name, std::uint64_t value) {
    json.key(name);
    json.number(value);
  };
  json.key("protocol");
  json.string("groth16");
  number("n8q", C::Fq::kBytes);
  json.key("q");
  json.string(prime_decimal(-C::Fq::one()));
  number("n8r", C::Fr::kBytes);
  json.key("r");
  json.string(prime_decimal(-C::Fr::one()));
  number("nVars", header.n_vars);
  number("nPublic", header.n_public);
  number("domainSize", header.domain_size);
  number("power", header.domain_log2);
  write_field<G1>(json, "vk_alpha_1", header.alpha1);
  write_field<G1>(json, "vk_beta_1", header.beta1);
  write_field<G2>(json, "vk_beta_2", header.beta2);
  write_field<G2>(json, "vk_gamma_2", header.gamma2);
  write_field<G1>(json, "vk_delta_1", header.delta1);
  write_field<G2>(json, "vk_delta_2", header.delta2);
}

void flush(base::OutputFile& out, JsonText& json) { out.write(base::as_bytes(json.take())); }

template <class C>
void write_coefs(base::OutputFile& out, JsonText& json, const ZkeyReader<C>& zkey) {
  constexpr std::uint64_t kBlock = 4096;
  std::vector<ZkeyCoef<C>> block(static_cast<std::size_t>(std::min(kBlock, zkey.n_coefs())));
  json.key("ccoefs");
  json.begin_array();
  for (std::uint64_t done = 0; done < zkey.n_coefs(); done += kBlock) {
    const auto coefs = std::span(block).first(static_cast<std::size_t>(std::min(kBlock, zkey.n_coefs() - done)));
    zkey.read_coefs(done, coefs);
    for (const ZkeyCoef<C>& coef : coefs) {
      json.begin_object();
      json.key("matrix");
      json.number(coef.matrix);
      json.key("constraint");
      json.number(coef.constraint);
      json.key("signal");
      json.number(coef.signal);
      json.key("value");
      json.element(coef.value);
      json.end_object();
    }
    flush(out, json);
  }
  json.end_array();
}

template <class C, class G>
void write_section(base::OutputFile& out, JsonText& json, const ZkeyReader<C>& zkey, std::string_view name,
                   ZkeySection section, base::Pool& pool, base::Progress& progress) {
  json.key(name);
  json.begin_array();
  // snarkjs indexes C by wire: the constant and the public ones are holes.
  if (section == ZkeySection::c) {
    for (std::uint64_t i = 0; i <= zkey.header().n_public; ++i) json.null();
  }
  internal::for_each_block<G>(internal::section_points<C, G>(zkey, section, pool), progress,
                              [&](std::span<const typename G::Affine> points) {
                                for (const auto& point : points) internal::write_point<G>(json, point);
                                flush(out, json);
                              });
  json.end_array();
}

}  // namespace

template <class C>
void write_zkey_json(base::OutputFile& out, const ZkeyReader<C>& zkey, base::Pool& pool, base::Progress& progress) {
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  JsonText json;
  json.begin_object();
  write_header(json, zkey.header());
  write_section<C, G1>(out, json, zkey, "IC", ZkeySection::ic, pool, progress);
  write_coefs(out, json, zkey);
  write_section<C, G1>(out, json, zkey, "A", ZkeySection::a, pool, progress);
  write_section<C, G1>(out, json, zkey, "B1", ZkeySection::b1, pool, progress);
  write_section<C, G2>(out, json, zkey, "B2", ZkeySection::b2, pool, progress);
  write_section<C, G1>(out, json, zkey, "C", ZkeySection::c, pool, progress);
  write_section<C, G1>(out, json, zkey, "hExps", ZkeySection::h, pool, progress);
  json.end_object();
  flush(out, json);
}

template void write_zkey_json(base::OutputFile&, const ZkeyReader<curve::Bn254>&, base::Pool&, base::Progress&);
template void write_zkey_json(base::OutputFile&, const ZkeyReader<curve::Bls12_381>&, base::Pool&, base::Progress&);

}  // namespace solemn::format
