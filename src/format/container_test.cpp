#include "format/container.hpp"

#include "format/corruption.hpp"

namespace solemn::format {
namespace {

using namespace corruption;
constexpr std::array<std::uint32_t, 3> kAllowed = {1, 2, 7};
constexpr std::array<std::uint32_t, 2> kRequired = {1, 2};

Container read(const base::Path& path) {
  return Container::read(base::InputFile(path), "test", 2, kAllowed, kRequired);
}

base::Bytes image() {
  return samples::written([](base::OutputFile& out) {
    ContainerWriter writer(out, "test", 2, 3);
    for (const std::uint32_t type : {7U, 1U, 2U}) {
      writer.begin_section(type, 10 * type);
      out.write(base::Bytes(10 * type));
      writer.end_section();
    }
    writer.finish();
  });
}

TEST(Container, gives_back_what_was_written) {
  const base::Bytes bytes = image();
  const samples::MemoryFile file(bytes);
  const Container container = read(file.path());
  EXPECT_EQ(container.version(), 2U);
  ASSERT_EQ(container.sections().size(), 3U);
  EXPECT_EQ(container.sections()[0].type, 7U);
  EXPECT_EQ(container.section(7).offset_bytes, 24U);
  EXPECT_EQ(container.section(2).size_bytes, 20U);
  EXPECT_TRUE(container.has(1));
  EXPECT_FALSE(container.has(3));
}

TEST(Container, required_sections_only_is_enough) { EXPECT_EQ(refusal(without_section(image(), 7), read), ""); }

TEST(Container, refuses_every_fault_by_name) {
  const base::Bytes bytes = image();
  expect_refused(without_section(bytes, 1), "section 1 is missing", read);
  expect_refused(with_section_twice(bytes, 7), "section 7 occurs twice", read);
  expect_refused(with_le32(bytes, 12, 3), "section 3 does not belong", read);
  expect_refused(with_le32(bytes, 4, 0), "version 0", read);
  expect_refused(with_le32(bytes, 4, 3), "version 3", read);
  expect_refused(with_inserted(bytes, bytes.size(), base::Bytes(5)), "5 bytes follow after the last section", read);
  expect_refused(with_le64(bytes, 16, ~std::uint64_t{0}), "but the file has only", read);
  expect_refused({}, "too short", read);
}

TEST(Container, refuses_every_cut) { expect_no_cut_accepted(image(), read); }

TEST(Container, no_flip_of_a_header_byte_crashes) {
  const base::Bytes bytes = image();
  // Accepted are: version 1 for 2, and 7 sections' type cannot become another allowed one.
  std::size_t n_accepted = accepted_flips(bytes, 0, 12, read);
  for (const auto& [type, place] : places(bytes)) n_accepted += accepted_flips(bytes, place.entry, place.content, read);
  EXPECT_LE(n_accepted, 1U);
}

TEST(CurveNames, all_spellings) {
  for (const char* name : {"bn254", "BN254", "bn128", "BN-128", "alt_bn128", "ALTBN128"}) {
    EXPECT_EQ(curve_from_name(name), curve::CurveId::bn254) << name;
  }
  for (const char* name : {"bls12-381", "bls12381", "BLS12_381"}) {
    EXPECT_EQ(curve_from_name(name), curve::CurveId::bls12_381) << name;
  }
  for (const char* name : {"", "bn", "bn256", "bls12-377", "secp256k1", "bn254x"}) {
    EXPECT_THROW(curve_from_name(name), base::Error) << name;
  }
  EXPECT_EQ(curve_name(curve::CurveId::bn254), "bn254");
  EXPECT_EQ(curve_name(curve::CurveId::bls12_381), "bls12-381");
}

TEST(CurveNames, primes_are_told_apart) {
  base::Bytes q(32), r(32);
  (-curve::Bn254::Fq::one()).write_le(q);
  EXPECT_THROW(curve_of_base_prime(q), base::Error);  // q - 1
  q[0] = q[0] | std::byte{1};                         // q is odd
  EXPECT_EQ(curve_of_base_prime(q), curve::CurveId::bn254);
  EXPECT_THROW(curve_of_scalar_prime(q), base::Error);
  q.push_back(std::byte{0});
  EXPECT_THROW(curve_of_base_prime(q), base::Error);
  (-curve::Bls12_381::Fr::one()).write_le(r);
  r[0] = r[0] | std::byte{1};
  EXPECT_EQ(curve_of_scalar_prime(r), curve::CurveId::bls12_381);
  EXPECT_THROW(curve_of_base_prime(r), base::Error);
}

}  // namespace
}  // namespace solemn::format
