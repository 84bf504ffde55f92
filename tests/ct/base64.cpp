// Base64 of private keys, both ways: the digits are secret, the padding is not.
#include <string>

#include "secrets.hpp"
#include "sign/base64.hpp"

namespace solemn::ct_test {
namespace {

void both_ways() {
  base::SecretArray<std::byte> key(47), digits(64), again(47);
  for (std::size_t i = 0; i < key.size(); ++i) key.expose()[i] = static_cast<std::byte>(i * 37);
  mark_all_secret(key.expose());
  sign::encode_base64_into(digits.expose(), key.expose());
  ct::mark_public(digits.expose().last(4).data(), 4);
  require(sign::decode_base64_into(again.expose(), base::as_text(digits.expose())), "decode");
  ct::mark_public(again.expose().data(), again.size());
  ct::mark_public(key.expose().data(), key.size());
  require(std::equal(again.expose().begin(), again.expose().end(), key.expose().begin()), "both ways");
}

}  // namespace
}  // namespace solemn::ct_test

int main() {
  solemn::ct_test::require_checker();
  solemn::ct_test::both_ways();
  return 0;
}
