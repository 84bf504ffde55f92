#include "format/ptau.hpp"

#include "format/corruption.hpp"
#include "hash/blake2b.hpp"

namespace solemn::format {
namespace {

using namespace corruption;
using samples::PtauKind;

base::Pool& pool() {
  static base::Pool one(1);
  return one;
}

constexpr std::array kSections = {PtauSection::tau_g1,
                                  PtauSection::tau_g2,
                                  PtauSection::alpha_tau_g1,
                                  PtauSection::beta_tau_g1,
                                  PtauSection::beta_g2,
                                  PtauSection::lagrange_tau_g1,
                                  PtauSection::lagrange_tau_g2,
                                  PtauSection::lagrange_alpha_tau_g1,
                                  PtauSection::lagrange_beta_tau_g1};

template <class C, class G>
std::vector<typename G::Affine> read_all(const PtauReader<C>& reader, PtauSection section) {
  std::vector<typename G::Affine> points(reader.points(section));
  reader.template read<G>(section, 0, points, pool());
  return points;
}

template <class C>
void read_everything(const base::Path& path) {
  const PtauReader<C> reader(path);
  for (const PtauSection section : kSections) {
    if (!reader.has(section)) continue;
    if (ptau_section_is_g2(section)) {
      read_all<C, curve::G2<C>>(reader, section);
    } else {
      read_all<C, curve::G1<C>>(reader, section);
    }
  }
  static_cast<void>(reader.read_contributions());
}

template <class C>
class Ptau : public testing::Test {};
using Curves = testing::Types<curve::Bn254, curve::Bls12_381>;
TYPED_TEST_SUITE(Ptau, Curves);

TYPED_TEST(Ptau, gives_back_what_was_written) {
  using C = TypeParam;
  const base::Bytes image = samples::ptau<C>(2, PtauKind::prepared);
  const samples::MemoryFile file(image);
  const PtauReader<C> reader(file.path());
  EXPECT_EQ(reader.header().curve, C::kId);
  EXPECT_EQ(reader.header().power, 2U);
  EXPECT_EQ(reader.header().ceremony_power, 3U);
  EXPECT_TRUE(reader.header().prepared);
  EXPECT_TRUE(reader.header().has_points);
  EXPECT_EQ(reader.points(PtauSection::lagrange_tau_g1), 15U);
  EXPECT_EQ((read_all<C, curve::G1<C>>(reader, PtauSection::tau_g1)), samples::multiples<curve::G1<C>>(2, 7));
  EXPECT_EQ((read_all<C, curve::G2<C>>(reader, PtauSection::tau_g2)), samples::multiples<curve::G2<C>>(2, 4));
  std::vector<typename curve::G1<C>::Affine> some(3);
  reader.template read<curve::G1<C>>(PtauSection::tau_g1, 4, some, pool());
  EXPECT_EQ(some, samples::multiples<curve::G1<C>>(6, 3));
  const auto contributions = reader.read_contributions();
  ASSERT_EQ(contributions.size(), 2U);
  EXPECT_EQ(contributions[1].params.name, "final");
  EXPECT_EQ(write_contributions<C>(contributions), reader.read_contributions_raw());
  EXPECT_EQ(ptau_file_bytes(C::kId, 2, true, reader.read_contributions_raw().size()), image.size());
}

TYPED_TEST(Ptau, plain_and_without_points) {
  using C = TypeParam;
  const base::Bytes plain = samples::ptau<C>(1, PtauKind::plain);
  const samples::MemoryFile plain_file(plain), bare_file(samples::ptau<C>(1, PtauKind::no_points));
  const PtauHeader header = read_ptau_header(base::InputFile(plain_file.path()));
  EXPECT_FALSE(header.prepared);
  EXPECT_TRUE(header.has_points);
  const PtauReader<C> bare(bare_file.path());
  EXPECT_FALSE(bare.header().has_points);
  EXPECT_EQ(bare.read_contributions().size(), 2U);
  EXPECT_THROW(static_cast<void>(bare.points(PtauSection::tau_g1)), base::Error);
}

TYPED_TEST(Ptau, container_is_strict) {
  using C = TypeParam;
  expect_container_strict(samples::ptau<C>(1, PtauKind::prepared), "ptau", 1,
                          [](const base::Path& path) { static_cast<void>(read_ptau_header(base::InputFile(path))); });
}

TYPED_TEST(Ptau, refuses_headers_that_lie) {
  using C = TypeParam;
  const base::Bytes image = samples::ptau<C>(2, PtauKind::prepared);
  const auto parse = [](const base::Path& path) { PtauReader<C> reader(path); };
  const std::size_t power = place_of(image, 1).end() - 8, ceremony = power + 4;
  for (const std::uint32_t value : {0U, 29U, 255U, 0x80000002U}) {
    expect_refused(with_le32(image, power, value), "power", parse);
  }
  expect_refused(with_le32(image, power, 1), "section 2 has", parse);
  expect_refused(with_le32(image, power, 3), "section 2 has", parse);
  expect_refused(with_le32(image, ceremony, 1), "ceremony power 1", parse);
  expect_refused(with_le32(image, ceremony, 29), "ceremony power 29", parse);
  expect_refused(with_le32(image, place_of(image, 1).content, 0xffffffff), "prime of 4294967295 bytes", parse);
  EXPECT_EQ(accepted_flips(image, place_of(image, 1).content, power, parse), 0U);
  using Other = std::conditional_t<C::kId == curve::CurveId::bn254, curve::Bls12_381, curve::Bn254>;
  expect_refused(image, "the file is for", [](const base::Path& path) { PtauReader<Other> reader(path); });
}

TYPED_TEST(Ptau, no_changed_point_is_accepted) {
  using C = TypeParam;
  const base::Bytes image = samples::ptau<C>(1, PtauKind::prepared);
  for (const auto& [type, place] : places(image)) {
    if (type == 1 || type == 7) continue;
    EXPECT_EQ(accepted_flips(image, place.content, place.end(), read_everything<C>, 7), 0U) << "section " << type;
  }
}

TYPED_TEST(Ptau, names_the_bad_point) {
  using C = TypeParam;
  const base::Bytes image = samples::ptau<C>(2, PtauKind::prepared);
  constexpr std::size_t g1 = curve::G1<C>::kBytes;
  const std::size_t third = place_of(image, 2).content + 3 * g1;
  const base::Bytes infinity(g1), ones(g1, std::byte{0xff});
  expect_refused(with_bytes(image, third, infinity), "section 2: point 3 is ", read_everything<C>);
  expect_refused(with_bytes(image, third, ones), "section 2: point 3 is ", read_everything<C>);
  base::Bytes moved = image;
  moved[third] ^= std::byte{1};
  expect_refused(moved, "section 2: point 3 is not on the curve", read_everything<C>);
  // Lagrange points are infinity where tau is a root of unity.
  EXPECT_EQ(refusal(with_bytes(image, place_of(image, 12).content, infinity), read_everything<C>), "");
}

TYPED_TEST(Ptau, coordinates_are_reduced) {
  using C = TypeParam;
  // x + q has the value of x, but is another encoding.
  const base::Bytes image = samples::ptau<C>(1, PtauKind::plain);
  const std::size_t at = place_of(image, 2).content;
  base::Bytes changed = image;
  unsigned carry = 0;
  for (std::size_t i = 0; i < C::Fq::kBytes; ++i) {
    const auto q = static_cast<unsigned>(C::Fq::Params::kModulus[i / 8] >> (8 * (i % 8)) & 0xff);
    carry += std::to_integer<unsigned>(changed[at + i]) + q;
    changed[at + i] = static_cast<std::byte>(carry);
    carry >>= 8;
  }
  ASSERT_EQ(carry, 0U);
  EXPECT_NE(refusal(changed, read_everything<C>).find("section 2: point 0 is "), std::string::npos);
}

TYPED_TEST(Ptau, contributions_are_strict) {
  using C = TypeParam;
  const base::Bytes image = samples::ptau<C>(1, PtauKind::no_points);
  const Place section = place_of(image, 7);
  const auto parse = [](const base::Path& path) { static_cast<void>(PtauReader<C>(path).read_contributions()); };
  EXPECT_EQ(refusal(image, parse), "");
  expect_refused(with_le32(image, section.content, 0xffffffff), "contributions do not fit", parse);
  expect_refused(with_le32(image, section.content, 3), "contributions do not fit", parse);
  expect_refused(with_le32(image, section.content, 1), "bytes too many", parse);
  constexpr std::size_t n_points = 9 * curve::G1<C>::kBytes + 5 * curve::G2<C>::kBytes;
  const std::size_t first = section.content + 4;
  EXPECT_EQ(accepted_flips(image, first, first + n_points, parse, 5), 0U);
  expect_refused(with_bytes(image, first, base::Bytes(curve::G1<C>::kBytes)), "section 7: contribution 1: tauG1 is",
                 parse);
  const std::size_t type = first + n_points + 216 + 64;
  expect_refused(with_le32(image, type, 2), "contribution type 2", parse);
  expect_refused(with_le32(image, type, 1), "a beacon without", parse);
  expect_refused(with_le32(image, type + 4, 0xfffffff0), "ends too early", parse);
  EXPECT_NE(refusal(with_le32(image, type + 4, 4), parse), "");
  EXPECT_NE(refusal(with_le32(image, type + 4, 6), parse), "");
}

TYPED_TEST(Ptau, g2_point_outside_the_subgroup_is_refused) {
  using C = TypeParam;
  using G2 = curve::G2<C>;
  // The first x = 1, 2, 3... for which x^3 + b is a square gives a point of the whole curve group.
  typename G2::Affine point{};
  for (std::uint64_t x = 1;; ++x) {
    point.x = G2::Field::from_u64(x);
    const auto y = (point.x * point.x * point.x + G2::b()).sqrt_vartime();
    if (y) {
      point.y = *y;
      break;
    }
  }
  ASSERT_EQ(curve::check_point<G2>(point, curve::Infinity::refuse), curve::PointStatus::not_in_subgroup);
  const base::Bytes image = samples::ptau<C>(1, PtauKind::no_points);
  const std::size_t tau_g2 = place_of(image, 7).content + 4 + curve::G1<C>::kBytes;
  expect_refused(with_bytes(image, tau_g2, base::object_bytes(std::span<const typename G2::Affine>(&point, 1))),
                 "contribution 1: tauG2 is not in the prime-order subgroup",
                 [](const base::Path& path) { static_cast<void>(PtauReader<C>(path).read_contributions()); });
}

TYPED_TEST(Ptau, what_follows_section_2) {
  using C = TypeParam;
  const base::Bytes image = samples::ptau<C>(1, PtauKind::plain);
  const samples::MemoryFile file(image);
  const base::Bytes beyond = PtauReader<C>(file.path()).read_beyond_tau_g1();
  EXPECT_EQ(beyond.size(), curve::G1<C>::kBytes);
  const std::size_t at = place_of(image, 3).entry;
  EXPECT_TRUE(std::equal(beyond.begin(), beyond.end(), image.begin() + static_cast<std::ptrdiff_t>(at)));
}

template <class C>
base::Hash64 computed_first_challenge(unsigned power) {
  hash::Blake2b hasher;
  hasher.update(hash::blake2b({}));
  base::Bytes g1(curve::G1<C>::kBytes), g2(curve::G2<C>::kBytes);
  curve::write_snarkjs_u<curve::G1<C>>(g1, curve::G1<C>::generator());
  curve::write_snarkjs_u<curve::G2<C>>(g2, curve::G2<C>::generator());
  const std::uint64_t n = std::uint64_t{1} << power;
  for (std::uint64_t i = 0; i < 2 * n - 1; ++i) hasher.update(g1);
  for (std::uint64_t i = 0; i < n; ++i) hasher.update(g2);
  for (std::uint64_t i = 0; i < 2 * n; ++i) hasher.update(g1);
  hasher.update(g2);
  return hasher.finish();
}

TYPED_TEST(Ptau, first_challenges_of_small_powers_can_be_computed) {
  using C = TypeParam;
  for (unsigned power = 1; power <= 12; ++power) {
    ASSERT_TRUE(first_challenge(C::kId, power));
    EXPECT_EQ(*first_challenge(C::kId, power), computed_first_challenge<C>(power)) << power;
  }
}

TEST(PtauTable, reaches_28_and_24) {
  EXPECT_FALSE(first_challenge(curve::CurveId::bn254, 0));
  EXPECT_FALSE(first_challenge(curve::CurveId::bn254, 29));
  EXPECT_FALSE(first_challenge(curve::CurveId::bls12_381, 25));
  EXPECT_TRUE(first_challenge(curve::CurveId::bls12_381, 24));
  // Published as the hash of challenge_initial of the perpetual powers of tau.
  EXPECT_EQ(base::to_hex(*first_challenge(curve::CurveId::bn254, 28)).substr(0, 32),
            "93da91920d5a54a8a0fde55cd9dc3a10");
}

TEST(PtauSizes, as_in_the_specification) {
  for (unsigned power = 2; power <= 28; ++power) {
    const std::uint64_t n = std::uint64_t{1} << power;
    EXPECT_EQ(response_prefix_bytes(curve::CurveId::bn254, power), 192 * n + 96);
    EXPECT_EQ(response_prefix_bytes(curve::CurveId::bls12_381, power), 288 * n + 112);
  }
  EXPECT_EQ(lagrange_block_offset(0), 0U);
  EXPECT_EQ(lagrange_block_offset(5), 31U);
}

TEST(PtauReal, perpetual_powers_of_tau_28_truncated_to_2) {
  const base::Path path = base::Path(SOLEMN_VECTORS) / "setup/powersOfTau28_hez_final_02.ptau";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path << " beside the checkout";
  const PtauReader<curve::Bn254> reader(path);
  EXPECT_EQ(reader.header().power, 2U);
  EXPECT_EQ(reader.header().ceremony_power, 28U);
  EXPECT_TRUE(reader.header().prepared);
  const auto contributions = reader.read_contributions();
  EXPECT_EQ(contributions.size(), 55U);
  EXPECT_EQ(contributions.back().params.type, ContributionType::beacon);
  EXPECT_EQ(write_contributions<curve::Bn254>(contributions), reader.read_contributions_raw());
  read_everything<curve::Bn254>(path);
  EXPECT_EQ(ptau_file_bytes(curve::CurveId::bn254, 2, true, reader.read_contributions_raw().size()),
            reader.file().size());
}

}  // namespace
}  // namespace solemn::format
