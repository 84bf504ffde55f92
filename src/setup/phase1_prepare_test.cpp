#include "setup/phase1_prepare.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <set>

#include "fft/fft.hpp"
#include "setup/phase1_forgery.hpp"
#include "setup/phase1_lagrange.hpp"

namespace solemn::setup {
namespace {

using curve::CurveId;

template <class C>
phase1::Ratio<C> ratio_of(const base::Path& path) {
  const auto last = records_of<C>(path).back();
  return {last.tau_g1, last.tau_g2};
}

TEST(Phase1Prepare, same_bytes_with_little_memory_and_any_number_of_threads) {
  for (const CurveId curve : {CurveId::bn254, CurveId::bls12_381}) {
    Workshop one(1), four(4);
    const base::Path in = one.contribute(one.fresh(curve, 6), "1.ptau");
    const base::Path expected = one.prepare(in, "expected.ptau");
    EXPECT_EQ(contents(four.prepare(in, "p.ptau")), contents(expected));
    Context little = one.context();
    little.memory_limit_bytes = 1;  // every block in two passes
    ptau_prepare(in, one / "little.ptau", little);
    EXPECT_EQ(contents(one / "little.ptau"), contents(expected));
    EXPECT_EQ(one.folder().names(), (std::vector<std::string>{"0.ptau", "1.ptau", "expected.ptau", "little.ptau"}));
  }
}

TEST(Phase1Prepare, a_domain_that_is_too_large_is_made_of_two_halves) {
  using C = curve::Bn254;
  using G1 = curve::G1<C>;
  constexpr unsigned kPower = 4;
  Workshop workshop;
  const base::Path in = workshop.contribute(workshop.fresh(CurveId::bn254, kPower), "1.ptau");
  const base::Path out = workshop / "p.ptau", usual = workshop.prepare(in, "usual.ptau");
  // As if there were no root of unity of order 2^5: like 2^28 on BN254.
  phase1::prepare<C>(in, out, workshop.context(), {kPower});
  const auto examine = [&](const base::Path& file, unsigned two_adicity) {
    return phase1::examine_lagrange<C>(format::PtauReader<C>(file), format::PtauSection::lagrange_tau_g1,
                                       ratio_of<C>(file), workshop.context(), {two_adicity});
  };
  EXPECT_TRUE(examine(out, kPower).sound());
  EXPECT_TRUE(examine(usual, kPower + 1).sound());
  EXPECT_EQ(examine(out, kPower + 1).wrong_block, kPower + 1);
  EXPECT_EQ(examine(usual, kPower).wrong_block, kPower + 1);
  EditedFile damaged(out);
  damaged.swap_points<G1>(12, format::lagrange_block_offset(5) + 3, format::lagrange_block_offset(5) + 20);
  EXPECT_EQ(examine(damaged.save(workshop / "damaged.ptau"), kPower).wrong_block, kPower + 1);
}

// The definition, with the top block's missing power as it is in a larger file of the same tau.
TEST(Phase1Prepare, top_block_may_count_the_power_that_section_2_lacks) {
  using C = curve::Bn254;
  using G1 = curve::G1<C>;
  constexpr unsigned kPower = 3;
  Workshop workshop;
  const base::Path in = workshop.contribute(workshop.fresh(CurveId::bn254, kPower), "1.ptau");
  const base::Path prepared = workshop.prepare(in, "p.ptau");
  using Fr = C::Fr;
  // tau of this test is not known: the block with another last power X differs by the transform of (0, ..., 0, X).
  const auto with_last_power = [&](const G1::Affine& last) {
    constexpr std::size_t kSize = std::size_t{2} << kPower;
    std::vector<G1::Affine> difference(kSize, G1::Affine::infinity());
    difference.back() = last;
    Workshop other;
    const Context context = other.context();
    fft::inverse<G1>(difference, context.pool, context.progress);
    EditedFile file(prepared);
    const format::PtauReader<C> reader(prepared);
    std::vector<G1::Affine> block(kSize);
    reader.read<G1>(format::PtauSection::lagrange_tau_g1, kSize - 1, block, context.pool);
    msm::add_each<G1>(block, block, difference, context.pool);
    for (std::size_t i = 0; i < kSize; ++i) file.set_point<G1>(12, kSize - 1 + i, block[i]);
    return file.save(workshop / "other.ptau");
  };
  const auto examine = [&](const base::Path& file, unsigned largest_transform = 20) {
    return phase1::examine_lagrange<C>(format::PtauReader<C>(file), format::PtauSection::lagrange_tau_g1,
                                       ratio_of<C>(file), workshop.context(), {Fr::kTwoAdicity, largest_transform});
  };
  const auto wrong = with_last_power(curve::mul_reference<G1>(G1::generator(), Fr::from_u64(9)).to_affine());
  EXPECT_EQ(examine(wrong).wrong_block, kPower + 1);
  EXPECT_EQ(examine(wrong, 0).wrong_block, kPower + 1);  // with coefficients that are not kept
  // The right one comes from a step with a known tau.
  const Fr tau = Fr::from_u64(1234567);
  const base::Path known = forge_step<C>(workshop / "0.ptau", workshop / "k.ptau", tau, Fr::from_u64(3),
                                         Fr::from_u64(5), workshop.context());
  std::filesystem::remove(prepared);
  workshop.prepare(known, "p.ptau");
  const auto right = curve::mul_reference<G1>(G1::generator(), tau.pow_vartime((2U << kPower) - 1)).to_affine();
  const auto report = examine(with_last_power(right));
  EXPECT_TRUE(report.sound());
  EXPECT_FALSE(report.top_ends_in_infinity);
  const auto streamed = examine(workshop / "other.ptau", 0);
  EXPECT_TRUE(streamed.sound());
  EXPECT_FALSE(streamed.top_ends_in_infinity);
  EXPECT_TRUE(workshop.verify(workshop / "other.ptau").accepted());
}

// Both ways of comparing, each block and section; `largest_transform` 3: the one for small blocks, the other for large.
TEST(Phase1Prepare, lagrange_blocks_are_compared_alike_with_short_and_streamed_coefficients) {
  using C = curve::Bls12_381;
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  Workshop workshop;
  const base::Path in = workshop.contribute(workshop.fresh(CurveId::bls12_381, 4), "1.ptau");
  const base::Path prepared = workshop.prepare(in, "p.ptau");
  for (const format::PtauSection section : phase1::kLagrangeSections) {
    const bool is_g2 = section == format::PtauSection::lagrange_tau_g2;
    for (const unsigned largest_transform : {0U, 3U, 20U}) {
      const auto wrong_block = [&](const base::Path& file) {
        return phase1::examine_lagrange<C>(format::PtauReader<C>(file), section, ratio_of<C>(file), workshop.context(),
                                           {C::Fr::kTwoAdicity, largest_transform})
            .wrong_block;
      };
      EXPECT_EQ(wrong_block(prepared), std::nullopt);
      for (unsigned k = 1; k <= 4; ++k) {
        EditedFile damaged(prepared);
        const std::uint64_t at = format::lagrange_block_offset(k);
        const auto number = static_cast<std::uint32_t>(section);
        is_g2 ? damaged.swap_points<G2>(number, at, at + 1) : damaged.swap_points<G1>(number, at, at + 1);
        EXPECT_EQ(wrong_block(damaged.save(workshop / "damaged.ptau")), k) << number << " " << largest_transform;
      }
    }
  }
}

// With coefficients that are not kept, the subgroup of BN254 G2 is proven by rows of their own.
TEST(Phase1Prepare, streamed_lagrange_sections_are_tested_for_curve_and_subgroup) {
  using C = curve::Bn254;
  using G2 = curve::G2<C>;
  Workshop workshop;
  const base::Path prepared =
      workshop.prepare(workshop.contribute(workshop.fresh(CurveId::bn254, 3), "1.ptau"), "p.ptau");
  const auto examine = [&](const base::Path& file) {
    return phase1::examine_lagrange<C>(format::PtauReader<C>(file), format::PtauSection::lagrange_tau_g2,
                                       ratio_of<C>(file), workshop.context(), {C::Fr::kTwoAdicity, 0});
  };
  EXPECT_TRUE(examine(prepared).sound());
  EditedFile outside(prepared), off_curve(prepared);
  outside.set_point<G2>(13, 9, outside_subgroup<G2>());
  const auto report = examine(outside.save(workshop / "outside.ptau"));
  EXPECT_TRUE(report.off_subgroup);
  EXPECT_FALSE(report.off_curve);
  off_curve.point<G2>(13, 9)[0] ^= std::byte{1};
  const auto other = examine(off_curve.save(workshop / "off.ptau"));
  EXPECT_TRUE(other.off_curve);
  EXPECT_FALSE(other.off_subgroup);
}

// Section 12 has a block more than the others: it is the first whose coefficients are not kept.
TEST(Phase1Prepare, sections_of_a_group_may_be_compared_in_different_ways) {
  using C = curve::Bn254;
  using G1 = curve::G1<C>;
  Workshop workshop;
  const base::Path prepared =
      workshop.prepare(workshop.contribute(workshop.fresh(CurveId::bn254, 4), "1.ptau"), "p.ptau");
  const auto wrong = [&](const base::Path& file) {
    std::string sections;
    const format::PtauReader<C> reader(file);
    const auto reports =
        phase1::LagrangeExaminer<C>(reader, ratio_of<C>(file), workshop.context(), {C::Fr::kTwoAdicity, 4}).finish();
    for (std::size_t i = 0; i < reports.size(); ++i)
      if (!reports[i].sound()) sections += std::to_string(12 + i) + " ";
    return sections;
  };
  EXPECT_EQ(wrong(prepared), "");
  for (const std::uint32_t section : {12U, 14U, 15U}) {
    EditedFile damaged(prepared);
    damaged.swap_points<G1>(section, 9, 10);
    EXPECT_EQ(wrong(damaged.save(workshop / "damaged.ptau")), std::to_string(section) + " ");
  }
}

/// The Lagrange sections that are wrong, examined as verify does it: powers are shown while they are examined.
template <class C>
std::string wrong_beside_powers(const base::Path& path, const Context& context, const phase1::LagrangeLimits& limits) {
  const format::PtauReader<C> file(path);
  phase1::LagrangeExaminer<C> lagrange(file, ratio_of<C>(path), context, limits);
  const auto last = phase1::Accumulated<C>::after(records_of<C>(path).back());
  EXPECT_TRUE(phase1::examine_powers<C>(file, last, nullptr, context, msm::kSoundBits, &lagrange).sound());
  const auto reports = lagrange.finish();
  std::string sections;
  for (std::size_t i = 0; i < reports.size(); ++i)
    if (!reports[i].sound()) sections += std::to_string(12 + i) + " ";
  return sections;
}

// All together with kept coefficients, each with streamed ones, and section 12 so and the others so; as 2^21 and 2^22.
TEST(Phase1Prepare, lagrange_sections_beside_powers_with_kept_and_streamed_coefficients) {
  using C = curve::Bn254;
  Workshop workshop(2);
  constexpr unsigned kPower = 13;  // several blocks of powers in each section
  const base::Path prepared =
      workshop.prepare(workshop.contribute(workshop.fresh(CurveId::bn254, kPower), "1.ptau"), "p.ptau");
  for (const unsigned largest_transform : {21U, 0U, kPower}) {
    const phase1::LagrangeLimits limits{C::Fr::kTwoAdicity, largest_transform};
    EXPECT_EQ(wrong_beside_powers<C>(prepared, workshop.context(), limits), "") << largest_transform;
    for (const std::uint32_t section : {12U, 13U, 14U, 15U}) {
      EditedFile damaged(prepared);
      section == 13 ? damaged.swap_points<curve::G2<C>>(13, 9000, 12000)
                    : damaged.swap_points<curve::G1<C>>(section, 9000, 12000);
      EXPECT_EQ(wrong_beside_powers<C>(damaged.save(workshop / "damaged.ptau"), workshop.context(), limits),
                std::to_string(section) + " ")
          << largest_transform;
    }
  }
}

TEST(Phase1Prepare, top_blocks_beside_powers) {
  using C = curve::Bls12_381;
  constexpr unsigned kPower = 4;
  Workshop workshop;
  const base::Path in = workshop.contribute(workshop.fresh(CurveId::bls12_381, kPower + 1), "1.ptau");
  const base::Path larger = workshop.prepare(in, "p.ptau"), cut = workshop / "cut.ptau", halves = workshop / "h.ptau";
  ptau_truncate(larger, kPower, cut, workshop.context());  // its top block counts the power that section 2 lacks
  phase1::prepare<C>(in, halves, workshop.context(), {kPower + 1});
  for (const unsigned largest_transform : {21U, 0U, kPower}) {
    EXPECT_EQ(wrong_beside_powers<C>(cut, workshop.context(), {C::Fr::kTwoAdicity, largest_transform}), "");
    EXPECT_EQ(wrong_beside_powers<C>(halves, workshop.context(), {kPower + 1, largest_transform}), "");
    EXPECT_EQ(wrong_beside_powers<C>(halves, workshop.context(), {C::Fr::kTwoAdicity, largest_transform}), "12 ");
  }
}

/// Sections 12 to 15 with nothing before the domain of 2^power.
template <class C>
base::Bytes with_one_domain(const base::Path& prepared, unsigned power) {
  EditedFile file(prepared);
  for (const format::PtauSection section : phase1::kLagrangeSections) {
    const std::size_t point = format::ptau_section_is_g2(section) ? curve::G2<C>::kBytes : curve::G1<C>::kBytes;
    const auto marked = file.section(static_cast<std::uint32_t>(section))
                            .first(static_cast<std::size_t>(format::lagrange_block_offset(power)) * point);
    std::ranges::fill(marked, format::kNotPrepared);
  }
  return contents(file.save(prepared.string() + ".one"));
}

template <class C>
class OneDomain : public testing::Test {};
using Curves = testing::Types<curve::Bn254, curve::Bls12_381>;
TYPED_TEST_SUITE(OneDomain, Curves);

TYPED_TEST(OneDomain, is_as_the_whole_has_it) {
  using C = TypeParam;
  constexpr unsigned kPower = 6;
  Workshop workshop(2);
  const base::Path in = workshop.contribute(workshop.fresh(C::kId, kPower), "1.ptau");
  const base::Path whole = workshop.prepare(in, "p.ptau");
  for (const unsigned only : {1U, 4U, kPower}) {
    const base::Path expected = only == kPower ? whole : workshop / ("t" + std::to_string(only));
    if (only != kPower) ptau_truncate(whole, only, expected, workshop.context());
    Context little = workshop.context();
    little.memory_limit_bytes = 1;  // in two passes
    for (const Context& context : {workshop.context(), little}) {
      const base::Path out = workshop / "one.ptau";
      ptau_prepare(in, out, context, only);
      EXPECT_TRUE(contents(out) == with_one_domain<C>(expected, only)) << only;
      EXPECT_EQ(failed_rules(workshop.verify(out)), "");
      EXPECT_EQ(workshop.verify(out).accepted(), only == kPower);  // of a truncated file the last challenge is not run
      EXPECT_TRUE(ptau_info(out).header.only_largest);
      EXPECT_EQ(code_of([&] { ptau_truncate(out, only, workshop / "x", context); }), base::Code::usage);
      for (const unsigned largest_transform : {21U, only, 0U})
        EXPECT_EQ(wrong_beside_powers<C>(out, context, {C::Fr::kTwoAdicity, largest_transform}), "") << only;
      std::filesystem::remove(out);
    }
  }
  EXPECT_FALSE(ptau_info(whole).header.only_largest);
  for (const unsigned only : {0U, kPower + 1})
    EXPECT_EQ(code_of([&] { ptau_prepare(in, workshop / "x", workshop.context(), only); }), base::Code::usage);
  EXPECT_FALSE(std::filesystem::exists(workshop / "x"));
}

TYPED_TEST(OneDomain, is_the_same_from_pieces_of_any_size) {
  using C = TypeParam;
  Workshop workshop;
  const base::Path in = workshop.contribute(workshop.fresh(C::kId, 7), "1.ptau"), out = workshop / "p.ptau";
  for (const auto only : {std::optional<unsigned>(), std::optional(6U), std::optional(7U)}) {
    ptau_prepare(in, workshop / "expected.ptau", workshop.context(), only);
    phase1::PrepareOptions options{C::Fr::kTwoAdicity};
    options.only = only;
    options.piece_bytes = 1000;
    phase1::prepare<C>(in, out, workshop.context(), options);
    EXPECT_EQ(contents(out), contents(workshop / "expected.ptau"));
    for (const char* name : {"p.ptau", "expected.ptau"}) std::filesystem::remove(workshop / name);
  }
}

// Before anything is multiplied; in a piece that is not the first, too.
TYPED_TEST(OneDomain, is_of_points_on_the_curve) {
  using C = TypeParam;
  Workshop workshop;
  const base::Path in = workshop.contribute(workshop.fresh(C::kId, 7), "1.ptau"), bad = workshop / "bad.ptau";
  for (const std::uint32_t section : {2U, 3U, 4U, 5U}) {
    const std::size_t at = section == 2 ? 255 - 1 : 127;
    const std::size_t n_bytes = section == 3 ? curve::G2<C>::kBytes : curve::G1<C>::kBytes;
    EditedFile file(in);
    file.section(section)[at * n_bytes] ^= std::byte{1};
    file.save(bad);
    for (const std::size_t piece_bytes : {phase1::kPieceBytes, std::size_t{1000}}) {
      for (const std::uint64_t limit : {0U, 1U}) {
        Context context = workshop.context();
        context.memory_limit_bytes = limit;
        phase1::PrepareOptions options{C::Fr::kTwoAdicity};
        options.piece_bytes = piece_bytes;
        const std::string said = message_of([&] { phase1::prepare<C>(bad, workshop / "p.ptau", context, options); });
        const std::string expected = "section " + std::to_string(section) + ": point " + std::to_string(at) + " ";
        EXPECT_NE(said.find(expected), std::string::npos) << said;
        EXPECT_EQ(workshop.folder().names(), (std::vector<std::string>{"0.ptau", "1.ptau", "bad.ptau"}));
      }
    }
  }
}

TYPED_TEST(OneDomain, is_checked_and_nothing_else_stands_in_the_file) {
  using C = TypeParam;
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  constexpr unsigned kPower = 5;
  Workshop workshop;
  const base::Path in = workshop.contribute(workshop.fresh(C::kId, kPower), "1.ptau"), out = workshop / "one.ptau";
  ptau_prepare(in, out, workshop.context(), kPower);
  const std::map<std::uint32_t, std::string_view> rules = {
      {12, "lagrange-tau-g1"}, {13, "lagrange-tau-g2"}, {14, "lagrange-alpha-tau"}, {15, "lagrange-beta-tau"}};
  const std::uint64_t first = format::lagrange_block_offset(kPower);
  for (const auto& [section, rule] : rules) {
    const auto failed = [&](auto&& edit) {
      EditedFile file(out);
      edit(file);
      return failed_rules(workshop.verify(file.save(workshop / "damaged.ptau")));
    };
    EXPECT_EQ(failed([&, section = section](EditedFile& file) {
                section == 13 ? file.swap_points<G2>(section, first, first + 20)
                              : file.swap_points<G1>(section, first, first + 20);
              }),
              rule);
    const std::size_t point = section == 13 ? G2::kBytes : G1::kBytes;
    for (const std::size_t at : {64UL, static_cast<std::size_t>(first) * point - 1}) {
      EXPECT_EQ(failed([&, section = section](EditedFile& file) { file.section(section)[at] = std::byte{0xfe}; }),
                "curve-points")
          << section << " " << at;
    }
  }
  EditedFile unmarked(out);  // one of the domains that are not there
  unmarked.set_point<G1>(12, 0, G1::generator());
  EXPECT_EQ(failed_rules(workshop.verify(unmarked.save(workshop / "damaged.ptau"))), "curve-points");
}

// Of section 2 the top block takes a power more than a file of that size has: it is tested too, what is beyond is not.
TEST(Phase1Prepare, one_domain_is_of_points_that_were_tested) {
  using C = curve::Bls12_381;
  using G1 = curve::G1<C>;
  constexpr unsigned kPower = 5, kOnly = 3;
  Workshop workshop;
  const base::Path in = workshop.contribute(workshop.fresh(C::kId, kPower), "1.ptau");
  for (const std::size_t at : {(2UL << kOnly) - 1, 2UL << kOnly}) {
    EditedFile file(in);
    file.set_point<G1>(2, at, outside_subgroup<G1>());
    const base::Path bad = file.save(workshop / "bad.ptau"), out = workshop / ("out" + std::to_string(at));
    const auto prepare = [&] { ptau_prepare(bad, out, workshop.context(), kOnly); };
    if (at < 2UL << kOnly) {
      EXPECT_EQ(code_of(prepare), base::Code::malformed);
      EXPECT_FALSE(std::filesystem::exists(out));
    } else {
      prepare();
    }
  }
}

// Larger than the pieces in which points, coefficients and digits are made.
TEST(Phase1Prepare, lagrange_points_at_the_borders_of_pieces) {
  using C = curve::Bn254;
  using G1 = curve::G1<C>;
  Workshop workshop;
  const base::Path prepared =
      workshop.prepare(workshop.contribute(workshop.fresh(CurveId::bn254, 13), "1.ptau"), "p.ptau");
  EXPECT_TRUE(workshop.verify(prepared).accepted());
  for (const std::size_t at : {4095UL, 16384UL, 20479UL, 32765UL}) {
    EditedFile damaged(prepared);
    damaged.swap_points<G1>(12, at, at + 1);
    EXPECT_EQ(failed_rules(workshop.verify(damaged.save(workshop / "damaged.ptau"))), "lagrange-tau-g1") << at;
  }
}

TEST(Phase1Prepare, refuses_what_is_prepared_or_the_same_file) {
  Workshop workshop;
  const base::Path in = workshop.contribute(workshop.fresh(CurveId::bn254, 2), "1.ptau");
  const base::Path prepared = workshop.prepare(in, "p.ptau");
  EXPECT_EQ(code_of([&] { workshop.prepare(prepared, "q.ptau"); }), base::Code::usage);
  EXPECT_EQ(code_of([&] { workshop.prepare(in, "1.ptau"); }), base::Code::refused);
  EXPECT_EQ(code_of([&] { workshop.prepare(in, "p.ptau"); }), base::Code::usage);
}

TEST(Phase1Prepare, keeps_the_ceremony_power_of_a_truncated_file) {
  Workshop workshop;
  const base::Path in = workshop.contribute(workshop.fresh(CurveId::bn254, 4), "1.ptau");
  ptau_truncate(in, 2, workshop / "t.ptau", workshop.context());
  const base::Path prepared = workshop.prepare(workshop / "t.ptau", "p.ptau");
  EXPECT_EQ(ptau_info(prepared).header.ceremony_power, 4U);
  EXPECT_EQ(failed_rules(workshop.verify(prepared)), "");
}

TEST(Phase1Prepare, bad_points_in_the_input_are_found) {
  using G2 = curve::G2<curve::Bn254>;
  Workshop workshop;
  const base::Path in = workshop.contribute(workshop.fresh(CurveId::bn254, 3), "1.ptau");
  EditedFile file(in);
  file.set_point<G2>(3, 5, outside_subgroup<G2>());
  file.save(workshop / "bad.ptau");
  EXPECT_EQ(code_of([&] { workshop.prepare(workshop / "bad.ptau", "p.ptau"); }), base::Code::malformed);
  EditedFile other(in);
  other.section(5)[0] ^= std::byte{1};
  other.save(workshop / "bad.ptau");
  EXPECT_EQ(code_of([&] { workshop.prepare(workshop / "bad.ptau", "p.ptau"); }), base::Code::malformed);
  EXPECT_EQ(workshop.folder().names(), (std::vector<std::string>{"0.ptau", "1.ptau", "bad.ptau"}));
}

// Of BN254 by rows of random digits, of BLS12-381 point by point, while the section is copied; of G1 of BN254 there are
// none.
TEST(Phase1Prepare, points_outside_the_subgroup_are_found_in_every_section_that_is_copied) {
  const auto expect_found = []<class C, class G>(unsigned power, std::initializer_list<std::uint32_t> sections) {
    Workshop workshop;
    const base::Path in = workshop.contribute(workshop.fresh(C::kId, power), "1.ptau"), bad = workshop / "bad.ptau";
    for (const std::uint32_t section : sections) {
      const std::size_t n = format::ptau_section_points(static_cast<format::PtauSection>(section), power);
      for (const std::size_t at : std::set<std::size_t>{0, n / 2, n - 1}) {
        EditedFile file(in);
        file.set_point<G>(section, at, outside_subgroup<G>());
        file.save(bad);
        EXPECT_NE(message_of([&] {
                    workshop.prepare(bad, "p.ptau");
                  }).find("section " + std::to_string(section) + ": a point is not in the prime-order subgroup"),
                  std::string::npos)
            << C::kName << " " << section << " " << at;
        EXPECT_EQ(workshop.folder().names(), (std::vector<std::string>{"0.ptau", "1.ptau", "bad.ptau"}));
      }
    }
  };
  using curve::Bls12_381, curve::Bn254, curve::G1, curve::G2;
  expect_found.operator()<Bn254, G2<Bn254>>(7, {3, 6});
  expect_found.operator()<Bls12_381, G1<Bls12_381>>(3, {2, 4, 5});
  expect_found.operator()<Bls12_381, G2<Bls12_381>>(3, {3, 6});
}

// What is kept is left out rather than refused for.
TEST(Phase1Prepare, needs_no_memory_for_powers_where_there_is_none) {
  const auto needs = [] { return ptau_prepare_needs(CurveId::bn254, 18, 0).memory_bytes; };
  constexpr std::uint64_t kPowers = std::uint64_t{384} << 18;  // of G1 four times 2^18, of G2 once
  const std::uint64_t usual = needs();
  std::uint64_t n_pages = 0;
  std::ifstream("/proc/self/statm") >> n_pages;
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
  const auto with_headroom = [&](std::uint64_t n_bytes) {
    const rlimit little{n_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) + n_bytes, before.rlim_max};
    EXPECT_EQ(setrlimit(RLIMIT_AS, &little), 0);
    const std::uint64_t found = needs();
    EXPECT_EQ(setrlimit(RLIMIT_AS, &before), 0);
    return found;
  };
  constexpr std::uint64_t kSlack = std::uint64_t{16} << 20;
  EXPECT_EQ(with_headroom(usual + kSlack), usual);
  EXPECT_EQ(with_headroom(usual - kSlack), usual - kPowers);
}

}  // namespace
}  // namespace solemn::setup
