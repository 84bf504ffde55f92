// Each rule of ptau_verify has a file here that breaks this rule and no other.
#include "setup/phase1_forgery.hpp"

namespace solemn::setup {
namespace {

using format::PtauSection;

template <class C>
class Phase1Verify : public testing::Test {
 protected:
  using First = curve::G1<C>;
  using Second = curve::G2<C>;
  using Scalar = typename C::Fr;
  static constexpr unsigned kPower = 3;

  // Three contributions and a beacon; made once for all tests of a curve.
  struct Good {
    Workshop workshop;
    base::Path p0, p1, p2, p3, last, prepared;
    Good() {
      p0 = workshop.fresh(C::kId, kPower);
      p1 = workshop.contribute(p0, "1.ptau");
      p2 = workshop.contribute(p1, "2.ptau");
      p3 = workshop.contribute(p2, "3.ptau");
      last = workshop.beacon(p3, "4.ptau");
      prepared = workshop.prepare(last, "5.ptau");
    }
  };
  static Good& good() {
    static Good made;
    return made;
  }

  Workshop& workshop() { return good().workshop; }
  Context context() { return good().workshop.context(); }
  base::Path bad() { return workshop() / "bad.ptau"; }
  std::string failures(const base::Path& path, PtauVerifyOptions options = {}) {
    verdict_ = workshop().verify(path, options);
    return failed_rules(verdict_);
  }
  std::string detail(std::string_view rule) {
    const Check* check = verdict_.find(rule);
    return check == nullptr ? "(no such check)" : check->detail;
  }
  // Changes the points of the last file, with the hash made right again.
  template <class Edit>
  std::string failures_with_points(Edit&& edit) {
    EditedFile file(good().last);
    edit(file);
    file.save(bad());
    return failures(with_right_challenge<C>(bad(), context()));
  }
  Verdict verdict_;
};

using Curves = testing::Types<curve::Bn254, curve::Bls12_381>;
TYPED_TEST_SUITE(Phase1Verify, Curves);

TYPED_TEST(Phase1Verify, every_good_file_is_accepted) {
  auto& good = this->good();
  for (const base::Path* file : {&good.p1, &good.p2, &good.p3, &good.last, &good.prepared}) {
    const Verdict verdict = this->workshop().verify(*file, {.previous = &good.p1});
    EXPECT_TRUE(verdict.accepted()) << file->filename() << "\n" << problems(verdict);
  }
}

TYPED_TEST(Phase1Verify, a_file_without_contributions) {
  EXPECT_EQ(this->failures(this->good().p0), "contributions-exist");
}

TYPED_TEST(Phase1Verify, a_file_with_beacon_steps_only) {
  const base::Path path = this->workshop().beacon(this->good().p0, "beacon.ptau");
  EXPECT_EQ(this->failures(path), "secret-contribution");
  EXPECT_EQ(this->failures(path, {.beacon_policy = TestBeacon::allow_insecure}), "");
  std::filesystem::remove(path);
}

TYPED_TEST(Phase1Verify, structure_cut_at_many_places) {
  const base::Bytes all = contents(this->good().prepared);
  for (std::size_t size = 0; size < all.size(); size += 1 + all.size() / 37) {
    base::write_file(this->bad(), base::ByteSpan(all).first(size), base::Overwrite::yes);
    EXPECT_EQ(this->failures(this->bad()), "structure") << size;
  }
}

TYPED_TEST(Phase1Verify, a_first_step_on_another_accumulator) {
  // The first contribution dropped: the second one was not made for the fresh accumulator.
  using C = TypeParam;
  const auto path =
      with_records<C>(this->good().last, this->bad(), [](auto& records) { records.erase(records.begin()); });
  EXPECT_EQ(this->failures(path), "first-challenge contribution-keys contribution-ratios");
  EXPECT_EQ(this->detail("contribution-keys"), "contribution 1: no proof of knowledge for this challenge");
}

TYPED_TEST(Phase1Verify, a_key_that_proves_nothing) {
  using C = TypeParam;
  using G1 = typename TestFixture::First;
  using G2 = typename TestFixture::Second;
  using Fr = typename TestFixture::Scalar;
  // Right ratios, but (s, s x) has another x: made with a known alpha.
  const Fr two = Fr::from_u64(2), alpha = Fr::from_u64(77), three = Fr::from_u64(3);
  const Context context = this->context();
  const auto forged = forge_step<C>(this->good().p1, this->workshop() / "forged.ptau", two, alpha, three, context);
  const auto path = with_records<C>(this->workshop().contribute(forged, "after.ptau"), this->bad(), [&](auto& records) {
    auto& key = records[1].key.alpha;
    key.g1_sx = curve::mul_reference<G1>(key.g1_s, Fr::from_u64(78)).to_affine();
    const std::array<base::Hash64, 1> digest = {
        phase1::proof_digest<C>(phase1::Personality::alpha, records[0].next_challenge, key.g1_s, key.g1_sx)};
    std::array<typename G2::Affine, 1> sp{};
    curve::hash_to_g2_each<C>(sp, digest, context.pool);
    key.g2_spx = curve::mul_reference<G2>(sp[0], alpha).to_affine();
  });
  EXPECT_EQ(this->failures(path), "contribution-keys");
  EXPECT_EQ(this->detail("contribution-keys"), "contribution 2: no proof of knowledge for this challenge");
  std::filesystem::remove(this->workshop() / "forged.ptau");
  std::filesystem::remove(this->workshop() / "after.ptau");
}

TYPED_TEST(Phase1Verify, a_step_that_multiplies_by_one) {
  using C = TypeParam;
  using Fr = typename TestFixture::Scalar;
  const auto path =
      forge_step<C>(this->good().p1, this->bad(), Fr::from_u64(5), Fr::one(), Fr::from_u64(6), this->context());
  EXPECT_EQ(this->failures(path), "contribution-not-trivial");
  const auto honest =
      forge_step<C>(this->good().p1, this->bad(), Fr::from_u64(5), Fr::from_u64(4), Fr::from_u64(6), this->context());
  EXPECT_EQ(this->failures(honest), "");
}

TYPED_TEST(Phase1Verify, a_record_that_is_not_the_step_before_times_the_key) {
  using C = TypeParam;
  using G1 = typename TestFixture::First;
  const auto path =
      with_records<C>(this->good().last, this->bad(), [](auto& records) { records[1].alpha_g1 = G1::generator(); });
  EXPECT_EQ(this->failures(path), "contribution-ratios");
  EXPECT_EQ(this->detail("contribution-ratios"), "contributions 2, 3: not the step before times the proven secrets");
}

TYPED_TEST(Phase1Verify, steps_reordered_replayed_or_dropped) {
  using C = TypeParam;
  const auto& last = this->good().last;
  const auto broken = [&](auto&& edit) { return this->failures(with_records<C>(last, this->bad(), edit)); };
  EXPECT_EQ(broken([](auto& r) { std::swap(r[1], r[2]); }), "contribution-keys contribution-ratios beacon-steps");
  EXPECT_EQ(broken([](auto& r) { r.insert(r.begin() + 2, r[1]); }), "contribution-keys contribution-ratios");
  EXPECT_EQ(broken([](auto& r) { r.erase(r.begin() + 1); }), "contribution-keys contribution-ratios");
  EXPECT_NE(broken([](auto& r) { r.pop_back(); }), "");
  EXPECT_NE(broken([](auto& r) { r.clear(); }), "");
}

TYPED_TEST(Phase1Verify, a_saved_state_of_another_length) {
  using C = TypeParam;
  const auto path =
      with_records<C>(this->good().last, this->bad(), [](auto& r) { r[0].partial_hash[200] ^= std::byte{1}; });
  EXPECT_EQ(this->failures(path), "response-states");
}

TYPED_TEST(Phase1Verify, a_saved_state_that_hashes_to_something_else) {
  using C = TypeParam;
  const auto path =
      with_records<C>(this->good().last, this->bad(), [](auto& r) { r.back().partial_hash[130] ^= std::byte{1}; });
  EXPECT_EQ(this->failures(path), "last-challenge");
}

TYPED_TEST(Phase1Verify, beacon_steps) {
  using C = TypeParam;
  const auto broken = [&](auto&& edit) {
    return this->failures(with_records<C>(this->good().last, this->bad(), [&](auto& r) { edit(r.back().params); }));
  };
  EXPECT_EQ(broken([](auto& claimed) { claimed.beacon[3] ^= std::byte{4}; }), "beacon-steps");
  EXPECT_EQ(broken([](auto& claimed) { claimed.iterations_exp = 11; }), "beacon-steps");
  EXPECT_EQ(broken([](auto& claimed) { claimed.iterations_exp = 41; }), "beacon-steps");
  EXPECT_EQ(broken([](auto& claimed) { claimed.iterations_exp = 255; }), "beacon-steps");
  // Too many hashes to be waited for: no answer rather than none in this life.
  EXPECT_EQ(broken([](auto& claimed) { claimed.iterations_exp = 40; }), "");
  ASSERT_NE(this->verdict_.find("beacon-steps"), nullptr);
  EXPECT_EQ(this->verdict_.find("beacon-steps")->outcome, Outcome::not_run);
  EXPECT_FALSE(this->verdict_.accepted());
}

TYPED_TEST(Phase1Verify, a_beacon_that_everybody_knew) {
  const auto path = this->workshop().beacon(this->good().p3, "known.ptau", tutorial_beacon());
  EXPECT_EQ(this->failures(path), "no-test-beacon");
  EXPECT_EQ(this->failures(path, {.beacon_policy = TestBeacon::allow_insecure}), "");
  std::filesystem::remove(path);
}

TYPED_TEST(Phase1Verify, points_off_the_curve) {
  using G1 = typename TestFixture::First;
  using G2 = typename TestFixture::Second;
  EXPECT_EQ(this->failures_with_points([](auto& f) { f.template point<G1>(2, 9)[3] ^= std::byte{1}; }), "curve-points");
  EXPECT_EQ(this->detail("curve-points"), "section 2: point 9 is not on the curve");
  EXPECT_EQ(this->failures_with_points([](auto& f) { f.template point<G2>(3, 7)[3] ^= std::byte{1}; }), "curve-points");
  EXPECT_EQ(this->failures_with_points([](auto& f) { f.template point<G1>(4, 0)[3] ^= std::byte{1}; }), "curve-points");
  EXPECT_EQ(this->failures_with_points([](auto& f) { f.template point<G2>(6, 0)[3] ^= std::byte{1}; }), "curve-points");
  EXPECT_EQ(this->failures_with_points(
                [](auto& f) { f.template set_point<G1>(5, 2, TestFixture::First::Affine::infinity()); }),
            "curve-points");
  EXPECT_EQ(this->failures_with_points([](auto& f) {
    for (std::byte& byte : f.template point<G1>(2, 9)) byte = std::byte{0xff};
  }),
            "curve-points");
}

TYPED_TEST(Phase1Verify, points_outside_the_subgroup) {
  using G1 = typename TestFixture::First;
  using G2 = typename TestFixture::Second;
  const auto outside = outside_subgroup<G2>();
  for (const std::size_t i : {2U, 7U}) {
    EXPECT_EQ(this->failures_with_points([&](auto& f) { f.template set_point<G2>(3, i, outside); }), "subgroup-points");
    EXPECT_EQ(this->detail("subgroup-points").substr(0, 18), "section 3: point " + std::to_string(i));
  }
  EXPECT_EQ(this->failures_with_points([&](auto& f) { f.template set_point<G2>(6, 0, outside); }), "subgroup-points");
  if constexpr (TypeParam::kId == curve::CurveId::bls12_381) {
    const auto outside_g1 = outside_subgroup<G1>();
    EXPECT_EQ(this->failures_with_points([&](auto& f) { f.template set_point<G1>(2, 14, outside_g1); }),
              "subgroup-points");
  }
}

TYPED_TEST(Phase1Verify, powers_that_are_not_the_powers) {
  using G1 = typename TestFixture::First;
  using G2 = typename TestFixture::Second;
  const auto swapped = [&]<class G>(std::uint32_t section, std::size_t a, std::size_t b) {
    return this->failures_with_points([&](auto& f) { f.template swap_points<G>(section, a, b); });
  };
  EXPECT_EQ((swapped.template operator()<G1>(2, 13, 14)), "tau-g1-powers");
  EXPECT_EQ(this->detail("tau-g1-powers"), "section 2: point 13 is not tau times the point before it");
  EXPECT_EQ((swapped.template operator()<G1>(2, 0, 1)), "tau-g1-powers");
  EXPECT_EQ((swapped.template operator()<G2>(3, 6, 7)), "tau-g2-powers");
  EXPECT_EQ(this->detail("tau-g2-powers"), "section 3: point 6 is not tau times the point before it");
  EXPECT_EQ((swapped.template operator()<G2>(3, 0, 1)), "tau-g2-powers");
  EXPECT_EQ((swapped.template operator()<G1>(4, 2, 5)), "alpha-tau-powers");
  EXPECT_EQ((swapped.template operator()<G1>(4, 0, 1)), "alpha-tau-powers");
  EXPECT_EQ((swapped.template operator()<G1>(5, 2, 5)), "beta-tau-powers");
  EXPECT_EQ((swapped.template operator()<G1>(5, 0, 7)), "beta-tau-powers");
  EXPECT_EQ(this->failures_with_points([](auto& f) { f.template set_point<G2>(6, 0, G2::generator()); }), "beta-g2");
}

TYPED_TEST(Phase1Verify, a_challenge_that_is_not_the_hash) {
  using C = TypeParam;
  const auto path =
      with_records<C>(this->good().last, this->bad(), [](auto& r) { r.back().next_challenge[0] ^= std::byte{1}; });
  EXPECT_EQ(this->failures(path), "last-challenge");
}

TYPED_TEST(Phase1Verify, lagrange_sections) {
  using G1 = typename TestFixture::First;
  using G2 = typename TestFixture::Second;
  const auto swapped = [&]<class G>(std::uint32_t section, std::size_t a, std::size_t b) {
    EditedFile file(this->good().prepared);
    file.swap_points<G>(section, a, b);
    return this->failures(file.save(this->bad()));
  };
  EXPECT_EQ((swapped.template operator()<G1>(12, 15, 30)), "lagrange-tau-g1");
  EXPECT_EQ(this->detail("lagrange-tau-g1"), "block of 2^4 points is not the Lagrange form");
  EXPECT_EQ((swapped.template operator()<G1>(12, 1, 2)), "lagrange-tau-g1");
  EXPECT_EQ(this->detail("lagrange-tau-g1"), "block of 2^1 points is not the Lagrange form");
  EXPECT_EQ((swapped.template operator()<G2>(13, 7, 14)), "lagrange-tau-g2");
  EXPECT_EQ((swapped.template operator()<G1>(14, 3, 4)), "lagrange-alpha-tau");
  EXPECT_EQ((swapped.template operator()<G1>(15, 0, 1)), "lagrange-beta-tau");
}

// The sections of a group are compared in one sum: what is wrong in one must not make up for another, and each is
// named.
TYPED_TEST(Phase1Verify, lagrange_sections_that_are_wrong_together) {
  using C = TypeParam;
  using G1 = typename TestFixture::First;
  using G2 = typename TestFixture::Second;
  const format::PtauReader<C> reader(this->good().prepared);
  const auto point_of = [&](PtauSection section, std::uint64_t i) {
    std::array<typename G1::Affine, 1> point{};
    base::Pool pool(1);
    reader.template read<G1>(section, i, point, pool);
    return G1::Jacobian::from(point[0]);
  };
  const auto g = G1::generator();
  EditedFile opposite(this->good().prepared);
  opposite.set_point<G1>(14, 5, add_vartime(point_of(PtauSection::lagrange_alpha_tau_g1, 5), g).to_affine());
  opposite.set_point<G1>(15, 5, add_vartime(point_of(PtauSection::lagrange_beta_tau_g1, 5), -g).to_affine());
  EXPECT_EQ(this->failures(opposite.save(this->bad())), "lagrange-alpha-tau lagrange-beta-tau");
  EditedFile neighbours(this->good().prepared);
  neighbours.set_point<G1>(12, 5, add_vartime(point_of(PtauSection::lagrange_tau_g1, 5), g).to_affine());
  neighbours.set_point<G1>(12, 6, add_vartime(point_of(PtauSection::lagrange_tau_g1, 6), -g).to_affine());
  EXPECT_EQ(this->failures(neighbours.save(this->bad())), "lagrange-tau-g1");
  EditedFile all(this->good().prepared);
  all.swap_points<G1>(12, 1, 2);
  all.swap_points<G2>(13, 1, 2);
  all.swap_points<G1>(14, 1, 2);
  all.swap_points<G1>(15, 1, 2);
  EXPECT_EQ(this->failures(all.save(this->bad())),
            "lagrange-tau-g1 lagrange-tau-g2 lagrange-alpha-tau lagrange-beta-tau");
  EditedFile off_curve(this->good().prepared);
  off_curve.point<G1>(12, 5)[0] ^= std::byte{1};
  off_curve.swap_points<G1>(15, 1, 2);
  EXPECT_EQ(this->failures(off_curve.save(this->bad())), "curve-points lagrange-beta-tau");
  EXPECT_EQ(this->verdict_.find("lagrange-alpha-tau")->outcome, Outcome::passed);
  EXPECT_EQ(this->verdict_.find("lagrange-tau-g1")->outcome, Outcome::not_run);
}

// Any single point of any section, replaced by a point of the group.
TYPED_TEST(Phase1Verify, one_wrong_lagrange_point_anywhere) {
  constexpr std::array kRules = {"lagrange-tau-g1", "lagrange-tau-g2", "lagrange-alpha-tau", "lagrange-beta-tau"};
  using G1 = typename TestFixture::First;
  using G2 = typename TestFixture::Second;
  for (const std::uint32_t section : {12U, 13U, 14U, 15U}) {
    const std::uint64_t n = section == 12 ? 31 : 15;
    for (std::uint64_t i = 0; i < n; ++i) {
      EditedFile file(this->good().prepared);
      if (section == 13) {
        file.set_point<G2>(section, i,
                           curve::mul_reference<G2>(G2::generator(), TypeParam::Fr::from_u64(i + 2)).to_affine());
      } else {
        file.set_point<G1>(section, i,
                           curve::mul_reference<G1>(G1::generator(), TypeParam::Fr::from_u64(i + 2)).to_affine());
      }
      const std::string failed = this->failures(file.save(this->bad()));
      EXPECT_EQ(failed, kRules[section - 12]) << section << " " << i;
    }
  }
}

TYPED_TEST(Phase1Verify, lagrange_points_off_curve_or_subgroup) {
  using G1 = typename TestFixture::First;
  using G2 = typename TestFixture::Second;
  EditedFile file(this->good().prepared);
  file.point<G1>(14, 5)[0] ^= std::byte{1};
  EXPECT_EQ(this->failures(file.save(this->bad())), "curve-points");
  EditedFile other(this->good().prepared);
  other.set_point<G2>(13, 9, outside_subgroup<G2>());
  EXPECT_EQ(this->failures(other.save(this->bad())), "subgroup-points");
}

TYPED_TEST(Phase1Verify, a_file_that_does_not_extend_the_previous_one) {
  auto& good = this->good();
  const base::Path other = this->workshop().contribute(good.p0, "other.ptau");
  EXPECT_EQ(this->failures(good.last, {.previous = &other}), "extends-previous");
  EXPECT_EQ(this->failures(good.p2, {.previous = &good.last}), "extends-previous");
  EXPECT_EQ(this->failures(good.last, {.previous = &good.last}), "");
  EXPECT_EQ(this->failures(good.p1, {.previous = &good.p0}), "");
  base::write_file(this->bad(), base::as_bytes("nothing"), base::Overwrite::yes);
  const base::Path bad = this->bad();
  EXPECT_EQ(this->failures(good.last, {.previous = &bad}), "extends-previous");
  std::filesystem::remove(other);
}

TYPED_TEST(Phase1Verify, a_truncated_file_is_not_fully_answered) {
  const base::Path small = this->workshop() / "small.ptau";
  ptau_truncate(this->good().prepared, 2, small, this->context());
  EXPECT_EQ(this->failures(small), "");
  EXPECT_EQ(this->verdict_.count(Outcome::not_run), 1U);
  EXPECT_EQ(this->verdict_.find("last-challenge")->outcome, Outcome::not_run);
  EXPECT_EQ(this->detail("lagrange-tau-g1"), "the top block was cut from a larger ceremony");
  EditedFile wrong(small);
  wrong.swap_points<typename TestFixture::First>(14, 3, 4);
  EXPECT_EQ(this->failures(wrong.save(this->bad())), "lagrange-alpha-tau");
  EXPECT_EQ(this->detail("lagrange-tau-g1"), "the top block was cut from a larger ceremony");
  std::filesystem::remove(small);
}

TEST(Phase1Verify, a_long_beacon_is_hashed_after_the_points) {
  Workshop workshop(2);
  Beacon slow = real_beacon();
  slow.iterations_exp = 21;
  const base::Path first = workshop.contribute(workshop.fresh(curve::CurveId::bn254, 3), "1.ptau");
  const Verdict quick = workshop.verify(workshop.beacon(first, "2.ptau"));
  const Verdict verdict = workshop.verify(workshop.beacon(first, "slow.ptau", slow));
  EXPECT_TRUE(verdict.accepted()) << problems(verdict);
  ASSERT_EQ(verdict.checks().size(), quick.checks().size());  // the same list, in the same order
  for (std::size_t i = 0; i < quick.checks().size(); ++i) EXPECT_EQ(verdict.checks()[i].rule, quick.checks()[i].rule);
}

}  // namespace
}  // namespace solemn::setup
