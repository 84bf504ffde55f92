#include "sharing/lagrange.hpp"

#include <openssl/bn.h>

#include <memory>

#include "base/error.hpp"

namespace solemn::sharing {

namespace {

struct Free {
  void operator()(BIGNUM* number) const noexcept { BN_free(number); }
  void operator()(BN_CTX* work) const noexcept { BN_CTX_free(work); }
};
using Number = std::unique_ptr<BIGNUM, Free>;

void require(bool done) {
  if (!done) throw base::Error(base::Code::internal, "OpenSSL's integers failed");
}

Number number(unsigned value) {
  Number made(BN_new());
  require(made != nullptr && BN_set_word(made.get(), value) == 1);
  return made;
}

/// Arithmetic modulo the order of secp256k1 (SEC 2).
class Field {
 public:
  Field() : work_(BN_CTX_new()) {
    BIGNUM* parsed = nullptr;
    require(work_ && BN_hex2bn(&parsed, "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141") == 64);
    order_.reset(parsed);
  }
  void multiply(Number& a, const Number& b) {
    require(BN_mod_mul(a.get(), a.get(), b.get(), order_.get(), work_.get()) == 1);
  }
  void subtract(Number& a, const Number& b) {
    require(BN_mod_sub(a.get(), a.get(), b.get(), order_.get(), work_.get()) == 1);
  }
  void invert(Number& a) { require(BN_mod_inverse(a.get(), a.get(), order_.get(), work_.get()) != nullptr); }

 private:
  std::unique_ptr<BN_CTX, Free> work_;
  Number order_;
};

base::Hash32 bytes_of(const Number& value) {
  base::Hash32 out{};
  require(BN_bn2binpad(value.get(), reinterpret_cast<unsigned char*>(out.data()), 32) == 32);
  return out;
}

/// p(x) = p(x) * (x - root); p[j] is the coefficient of x^j.
void multiply_by_root(Field& field, std::vector<Number>& p, unsigned root) {
  p.push_back(number(0));
  for (std::size_t j = p.size() - 1; j > 0; --j) {  // new p[j] = p[j-1] - root p[j]
    field.multiply(p[j], number(root));
    Number shifted(BN_dup(p[j - 1].get()));
    require(shifted != nullptr);
    field.subtract(shifted, p[j]);
    p[j] = std::move(shifted);
  }
  Number lowest = number(0);
  field.multiply(p[0], number(root));
  field.subtract(lowest, p[0]);
  p[0] = std::move(lowest);
}

}  // namespace

std::vector<std::vector<base::Hash32>> lagrange_basis_vartime(std::span<const unsigned> indices) {
  Field field;
  std::vector<std::vector<base::Hash32>> basis;
  for (const unsigned own : indices) {
    std::vector<Number> p;
    p.push_back(number(1));
    Number divisor = number(1);
    for (const unsigned other : indices) {
      if (other == own) continue;
      multiply_by_root(field, p, other);
      Number difference = number(own);
      field.subtract(difference, number(other));
      field.multiply(divisor, difference);
    }
    field.invert(divisor);
    std::vector<base::Hash32>& row = basis.emplace_back();
    for (Number& coefficient : p) {
      field.multiply(coefficient, divisor);
      row.push_back(bytes_of(coefficient));
    }
  }
  return basis;
}

}  // namespace solemn::sharing
