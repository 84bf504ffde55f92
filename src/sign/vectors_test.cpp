// Published vectors: C2SP's Wycheproof and CCTV (age), where they lie beside the checkout.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "sign/age.hpp"
#include "sign/public_key_internal.hpp"
#include "sign/signer.hpp"

namespace solemn::sign {
namespace {

using base::Bytes;
using base::ByteSpan;
using base::from_hex;
using Json = nlohmann::json;

Json wycheproof(const char* name) {
  std::ifstream in(base::Path(SOLEMN_VECTORS) / "wycheproof" / name);
  return in ? Json::parse(in) : Json();
}

/// Runs every test of a file of signatures; encode: to the form that verify() takes. Counts the tests.
template <class Encode>
std::size_t run_signatures(const Json& file, const char* key_field, Encode encode) {
  std::size_t n = 0;
  for (const Json& group : file["testGroups"]) {
    const PublicKey key = PublicKey::from_spki(*from_hex(group[key_field].get<std::string>()));
    for (const Json& test : group["tests"]) {
      const Bytes message = *from_hex(test["msg"].get<std::string>()),
                  given = *from_hex(test["sig"].get<std::string>());
      const auto signature = encode(key, given);
      const bool good = signature && verify(key, message, *signature);
      EXPECT_EQ(good, test["result"] == "valid") << test["tcId"] << " " << test["comment"];
      ++n;
    }
  }
  return n;
}

const auto kAsIs = [](const PublicKey&, const Bytes& signature) { return std::optional(signature); };

struct Suite {
  const char* file;
  std::size_t n_tests;
};

TEST(Wycheproof, signatures) {
  for (const Suite& suite :
       {Suite{"ed25519_test.json", 151}, Suite{"ecdsa_secp256r1_sha256_test.json", 484},
        Suite{"ecdsa_secp384r1_sha384_test.json", 504}, Suite{"rsa_pss_2048_sha256_mgf1_32_test.json", 108}}) {
    const Json file = wycheproof(suite.file);
    if (file.is_null()) GTEST_SKIP() << "shared/vectors is not beside the checkout";
    EXPECT_EQ(run_signatures(file, "publicKeyDer", kAsIs), suite.n_tests) << suite.file;
  }
}

TEST(Wycheproof, signatures_of_fixed_size) {
  const Json file = wycheproof("ecdsa_secp384r1_sha384_p1363_test.json");
  if (file.is_null()) GTEST_SKIP() << "shared/vectors is not beside the checkout";
  EXPECT_GT(run_signatures(file, "publicKeyDer",
                           [](const PublicKey& key, const Bytes& fixed) {
                             const auto der = ecdsa_der_from_fixed(key.algorithm(), fixed);
                             if (der) { EXPECT_EQ(ecdsa_fixed_from_der(key.algorithm(), *der), fixed); }
                             return der;
                           }),
            200U);
}

/// "name: value" lines before an empty line, then the age file.
struct AgeVector {
  std::map<std::string, std::string> fields;
  std::string identities;  // one a line
  std::string file;
};

AgeVector read_vector(const base::Path& path) {
  const Bytes bytes = base::read_file(path, 64 << 20);
  std::string_view rest = base::as_text(bytes);
  AgeVector vector;
  while (!rest.starts_with('\n')) {
    const std::size_t end = rest.find('\n'), colon = rest.find(": ");
    const std::string name(rest.substr(0, colon)), value(rest.substr(colon + 2, end - colon - 2));
    vector.fields[name] = value;
    if (name == "identity") vector.identities += value + "\n";
    rest.remove_prefix(end + 1);
  }
  vector.file = rest.substr(1);
  return vector;
}

/// What our reader makes of it: with the passphrase, the identities, or the file key.
std::optional<SecretText> decrypt(const AgeVector& vector, std::string& why) {
  try {
    const ByteSpan file = base::as_bytes(vector.file);
    const auto passphrase = vector.fields.find("passphrase");
    if (passphrase != vector.fields.end()) return decrypt_age(file, secret_copy(base::as_bytes(passphrase->second)));
    if (vector.identities.starts_with("AGE-SECRET-KEY-1")) {
      const auto identities = parse_age_identities(base::as_bytes(vector.identities));
      return decrypt_age(file, AgeKeys{nullptr, identities, nullptr});
    }
    const Bytes binary = age_without_armor(file);
    const AgeHeader header = parse_age_header(binary);
    return decrypt_age_payload(header, *from_hex(vector.fields.at("file key")));
  } catch (const base::Error& error) {
    why = error.message();
    return std::nullopt;
  }
}

// Where only the recipient's own stanza is wrong, the file key that the vector names does not help to see it.
bool only_the_stanza_is_wrong(const std::string& name, const AgeVector& vector) {
  return vector.fields.count("passphrase") == 0 && !vector.identities.starts_with("AGE-SECRET-KEY-1") &&
         vector.fields.at("expect") != "success" &&
         (name.starts_with("hybrid") || vector.fields.count("file key") == 0 ||
          vector.fields.at("expect") == "no match");
}

TEST(Age, the_testkit_of_cctv) {
  const base::Path folder = base::Path(SOLEMN_VECTORS) / "age" / "testdata";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "shared/vectors is not beside the checkout";
  std::size_t n_good = 0, n_bad = 0, n_other = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const AgeVector vector = read_vector(entry.path());
    if (vector.fields.count("compressed") != 0 || only_the_stanza_is_wrong(name, vector)) {
      ++n_other;
      continue;
    }
    std::string why;
    const auto plain = decrypt(vector, why);
    EXPECT_EQ(plain.has_value(), vector.fields.at("expect") == "success") << name << ": " << why;
    if (plain) { EXPECT_EQ(base::to_hex(hash::sha256(plain->expose())), vector.fields.at("payload")) << name; }
    ++(plain ? n_good : n_bad);
  }
  EXPECT_GT(n_good, 15U);
  EXPECT_GT(n_bad, 60U);
  std::cout << n_good << " accepted, " << n_bad << " refused, " << n_other << " not of our kind\n";
}

}  // namespace
}  // namespace solemn::sign
