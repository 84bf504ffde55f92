#pragma once
// For the tests of this folder: seeded edge-weighted values, and big integers of OpenSSL as the oracle.
#include <openssl/bn.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/cpu.hpp"
#include "field/fp.hpp"

namespace solemn::field::testing {

/// SOLEMN_TEST_SEED or a fresh one, printed.
inline std::uint64_t seed() {
  static const std::uint64_t value = [] {
    const char* text = std::getenv("SOLEMN_TEST_SEED");
    const std::uint64_t chosen = text != nullptr ? std::strtoull(text, nullptr, 0) : std::random_device{}();
    std::cout << "SOLEMN_TEST_SEED=" << chosen << '\n';
    return chosen;
  }();
  return value;
}

/// A backend that this processor can run.
template <class B>
bool runnable() {
  return !std::is_same_v<B, Adx> || (base::cpu_features().adx && base::cpu_features().bmi2);
}

struct FreeBn {
  void operator()(BIGNUM* n) const noexcept { BN_free(n); }
  void operator()(BN_CTX* c) const noexcept { BN_CTX_free(c); }
};

/// An integer of OpenSSL with value semantics.
class Big {
 public:
  explicit Big(std::uint64_t value = 0) : n_(BN_new()) { BN_set_word(n_.get(), value); }
  Big(const Big& other) : n_(BN_dup(other.n_.get())) {}
  Big& operator=(Big other) noexcept {
    n_.swap(other.n_);
    return *this;
  }
  template <std::size_t N>
  static Big from(const LimbArray<N>& limbs) {
    Big out;
    BN_lebin2bn(reinterpret_cast<const unsigned char*>(limbs.data()), 8 * N, out.n_.get());
    return out;
  }
  static Big from_le_bytes(std::span<const std::byte> bytes) {
    Big out;
    BN_lebin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), out.n_.get());
    return out;
  }
  template <std::size_t N>
  LimbArray<N> limbs() const {
    LimbArray<N> out{};
    EXPECT_GT(BN_bn2lebinpad(n_.get(), reinterpret_cast<unsigned char*>(out.data()), 8 * N), 0);
    return out;
  }
  friend Big add_mod(const Big& a, const Big& b, const Big& m) { return apply(BN_mod_add, a, b, m); }
  friend Big sub_mod(const Big& a, const Big& b, const Big& m) { return apply(BN_mod_sub, a, b, m); }
  friend Big mul_mod(const Big& a, const Big& b, const Big& m) { return apply(BN_mod_mul, a, b, m); }
  friend Big pow_mod(const Big& a, const Big& e, const Big& m) { return apply(BN_mod_exp, a, e, m); }
  friend Big mod(const Big& a, const Big& m) { return add_mod(a, Big(0), m); }
  friend Big inverse_mod(const Big& a, const Big& m) {
    Big out;
    EXPECT_NE(BN_mod_inverse(out.n_.get(), a.n_.get(), m.n_.get(), context()), nullptr);
    return out;
  }
  /// The Legendre symbol, by the Kronecker symbol of OpenSSL.
  friend int legendre(const Big& a, const Big& p) { return BN_kronecker(a.n_.get(), p.n_.get(), context()); }
  friend bool operator==(const Big& a, const Big& b) { return BN_cmp(a.n_.get(), b.n_.get()) == 0; }
  friend bool operator<(const Big& a, const Big& b) { return BN_cmp(a.n_.get(), b.n_.get()) < 0; }

 private:
  using Operation = int(BIGNUM*, const BIGNUM*, const BIGNUM*, const BIGNUM*, BN_CTX*);
  static BN_CTX* context() {
    static const std::unique_ptr<BN_CTX, FreeBn> shared(BN_CTX_new());
    return shared.get();
  }
  static Big apply(Operation* operation, const Big& a, const Big& b, const Big& m) {
    Big out;
    EXPECT_EQ(operation(out.n_.get(), a.n_.get(), b.n_.get(), m.n_.get(), context()), 1);
    return out;
  }
  std::unique_ptr<BIGNUM, FreeBn> n_;
};

/// Any limbs: uniform, long runs of ones and zeros, single bits, small, or near the modulus.
template <class P>
auto random_limbs(std::mt19937_64& rng) {
  constexpr std::size_t n = P::kModulus.size();
  LimbArray<n> out{};
  switch (rng() % 5) {
    case 0:
      for (auto& limb : out) limb = rng();
      break;
    case 1: {  // runs
      bool ones = (rng() & 1) != 0;
      for (std::size_t i = 0; i < 64 * n; ones = !ones) {
        for (std::size_t run = 1 + rng() % 96; run > 0 && i < 64 * n; --run, ++i) {
          out[i / 64] |= std::uint64_t{ones} << (i % 64);
        }
      }
      break;
    }
    case 2:  // words of all zeros and all ones
      for (auto& limb : out) limb = rng() % 3 == 0 ? rng() : 0 - (rng() & 1);
      break;
    case 3:  // small
      out[0] = rng() % 4;
      break;
    default: {  // p - k, p + k
      const LimbArray<n> small{rng() % 4};
      if ((rng() & 1) != 0) {
        sub_limbs(out, P::kModulus, small);
      } else {
        add_limbs(out, P::kModulus, small);
      }
    }
  }
  return out;
}

/// An element whose Montgomery limbs or whose canonical value has the shape above.
template <class F>
F random_element(std::mt19937_64& rng) {
  for (;;) {
    const auto limbs = random_limbs<typename F::Params>(rng);
    if ((rng() & 1) != 0) return F::from_canonical_reduced(limbs);
    if (const auto element = F::from_montgomery(limbs)) return *element;
  }
}

}  // namespace solemn::field::testing
