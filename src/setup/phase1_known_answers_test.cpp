// Files that snarkjs 0.7.6 made (spec section 12, procedure P1): new, beacon with the tutorial's value and 2^10 hashes,
// prepare.
#include "setup/phase1_hash.hpp"
#include "setup/phase1_testing.hpp"

namespace solemn::setup {
namespace {

using curve::CurveId;

struct KnownAnswer {
  CurveId curve;
  unsigned power;
  std::string_view response, next_challenge, sha256_new, sha256_beacon, sha256_prepared;
};

const std::array<KnownAnswer, 8> kAnswers = {{
    {CurveId::bn254, 1,
     "eff608a51af5aa2bc1f4ed4237dc7522da5aa78212802216a431e4a916d914fe672b04c2845953839376dfd5508db9f8ef524110b7331639e"
     "79d356dcc1c6c8e",
     "8d3f02d5acb0031805c65544383865b85f694384e9082fc8b708a90b8b4f9673a78367ab9d1449d8ad12992142387076814ef7c615490bb03"
     "0a42b8a5b2e59d6",
     "cb6ee4d1becbe025240c9a2a48cb8e111683887e4689bb0860b596eaf4b7dc9c",
     "91423371fc77d5ec546a69dce7c3ca38ee05788201e94b6d4da178bc48548885",
     "58a7403c8982857e35281f2607c91e4f4da3c8ee31494a5eab2efd78db8744c1"},
    {CurveId::bn254, 2,
     "f5e21111b9811e78c5a3f6ac212bce564df461d55f6c5c599984c09383af58ed89c20d1e5a5c38b50f8fd8e2d547aa7206f1c8e67cd89c17f"
     "219e86dcb550fed",
     "48ef6363b267460ac76c5b65a32b844ab72ef60357cb367ed22a4233b586b5a79cf2e3a841dbb825fcd5a650e9ba43fa19163c2273f91abe2"
     "0467f200730455f",
     "08e134d4a97e1bfe924336995d56ba8db92a2b39e2c3f605653bc3873e4d2007",
     "bd75be7115b988dd2fbeed42b3380735f3d129d45de26fa658e2669d4df2b7f4",
     "91088efca72c8cc7a9c3e8ffe2d5085c7764a6889a078952002a4e93e0fdfcb6"},
    {CurveId::bn254, 4,
     "fbd3d7f86cfa099bcc7968a4318c40b294eb56b111f5a2d9ee9d5e9e5122f3c842b1362f8712ea53bf219dee3ccfb216483c7d6048a51577c"
     "7afccc96f7594c8",
     "a3f4cf1722443b3991cf8f052dc3d4e3cb4bf0fd375faa4a4bd151edf12e328028633b1b8bf233210bcd07be7cca7d96bbea32343d4109746"
     "d2b3969991b72bd",
     "fac83bc401ef0bdafff9c5d6eb2b62c6d0b5dbfcbea64dfa1a48323400a013b6",
     "377cd5224b5e27e67cec5736949194fd09b0434f4c1312557291b2d6029b835f",
     "a2857151585aae6a5bee7e7c3657f12a9d9bb0cd055c1e9aa4e8ec0d3ce63a3b"},
    {CurveId::bn254, 8,
     "b51b1924371930b13c639d423d465964dd83cd18c805357dda7ebed4538dbb38fc82f20604a5a810052a6ce8eb7d15ef39b654fde809485ec"
     "3cfa7900abace50",
     "3e28034c3cdec646437a59d6f26bdc28a1ea2d9fc6a818a4ce7f6fe219920fe6d0d9e1e27dcf4eebc4faf5db1f9b6bb44d9d420f2e2b17f48"
     "b8e9cc0381e907f",
     "199d173eb7abadfbe82650a9390813f641f9e5a27dd894dd5721304ac016da4f",
     "b8bc1ed55be9413f4be17684a8e2009c5e809cefdaa86c879f19e0d443a72493",
     "af289b58c045cd79be08c709a4fec2ac30be83c57b398c90c42f7a28354a49da"},
    {CurveId::bls12_381, 1,
     "bf8d554254da739699f43f7a1feec62e3e61e228b809a097272fb5d8d3d4b6535b92d42a32bd0ef59332e3ec8abcb526c45732d1a134f48b9"
     "b975fb9872ee493",
     "275af266869fac9e691d3d1ab78c9f735f911e6e1e0976bc21d4a5317576da0f1af6e8079268b200fda3c6cf65ebcf1c52553345c540ed82d"
     "8a3e140535e9250",
     "e19155656698f3bee1b4fa0bcad5d9035fcedb228f602886ae72d928ec5bfeda",
     "9bfcac37f56d3100d4c330747a48a6e0ecf1fc7e4b734f5f61a5bb0dc9a67150",
     "0c3db14be98164fc8bce7277288b3fee5e6b41861fddeff10f4158223f71deef"},
    {CurveId::bls12_381, 2,
     "ca7fd2e2e59703fb50510d359cac44bb40deb8ac08bffb6be30e312982ea81482ceec5c9ae47283419f1ec6e150031a77925f8afb6da619c3"
     "24b6af2127429c5",
     "e17ca57792c8869a9f7de7664f1168e63f3176b937aa91d7504b846929413f42c76403650417725c42decdb9ebd286544145d0fd98228071d"
     "b360ee6bce46410",
     "c2d057fd8729adee57a8aa661658f784cb3f62f10ca45eb547390b5675faaa67",
     "febb7c59b00cf4ff4c15a687cb4a7ea4233f0869f8f56194f5b562cebe1958ee",
     "363c01fb7ba4d02ca2f329a608dccc25aa0886c4242452ed4862f9a70d529817"},
    {CurveId::bls12_381, 4,
     "0718767e7d115c2f8c2c13307974baa5ae11d172c8c4d2913002903fea3d3a75871dc541098340b88b3084f0dfb22f6b69009c440f6e89acf"
     "37bd8798ffd8507",
     "52794375f07e9db2dde0394a15e7d7c7147bf0a6f8a1fb89aac1be59882c5edf361710e5a1502499938f789442029d7e4efbca2f1fdeea2f7"
     "c28cd5b3246ed2c",
     "738c537764da5562c845bc6d36d7efdb21af84f16f9c299d84afdb7030c54092",
     "9bff7c9be1c54903e5decb0303cc876c221a28699b0f84b14484ebb2eedb524e",
     "e20ece83c1d5a82f40f4c411eeb96c1359741fb80c03042ed1e278a7bd5c07cf"},
    {CurveId::bls12_381, 8,
     "d9a048e724c798ad32c9a2fd3e8535189884f052cd308f629c90c2c608dfd9b9b9c5032b788804a0624230e9b24f31f6d6ce210c0779cd8e9"
     "701a73ca1ebe84a",
     "e3e9866539b41cc13f318523e958cb2389fd0baf9c3a43fbabbfdc5d32cdb60078ee9acd73ae69aae2b7d9f39fc1293a0e5c342efb6d202e5"
     "1c75df163756ac7",
     "724d6b9dfd4804ebae1190423e25c497c51df9db2bb790135fbff38fce493203",
     "bdd6c6603ed105b4acfe212db2c174213a653c64d9da2c04d502b9b7fcd79a7b",
     "ed602da272941521079bbbe1d08f58cdbc876bffe9498b039268fc0d3d055b6a"},
}};

class Phase1KnownAnswers : public testing::TestWithParam<KnownAnswer> {};

TEST_P(Phase1KnownAnswers, files_are_equal_to_those_of_snarkjs) {
  const KnownAnswer& known = GetParam();
  Workshop workshop;
  const base::Path a = workshop / "a", b = workshop / "b", f = workshop / "f";
  const base::Hash64 first = ptau_new(known.curve, known.power, a, workshop.context());
  EXPECT_EQ(first, phase1::compute_fresh_challenge(known.curve, known.power, base::silent_progress()));
  EXPECT_EQ(sha256_of(a), known.sha256_new);
  const ContributionResult result =
      ptau_beacon(a, b, "Beacon", tutorial_beacon(), TestBeacon::allow_insecure, workshop.context());
  EXPECT_EQ(base::to_hex(result.response_hash), known.response);
  EXPECT_EQ(base::to_hex(result.next_challenge), known.next_challenge);
  EXPECT_EQ(sha256_of(b), known.sha256_beacon);
  ptau_prepare(b, f, workshop.context());
  EXPECT_EQ(sha256_of(f), known.sha256_prepared);
  const Verdict verdict = workshop.verify(f, {.previous = &b, .beacon_policy = TestBeacon::allow_insecure});
  EXPECT_TRUE(verdict.accepted()) << problems(verdict);
  EXPECT_EQ(failed_rules(workshop.verify(f)), "secret-contribution no-test-beacon");
}

INSTANTIATE_TEST_SUITE_P(Snarkjs, Phase1KnownAnswers, testing::ValuesIn(kAnswers), [](const auto& known) {
  return (known.param.curve == CurveId::bn254 ? "bn254_" : "bls12_381_") + std::to_string(known.param.power);
});

}  // namespace
}  // namespace solemn::setup
