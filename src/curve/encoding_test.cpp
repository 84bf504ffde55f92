#include "curve/encoding.hpp"

#include <gtest/gtest.h>

#include "curve/test_points.hpp"
#include "curve/test_vectors.hpp"

namespace solemn::curve {
namespace {

using namespace testing_points;

template <class G>
class PointEncoding : public testing::Test {};
TYPED_TEST_SUITE(PointEncoding, Groups);

template <class G>
struct Convention {
  const char* name;
  std::size_t size;
  void (*write)(base::MutableByteSpan, const typename G::Affine&);
  Decoded<G> (*read)(base::ByteSpan, Subgroup);
};

template <class G>
std::vector<Convention<G>> conventions() {
  using P = const typename G::Affine&;
  using In = base::ByteSpan;
  using Out = base::MutableByteSpan;
  return {
      {"U", G::kBytes, [](Out o, P p) { write_snarkjs_u<G>(o, p); },
       [](In i, Subgroup s) { return read_snarkjs_u<G>(i, s); }},
      {"U 0.6", G::kBytes, [](Out o, P p) { write_snarkjs_u<G>(o, p, InfinityFlag::flag_0x40); },
       [](In i, Subgroup s) { return read_snarkjs_u<G>(i, s); }},
      {"C", G::kCompressedBytes, [](Out o, P p) { write_snarkjs_c<G>(o, p); },
       [](In i, Subgroup s) { return read_snarkjs_c<G>(i, s); }},
      {"LEM", G::kBytes, [](Out o, P p) { write_lem<G>(o, p); }, [](In i, Subgroup s) { return read_lem<G>(i, s); }},
      {"arkworks", G::kBytes, [](Out o, P p) { write_arkworks<G>(o, p, Form::uncompressed); },
       [](In i, Subgroup s) { return read_arkworks<G>(i, Form::uncompressed, s); }},
      {"arkworks compressed", G::kCompressedBytes, [](Out o, P p) { write_arkworks<G>(o, p, Form::compressed); },
       [](In i, Subgroup s) { return read_arkworks<G>(i, Form::compressed, s); }}};
}

template <class G>
std::string hex_of(const Convention<G>& convention, const typename G::Affine& p) {
  base::Bytes out(convention.size);
  convention.write(out, p);
  return base::to_hex(out);
}

TYPED_TEST(PointEncoding, snarkjs_forms_are_those_of_snarkjs) {
  using G = TypeParam;
  const auto forms = conventions<G>();
  for (const auto& fact : vectors::Of<G::Curve::kId>::kPoints) {
    if (fact.group != G::kIndex) continue;
    const auto k = G::Scalar::read_be(bytes_of(fact.multiple)).value();
    const auto p = mul_reference<G>(G::generator(), fact.negative ? -k : k).to_affine();
    EXPECT_EQ(hex_of(forms[0], p), fact.u);
    EXPECT_EQ(hex_of(forms[1], p), fact.u);
    EXPECT_EQ(hex_of(forms[2], p), fact.c);
    EXPECT_EQ(hex_of(forms[3], p), fact.lem);
  }
}

TYPED_TEST(PointEncoding, arkworks_forms_are_those_of_arkworks) {
  using G = TypeParam;
  const auto forms = conventions<G>();
  for (const auto& fact : vectors::Of<G::Curve::kId>::kArkworks) {
    if (fact.group != G::kIndex) continue;
    const auto p = multiple<G>(fact.multiple);
    EXPECT_EQ(hex_of(forms[4], fact.negative ? -p : p), fact.uncompressed);
    EXPECT_EQ(hex_of(forms[5], fact.negative ? -p : p), fact.compressed);
  }
}

TYPED_TEST(PointEncoding, what_is_written_is_read_back) {
  using G = TypeParam;
  auto source = rng(11);
  for (const auto& form : conventions<G>()) {
    for (int i = 0; i < 6; ++i) {
      const auto p = i % 2 == 0 ? point_from_rng<G>(source) : -point_from_rng<G>(source);
      base::Bytes bytes(form.size);
      form.write(bytes, p);
      const auto decoded = form.read(bytes, Subgroup::check);
      EXPECT_EQ(decoded.status, PointStatus::ok) << form.name;
      EXPECT_EQ(decoded.point, p) << form.name;
    }
  }
}

TYPED_TEST(PointEncoding, infinity_has_its_forms_and_no_others) {
  using G = TypeParam;
  for (const auto& form : conventions<G>()) {
    base::Bytes bytes(form.size);
    form.write(bytes, G::Affine::infinity());
    EXPECT_EQ(form.read(bytes, Subgroup::check).status, PointStatus::infinity) << form.name;
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
      auto bent = bytes;
      bent[bit / 8] ^= static_cast<std::byte>(1 << (bit % 8));
      const auto decoded = form.read(bent, Subgroup::check);
      if (decoded.status == PointStatus::ok) {  // another point: then it must be written as these bytes
        EXPECT_EQ(base::to_hex(bent), hex_of(form, decoded.point)) << form.name;
      } else if (decoded.status == PointStatus::infinity) {  // the other era of U: both are read
        EXPECT_TRUE(form.name[0] == 'U' && bit == 6) << form.name << " bit " << bit;
      }
    }
  }
}

// Every accepted string is the one that the writer makes: no point has two encodings.
TYPED_TEST(PointEncoding, bent_bytes_are_refused_or_are_another_points_only_encoding) {
  using G = TypeParam;
  auto source = rng(12);
  for (const auto& form : conventions<G>()) {
    base::Bytes bytes(form.size);
    form.write(bytes, point_from_rng<G>(source));
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
      auto bent = bytes;
      bent[bit / 8] ^= static_cast<std::byte>(1 << (bit % 8));
      const auto decoded = form.read(bent, Subgroup::unchecked);
      if (decoded.status == PointStatus::ok) {
        EXPECT_EQ(base::to_hex(bent), hex_of(form, decoded.point)) << form.name;
        EXPECT_TRUE(is_on_curve<G>(decoded.point));
      } else {
        EXPECT_EQ(decoded.point, G::Affine::infinity());
      }
    }
  }
}

TYPED_TEST(PointEncoding, coordinates_not_below_q_are_refused) {
  using G = TypeParam;
  for (const auto& form : conventions<G>()) {
    // All ones but the flags; q begins with 0x30 and 0x1a.
    const bool bn254 = G::Curve::kId == CurveId::bn254;
    base::Bytes bytes(form.size, std::byte{0xff});
    bytes.front() &= bn254 ? std::byte{0x3f} : std::byte{0x1f};
    bytes.back() &= std::byte{0x3f};
    if (form.size == G::kCompressedBytes && G::Curve::kId == CurveId::bls12_381 && std::string_view(form.name) != "C") {
      bytes.front() |= std::byte{0x80};
    }
    EXPECT_EQ(form.read(bytes, Subgroup::unchecked).status, PointStatus::not_canonical) << form.name;
  }
}

TYPED_TEST(PointEncoding, points_outside_the_subgroup_are_refused_when_asked) {
  using G = TypeParam;
  if (G::kCofactor.size() == 1) return;  // BN254 G1 has no such points
  auto source = rng(13);
  const auto p = any_point<G>(source);
  ASSERT_FALSE(is_in_subgroup_reference<G>(p));
  for (const auto& form : conventions<G>()) {
    base::Bytes bytes(form.size);
    form.write(bytes, p);
    EXPECT_EQ(form.read(bytes, Subgroup::unchecked).status, PointStatus::ok);
    EXPECT_EQ(form.read(bytes, Subgroup::check).status, PointStatus::not_in_subgroup);
  }
}

// x^3 + b not a square, where snarkjs never ends.
TYPED_TEST(PointEncoding, compressed_x_without_a_point_is_refused) {
  using G = TypeParam;
  int refused = 0;
  for (std::uint64_t x = 0; x < 32; ++x) {
    base::Bytes bytes(G::kCompressedBytes);
    G::Field::from_u64(x).write_be(bytes);
    const auto decoded = read_snarkjs_c<G>(bytes, Subgroup::unchecked);
    const auto value = G::Field::from_u64(x);
    const bool square = (value.square() * value + G::b()).is_square_vartime();
    EXPECT_EQ(decoded.status, square ? PointStatus::ok : PointStatus::not_on_curve);
    refused += square ? 0 : 1;
  }
  EXPECT_GT(refused, 4);
}

TEST(Zcash, flags_must_be_consistent) {
  using G = G1<Bls12_381>;
  base::Bytes bytes(48);
  write_arkworks<G>(bytes, G::generator(), Form::compressed);
  bytes[0] &= std::byte{0x7f};  // claims to be uncompressed
  EXPECT_EQ(read_arkworks<G>(bytes, Form::compressed, Subgroup::check).status, PointStatus::not_canonical);
  base::Bytes zero(48);
  zero[0] = std::byte{0xe0};  // infinity with a sign
  EXPECT_EQ(read_arkworks<G>(zero, Form::compressed, Subgroup::check).status, PointStatus::not_canonical);
  base::Bytes both(96);
  write_arkworks<G>(both, G::generator(), Form::uncompressed);
  both[0] |= std::byte{0x20};  // a sign on an uncompressed point
  EXPECT_EQ(read_arkworks<G>(both, Form::uncompressed, Subgroup::check).status, PointStatus::not_canonical);
}

}  // namespace
}  // namespace solemn::curve
