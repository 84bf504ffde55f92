#include "beacon/chain.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "beacon/points.hpp"
#include "hash/sha256.hpp"

namespace solemn::beacon {

namespace {

constexpr std::string_view kTagG2 = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_";
constexpr std::string_view kTagG1 = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

// In the order of the enumeration.
constexpr std::array<SchemeFacts, 4> kSchemes = {{
    {"pedersen-bls-chained", true, false, kTagG2},
    {"pedersen-bls-unchained", false, false, kTagG2},
    {"bls-unchained-on-g1", false, true, kTagG2},
    {"bls-unchained-g1-rfc9380", false, true, kTagG1},
}};

base::Bytes bytes_of(std::string_view hex) {
  auto bytes = base::from_hex(hex);
  ASSERT(bytes);
  return std::move(*bytes);
}

base::Hash32 hash_of(std::string_view hex) {
  const base::Bytes bytes = bytes_of(hex);
  ASSERT(bytes.size() == 32);
  base::Hash32 hash{};
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

// Source: drand's published chain information (api.drand.sh/HASH/info); fastnet's from its announcement.
std::vector<Chain> make_known_chains() {
  return {
      {"default", Scheme::pedersen_bls_chained,
       bytes_of("868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31"),
       bytes_of("176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a"), 30, 1595431050, "default",
       hash_of("8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce"), false},
      {"quicknet", Scheme::bls_unchained_g1_rfc9380,
       bytes_of("83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec"
                "758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"),
       bytes_of("f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e"), 3, 1692803367, "quicknet",
       hash_of("52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"), false},
      {"fastnet", Scheme::bls_unchained_on_g1,
       bytes_of("a0b862a7527fee3a731bcb59280ab6abd62d5c0b6ea03dc4ddf6612fdfc9d01f01c31542541771903475eb1ec6615f8d0df0b8"
                "b6dce385811d6dcf8cbefb8759e5e616a3dfd054c928940766d9a5b9db91e3b697e5d70a975181e007f87fca5e"),
       bytes_of("a81e9d63f614ccdb144b8ff79fbd4d5a2d22055c0bfe4ee9a8092003dab1c6c0"), 3, 1677685200, "fastnet",
       hash_of("dbd506d6ef76e5f386f41c651dcb808c5bcbd75471cc4eafa3f4df7ad4e4c493"), true},
  };
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

}  // namespace

const SchemeFacts& facts(Scheme scheme) noexcept { return kSchemes[static_cast<std::size_t>(scheme)]; }

std::optional<Scheme> scheme_from_name(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kSchemes.size(); ++i) {
    if (kSchemes[i].name == name) return static_cast<Scheme>(i);
  }
  return std::nullopt;
}

base::Hash32 chain_hash(const Chain& chain) {
  std::array<std::byte, 12> numbers{};
  base::store_be32(numbers, chain.period_seconds);
  base::store_be64(base::MutableByteSpan(numbers).subspan(4), static_cast<std::uint64_t>(chain.genesis_time));
  hash::Sha256 state;
  state.update(numbers);
  state.update(chain.public_key);
  state.update(chain.group_hash);
  if (chain.beacon_id != "default") state.update(base::as_bytes(chain.beacon_id));  // drand: an empty id is "default"
  return state.finish();
}

std::span<const Chain> known_chains() {
  static const std::vector<Chain> chains = make_known_chains();
  return chains;
}

const Chain* find_chain(std::string_view name_or_hash) {
  for (const Chain& chain : known_chains()) {
    if (chain.name == name_or_hash || base::to_hex(chain.hash) == lower(name_or_hash)) return &chain;
  }
  return nullptr;
}

const Chain* find_chain(const base::Hash32& hash) {
  for (const Chain& chain : known_chains()) {
    if (chain.hash == hash) return &chain;
  }
  return nullptr;
}

void check_chain(base::Verdict& verdict, const Chain& chain) {
  const base::Hash32 computed = chain_hash(chain);
  const bool same = computed == chain.hash;
  verdict.add("chain-hash", same,
              same ? "the information hashes to " + base::to_hex(computed)
                   : "the information hashes to " + base::to_hex(computed) + ", not to " + base::to_hex(chain.hash));
  const std::string scheme(facts(chain.scheme).name);
  if (const Chain* known = find_chain(chain.hash)) {
    verdict.add("chain-scheme", known->scheme == chain.scheme,
                known->scheme == chain.scheme
                    ? scheme
                    : "this chain signs by " + std::string(facts(known->scheme).name) + ", not by " + scheme);
  } else {
    verdict.pass("chain-scheme", scheme + ", as the information says; the hash of a chain does not cover it");
  }
  const curve::PointStatus status = key_status(chain);
  verdict.add("chain-key", status == curve::PointStatus::ok,
              status == curve::PointStatus::ok ? "a point of the right group" : std::string(curve::describe(status)));
}

}  // namespace solemn::beacon
