// More points than are tested for their subgroup together.
#include "setup/phase1_forgery.hpp"

namespace solemn::setup {
namespace {

TEST(Phase1ContributeLarge, points_are_tested_before_they_are_multiplied) {
  using G2 = curve::G2<curve::Bn254>;
  Workshop workshop;
  const base::Path fresh = workshop.fresh(curve::CurveId::bn254, 17);
  const auto verdict = workshop.verify(workshop.contribute(fresh, "1"));
  EXPECT_FALSE(verdict.rejected()) << problems(verdict);
  EditedFile file(fresh);
  file.set_point<G2>(3, 70000, outside_subgroup<G2>());
  const base::Path bad = file.save(workshop / "bad");
  const std::string message = message_of([&] { workshop.contribute(bad, "2"); });
  EXPECT_NE(message.find("section 3: a point is not in the prime-order subgroup"), std::string::npos) << message;
  EXPECT_FALSE(std::filesystem::exists(workshop / "2"));
}

}  // namespace
}  // namespace solemn::setup
