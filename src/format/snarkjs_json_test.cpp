#include "format/snarkjs_json.hpp"

#include <nlohmann/json.hpp>

#include "format/corruption.hpp"
#include "format/decimal.hpp"
#include "hash/sha256.hpp"

namespace solemn::format {
namespace {

using nlohmann::ordered_json;

// The message with which parse() refuses; empty when it does not.
template <class Parse>
std::string refusal(Parse&& parse) {
  try {
    parse();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::Code::malformed) << error.message();
    EXPECT_FALSE(error.message().empty());
    return error.message();
  }
  return {};
}
template <class C>
std::string key_refusal(const std::string& text) {
  return refusal([&] { static_cast<void>(read_vkey_json<C>(text)); });
}
template <class C>
std::string public_refusal(const std::string& text) {
  return refusal([&] { static_cast<void>(read_public_json<C>(text)); });
}
void expect_part(const std::string& message, std::string_view part) {
  EXPECT_NE(message.find(part), std::string::npos) << "got: '" << message << "', expected: " << part;
}

template <class C>
class SnarkjsJson : public testing::Test {};
using Curves = testing::Types<curve::Bn254, curve::Bls12_381>;
TYPED_TEST_SUITE(SnarkjsJson, Curves);

TYPED_TEST(SnarkjsJson, layout_is_one_space_an_indent) {
  using C = TypeParam;
  const std::string key = write_vkey_json<C>(samples::verifying_key<C>(2));
  EXPECT_EQ(key, ordered_json::parse(key).dump(1));
  const std::string proof = write_proof_json<C>(samples::proof<C>());
  EXPECT_EQ(proof, ordered_json::parse(proof).dump(1));
  const std::vector<typename C::Fr> values = {C::Fr::from_u64(33), -C::Fr::one()};
  const std::string publics = write_public_json<C>(values);
  EXPECT_EQ(publics, ordered_json::parse(publics).dump(1));
  EXPECT_TRUE(publics.starts_with("[\n \"33\",\n \""));
  EXPECT_EQ(write_public_json<C>({}), "[]");
}

TYPED_TEST(SnarkjsJson, read_gives_back_what_was_written) {
  using C = TypeParam;
  const VerifyingKey<C> vk = samples::verifying_key<C>(3);
  const std::string key = write_vkey_json<C>(vk);
  EXPECT_EQ(read_json_curve(key), C::kId);
  const VerifyingKey<C> read = read_vkey_json<C>(key);
  EXPECT_EQ(read.alpha1, vk.alpha1);
  EXPECT_EQ(read.delta2, vk.delta2);
  EXPECT_EQ(read.ic, vk.ic);
  EXPECT_EQ(write_vkey_json<C>(read), key);
  const std::string proof = write_proof_json<C>(samples::proof<C>());
  EXPECT_EQ(write_proof_json<C>(read_proof_json<C>(proof)), proof);
  const std::vector<typename C::Fr> values = {C::Fr::zero(), C::Fr::from_u64(33), -C::Fr::one()};
  EXPECT_EQ(read_public_json<C>(write_public_json<C>(values)), values);
  EXPECT_TRUE(read_public_json<C>("[]").empty());
}

TYPED_TEST(SnarkjsJson, key_fields_are_strict) {
  using C = TypeParam;
  const ordered_json good = ordered_json::parse(write_vkey_json<C>(samples::verifying_key<C>(1)));
  EXPECT_EQ(key_refusal<C>(good.dump()), "");
  for (const auto& [name, value] : good.items()) {
    ordered_json changed = good;
    changed.erase(name);
    if (name == "vk_alphabeta_12") {
      EXPECT_EQ(key_refusal<C>(changed.dump()), "");
    } else {
      expect_part(key_refusal<C>(changed.dump()), "'" + name + "' is missing");
    }
    for (const ordered_json& other : {ordered_json(nullptr), ordered_json(7), ordered_json("7"), ordered_json::array(),
                                      ordered_json::object(), ordered_json(-1), ordered_json(1.5)}) {
      changed = good;
      changed[name] = other;
      EXPECT_NE(key_refusal<C>(changed.dump()), "") << name << " = " << other.dump();
    }
  }
  ordered_json more = good;
  more["extra"] = 1;
  expect_part(key_refusal<C>(more.dump()), "'extra' is not known");
  const std::string text = good.dump();
  expect_part(key_refusal<C>("{\"nPublic\":1," + text.substr(1)), "'nPublic' occurs twice");
  EXPECT_NE(key_refusal<C>(text + "x"), "");
  EXPECT_NE(key_refusal<C>(text + text), "");
  EXPECT_NE(key_refusal<C>(""), "");
  for (std::size_t n = 0; n < text.size(); n += 5) EXPECT_NE(key_refusal<C>(text.substr(0, n)), "") << n;
}

TYPED_TEST(SnarkjsJson, every_changed_number_of_a_key_is_refused) {
  using C = TypeParam;
  const ordered_json good = ordered_json::parse(write_vkey_json<C>(samples::verifying_key<C>(1)));
  std::size_t n_numbers = 0;
  const ordered_json flat = good.flatten();
  for (const auto& [path, value] : flat.items()) {
    if (!value.is_string() || path == "/protocol" || path == "/curve") continue;
    ++n_numbers;
    for (const std::string& text : {std::string("12345"), "0" + value.template get<std::string>(), std::string("-1"),
                                    std::string(""), std::string("1e3"), std::string("0x10"), std::string(200, '9')}) {
      ordered_json changed = good;
      changed[ordered_json::json_pointer(path)] = text;
      const std::string message = key_refusal<C>(changed.dump());
      EXPECT_NE(message, "") << path << " = " << text;
      const std::string field = path.substr(1, path.find('/', 1) - 1);
      expect_part(message, field == "vk_alphabeta_12" ? "vk_alphabeta_12[" : field);
    }
  }
  EXPECT_EQ(n_numbers, 3U * 3 + 3U * 6 + 12U);
}

TYPED_TEST(SnarkjsJson, numbers_below_the_modulus_only) {
  using C = TypeParam;
  const std::string largest = internal::to_decimal(-C::Fr::one());
  std::string modulus = largest;
  ++modulus.back();
  EXPECT_EQ(public_refusal<C>("[\"" + largest + "\"]"), "");
  expect_part(public_refusal<C>("[\"0\",\"" + modulus + "\"]"),
              "public signal 1 is not a decimal number below the modulus");
  for (const char* text : {"[1]", "[\"01\"]", "[\"\"]", "[\"+1\"]", "[\" 1\"]", "[null]", "[[\"1\"]]", "{}", "7",
                           "\"1\"", "[\"1\",]", "[\"1\"", "// x\n[]"}) {
    EXPECT_NE(public_refusal<C>(text), "") << text;
  }
}

TYPED_TEST(SnarkjsJson, points_that_are_none) {
  using C = TypeParam;
  ordered_json proof = ordered_json::parse(write_proof_json<C>(samples::proof<C>()));
  const auto message = [](const ordered_json& json) {
    return refusal([&] { static_cast<void>(read_proof_json<C>(json.dump())); });
  };
  ordered_json changed = proof;
  changed["pi_a"] = ordered_json::parse(R"(["0", "1", "0"])");
  expect_part(message(changed), "pi_a is ");  // infinity
  changed["pi_a"] = ordered_json::parse(R"(["0", "0", "1"])");
  expect_part(message(changed), "pi_a is not on the curve");
  changed["pi_a"] = ordered_json::parse(R"(["1", "1", "1"])");
  expect_part(message(changed), "pi_a is not on the curve");
  changed["pi_a"] = ordered_json::parse(R"(["1", "2", "2"])");
  expect_part(message(changed), "pi_a is not affine");
  changed = proof;
  changed["pi_b"] = proof["pi_a"];
  expect_part(message(changed), "pi_b[0] is not an array of 2");
  changed = proof;
  changed["curve"] = "bls12377";
  expect_part(message(changed), "'bls12377' is not known");
  changed["curve"] = C::kId == curve::CurveId::bn254 ? "bls12381" : "bn128";
  expect_part(message(changed), "curve is ");
  changed = proof;
  changed["protocol"] = "plonk";
  expect_part(message(changed), "protocol is 'plonk'");
}

TYPED_TEST(SnarkjsJson, infinity_is_allowed_in_ic_only) {
  using C = TypeParam;
  VerifyingKey<C> vk = samples::verifying_key<C>(1);
  vk.ic[1] = curve::G1<C>::Affine::infinity();
  const std::string text = write_vkey_json<C>(vk);
  EXPECT_EQ(ordered_json::parse(text)["IC"][1], ordered_json({"0", "1", "0"}));
  EXPECT_EQ(read_vkey_json<C>(text).ic, vk.ic);
}

TEST(Json, nested_and_huge_texts_end_early) {
  using Bn = curve::Bn254;
  expect_part(public_refusal<Bn>(std::string(100000, '[')), "nested too deeply");
  std::string many = "[";
  for (int i = 0; i < 2'200'000; ++i) many += "0,";
  expect_part(public_refusal<Bn>(many + "0]"), "too many values");
  expect_part(public_refusal<Bn>(std::string((std::size_t{64} << 20) + 1, ' ')), "larger than 64 MiB");
}

TEST(Decimal, small_large_and_round_trips) {
  using Fq = curve::Bls12_381::Fq;
  EXPECT_EQ(internal::to_decimal(Fq::zero()), "0");
  EXPECT_EQ(internal::to_decimal(Fq::from_u64(10'000'000'000'000'000'000U)), "10000000000000000000");
  EXPECT_EQ(internal::to_decimal(-curve::Bn254::Fr::one()),
            "21888242871839275222246405745257275088548364400416034343698204186575808495616");
  Fq value = Fq::from_u64(3);
  for (int i = 0; i < 1000; ++i) {
    value = value * value + Fq::one();
    EXPECT_EQ(internal::from_decimal<Fq>(internal::to_decimal(value)), value);
  }
}

// verification_key.json that snarkjs 0.7.6 exports from this key; it has vk_alphabeta_12 in it.
TEST(SnarkjsJsonReal, verification_key_is_byte_for_byte_the_one_of_snarkjs) {
  const base::Path path = base::Path(SOLEMN_VECTORS) / "setup/circuit_final.zkey";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path << " beside the checkout";
  base::Pool pool(1);
  const auto vk = verifying_key(ZkeyReader<curve::Bn254>(path), pool);
  EXPECT_EQ(base::to_hex(hash::sha256(base::as_bytes(write_vkey_json(vk)))),
            "fd62869a716ca62f05de8e3e5150f6d8b75920daa2808e2b4790c00095995d48");
}

}  // namespace
}  // namespace solemn::format
