// Sharing and recovery: keys, coefficients, shares and words are secret; set, indices, commitments and public keys are
// not.
#include <algorithm>

#include "secrets.hpp"
#include "sharing/bip32.hpp"
#include "sharing/bip39.hpp"
#include "sharing/feldman.hpp"
#include "sharing/nostr.hpp"
#include "sharing/secret_file.hpp"
#include "sharing/secret_hex.hpp"
#include "sharing/share_text.hpp"
#include "sharing/slip39.hpp"

namespace solemn::ct_test {
namespace {

using namespace sharing;

/// A stream of which nothing is known.
Randomness secret_randomness(unsigned number) {
  base::Secret<base::Hash64> seed;
  seed.expose()[0] = static_cast<std::byte>(number);
  mark_secret(seed.expose());
  return Randomness(seed);
}

bool same(base::ByteSpan a, base::ByteSpan b) {
  mark_all_public(a);
  mark_all_public(b);
  return std::ranges::equal(a, b);
}

void from_paper_to_key() {
  Randomness randomness = secret_randomness(1);
  const Scalar key = randomness.scalar();
  const Dealt dealt = deal("k", key, 3, 5, Drill::no, randomness);
  std::vector<Share> read;
  for (const unsigned i : {0U, 2U, 4U}) read.push_back(parse_share(share_text("k", dealt.shares[i]).expose()));
  read[1] = parse_share(share_qr_text(dealt.shares[2]).expose());
  require(rehearse(dealt.set, read).accepted(), "rehearsal");
  const ShareSet alone = set_of("k", read);
  require(alone.id() == dealt.set.id(), "the set from shares alone");
  const Dealt fresh = reshare(dealt.set, read, 2, 3, randomness);
  require(same(recover(fresh.set, fresh.shares).expose(), key.expose()), "resharing");
  require(same(recover(dealt.set, read).expose(), key.expose()), "recovery");
}

/// Line by line, as at a terminal: a right one with its number and without, and one with a wrong character.
void from_the_keyboard() {
  Randomness randomness = secret_randomness(3);
  const Scalar key = randomness.scalar();
  const Dealt dealt = deal("k", key, 2, 3, Drill::no, randomness);
  const sign::SecretText text = share_qr_text(dealt.shares[0]);
  for (unsigned number = 1; number <= kShareLines; ++number) {
    sign::SecretText typed(2 + kShareLineCharacters);
    typed.expose()[0] = static_cast<std::byte>('0' + number);
    typed.expose()[1] = std::byte{' '};
    const auto line = typed.expose().subspan(2);
    std::ranges::copy(text.expose().subspan(15 + (number - 1) * kShareLineCharacters, kShareLineCharacters),
                      line.begin());
    require(check_share_line(number, line).what == LineFinding::What::ok, "a typed line");
    require(check_share_line(number, typed.expose()).what == LineFinding::What::ok, "a typed line with its number");
    std::swap(line[3], line[5]);  // the same, when the two are one character
    line[4] = std::byte{'q'};
    const LineFinding finding = check_share_line(number, line);
    require(finding.what != LineFinding::What::bad_character, "a mistyped line");
  }
}

/// Forms in which keys and seeds are written and read.
void forms() {
  Randomness randomness = secret_randomness(4);
  const Scalar key = randomness.scalar();
  const auto nsec = write_nsec(key);
  require(same(parse_nsec(nsec.expose()).expose(), key.expose()), "nsec");
  const Scalar other = randomness.scalar();
  const auto digits = to_secret_hex(other.expose());
  require(same(read_scalar(digits.expose()).expose(), other.expose()), "hexadecimal digits");
  base::SecretArray<std::byte> seed(32);
  randomness.fill(seed.expose());
  const auto hex = to_secret_hex(seed.expose());
  require(same(read_seed(hex.expose()).expose(), seed.expose()), "a seed in digits");
  randomness.fill(seed.expose());
  const auto some_words = bip39_words(seed.expose());
  require(same(read_seed(some_words.expose()).expose(), seed.expose()), "a seed in words");
  randomness.fill(seed.expose());
  (void)derive(seed.expose(), ceremony_path(1, Role::maintainer, 2));
}

void words() {
  base::SecretArray<std::byte> entropy(32);
  for (std::size_t i = 0; i < entropy.size(); ++i) entropy.expose()[i] = static_cast<std::byte>(i * 29);
  mark_all_secret(entropy.expose());
  const auto text = bip39_words(entropy.expose());
  require(same(bip39_entropy(text.expose()).expose(), entropy.expose()), "BIP-39");
  mark_all_secret(entropy.expose());
  (void)bip39_seed(text.expose(), {});
}

void mnemonics() {
  Randomness randomness = secret_randomness(2);
  base::SecretArray<std::byte> secret(16);
  randomness.fill(secret.expose());
  const auto groups = slip39_split(secret.expose(), {}, {2, {{2, 3}, {1, 1}}, 0, true}, randomness);
  std::vector<sign::SecretText> some;
  some.push_back(sign::secret_copy(groups[0][2].expose()));
  some.push_back(sign::secret_copy(groups[0][1].expose()));
  some.push_back(sign::secret_copy(groups[1][0].expose()));
  require(same(slip39_combine(some, {}).expose(), secret.expose()), "SLIP-39");
}

}  // namespace
}  // namespace solemn::ct_test

int main() {
  solemn::ct_test::require_checker();
  solemn::ct_test::from_paper_to_key();
  solemn::ct_test::from_the_keyboard();
  solemn::ct_test::forms();
  solemn::ct_test::words();
  solemn::ct_test::mnemonics();
  return 0;
}
