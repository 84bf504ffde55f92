#include "format/snarkjs_json.hpp"

#include "format/json_input.hpp"
#include "format/json_text.hpp"

namespace solemn::format {

using base::Json;
using internal::element_of;
using internal::JsonText;
using internal::malformed;
using internal::point_of;

namespace {

constexpr std::array<std::string_view, 8> kKeyFields = {"protocol",  "curve",      "nPublic",    "vk_alpha_1",
                                                        "vk_beta_2", "vk_gamma_2", "vk_delta_2", "IC"};
// insecure_test_key: how solemn stamps keys that were let through by --insecure-test-key; the key itself tells.
constexpr std::array<std::string_view, 2> kKeyOptional = {"vk_alphabeta_12", "insecure_test_key"};
constexpr std::array<std::string_view, 5> kProofFields = {"pi_a", "pi_b", "pi_c", "protocol", "curve"};

curve::CurveId curve_field(const Json& json) {
  const std::string& name = internal::string_of(json.at("curve"), "curve");
  try {
    return curve_from_name(name);
  } catch (const base::Error&) { malformed("curve: '" + base::printable(name) + "' is not known"); }
}

template <class C>
void check_header(const Json& json) {
  const std::string& protocol = internal::string_of(json.at("protocol"), "protocol");
  if (protocol != "groth16") malformed("protocol is '" + base::printable(protocol) + "', not groth16");
  const curve::CurveId curve = curve_field(json);
  if (curve != C::kId) {
    malformed("curve is " + std::string(curve_name(curve)) + ", not " + std::string(curve_name(C::kId)));
  }
}

// Calls visit(element of Fq2, i, j) for the six coefficients, in the order of the file.
template <class Fq12, class Visit>
void for_each_coefficient(Fq12& f, Visit&& visit) {
  visit(f.c0.c0, 0, 0);
  visit(f.c0.c1, 0, 1);
  visit(f.c0.c2, 0, 2);
  visit(f.c1.c0, 1, 0);
  visit(f.c1.c1, 1, 1);
  visit(f.c1.c2, 1, 2);
}

template <class C>
void check_alphabeta(const Json& json, const VerifyingKey<C>& vk) {
  const std::string name = "vk_alphabeta_12";
  internal::array_of(json, 2, name);
  internal::array_of(json[0], 3, name + "[0]");
  internal::array_of(json[1], 3, name + "[1]");
  const typename C::Fq12 expected = curve::pairing<C>(vk.alpha1, vk.beta2);
  for_each_coefficient(expected, [&](const typename C::Fq2& coefficient, std::size_t i, std::size_t j) {
    const std::string at = name + "[" + std::to_string(i) + "][" + std::to_string(j) + "]";
    if (!(element_of<typename C::Fq2>(json[i][j], at) == coefficient)) {
      malformed(at + " is not the pairing of vk_alpha_1 and vk_beta_2");
    }
  });
}

template <class C>
void write_alphabeta(JsonText& json, const VerifyingKey<C>& vk) {
  const typename C::Fq12 value = curve::pairing<C>(vk.alpha1, vk.beta2);
  json.begin_array();
  for_each_coefficient(value, [&](const typename C::Fq2& coefficient, std::size_t, std::size_t j) {
    if (j == 0) json.begin_array();
    json.begin_array();
    json.element(coefficient.c0);
    json.element(coefficient.c1);
    json.end_array();
    if (j == 2) json.end_array();
  });
  json.end_array();
}

template <class G>
void write_field(JsonText& json, std::string_view name, const typename G::Affine& point) {
  json.key(name);
  internal::write_point<G>(json, point);
}

template <class C>
void write_header(JsonText& json) {
  json.key("protocol");
  json.string("groth16");
  json.key("curve");
  json.string(C::kSnarkjsName);
}

}  // namespace

curve::CurveId read_json_curve(std::string_view text) {
  const Json json = base::parse_json(text, internal::kJsonLimits);
  if (!json.is_object() || !json.contains("curve")) malformed("the field 'curve' is missing");
  return curve_field(json);
}

template <class C>
VerifyingKey<C> read_vkey_json(std::string_view text) {
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  const Json json = base::parse_json(text, internal::kJsonLimits);
  base::require_fields(json, kKeyFields, kKeyOptional);
  check_header<C>(json);
  VerifyingKey<C> vk;
  vk.alpha1 = point_of<G1>(json["vk_alpha_1"], "vk_alpha_1", curve::Infinity::refuse);
  vk.beta2 = point_of<G2>(json["vk_beta_2"], "vk_beta_2", curve::Infinity::refuse);
  vk.gamma2 = point_of<G2>(json["vk_gamma_2"], "vk_gamma_2", curve::Infinity::refuse);
  vk.delta2 = point_of<G2>(json["vk_delta_2"], "vk_delta_2", curve::Infinity::refuse);
  const Json& n_public = json["nPublic"];
  const Json& ic = json["IC"];
  if (!n_public.is_number_unsigned()) malformed("nPublic is not a number");
  if (!ic.is_array() || ic.empty() || ic.size() - 1 != n_public.get<std::uint64_t>()) {
    malformed("IC has not nPublic + 1 points");
  }
  vk.ic.reserve(ic.size());
  for (std::size_t i = 0; i < ic.size(); ++i) {
    vk.ic.push_back(point_of<G1>(ic[i], "IC[" + std::to_string(i) + "]", curve::Infinity::allow));
  }
  if (json.contains("vk_alphabeta_12")) check_alphabeta<C>(json["vk_alphabeta_12"], vk);
  return vk;
}

template <class C>
std::string write_vkey_json(const VerifyingKey<C>& vk) {
  ASSERT(!vk.ic.empty());
  JsonText json;
  json.begin_object();
  write_header<C>(json);
  json.key("nPublic");
  json.number(vk.ic.size() - 1);
  write_field<curve::G1<C>>(json, "vk_alpha_1", vk.alpha1);
  write_field<curve::G2<C>>(json, "vk_beta_2", vk.beta2);
  write_field<curve::G2<C>>(json, "vk_gamma_2", vk.gamma2);
  write_field<curve::G2<C>>(json, "vk_delta_2", vk.delta2);
  json.key("vk_alphabeta_12");
  write_alphabeta<C>(json, vk);
  json.key("IC");
  json.begin_array();
  for (const auto& point : vk.ic) internal::write_point<curve::G1<C>>(json, point);
  json.end_array();
  json.end_object();
  return json.take();
}

template <class C>
Proof<C> read_proof_json(std::string_view text) {
  const Json json = base::parse_json(text, internal::kJsonLimits);
  base::require_fields(json, kProofFields, {});
  check_header<C>(json);
  return {point_of<curve::G1<C>>(json["pi_a"], "pi_a", curve::Infinity::refuse),
          point_of<curve::G2<C>>(json["pi_b"], "pi_b", curve::Infinity::refuse),
          point_of<curve::G1<C>>(json["pi_c"], "pi_c", curve::Infinity::refuse)};
}

template <class C>
std::string write_proof_json(const Proof<C>& proof) {
  JsonText json;
  json.begin_object();
  write_field<curve::G1<C>>(json, "pi_a", proof.a);
  write_field<curve::G2<C>>(json, "pi_b", proof.b);
  write_field<curve::G1<C>>(json, "pi_c", proof.c);
  write_header<C>(json);
  json.end_object();
  return json.take();
}

template <class C>
std::vector<typename C::Fr> read_public_json(std::string_view text) {
  const Json json = base::parse_json(text, internal::kJsonLimits);
  if (!json.is_array()) malformed("public signals are not an array");
  std::vector<typename C::Fr> values;
  values.reserve(json.size());
  for (std::size_t i = 0; i < json.size(); ++i) {
    values.push_back(element_of<typename C::Fr>(json[i], "public signal " + std::to_string(i)));
  }
  return values;
}

template <class C>
std::string write_public_json(std::span<const typename C::Fr> values) {
  JsonText json;
  json.begin_array();
  for (const auto& value : values) json.element(value);
  json.end_array();
  return json.take();
}

using Bn = curve::Bn254;
using Bls = curve::Bls12_381;
template VerifyingKey<Bn> read_vkey_json<Bn>(std::string_view);
template VerifyingKey<Bls> read_vkey_json<Bls>(std::string_view);
template std::string write_vkey_json(const VerifyingKey<Bn>&);
template std::string write_vkey_json(const VerifyingKey<Bls>&);
template Proof<Bn> read_proof_json<Bn>(std::string_view);
template Proof<Bls> read_proof_json<Bls>(std::string_view);
template std::string write_proof_json(const Proof<Bn>&);
template std::string write_proof_json(const Proof<Bls>&);
template std::vector<Bn::Fr> read_public_json<Bn>(std::string_view);
template std::vector<Bls::Fr> read_public_json<Bls>(std::string_view);
template std::string write_public_json<Bn>(std::span<const Bn::Fr>);
template std::string write_public_json<Bls>(std::span<const Bls::Fr>);

}  // namespace solemn::format
