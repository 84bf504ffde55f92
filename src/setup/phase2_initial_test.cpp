// The initial key of a circuit whose signals come in several blocks, as those of large circuits do.
#include "setup/phase1_forgery.hpp"
#include "setup/phase2_testing.hpp"

namespace solemn::setup {
namespace {

using curve::CurveId;

constexpr unsigned kPower = 10;               // 1024 signals
constexpr std::uint64_t kSmallestBlocks = 1;  // 256 signals each

TEST(Phase2Initial, blocks_of_signals_give_the_same_key) {
  for (const CurveId curve : {CurveId::bn254, CurveId::bls12_381}) {
    KeyWorkshop workshop(curve, kPower);
    zkey_new(workshop.r1cs(), workshop.ptau(), workshop / "blocks.zkey", workshop.limited(kSmallestBlocks));
    EXPECT_TRUE(contents(workshop / "blocks.zkey") == contents(workshop / "0.zkey"));
  }
}

TEST(Phase2Initial, blocks_of_signals_give_the_same_verdict) {
  using G1 = curve::G1<curve::Bn254>;
  using G2 = curve::G2<curve::Bn254>;
  KeyWorkshop workshop(CurveId::bn254, kPower);
  const base::Path r1cs = workshop.r1cs(), ptau = workshop.ptau();
  const auto failed = [&](const base::Path& zkey, std::uint64_t limit) {
    return failed_rules(zkey_verify(&r1cs, &ptau, zkey, {}, workshop.limited(limit)));
  };
  const auto edited = [&](auto&& edit) {
    EditedFile file(workshop / "2.zkey");
    edit(file);
    return file.save(workshop / "edited.zkey");
  };
  for (const std::uint64_t limit : {std::uint64_t{0}, kSmallestBlocks}) {
    EXPECT_EQ(failed(workshop / "2.zkey", limit), "");
    EXPECT_EQ(failed(edited([](EditedFile& f) { f.swap_points<G1>(5, 700, 701); }), limit), "query-a circuit-hash");
    EXPECT_EQ(failed(edited([](EditedFile& f) { f.swap_points<G1>(6, 300, 800); }), limit), "query-b1 circuit-hash");
    EXPECT_EQ(failed(edited([](EditedFile& f) { f.swap_points<G2>(7, 1020, 800); }), limit), "query-b2 circuit-hash");
    EXPECT_EQ(failed(edited([](EditedFile& f) { f.swap_points<G1>(8, 600, 100); }), limit), "query-l");
  }
}

}  // namespace
}  // namespace solemn::setup
