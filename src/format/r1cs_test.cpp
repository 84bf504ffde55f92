#include "format/r1cs.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

#include "base/cpu.hpp"
#include "base/file_test_folder.hpp"
#include "format/corruption.hpp"

namespace solemn::format {
namespace {

using namespace corruption;
using samples::R1csOrder;

base::Pool& pool() {
  static base::Pool pool(2);
  return pool;
}

template <class C>
void read_everything(const base::Path& path) {
  R1csReader<C>(path).for_each_block(pool(), [](const ConstraintBlock<C>&) {});
}

template <class C>
class R1cs : public testing::Test {};
using Curves = testing::Types<curve::Bn254, curve::Bls12_381>;
TYPED_TEST_SUITE(R1cs, Curves);

TYPED_TEST(R1cs, both_orders_give_the_same_circuit) {
  using C = TypeParam;
  for (const R1csOrder order : {R1csOrder::constraints_first, R1csOrder::header_first}) {
    const samples::MemoryFile file(samples::r1cs<C>(order));
    const R1csReader<C> reader(file.path());
    EXPECT_EQ(reader.header().n_wires, 5U);
    EXPECT_EQ(reader.header().n_public(), 2U);
    EXPECT_EQ(reader.header().n_prv_in, 1U);
    EXPECT_EQ(reader.header().n_labels, 9U);
    EXPECT_FALSE(reader.header().has_custom_gates);
    EXPECT_EQ(reader.n_terms(), 6U);
    std::uint32_t next = 0;
    reader.for_each_block(pool(), [&](const ConstraintBlock<C>& block) {
      EXPECT_EQ(block.first, next);
      for (std::uint32_t i = 0; i < block.size(); ++i, ++next) {
        EXPECT_TRUE(block.a(i).empty());
        ASSERT_EQ(block.b(i).size(), 1U);
        ASSERT_EQ(block.c(i).size(), 2U);
        EXPECT_EQ(block.c(i)[1].wire, (3 * next + 3) % 5);
        EXPECT_EQ(block.c(i)[1].coefficient, -C::Fr::from_u64(3 * next + 2));
      }
    });
    EXPECT_EQ(next, 2U);
  }
}

/// Of three pieces: combinations of 0 to 9 terms, then one that is longer than a piece, then short ones again.
constexpr std::uint32_t kLongCombination = 9001, kWires = 100;
std::vector<std::uint32_t> sizes_of_three_pieces() {
  std::vector<std::uint32_t> sizes(12000);
  for (std::uint32_t q = 0; q < sizes.size(); ++q) sizes[q] = q * q % 10;
  sizes[kLongCombination] = 40000;
  return sizes;
}

/// Offset in the file of each combination's number of terms.
std::vector<std::size_t> places_of_combinations(const base::Bytes& image) {
  std::vector<std::size_t> at;
  const Place section = place_of(image, 2);
  for (std::size_t place = section.content; place < section.end();) {
    at.push_back(place);
    place += 4 + std::size_t{36} * base::load_le32(base::ByteSpan(image).subspan(place));
  }
  return at;
}

TYPED_TEST(R1cs, terms_are_what_the_bytes_say_wherever_a_piece_ends) {
  using C = TypeParam;
  const base::Bytes image = samples::mixed_r1cs<C>(kWires, sizes_of_three_pieces());
  const base::ByteSpan bytes(image);
  const std::vector<std::size_t> places = places_of_combinations(image);
  const samples::MemoryFile file(image);
  const base::Backend before = base::backend();
  for (const base::Backend backend : base::usable_backends()) {
    base::override_backend_for_tests(backend);
    for (const unsigned n_threads : {1U, 2U, 5U}) {
      base::Pool threads(n_threads);
      std::size_t q = 0, n_blocks = 0, n_terms = 0;
      R1csReader<C>(file.path()).for_each_block(threads, [&](const ConstraintBlock<C>& block) {
        ++n_blocks;
        ASSERT_EQ(block.first, q / 3);
        for (std::size_t i = 0; i < 3 * block.size(); ++i, ++q) {
          const auto terms = block.side(i % 3, i / 3);
          ASSERT_EQ(terms.size(), base::load_le32(bytes.subspan(places[q])));
          for (std::size_t t = 0; t < terms.size(); ++t, ++n_terms) {
            const base::ByteSpan term = bytes.subspan(places[q] + 4 + 36 * t);
            ASSERT_EQ(terms[t].wire, base::load_le32(term));
            ASSERT_EQ(terms[t].coefficient, C::Fr::read_le(term.subspan(4, 32)));
          }
        }
      });
      EXPECT_EQ(q, places.size());
      EXPECT_GE(n_blocks, 3U);
      EXPECT_EQ(n_terms, R1csReader<C>(file.path()).n_terms());
    }
  }
  base::override_backend_for_tests(before);
}

TYPED_TEST(R1cs, all_bytes_of_the_section_are_shown_once) {
  using C = TypeParam;
  const base::Bytes image = samples::mixed_r1cs<C>(kWires, sizes_of_three_pieces());
  const samples::MemoryFile file(image);
  base::Bytes seen;
  R1csReader<C>(file.path())
      .for_each_block(
          pool(), [](const ConstraintBlock<C>&) {},
          [&](base::ByteSpan bytes) { seen.insert(seen.end(), bytes.begin(), bytes.end()); });
  const Place section = place_of(image, 2);
  EXPECT_TRUE(
      std::ranges::equal(seen, base::ByteSpan(image).subspan(section.content, section.end() - section.content)));
}

TYPED_TEST(R1cs, a_large_constraint_asks_for_its_memory) {
  using C = TypeParam;
  const samples::MemoryFile file(samples::repeated_r1cs<C>(300'000, 1));
  const R1csReader<C> reader(file.path());
  std::size_t n_terms = 0;
  const auto read = [&] {
    reader.for_each_block(pool(), [&](const ConstraintBlock<C>& block) { n_terms += block.terms.size(); });
  };
  read();
  EXPECT_EQ(n_terms, 900'000U);
  std::size_t n_pages = 0;
  std::ifstream("/proc/self/statm") >> n_pages;
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
  const rlimit little{n_pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) + (std::size_t{32} << 20),
                      before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_AS, &little), 0);
  std::string said;
  try {
    read();
  } catch (const base::Error& error) { said = error.message(); }
  ASSERT_EQ(setrlimit(RLIMIT_AS, &before), 0);
  EXPECT_NE(said.find("not enough memory for reading constraint 0"), std::string::npos) << said;
}

TYPED_TEST(R1cs, the_first_wrong_place_is_told_whatever_the_number_of_threads) {
  using C = TypeParam;
  const base::Bytes image = samples::mixed_r1cs<C>(kWires, sizes_of_three_pieces());
  const std::vector<std::size_t> places = places_of_combinations(image);
  const auto wire = [&](std::size_t q, std::size_t term) { return places[q] + 4 + 36 * term; };
  const base::Bytes large(32, std::byte{0xff});
  struct Case {
    base::Bytes image;
    std::string message;
    std::uint32_t n_visited;
  };
  const base::Bytes one = with_le32(image, wire(5003, 4), kWires);
  const Case cases[] = {
      {one, "section 2: constraint 1667: term 4: wire 100 is out of range", 1667},
      {with_bytes(one, wire(5002, 3) + 4, large), "constraint 1667: term 3: the coefficient is not below", 1667},
      {with_bytes(one, wire(4999, 0) + 4, large), "constraint 1666: term 0: the coefficient is not below", 1666},
      {with_le32(one, places[5004], ~0U), "constraint 1667: term 4: wire 100 is out of range", 1667},
      {with_le32(one, places[5001], ~0U), "constraint 1667: 4294967295 terms are more than the section", 1667},
      {with_le32(image, wire(kLongCombination, 35000), kWires), "constraint 3000: term 35000: wire 100", 3000},
      {with_le32(image, wire(11999, 0), kWires), "constraint 3999: term 0: wire 100 is out of range", 3999},
  };
  for (const Case& c : cases) {
    const samples::MemoryFile file(c.image);
    for (const unsigned n_threads : {1U, 2U, 5U}) {
      base::Pool threads(n_threads);
      std::uint32_t n_visited = 0;
      const auto parse = [&](const base::Path& path) {
        R1csReader<C>(path).for_each_block(threads, [&](const ConstraintBlock<C>& block) {
          n_visited = block.first + static_cast<std::uint32_t>(block.size());
        });
      };
      expect_refused(c.image, c.message, parse);
      EXPECT_EQ(n_visited, c.n_visited) << c.message;
    }
  }
}

TYPED_TEST(R1cs, container_is_strict) {
  using C = TypeParam;
  const auto parse = [](const base::Path& path) {
    static_cast<void>(read_r1cs_header(base::InputFile(path)));
    read_everything<C>(path);
  };
  expect_container_strict(samples::r1cs<C>(R1csOrder::constraints_first), "r1cs", 1, parse);
  expect_no_cut_accepted(samples::r1cs<C>(R1csOrder::header_first), parse);
}

TYPED_TEST(R1cs, custom_gates_are_seen) {
  using C = TypeParam;
  const base::Bytes image = samples::r1cs<C>(R1csOrder::header_first);
  const auto with_sections = [&](std::initializer_list<std::pair<std::uint32_t, base::Bytes>> added) {
    base::Bytes out = image;
    std::uint32_t n_sections = 3;
    for (const auto& [type, body] : added) {
      base::Bytes section(12);
      base::store_le32(section, type);
      base::store_le64(base::MutableByteSpan(section).subspan(4), body.size());
      section.insert(section.end(), body.begin(), body.end());
      out = with_le32(with_inserted(out, out.size(), section), 8, ++n_sections);
    }
    return out;
  };
  const auto bytes = [](std::string_view text) {
    const base::ByteSpan span = base::as_bytes(text);
    return base::Bytes(span.begin(), span.end());
  };
  using namespace std::string_view_literals;
  const base::Bytes none = bytes("\0\0\0\0"sv), gate = bytes("\1\0\0\0CG\0\0\0\0\0"sv);
  const base::Bytes use = bytes("\1\0\0\0\0\0\0\0\1\0\0\0\2\0\0\0\0\0\0\0"sv);
  const auto header_of = [](const base::Bytes& file_image) {
    const samples::MemoryFile file(file_image);
    return R1csReader<C>(file.path()).header();
  };
  EXPECT_FALSE(header_of(image).has_custom_gates);
  EXPECT_TRUE(header_of(with_sections({{4, none}, {5, none}})).has_custom_gates);
  EXPECT_EQ(header_of(with_sections({{4, gate}, {5, none}})).n_custom_gate_uses, 0U);
  EXPECT_EQ(header_of(with_sections({{4, gate}, {5, use}})).n_custom_gate_uses, 1U);

  expect_refused(with_sections({{4, gate}}), "there alone", read_everything<C>);
  expect_refused(with_sections({{5, none}}), "there alone", read_everything<C>);
  expect_refused(with_sections({{4, none}, {5, use}}), "no such gate", read_everything<C>);
  base::Bytes far = use;
  far[15] = std::byte{1};
  expect_refused(with_sections({{4, gate}, {5, far}}), "out of range", read_everything<C>);
  for (const std::string_view cut : {"\xff\xff\xff\xff"sv, "\1\0\0\0CG"sv, "\1\0\0\0CG\0\xff\xff\xff\xff"sv})
    expect_refused(with_sections({{4, bytes(cut)}, {5, none}}), "section 4 ends too early", read_everything<C>);
  for (const std::string_view cut : {"\1\0\0\0"sv, "\1\0\0\0\0\0\0\0\xff\xff\xff\xff"sv})
    expect_refused(with_sections({{4, gate}, {5, bytes(cut)}}), "section 5 ends too early", read_everything<C>);
  base::Bytes more = none, over = gate;
  more.push_back(std::byte{0});
  expect_refused(with_sections({{4, more}, {5, none}}), "too many", read_everything<C>);
  expect_refused(with_sections({{4, gate}, {5, more}}), "too many", read_everything<C>);
  over[7] = std::byte{1};
  over.resize(over.size() + 32, std::byte{0xff});
  expect_refused(with_sections({{4, over}, {5, none}}), "not below the modulus", read_everything<C>);
}

TYPED_TEST(R1cs, refuses_numbers_that_lie) {
  using C = TypeParam;
  const base::Bytes image = samples::r1cs<C>(R1csOrder::header_first);
  const std::size_t wires = place_of(image, 1).content + 4 + 32, constraints = place_of(image, 1).end() - 4;
  expect_refused(with_le32(image, wires, 0), "wires are inputs", read_everything<C>);
  expect_refused(with_le32(image, wires, 3), "wires are inputs", read_everything<C>);
  expect_refused(with_le32(image, wires, 4), "section 3 has 40 bytes", read_everything<C>);
  expect_refused(with_le32(image, wires, 0xffffffff), "section 3 has 40 bytes", read_everything<C>);
  for (std::size_t i = 1; i <= 3; ++i) {
    expect_refused(with_le32(image, wires + 4 * i, 0xffffffff), "wires are inputs", read_everything<C>);
  }
  expect_refused(with_le32(image, constraints, 0xffffffff), "section 2 is too short", read_everything<C>);
  expect_refused(with_le32(image, constraints, 3), "constraint 2", read_everything<C>);
  expect_refused(with_le32(image, constraints, 1), "bytes too many", read_everything<C>);
  expect_refused(with_le32(image, place_of(image, 1).content, 31), "prime of 31 bytes", read_everything<C>);
  EXPECT_EQ(accepted_flips(image, place_of(image, 1).content, wires, read_everything<C>), 0U);
}

TYPED_TEST(R1cs, refuses_bad_terms) {
  using C = TypeParam;
  const base::Bytes image = samples::r1cs<C>(R1csOrder::header_first);
  const std::size_t n_terms_a = place_of(image, 2).content, n_terms_b = n_terms_a + 4;
  expect_refused(with_le32(image, n_terms_b + 4, 5), "section 2: constraint 0: term 0: wire 5", read_everything<C>);
  expect_refused(with_bytes(image, n_terms_b + 8, base::Bytes(32, std::byte{0xff})),
                 "constraint 0: term 0: the coefficient is not below the modulus", read_everything<C>);
  expect_refused(with_le32(image, n_terms_a, 0xffffffff), "more than the section holds", read_everything<C>);
}

TYPED_TEST(R1cs, no_flip_crashes) {
  using C = TypeParam;
  const base::Bytes image = samples::r1cs<C>(R1csOrder::constraints_first);
  // Accepted are changes of coefficients, wires within range, labels and the number of labels.
  EXPECT_GT(accepted_flips(image, 0, image.size(), read_everything<C>), 0U);
}

TEST(R1csDomain, smallest_power_of_two_above_all_rows) {
  const auto log2 = [](std::uint32_t n_constraints, std::uint32_t n_public) {
    R1csHeader header{};
    header.n_constraints = n_constraints;
    header.n_pub_out = n_public;
    return groth16_domain_log2(header);
  };
  EXPECT_EQ(log2(0, 0), 1U);
  EXPECT_EQ(log2(1, 0), 1U);
  EXPECT_EQ(log2(1, 1), 2U);
  EXPECT_EQ(log2(3, 0), 2U);
  EXPECT_EQ(log2(4, 0), 3U);
  EXPECT_EQ(log2(32640, 127), 15U);
  EXPECT_EQ(log2(32640, 128), 16U);
  EXPECT_EQ(log2(0xffffffff, 0), 32U);
}

TEST(R1csReal, circuit_of_snarkjs_tests) {
  const base::Path path = base::Path(SOLEMN_VECTORS) / "setup/circuit.r1cs";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path << " beside the checkout";
  read_everything<curve::Bn254>(path);
  EXPECT_EQ(R1csReader<curve::Bn254>(path).header().n_wires, 6U);
}

template <class C>
class Wtns : public testing::Test {};
TYPED_TEST_SUITE(Wtns, Curves);

TYPED_TEST(Wtns, gives_back_what_was_written) {
  using C = TypeParam;
  const samples::MemoryFile file(samples::wtns<C>());
  EXPECT_EQ(read_wtns_curve(base::InputFile(file.path())), C::kId);
  const auto values = read_wtns<C>(file.path());
  ASSERT_EQ(values.size(), 4U);
  EXPECT_EQ(values[1], typename C::Fr::Limbs{33});
  EXPECT_EQ(values[2], (-C::Fr::one()).to_canonical());
}

TYPED_TEST(Wtns, long_ones_too) {
  using Fr = typename TypeParam::Fr;
  std::vector<Fr> values(2500);
  Fr power = Fr::from_u64(0x123456789abcdef);
  for (Fr& value : values) value = power = power.square();
  values[0] = Fr::one();
  const base::TestFolder folder;
  const base::Path path = folder / "w.wtns";
  {
    base::OutputFile out(path, base::Overwrite::yes);
    write_wtns<TypeParam>(out, values);
    out.commit();
  }
  const auto read = read_wtns<TypeParam>(path);
  ASSERT_EQ(read.size(), values.size());
  const base::Bytes image = base::read_file(path, 1 << 20);
  const std::size_t at = place_of(image, 2).content;
  for (std::size_t i = 0; i < values.size(); ++i) {  // one by one, as the format says
    ASSERT_EQ(Fr::read_le(base::ByteSpan(image).subspan(at + 32 * i).template first<32>()), values[i]) << i;
    ASSERT_EQ(Fr::from_canonical(read[i]), values[i]) << i;
  }
  const auto parse = [](const base::Path& p) { static_cast<void>(read_wtns<TypeParam>(p)); };
  for (const std::size_t i : {1U, 1023U, 1024U, 2049U, 2499U})
    expect_refused(with_bytes(image, at + 32 * i, base::Bytes(32, std::byte{0xff})),
                   "value " + std::to_string(i) + " is not below", parse);
}

TYPED_TEST(Wtns, is_strict) {
  using C = TypeParam;
  const auto parse = [](const base::Path& path) { static_cast<void>(read_wtns<C>(path)); };
  const base::Bytes image = samples::wtns<C>();
  expect_container_strict(image, "wtns", 2, parse);
  expect_no_cut_accepted(image, parse);
  EXPECT_EQ(refusal(with_le32(image, 4, 1), parse), "");
  const std::size_t count = place_of(image, 1).end() - 4, values = place_of(image, 2).content;
  for (const std::uint32_t n : {0U, 3U, 5U, 0xffffffffU}) EXPECT_NE(refusal(with_le32(image, count, n), parse), "");
  expect_refused(with_le32(image, values, 2), "value 0 is not 1", parse);
  expect_refused(with_bytes(image, values + 32, base::Bytes(32, std::byte{0xff})), "value 1 is not below", parse);
  EXPECT_EQ(accepted_flips(image, place_of(image, 1).content, count, parse), 0U);
  using Other = std::conditional_t<C::kId == curve::CurveId::bn254, curve::Bls12_381, curve::Bn254>;
  expect_refused(image, "the witness is for",
                 [](const base::Path& path) { static_cast<void>(read_wtns<Other>(path)); });
}

}  // namespace
}  // namespace solemn::format
