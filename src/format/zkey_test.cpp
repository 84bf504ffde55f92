#include "format/zkey.hpp"

#include <algorithm>

#include "base/cpu.hpp"
#include "format/corruption.hpp"

namespace solemn::format {
namespace {

using namespace corruption;

base::Pool& pool() {
  static base::Pool one(1);
  return one;
}

template <class C>
void read_everything(const base::Path& path) {
  const ZkeyReader<C> reader(path);
  for (const auto section : {ZkeySection::ic, ZkeySection::a, ZkeySection::b1, ZkeySection::c, ZkeySection::h}) {
    std::vector<typename curve::G1<C>::Affine> points(reader.points(section));
    reader.template read<curve::G1<C>>(section, 0, points, pool());
  }
  std::vector<typename curve::G2<C>::Affine> points(reader.points(ZkeySection::b2));
  reader.template read<curve::G2<C>>(ZkeySection::b2, 0, points, pool());
  std::vector<ZkeyCoef<C>> coefs(reader.n_coefs());
  reader.read_coefs(0, coefs);
  static_cast<void>(reader.read_chain(pool()));
}

template <class C>
class Zkey : public testing::Test {};
using Curves = testing::Types<curve::Bn254, curve::Bls12_381>;
TYPED_TEST_SUITE(Zkey, Curves);

TYPED_TEST(Zkey, gives_back_what_was_written) {
  using C = TypeParam;
  const base::Bytes image = samples::zkey<C>();
  const samples::MemoryFile file(image);
  const ZkeyReader<C> reader(file.path());
  const ZkeyHeader<C> expected = samples::zkey_header<C>();
  EXPECT_EQ(reader.header().n_vars, 4U);
  EXPECT_EQ(reader.header().n_public, 1U);
  EXPECT_EQ(reader.header().domain_log2, 2U);
  EXPECT_EQ(reader.header().delta1, expected.delta1);
  EXPECT_EQ(reader.header().beta2, expected.beta2);
  EXPECT_EQ(reader.header().gamma2, curve::G2<C>::generator());
  std::vector<typename curve::G1<C>::Affine> h(2);
  reader.template read<curve::G1<C>>(ZkeySection::h, 2, h, pool());
  EXPECT_EQ(h, samples::multiples<curve::G1<C>>(13, 2));
  std::vector<ZkeyCoef<C>> coefs(reader.n_coefs());
  reader.read_coefs(0, coefs);
  ASSERT_EQ(coefs.size(), 3U);
  EXPECT_EQ(coefs[1].signal, 3U);
  EXPECT_EQ(coefs[0].value, C::Fr::one());
  EXPECT_EQ(coefs[1].value, -C::Fr::one());
  EXPECT_EQ(coefs[2].value, C::Fr::from_u64(77));
  const ZkeyChain<C> chain = reader.read_chain(pool());
  ASSERT_EQ(chain.contributions.size(), 2U);
  EXPECT_EQ(chain.contributions[1].params.type, ContributionType::beacon);
  EXPECT_EQ(write_chain(chain), write_chain(samples::zkey_chain<C>()));
}

TYPED_TEST(Zkey, container_is_strict) {
  using C = TypeParam;
  expect_container_strict(samples::zkey<C>(), "zkey", 2, [](const base::Path& path) { ZkeyReader<C> reader(path); });
}

TYPED_TEST(Zkey, refuses_headers_that_lie) {
  using C = TypeParam;
  const base::Bytes image = samples::zkey<C>();
  const auto parse = [](const base::Path& path) { ZkeyReader<C> reader(path); };
  const std::size_t header = place_of(image, 2).content, n_vars = header + 8 + C::Fq::kBytes + C::Fr::kBytes;
  for (const std::uint32_t value : {0U, 1U, 3U, 5U, 0xffffffffU})
    EXPECT_NE(refusal(with_le32(image, n_vars, value), parse), "");
  for (const std::uint32_t value : {0U, 2U, 4U, 0xffffffffU})
    EXPECT_NE(refusal(with_le32(image, n_vars + 4, value), parse), "");
  for (const std::uint32_t value : {0U, 1U, 3U, 6U, 1U << 29, 0xffffffffU}) {
    expect_refused(with_le32(image, n_vars + 8, value), "domain size", parse);
  }
  expect_refused(with_le32(image, n_vars + 8, 8), "section 9 has", parse);
  expect_refused(with_le32(image, n_vars + 4, 4), "4 public inputs of 4 variables", parse);
  expect_refused(with_le32(image, place_of(image, 4).content, 4), "section 4 has", parse);
  expect_refused(with_le32(image, place_of(image, 4).content, 0xffffffff), "section 4 has", parse);
  EXPECT_EQ(accepted_flips(image, header, place_of(image, 2).end(), parse), 0U);
  using Other = std::conditional_t<C::kId == curve::CurveId::bn254, curve::Bls12_381, curve::Bn254>;
  expect_refused(image, "the key is for", [](const base::Path& path) { ZkeyReader<Other> reader(path); });
}

TYPED_TEST(Zkey, key_points_are_never_infinity) {
  using C = TypeParam;
  const base::Bytes image = samples::zkey<C>();
  const std::size_t alpha = place_of(image, 2).content + 8 + C::Fq::kBytes + C::Fr::kBytes + 12;
  expect_refused(with_bytes(image, alpha, base::Bytes(curve::G1<C>::kBytes)), "section 2: alpha1 is",
                 [](const base::Path& path) { ZkeyReader<C> reader(path); });
}

TYPED_TEST(Zkey, no_changed_point_is_accepted) {
  using C = TypeParam;
  const base::Bytes image = samples::zkey<C>();
  for (const std::uint32_t type : {3U, 5U, 6U, 7U, 8U, 9U}) {
    const Place place = place_of(image, type);
    // The unused signal of section 7 is infinity; changed it is no point.
    EXPECT_EQ(accepted_flips(image, place.content, place.end(), read_everything<C>, 11), 0U) << "section " << type;
  }
  const base::Bytes infinity(curve::G1<C>::kBytes);
  expect_refused(with_bytes(image, place_of(image, 9).content, infinity), "section 9: point 0 is", read_everything<C>);
  EXPECT_EQ(refusal(with_bytes(image, place_of(image, 5).content, infinity), read_everything<C>), "");
}

TYPED_TEST(Zkey, coefficients_are_checked) {
  using C = TypeParam;
  const base::Bytes image = samples::zkey<C>();
  const std::size_t second = place_of(image, 4).content + 4 + 44;
  expect_refused(with_le32(image, second, 2), "section 4: entry 1: matrix 2", read_everything<C>);
  expect_refused(with_le32(image, second + 4, 4), "entry 1: constraint 4", read_everything<C>);
  expect_refused(with_le32(image, second + 8, 4), "entry 1: signal 4", read_everything<C>);
  base::Bytes modulus(32);
  for (std::size_t i = 0; i < 4; ++i)
    base::store_le64(base::MutableByteSpan(modulus).subspan(8 * i), C::Fr::Params::kModulus[i]);
  expect_refused(with_bytes(image, second + 12, modulus), "entry 1: the value is not below the modulus",
                 read_everything<C>);
  EXPECT_EQ(refusal(with_bytes(image, second + 12, base::Bytes(32)), read_everything<C>), "");
}

TYPED_TEST(Zkey, the_stored_coefficient_one_is_r_squared) {
  using C = TypeParam;
  const base::Bytes image = samples::zkey<C>();
  typename C::Fr::Limbs limbs;
  for (std::size_t i = 0; i < 4; ++i) {
    limbs[i] = base::load_le64(base::ByteSpan(image).subspan(place_of(image, 4).content + 16 + 8 * i));
  }
  const auto r = *C::Fr::from_canonical(C::Fr::one().montgomery());
  EXPECT_EQ(*C::Fr::from_canonical(limbs), r * r);
}

TYPED_TEST(Zkey, many_coefficients_are_read_and_written_as_defined) {
  using C = TypeParam;
  using Fr = typename C::Fr;
  constexpr std::uint32_t kCount = 2500;
  const auto r = *Fr::from_canonical(Fr::one().montgomery());
  std::vector<ZkeyCoef<C>> coefs;
  base::Bytes content(4 + 44 * kCount);
  base::store_le32(content, kCount);
  for (std::uint32_t i = 0; i < kCount; ++i) {
    coefs.push_back({i % 2, i % 4, i % 3, Fr::from_u64(i).square().square() - Fr::one()});
    const base::MutableByteSpan entry = base::MutableByteSpan(content).subspan(4 + 44 * i);
    for (std::size_t j = 0; j < 3; ++j) base::store_le32(entry.subspan(4 * j), std::array{i % 2, i % 4, i % 3}[j]);
    (coefs.back().value * r * r).write_le(entry.subspan(12, 32));
  }
  base::Bytes image = samples::zkey<C>();
  const Place place = place_of(image, 4);
  image = with_inserted(without(with_le64(image, place.entry + 4, content.size()), place.content, place.end()),
                        place.content, content);
  const samples::MemoryFile file(image);
  const base::Backend before = base::backend();
  for (const base::Backend backend : base::usable_backends()) {
    base::override_backend_for_tests(backend);
    std::vector<ZkeyCoef<C>> found(kCount);
    ZkeyReader<C>(file.path()).read_coefs(0, found);
    for (std::size_t i = 0; i < kCount; ++i) ASSERT_EQ(found[i].value, coefs[i].value) << i << base::name(backend);
    const base::Bytes written =
        samples::written([&](base::OutputFile& out) { ZkeyWriter<C>(out, samples::zkey_header<C>()).coefs(coefs); });
    EXPECT_TRUE(std::ranges::equal(base::ByteSpan(written).last(44 * kCount), base::ByteSpan(content).subspan(4)))
        << base::name(backend);
  }
  base::override_backend_for_tests(before);
}

TYPED_TEST(Zkey, contributions_are_strict) {
  using C = TypeParam;
  const base::Bytes image = samples::zkey<C>();
  const Place section = place_of(image, 10);
  const auto parse = [](const base::Path& path) { static_cast<void>(ZkeyReader<C>(path).read_chain(pool())); };
  expect_refused(with_le32(image, section.content + 64, 0xffffffff), "contributions do not fit", parse);
  expect_refused(with_le32(image, section.content + 64, 1U << 20), "contributions do not fit", parse);
  expect_refused(with_le32(image, section.content + 64, 3), "contributions do not fit", parse);
  expect_refused(with_le32(image, section.content + 64, 1), "bytes too many", parse);
  constexpr std::size_t n_points = 3 * curve::G1<C>::kBytes + curve::G2<C>::kBytes;
  const std::size_t first = section.content + 68;
  EXPECT_EQ(accepted_flips(image, first, first + n_points, parse, 3), 0U);
  expect_refused(with_bytes(image, first + curve::G1<C>::kBytes, base::Bytes(curve::G1<C>::kBytes)),
                 "section 10: contribution 1: g1_s is", parse);
  expect_refused(with_le32(image, first + n_points + 64, 9), "contribution type 9", parse);
  expect_refused(with_le32(image, first + n_points + 68, 0xffffffff), "ends too early", parse);
}

TYPED_TEST(Zkey, public_key_of_a_contribution) {
  using C = TypeParam;
  const auto contribution = samples::zkey_chain<C>().contributions[0];
  const base::Bytes key = contribution_public_key(contribution);
  EXPECT_EQ(key.size(), 3 * curve::G1<C>::kBytes + curve::G2<C>::kBytes + 64);
  const auto first =
      curve::read_snarkjs_u<curve::G1<C>>(base::ByteSpan(key).first(curve::G1<C>::kBytes), curve::Subgroup::check);
  EXPECT_EQ(first.status, curve::PointStatus::ok);
  EXPECT_EQ(first.point, contribution.delta_after);
}

TYPED_TEST(Zkey, summary_of_groth16) {
  using C = TypeParam;
  const samples::MemoryFile file(samples::zkey<C>());
  const ZkeySummary summary = read_zkey_summary(base::InputFile(file.path()));
  EXPECT_EQ(summary.protocol, ZkeyProtocol::groth16);
  EXPECT_EQ(summary.curve, C::kId);
  EXPECT_EQ(summary.n_vars, 4U);
  EXPECT_EQ(summary.domain_size, 4U);
  EXPECT_EQ(summary.sections.size(), 10U);
}

// The headers of other protocols: numbers, then field elements and points that nobody looks at here.
base::Bytes other_protocol(std::uint32_t protocol, std::uint32_t n_sections, std::size_t rest) {
  using C = curve::Bn254;
  const base::Bytes groth16 = samples::zkey<C>();
  base::Bytes header(groth16.begin() + static_cast<std::ptrdiff_t>(place_of(groth16, 2).content),
                     groth16.begin() + static_cast<std::ptrdiff_t>(place_of(groth16, 2).content + 72));
  base::Bytes numbers(20 + rest);
  const std::uint32_t values[] = {50, 2, 64, 7, 61};
  for (std::size_t i = 0; i < 5; ++i) base::store_le32(base::MutableByteSpan(numbers).subspan(4 * i), values[i]);
  header.insert(header.end(), numbers.begin(), numbers.end());
  return samples::written([&](base::OutputFile& out) {
    ContainerWriter writer(out, "zkey", 1, n_sections);
    for (std::uint32_t type = 1; type <= n_sections; ++type) {
      base::Bytes content = type == 2 ? header : base::Bytes(4);
      if (type == 1) base::store_le32(content, protocol);
      writer.begin_section(type, content.size());
      out.write(content);
      writer.end_section();
    }
    writer.finish();
  });
}

TEST(ZkeyOther, plonk_and_fflonk_are_summarised) {
  const auto parse = [](const base::Path& path) { static_cast<void>(read_zkey_summary(base::InputFile(path))); };
  const samples::MemoryFile plonk(other_protocol(2, 14, 2 * 32 + 8 * 64 + 128));
  const ZkeySummary summary = read_zkey_summary(base::InputFile(plonk.path()));
  EXPECT_EQ(summary.protocol, ZkeyProtocol::plonk);
  EXPECT_EQ(summary.n_vars, 50U);
  EXPECT_EQ(summary.n_public, 2U);
  EXPECT_EQ(summary.domain_size, 64U);
  EXPECT_EQ(summary.n_additions, 7U);
  EXPECT_EQ(summary.n_constraints, 61U);
  EXPECT_EQ(refusal(other_protocol(10, 17, 6 * 32 + 128 + 64), parse), "");
  expect_refused(other_protocol(10, 17, 6 * 32 + 128), "section 2 has", parse);
  expect_refused(other_protocol(10, 14, 6 * 32 + 128 + 64), "section 15 is missing", parse);
  expect_refused(other_protocol(2, 17, 2 * 32 + 8 * 64 + 128), "section 15 does not belong", parse);
  expect_refused(other_protocol(3, 14, 0), "protocol 3", parse);
  expect_refused(other_protocol(2, 14, 2 * 32 + 8 * 64 + 128), "a plonk key; only groth16",
                 [](const base::Path& path) { ZkeyReader<curve::Bn254> reader(path); });
}

base::Path vector_file(const char* name) { return base::Path(SOLEMN_VECTORS) / "setup" / name; }

TEST(ZkeyReal, small_keys_of_snarkjs) {
  if (!std::filesystem::exists(vector_file("circuit_0000.zkey"))) GTEST_SKIP() << "no vectors beside the checkout";
  std::size_t expected = 0;
  for (const char* name : {"circuit_0000.zkey", "circuit_0001.zkey", "circuit_final.zkey"}) {
    const base::Path path = vector_file(name);
    read_everything<curve::Bn254>(path);
    const ZkeyReader<curve::Bn254> reader(path);
    const auto chain = reader.read_chain(pool());
    EXPECT_EQ(chain.contributions.size(), expected++) << name;
    const Section& section = reader.container().section(10);
    base::Bytes raw(section.size_bytes);
    reader.file().read_at(section.offset_bytes, raw);
    EXPECT_EQ(write_chain(chain), raw) << name;
  }
}

TEST(ZkeyReal, a_key_that_went_through_a_text_editor_is_refused) {
  const base::Path path = vector_file("bad_circuit_0000.zkey");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path << " beside the checkout";
  EXPECT_THROW(ZkeyReader<curve::Bn254> reader(path), base::Error);
  EXPECT_THROW(static_cast<void>(read_zkey_summary(base::InputFile(path))), base::Error);
}

}  // namespace
}  // namespace solemn::format
