// Words and texts of keys: SLIP-39, BIP-39, extended keys, Nostr. What BIP-39 and nsec accept is written back to the
// same.
#include <algorithm>

#include "fuzz.hpp"
#include "sharing/bip32.hpp"
#include "sharing/bip39.hpp"
#include "sharing/nostr.hpp"
#include "sharing/slip39.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace solemn;
  const base::ByteSpan bytes = fuzz::bytes_of(data, size);
  fuzz::accepts([&] {
    const sharing::Slip39Info info = sharing::slip39_info(bytes);
    fuzz::require(info.member_threshold >= 1 && info.group_threshold <= info.group_count && info.group_count <= 16);
  });
  fuzz::accepts([&] {
    const auto entropy = sharing::bip39_entropy(bytes);
    const auto again = sharing::bip39_entropy(sharing::bip39_words(entropy.expose()).expose());
    fuzz::require(std::ranges::equal(entropy.expose(), again.expose()));
  });
  fuzz::accepts([&] {
    const sharing::Scalar key = sharing::parse_nsec(bytes);
    fuzz::require(sharing::parse_nsec(sharing::write_nsec(key).expose()).expose() == key.expose());
  });
  fuzz::accepts([&] { (void)sharing::parse_npub(base::as_text(bytes)); });
  fuzz::accepts([&] { (void)sharing::parse_xprv(bytes); });
  return 0;
}
