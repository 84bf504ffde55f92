// More points than are tested for their subgroup together.
#include "setup/phase1_forgery.hpp"

namespace solemn::setup {
namespace {

template <class C>
void expect_tested_before_multiplied(unsigned power, format::PtauSection section, std::size_t point) {
  using G2 = curve::G2<C>;
  Workshop workshop;
  const base::Path fresh = workshop.fresh(C::kId, power);
  const auto verdict = workshop.verify(workshop.contribute(fresh, "1"));
  EXPECT_FALSE(verdict.rejected()) << problems(verdict);
  EditedFile file(fresh);
  file.set_point<G2>(static_cast<std::uint32_t>(section), point, outside_subgroup<G2>());
  const base::Path bad = file.save(workshop / "bad");
  const std::string message = message_of([&] { workshop.contribute(bad, "2"); });
  EXPECT_NE(message.find("section 3: a point is not in the prime-order subgroup"), std::string::npos) << message;
  EXPECT_FALSE(std::filesystem::exists(workshop / "2"));
}

TEST(Phase1ContributeLarge, bn254_points_are_tested_before_they_are_multiplied) {
  expect_tested_before_multiplied<curve::Bn254>(17, format::PtauSection::tau_g2, 70000);
}

TEST(Phase1ContributeLarge, bls12_381_points_are_tested_before_they_are_multiplied) {
  expect_tested_before_multiplied<curve::Bls12_381>(16, format::PtauSection::tau_g2, 50000);
}

}  // namespace
}  // namespace solemn::setup
