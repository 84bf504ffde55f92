#include "curve/hash_to_curve.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "curve/encoding.hpp"

namespace solemn::curve {
namespace {

using Json = nlohmann::json;
using Fq = Bls12_381::Fq;
using Fq2 = Bls12_381::Fq2;

template <class F>
F element(const std::string& text) {
  if constexpr (std::is_same_v<F, Fq2>) {
    const std::size_t comma = text.find(',');
    return {element<Fq>(text.substr(0, comma)), element<Fq>(text.substr(comma + 1))};
  } else {
    return Fq::read_be(base::from_hex(text.substr(2)).value()).value();  // "0x..."
  }
}

template <class G>
typename G::Affine point(const Json& json) {
  using F = typename G::Field;
  return {element<F>(json.at("x").get<std::string>()), element<F>(json.at("y").get<std::string>())};
}

template <class G>
void expect_vectors(const std::string& name) {
  std::ifstream file(std::string(SOLEMN_TEST_VECTORS) + "/rfc9380/" + name);
  ASSERT_TRUE(file) << name;
  const Json vectors = Json::parse(file);
  ASSERT_EQ(vectors.at("vectors").size(), 5U);
  for (const Json& test : vectors.at("vectors")) {
    const auto message = test.at("msg").get<std::string>();
    for (const int i : {0, 1}) {
      const auto u = element<typename G::Field>(test.at("u").at(static_cast<std::size_t>(i)).get<std::string>());
      EXPECT_EQ(map_to_curve_vartime<G>(u), point<G>(test.at(i == 0 ? "Q0" : "Q1"))) << message;
    }
    const auto hashed = hash_to_curve_vartime<G>(base::as_bytes(message), vectors.at("dst").get<std::string>());
    EXPECT_EQ(hashed, point<G>(test.at("P"))) << message;
    EXPECT_EQ(check_point<G>(hashed, Infinity::refuse), PointStatus::ok);
  }
}

// RFC 9380 appendices J.9.1 and J.10.1.
TEST(HashToCurve, vectors_of_the_rfc_in_g1) { expect_vectors<G1<Bls12_381>>("BLS12381G1_XMD-SHA-256_SSWU_RO_.json"); }
TEST(HashToCurve, vectors_of_the_rfc_in_g2) { expect_vectors<G2<Bls12_381>>("BLS12381G2_XMD-SHA-256_SSWU_RO_.json"); }

// Made with @noble/curves 1.9.7 (bls12_381.G1/G2.hashToCurve), message "solemn", domain 300 times "d".
TEST(HashToCurve, a_domain_longer_than_255_bytes) {
  const std::string domain(300, 'd');
  std::array<std::byte, 48> g1{};
  std::array<std::byte, 96> g2{};
  write_arkworks<G1<Bls12_381>>(g1, hash_to_curve_vartime<G1<Bls12_381>>(base::as_bytes("solemn"), domain),
                                Form::compressed);
  write_arkworks<G2<Bls12_381>>(g2, hash_to_curve_vartime<G2<Bls12_381>>(base::as_bytes("solemn"), domain),
                                Form::compressed);
  EXPECT_EQ(base::to_hex(g1),
            "b2539e2d4f62c7d99509accff133e3d1074e68bd512b376ef17d2db415059179aa387ba123a73cc56785304481b2114f");
  EXPECT_EQ(base::to_hex(g2),
            "b7e483bf862461b9f222761927e0d3ac9ccef4c4dfb5d90a695faed5456806bea5f61ca78f713f5852684f8ca149b6cb0d23d1b11a"
            "81b66daabbf127d347fe7a45d7c58983e89091cd94b644d4edbcdfd666e78db705249632d87f7e5f520977");
}

// u = 0 is the exceptional case of the map (Z^2 u^4 + Z u^2 = 0).
TEST(HashToCurve, the_exceptional_element_maps_to_the_curve) {
  EXPECT_TRUE(is_on_curve<G1<Bls12_381>>(map_to_curve_vartime<G1<Bls12_381>>(Fq::zero())));
  EXPECT_TRUE(is_on_curve<G2<Bls12_381>>(map_to_curve_vartime<G2<Bls12_381>>(Fq2::zero())));
  EXPECT_FALSE((map_to_curve_vartime<G1<Bls12_381>>(Fq::zero()).is_infinity_vartime()));
}

}  // namespace
}  // namespace solemn::curve
