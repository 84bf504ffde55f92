#include "setup/phase1_forgery.hpp"

namespace solemn::setup {
namespace {

using curve::CurveId;

template <class C>
class Phase1Contribute : public testing::Test {};
using Curves = testing::Types<curve::Bn254, curve::Bls12_381>;
TYPED_TEST_SUITE(Phase1Contribute, Curves);

Entropy fixed_entropy() {
  Entropy entropy;
  entropy.expose().fill(std::byte{42});
  return entropy;
}

TYPED_TEST(Phase1Contribute, same_file_for_any_number_of_threads) {
  Workshop one(1), three(3);
  const base::Path in = one.fresh(TypeParam::kId, 4);
  const auto a = ptau_contribute(in, one / "a", "name", fixed_entropy(), one.context());
  const auto b = ptau_contribute(in, three / "b", "name", fixed_entropy(), three.context());
  EXPECT_EQ(a.response_hash, b.response_hash);
  EXPECT_EQ(a.next_challenge, b.next_challenge);
  EXPECT_EQ(contents(one / "a"), contents(three / "b"));
}

TEST(Phase1Contribute, same_file_for_larger_blocks) {
  constexpr unsigned kPower = 15;  // four pieces of the transcript in section 2
  Workshop two(2), eight(8);       // blocks of one piece, and of four
  const base::Path in = two.fresh(CurveId::bn254, kPower);
  const auto a = ptau_beacon(in, two / "a", "b", real_beacon(), TestBeacon::refuse, two.context());
  const auto b = ptau_beacon(in, eight / "b", "b", real_beacon(), TestBeacon::refuse, eight.context());
  EXPECT_EQ(a.next_challenge, b.next_challenge);
  EXPECT_EQ(contents(two / "a"), contents(eight / "b"));
  EXPECT_TRUE(eight.verify(two / "a", {.beacon_policy = TestBeacon::allow_insecure}).accepted());
}

TYPED_TEST(Phase1Contribute, multiplies_every_point_by_the_secrets_of_its_stream) {
  using C = TypeParam;
  Workshop workshop;
  const base::Path first = workshop.contribute(workshop.fresh(C::kId, 3), "1.ptau");
  ptau_contribute(first, workshop / "2.ptau", "", fixed_entropy(), workshop.context());
  auto rng = phase1::contributor_stream(fixed_entropy());
  const auto made = phase1::make_key<C>(rng, records_of<C>(first).back().next_challenge);
  // The slow way, by a helper that shares nothing with the pipeline but its hashes.
  forge_step<C>(first, workshop / "slow.ptau", made.secrets.tau.expose(), made.secrets.alpha.expose(),
                made.secrets.beta.expose(), workshop.context());
  EditedFile fast(workshop / "2.ptau"), slow(workshop / "slow.ptau");
  for (const std::uint32_t section : {2U, 3U, 4U, 5U, 6U}) {
    EXPECT_TRUE(std::ranges::equal(fast.section(section), slow.section(section))) << section;
  }
}

TYPED_TEST(Phase1Contribute, drops_lagrange_sections_and_keeps_the_record) {
  Workshop workshop;
  const base::Path first = workshop.contribute(workshop.fresh(TypeParam::kId, 3), "1.ptau");
  const base::Path second = workshop.contribute(workshop.prepare(first, "p.ptau"), "2.ptau");
  EXPECT_FALSE(ptau_info(second).header.prepared);
  EXPECT_TRUE(workshop.verify(second, {.previous = &first}).accepted());
}

TYPED_TEST(Phase1Contribute, refuses_inputs_that_nothing_can_be_added_to) {
  using C = TypeParam;
  using G2 = curve::G2<C>;
  Workshop workshop;
  const base::Path good = workshop.contribute(workshop.fresh(C::kId, 3), "1.ptau");
  const base::Path bad = workshop / "bad.ptau";
  const auto refused_as = [&](const base::Path& in) { return code_of([&] { workshop.contribute(in, "x.ptau"); }); };
  const auto message = [&] { return message_of([&] { workshop.contribute(bad, "x.ptau"); }); };
  ptau_truncate(good, 2, bad, workshop.context());
  EXPECT_EQ(refused_as(bad), base::Code::malformed);
  EditedFile outside(good);
  outside.set_point<G2>(3, 6, outside_subgroup<G2>());
  EXPECT_EQ(refused_as(outside.save(bad)), base::Code::malformed);
  EXPECT_NE(message().find("section 3: a point is not in the prime-order subgroup"), std::string::npos);
  EditedFile beta(good);
  beta.set_point<G2>(6, 0, outside_subgroup<G2>());
  EXPECT_EQ(refused_as(beta.save(bad)), base::Code::malformed);
  EXPECT_NE(message().find("section 6: a point is not in the prime-order subgroup"), std::string::npos);
  EditedFile off_curve(good);
  off_curve.section(4)[5] ^= std::byte{1};
  EXPECT_EQ(refused_as(off_curve.save(bad)), base::Code::malformed);
  EditedFile other_points(good);
  other_points.swap_points<curve::G1<C>>(2, 3, 4);
  EXPECT_EQ(refused_as(other_points.save(bad)), base::Code::malformed);
  with_records<C>(good, bad, [](auto& r) { r.back().next_challenge[1] ^= std::byte{1}; });
  EXPECT_EQ(refused_as(bad), base::Code::malformed);
  EXPECT_EQ(workshop.folder().names(), (std::vector<std::string>{"0.ptau", "1.ptau", "bad.ptau"}));
}

TEST(Phase1Contribute, same_path_existing_output_and_long_names_are_refused) {
  Workshop workshop;
  const base::Path in = workshop.fresh(CurveId::bn254, 2);
  const base::Path out = workshop.contribute(in, "1.ptau");
  EXPECT_EQ(code_of([&] { workshop.contribute(in, "0.ptau"); }), base::Code::refused);
  EXPECT_EQ(code_of([&] { workshop.contribute(in, "1.ptau"); }), base::Code::usage);
  const std::string name(300, 'x');
  EXPECT_EQ(code_of([&] { ptau_contribute(in, workshop / "n", name, fixed_entropy(), workshop.context()); }),
            base::Code::usage);
  EXPECT_EQ(code_of([&] { ptau_new(CurveId::bn254, 29, workshop / "n", workshop.context()); }), base::Code::usage);
  EXPECT_EQ(
      code_of([&] { ptau_beacon(in, workshop / "n", "", tutorial_beacon(), TestBeacon::refuse, workshop.context()); }),
      base::Code::refused);
}

TEST(Phase1Contribute, a_step_over_several_blocks) {
  constexpr unsigned kPower = 14;  // two blocks of G1 in section 2 and two of G2
  Workshop workshop(2);
  const base::Path out = workshop.beacon(workshop.fresh(CurveId::bn254, kPower), "1.ptau");
  const Verdict verdict = workshop.verify(out, {.beacon_policy = TestBeacon::allow_insecure});
  EXPECT_TRUE(verdict.accepted()) << problems(verdict);
}

TEST(Phase1Info, shows_steps_and_origin) {
  Workshop workshop;
  const base::Path in = workshop.beacon(workshop.contribute(workshop.fresh(CurveId::bn254, 3), "Alice"), "b.ptau");
  ptau_truncate(in, 2, workshop / "t.ptau", workshop.context());
  const PtauInfo info = ptau_info(workshop / "t.ptau");
  EXPECT_EQ(info.header.power, 2U);
  EXPECT_EQ(info.header.ceremony_power, 3U);
  ASSERT_EQ(info.steps.size(), 2U);
  EXPECT_EQ(info.steps[0].claimed.name, "Alice");
  EXPECT_EQ(info.steps[1].claimed.type, format::ContributionType::beacon);
  EXPECT_EQ(info.origin, "truncated from a ceremony of 2^3");
}

TEST(Phase1Truncate, is_the_beginning_of_every_section) {
  Workshop workshop;
  const base::Path in = workshop.contribute(workshop.fresh(CurveId::bls12_381, 4), "1.ptau");
  const base::Path prepared = workshop.prepare(in, "p.ptau");
  for (const base::Path* file : {&in, &prepared}) {
    const base::Path out = workshop / "t.ptau";
    ptau_truncate(*file, 2, out, workshop.context());
    EditedFile small(out), large(*file);
    for (const std::uint32_t section : {2U, 3U, 4U, 5U, 6U, 7U}) {
      EXPECT_TRUE(std::ranges::equal(small.section(section), large.section(section).first(small.size(section))));
    }
    EXPECT_EQ(ptau_info(out).header.prepared, file == &prepared);
    std::filesystem::remove(out);
  }
  for (const unsigned power : {0U, 4U, 5U}) {
    EXPECT_EQ(code_of([&] { ptau_truncate(in, power, workshop / "t.ptau", workshop.context()); }), base::Code::usage);
  }
}

// Published with the ceremony; not made by us.
TEST(Phase1Known, the_hermez_file_is_recognised_and_verified) {
  const base::Path file = base::Path(SOLEMN_VECTORS) / "setup/powersOfTau28_hez_final_02.ptau";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file;
  const PtauInfo info = ptau_info(file);
  EXPECT_EQ(info.steps.size(), 55U);
  EXPECT_NE(info.origin.find("Hermez"), std::string::npos);
  Workshop workshop;
  const Verdict verdict = workshop.verify(file);
  EXPECT_TRUE(verdict.accepted()) << problems(verdict);
  // One name edited: nothing is wrong that could be computed, but it is no longer the published record.
  with_records<curve::Bn254>(file, workshop / "edited.ptau", [](auto& r) { r[3].params.name = "somebody"; });
  const Verdict edited = workshop.verify(workshop / "edited.ptau");
  EXPECT_EQ(failed_rules(edited), "");
  EXPECT_FALSE(edited.accepted());
}

TEST(Phase1Hash, table_of_first_challenges_is_what_hashing_gives) {
  for (const CurveId curve : {CurveId::bn254, CurveId::bls12_381}) {
    for (unsigned power = 1; power <= 16; ++power) {
      EXPECT_EQ(phase1::compute_fresh_challenge(curve, power, base::silent_progress()),
                format::first_challenge(curve, power));
    }
  }
}

}  // namespace
}  // namespace solemn::setup
