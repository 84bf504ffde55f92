// Known answers. Those of the share's text and of sealing were computed by the JavaScript program of
// docs/share-format.md.
#include <algorithm>

#include "base/error.hpp"
#include "hash/sha256.hpp"
#include "sharing/bip39.hpp"
#include "sharing/feldman_internal.hpp"
#include "sharing/generate.hpp"
#include "sharing/share_text.hpp"
#include "sharing/slip39.hpp"

namespace solemn::sharing {

using base::ByteSpan;

namespace {

bool ecdsa() {
  const base::Hash32 digest = hash::sha256(base::as_bytes("Satoshi Nakamoto"));
  return base::to_hex(sign_ecdsa(small_scalar(1), digest)) ==
         "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
         "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5";
}

bool bip340() {  // vector 0
  return base::to_hex(sign_bip340(small_scalar(3), {}, {})) ==
         "e907831f80848d1069a5371b402410364bdf1c5f8307b0084c55f1ce2dca8215"
         "25f66a4a85ea8b71e482a74f382d2ce5ebeee8fdb2172f477df4900d310536c0";
}

bool bip32() {  // vector 1, m/0'
  const base::Bytes seed = *base::from_hex("000102030405060708090a0b0c0d0e0f");
  return write_xpub(derive(seed, parse_path("m/0'"))) ==
         "xpub68Gmy5EdvgibQVfPdqkBBCHxA5htiqg55crXYuXoQRKfDBFA1WEjWgP6LHhwBZeNK1VTsfTFUHCdrfp1bgwQ9xv5ski8PX9rL2dZXvgGD"
         "nw";
}

bool bip39() {  // the first English vector
  const auto words = bip39_words(base::Bytes(16));
  const auto seed = bip39_seed(words.expose(), base::as_bytes("TREZOR"));
  return base::as_text(words.expose()) ==
             "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about" &&
         base::to_hex(seed.expose()) ==
             "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4"
             "ab7c8"
             "1b2f001698e7463b04";
}

bool slip39() {  // vector 4
  std::vector<sign::SecretText> two;
  for (const std::string_view words : {"shadow pistol academic always adequate wildlife fancy gross oasis cylinder "
                                       "mustang wrist rescue view short owner "
                                       "flip making coding armed",
                                       "shadow pistol academic acid actress prayer class unknown daughter sweater "
                                       "depict flip twice unkind craft early "
                                       "superior advocate guest smoking"})
    two.push_back(sign::secret_copy(base::as_bytes(words)));
  return base::to_hex(slip39_combine(two, base::as_bytes("TREZOR")).expose()) == "b43ceb7e57a0ea8766221624d01b0864";
}

/// Share `index` of f(x) = 5 + 7 x + 11 x^2.
Share known_share(const ShareSet& set, unsigned index) {
  Share share{set.prefix(), 3, 5, index, Drill::yes, small_scalar(5 + 7 * index + 11 * index * index), {}};
  return share;
}

ShareSet known_set() {
  return {"known-answer",
          3,
          5,
          Drill::yes,
          {public_key_of(small_scalar(5)), public_key_of(small_scalar(7)), public_key_of(small_scalar(11))}};
}

bool sharing() {
  const ShareSet set = known_set();
  std::vector<Share> shares;
  for (const unsigned i : {1U, 2U, 4U}) shares.push_back(known_share(set, i));
  const bool right =
      recover(set, shares).expose() == small_scalar(5).expose() && set_of("known-answer", shares).id() == set.id();
  shares[1].value.expose()[31] ^= std::byte{1};
  return right && check_shares(set, shares).find("share-value")->outcome == base::Outcome::failed;
}

bool share_text_is_known() {
  const auto text = share_qr_text(known_share(known_set(), 2));
  return base::as_text(text.expose()) ==
         "SOLEMN SHARE 1:SYPS2QHY4E59VHG9J3RYJ9KHY0MH786MEFCZJHQQQQQQQQQQQQQQQQ3"
         "VLJ67QQQQQQQQQQQQQQQQQQQQQQQQTTLDS2QQQQQQQQQQLSQQQQQQQQQQQQWFCL5FQQQQQQQQQQQQQHKD9CZNH32E6SEW87";
}

bool sealing() {
  const SealedSecret sealed{SecretKind::other, {}, {}, *base::from_hex("82d5760add8b2a61d91c09481c30d5c1890e6f41d074")};
  const auto opened = open(small_scalar(5), sealed);
  return base::as_text(opened.expose()) == "solemn";
}

}  // namespace

base::Verdict self_test() {
  base::Verdict verdict;
  const auto run = [&](std::string_view rule, bool (*answer)()) {
    try {
      verdict.add(rule, answer(), "known answer");
    } catch (const base::Error& error) { verdict.fail(rule, error.message()); }
  };
  run("ecdsa", ecdsa);
  run("bip-340", bip340);
  run("bip-32", bip32);
  run("bip-39", bip39);
  run("slip-39", slip39);
  run("sharing", sharing);
  run("share-text", share_text_is_known);
  run("sealing", sealing);
  return verdict;
}

}  // namespace solemn::sharing
