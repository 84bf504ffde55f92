#include "format/exports.hpp"

#include "format/corruption.hpp"
#include "hash/sha256.hpp"

namespace solemn::format {
namespace {

using namespace corruption;
using curve::Form;

base::Pool& pool() {
  static base::Pool one(1);
  return one;
}

constexpr std::array kForms = {Form::compressed, Form::uncompressed};

template <class C>
std::string key_refusal(base::ByteSpan bytes) {
  try {
    static_cast<void>(read_arkworks_vk<C>(bytes));
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::Code::malformed);
    return error.message();
  }
  return {};
}

template <class C>
class Exports : public testing::Test {};
using Curves = testing::Types<curve::Bn254, curve::Bls12_381>;
TYPED_TEST_SUITE(Exports, Curves);

TYPED_TEST(Exports, arkworks_key_comes_back_in_both_forms) {
  using C = TypeParam;
  for (const Form form : kForms) {
    for (const std::size_t n_public : {0U, 1U, 9U, 16U}) {  // 9 and others make lengths that fit both forms
      const VerifyingKey<C> vk = samples::verifying_key<C>(n_public);
      const base::Bytes bytes = write_arkworks_vk(vk, form);
      const VerifyingKey<C> read = read_arkworks_vk<C>(bytes);
      EXPECT_EQ(read.alpha1, vk.alpha1);
      EXPECT_EQ(read.beta2, vk.beta2);
      EXPECT_EQ(read.gamma2, vk.gamma2);
      EXPECT_EQ(read.delta2, vk.delta2);
      EXPECT_EQ(read.ic, vk.ic);
    }
  }
}

TYPED_TEST(Exports, arkworks_key_sizes) {
  using C = TypeParam;
  constexpr std::size_t g1 = curve::G1<C>::kBytes, g2 = curve::G2<C>::kBytes;
  EXPECT_EQ(write_arkworks_vk(samples::verifying_key<C>(1), Form::uncompressed).size(), 3 * g1 + 3 * g2 + 8);
  EXPECT_EQ(write_arkworks_vk(samples::verifying_key<C>(1), Form::compressed).size(), (3 * g1 + 3 * g2) / 2 + 8);
}

TYPED_TEST(Exports, arkworks_key_is_strict) {
  using C = TypeParam;
  for (const Form form : kForms) {
    base::Bytes bytes = write_arkworks_vk(samples::verifying_key<C>(2), form);
    for (std::size_t n = 0; n < bytes.size(); ++n) EXPECT_NE(key_refusal<C>(base::ByteSpan(bytes).first(n)), "") << n;
    const base::Bytes longer = with_inserted(bytes, bytes.size(), base::Bytes(1));
    EXPECT_NE(key_refusal<C>(longer), "");
    const std::size_t n_points =
        curve::encoded_bytes<curve::G1<C>>(form) + 3 * curve::encoded_bytes<curve::G2<C>>(form);
    for (const std::uint64_t count : {std::uint64_t{0}, std::uint64_t{2}, std::uint64_t{4}, ~std::uint64_t{0}}) {
      EXPECT_NE(key_refusal<C>(with_le64(bytes, n_points, count)), "");
    }
    // An uncompressed point off the curve is none. A compressed one may be another point: then the key reads as a
    // different one, never as the same.
    std::size_t n_accepted = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] ^= std::byte{0x10};
      if (key_refusal<C>(bytes).empty()) {
        EXPECT_EQ(write_arkworks_vk(read_arkworks_vk<C>(bytes), form), bytes) << i;
        ++n_accepted;
      }
      bytes[i] ^= std::byte{0x10};
    }
    if (form == Form::uncompressed) { EXPECT_EQ(n_accepted, 0U); }
  }
}

TYPED_TEST(Exports, arkworks_proving_key_has_the_sections_of_the_zkey) {
  using C = TypeParam;
  const samples::MemoryFile file(samples::zkey<C>());
  const ZkeyReader<C> reader(file.path());
  const auto h = samples::multiples<curve::G1<C>>(40, 3);
  for (const Form form : kForms) {
    const std::size_t g1 = curve::encoded_bytes<curve::G1<C>>(form), g2 = curve::encoded_bytes<curve::G2<C>>(form);
    const base::Bytes bytes =
        samples::written([&](base::OutputFile& out) { write_arkworks_pk<C>(out, reader, h, form, pool()); });
    // vk with 2 IC points, beta1, delta1, then A 4, B1 4, B2 4, H 3, L 2, each with its count.
    EXPECT_EQ(bytes.size(), (g1 + 3 * g2 + 8 + 2 * g1) + 2 * g1 + 5 * 8 + (4 + 4 + 3 + 2) * g1 + 4 * g2);
    const std::size_t n_vk = g1 + 3 * g2 + 8 + 2 * g1;
    const VerifyingKey<C> vk = read_arkworks_vk<C>(base::ByteSpan(bytes).first(n_vk));
    EXPECT_EQ(vk.ic, verifying_key(reader, pool()).ic);
    EXPECT_EQ(base::load_le64(base::ByteSpan(bytes).subspan(n_vk + 2 * g1)), 4U);
    const base::ByteSpan last = base::ByteSpan(bytes).last(g1);
    const auto l1 = curve::read_arkworks<curve::G1<C>>(last, form, curve::Subgroup::check);
    EXPECT_EQ(l1.point, (samples::multiples<curve::G1<C>>(12, 1)[0]));
  }
}

TYPED_TEST(Exports, mpcparams_come_back) {
  using C = TypeParam;
  const samples::MemoryFile file(samples::mpcparams<C>());
  const ZkeyHeader<C> header = samples::zkey_header<C>();
  const MpcParams<C> params = read_mpcparams<C>(file.path(), header, pool());
  EXPECT_EQ(params.header.delta2, header.delta2);
  EXPECT_EQ(params.hb, (samples::multiples<curve::G1<C>>(30, 3)));
  EXPECT_EQ(params.l, (samples::multiples<curve::G1<C>>(11, 2)));
  EXPECT_TRUE(params.b2[1].is_infinity_vartime());
  const ZkeyChain<C> chain = samples::zkey_chain<C>();
  ASSERT_EQ(params.chain.contributions.size(), 2U);
  EXPECT_EQ(params.chain.circuit_hash, chain.circuit_hash);
  EXPECT_EQ(contribution_public_key(params.chain.contributions[1]), contribution_public_key(chain.contributions[1]));
  EXPECT_EQ(params.chain.contributions[1].params.name, "");  // the format has no names
}

TYPED_TEST(Exports, mpcparams_are_strict) {
  using C = TypeParam;
  const base::Bytes image = samples::mpcparams<C>();
  const auto parse = [](const base::Path& path) {
    static_cast<void>(read_mpcparams<C>(path, samples::zkey_header<C>(), pool()));
  };
  expect_no_cut_accepted(image, parse, 17);
  EXPECT_NE(refusal(with_inserted(image, image.size(), base::Bytes(1)), parse), "");
  const std::size_t header = 3 * curve::G1<C>::kBytes + 3 * curve::G2<C>::kBytes;
  expect_refused(with_le32(image, header, 0xffffffff), "IC has 4294967295 points, the key has 2", parse);
  expect_refused(with_le32(image, header, 0), "IC has 0 points", parse);
  expect_refused(with_bytes(image, header + 4, base::Bytes(curve::G1<C>::kBytes, std::byte{0x11})), "IC: point 0 is",
                 parse);
  EXPECT_EQ(accepted_flips(image, 0, header, parse, 5), 0U);
  ZkeyHeader<C> other = samples::zkey_header<C>();
  other.domain_size = 8;
  expect_refused(image, "H has 3 points, the key has 7",
                 [&](const base::Path& path) { static_cast<void>(read_mpcparams<C>(path, other, pool())); });
}

TYPED_TEST(Exports, zkey_json_names_every_section) {
  using C = TypeParam;
  const samples::MemoryFile file(samples::zkey<C>());
  const ZkeyReader<C> reader(file.path());
  const base::Bytes bytes = samples::written([&](base::OutputFile& out) { write_zkey_json(out, reader, pool()); });
  const std::string text(base::as_text(bytes));
  for (const char* name :
       {"protocol", "q", "nVars", "power", "vk_delta_2", "IC", "ccoefs", "A", "B1", "B2", "C", "hExps"}) {
    EXPECT_NE(text.find("\n \"" + std::string(name) + "\": "), std::string::npos) << name;
  }
  EXPECT_NE(text.find("\n \"C\": [\n  null,\n  null,\n  [\n"), std::string::npos);
}

TEST(Exchange, sizes_of_the_specification) {
  for (unsigned power = 1; power <= 28; ++power) {
    const std::uint64_t n = std::uint64_t{1} << power;
    for (const auto& [id, g1] : {std::pair(curve::CurveId::bn254, 64U), std::pair(curve::CurveId::bls12_381, 96U)}) {
      const std::uint64_t challenge = 64 + (4 * n - 1) * g1 + (n + 1) * 2 * g1;
      const std::uint64_t response = 64 + ((4 * n - 1) * g1 + (n + 1) * 2 * g1) / 2 + 6 * g1 + 3 * 2 * g1;
      EXPECT_EQ(challenge_bytes(id, power), challenge);
      EXPECT_EQ(response_bytes(id, power), response);
      EXPECT_EQ(power_from_challenge_bytes(id, challenge), power);
      EXPECT_EQ(power_from_response_bytes(id, response), power);
      for (const std::uint64_t wrong : {challenge - 1, challenge + 1, std::uint64_t{0}, std::uint64_t{64}}) {
        EXPECT_THROW(power_from_challenge_bytes(id, wrong), base::Error);
      }
      EXPECT_THROW(power_from_response_bytes(id, response + 1), base::Error);
      EXPECT_THROW(power_from_response_bytes(id, ~std::uint64_t{0}), base::Error);
      EXPECT_EQ(exchange_offset_bytes(id, power, PtauSection::tau_g1, Form::compressed), 64U);
      EXPECT_EQ(exchange_offset_bytes(id, power, PtauSection::tau_g2, Form::uncompressed), 64 + (2 * n - 1) * g1);
      EXPECT_EQ(exchange_offset_bytes(id, power, PtauSection::beta_g2, Form::uncompressed) + 2 * g1, challenge);
      // After the last compressed point comes the public key.
      EXPECT_EQ(exchange_offset_bytes(id, power, PtauSection::beta_g2, Form::compressed) + g1 + 12 * g1, response);
    }
  }
}

TEST(Solidity, contract_holds_the_key) {
  const auto vk = samples::verifying_key<curve::Bn254>(3);
  const std::string text = write_solidity_verifier(vk);
  EXPECT_NE(text.find("contract Groth16Verifier {"), std::string::npos);
  EXPECT_NE(text.find("uint[3] calldata _pubSignals"), std::string::npos);
  EXPECT_NE(text.find("pragma solidity >=0.7.0 <0.9.0;"), std::string::npos);
  EXPECT_NE(text.find(base::to_hex(hash::sha256(base::as_bytes(write_vkey_json(vk))))), std::string::npos);
  EXPECT_NE(text.find("IC3_X = "), std::string::npos);
  EXPECT_EQ(text.find("IC4_X"), std::string::npos);
  EXPECT_EQ(text.find('$'), std::string::npos);
  const std::string none = write_solidity_verifier(samples::verifying_key<curve::Bn254>(0));
  EXPECT_EQ(none.find("_pubSignals"), std::string::npos);
  EXPECT_EQ(none.find('$'), std::string::npos);
}

// `snarkjs zkey export json` of 0.7.6 on this key gives a text with this digest.
TEST(ExportsReal, zkey_json_is_byte_for_byte_the_one_of_snarkjs) {
  const base::Path path = base::Path(SOLEMN_VECTORS) / "setup/circuit_final.zkey";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path << " beside the checkout";
  const ZkeyReader<curve::Bn254> reader(path);
  const base::Bytes bytes = samples::written([&](base::OutputFile& out) { write_zkey_json(out, reader, pool()); });
  EXPECT_EQ(base::to_hex(hash::sha256(bytes)), "8bec83567dbf0e942dedc92a3f241bf8c711d821b9d16a102d5e12915b8817ad");
}

}  // namespace
}  // namespace solemn::format
