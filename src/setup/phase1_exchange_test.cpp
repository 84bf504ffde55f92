#include "format/exports.hpp"
#include "setup/phase1_forgery.hpp"

namespace solemn::setup {
namespace {

template <class C>
class Phase1Exchange : public testing::Test {
 protected:
  static constexpr unsigned kPower = 3;

  /// The response file of a step, from the ptau that the step made: what another tool would send.
  base::Path response_of(const base::Path& previous, const base::Path& next) {
    const auto challenge = records_of<C>(previous).empty() ? *format::first_challenge(C::kId, kPower)
                                                           : records_of<C>(previous).back().next_challenge;
    const format::PtauReader<C> reader(next);
    base::OutputFile out(workshop_ / "response", base::Overwrite::yes);
    out.write(challenge);
    for (const format::PtauSection section : phase1::kMonomialSections) {
      phase1::with_group<C>(section, [&]<class G>() {
        std::vector<typename G::Affine> points(reader.points(section));
        reader.template read<G>(section, 0, points, workshop_.context().pool);
        base::Bytes bytes(points.size() * G::kCompressedBytes);
        curve::encode_points<G>(bytes, points, curve::Encoding::snarkjs_c, workshop_.context().pool);
        out.write(bytes);
      });
    }
    out.write(phase1::encode_key<C>(reader.read_contributions().back().key));
    out.commit();
    return workshop_ / "response";
  }
  base::Code import(const base::Path& previous, const base::Path& response) {
    return code_of([&] { ptau_import_response(previous, response, workshop_ / "i.ptau", "x", workshop_.context()); });
  }
  Workshop workshop_;
};

using Curves = testing::Types<curve::Bn254, curve::Bls12_381>;
TYPED_TEST_SUITE(Phase1Exchange, Curves);

TYPED_TEST(Phase1Exchange, challenge_hashes_to_the_recorded_one) {
  Workshop& w = this->workshop_;
  const base::Path p0 = w.fresh(TypeParam::kId, this->kPower), p1 = w.contribute(p0, "1.ptau");
  EXPECT_EQ(ptau_export_challenge(p0, w / "c0", w.context()), format::first_challenge(TypeParam::kId, this->kPower));
  EXPECT_EQ(ptau_export_challenge(p1, w / "c1", w.context()), ptau_info(p1).steps[0].next_challenge);
  EXPECT_EQ(hash::blake2b(contents(w / "c1")), ptau_info(p1).steps[0].next_challenge);
  EXPECT_EQ(std::filesystem::file_size(w / "c1"), format::challenge_bytes(TypeParam::kId, this->kPower));
}

TYPED_TEST(Phase1Exchange, imported_response_gives_the_same_file) {
  Workshop& w = this->workshop_;
  const base::Path p0 = w.fresh(TypeParam::kId, this->kPower), p1 = w.contribute(p0, "1.ptau"),
                   p2 = w.contribute(p1, "2.ptau");
  const base::Path response = this->response_of(p1, p2);
  const auto result = ptau_import_response(p1, response, w / "i.ptau", "2.ptau", w.context());
  EXPECT_EQ(result.response_hash, hash::blake2b(contents(response)));
  EXPECT_EQ(contents(w / "i.ptau"), contents(p2));
  EXPECT_TRUE(w.verify(w / "i.ptau", {.previous = &p1}).accepted());
}

TYPED_TEST(Phase1Exchange, any_flipped_bit_of_a_response_is_refused) {
  Workshop& w = this->workshop_;
  const base::Path p0 = w.fresh(TypeParam::kId, this->kPower), p1 = w.contribute(p0, "1.ptau");
  const base::Bytes good = contents(this->response_of(p0, p1));
  const base::Path bad = w / "bad";
  for (std::size_t at = 0; at < good.size(); at += 1 + good.size() / 61) {
    base::Bytes bytes = good;
    bytes[at] ^= std::byte{static_cast<std::uint8_t>(1U << (at % 8))};
    base::write_file(bad, bytes, base::Overwrite::yes);
    EXPECT_EQ(this->import(p0, bad), base::Code::rejected) << "byte " << at;
  }
  EXPECT_FALSE(std::filesystem::exists(w / "i.ptau"));
}

TYPED_TEST(Phase1Exchange, other_challenges_and_sizes_are_refused) {
  Workshop& w = this->workshop_;
  const base::Path p0 = w.fresh(TypeParam::kId, this->kPower), p1 = w.contribute(p0, "1.ptau"),
                   p2 = w.contribute(p1, "2.ptau");
  const base::Path response = this->response_of(p1, p2);
  EXPECT_EQ(this->import(p0, response), base::Code::rejected);
  EXPECT_EQ(this->import(p2, response), base::Code::rejected);
  const base::Bytes good = contents(response);
  base::write_file(w / "short", base::ByteSpan(good).first(good.size() - 1), base::Overwrite::yes);
  EXPECT_EQ(this->import(p1, w / "short"), base::Code::malformed);
  EXPECT_FALSE(std::filesystem::exists(w / "i.ptau"));
}

TYPED_TEST(Phase1Exchange, a_file_whose_points_are_not_those_of_its_challenge_is_refused) {
  Workshop& w = this->workshop_;
  const base::Path p0 = w.fresh(TypeParam::kId, this->kPower), p1 = w.contribute(p0, "1.ptau"),
                   p2 = w.contribute(p1, "2.ptau");
  const base::Path response = this->response_of(p1, p2);
  EditedFile file(p1);
  file.swap_points<curve::G1<TypeParam>>(2, 3, 4);
  file.save(w / "bad.ptau");
  EXPECT_EQ(this->import(w / "bad.ptau", response), base::Code::malformed);
  EXPECT_EQ(code_of([&] { ptau_export_challenge(w / "bad.ptau", w / "c", w.context()); }), base::Code::malformed);
  EXPECT_FALSE(std::filesystem::exists(w / "c"));
}

}  // namespace
}  // namespace solemn::setup
