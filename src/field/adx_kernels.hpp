#pragma once
// MULX/ADCX/ADOX code for 4 and 6 limbs. The assembler knows the instructions without any compiler flag; whoever runs
// this has asked base::cpu_features(). `p` points to the limbs of the modulus followed by -p^-1 mod 2^64. No branches,
// no secret addresses.
//
// Registers are what limits the six-limb code: every block needs at most 13, so that builds with a frame pointer still
// have enough.
#if defined(__x86_64__)

#include "field/limbs.hpp"

namespace solemn::field::adx {

/// One row of the Montgomery product: t = (t + a * b + m * p) / 2^64, m such that it divides. The result is rotated:
/// its lowest limb is t1, its highest t0. Two carry chains run side by side, CF and OF.
[[gnu::always_inline]] inline void mul_row(std::uint64_t& t0, std::uint64_t& t1, std::uint64_t& t2, std::uint64_t& t3,
                                           std::uint64_t a, const LimbArray<4>& b, const std::uint64_t* p) noexcept {
  std::uint64_t lo, hi, top;
  asm("xorl %k[lo], %k[lo]\n\t"
      "mulxq 0(%[b]), %[lo], %[top]\n\tadoxq %[lo], %[t0]\n\tadcxq %[top], %[t1]\n\t"
      "mulxq 8(%[b]), %[lo], %[top]\n\tadoxq %[lo], %[t1]\n\tadcxq %[top], %[t2]\n\t"
      "mulxq 16(%[b]), %[lo], %[top]\n\tadoxq %[lo], %[t2]\n\tadcxq %[top], %[t3]\n\t"
      "mulxq 24(%[b]), %[lo], %[top]\n\tadoxq %[lo], %[t3]\n\t"
      "movl $0, %k[lo]\n\tadcxq %[lo], %[top]\n\tadoxq %[lo], %[top]\n\t"
      "movq 32(%[p]), %%rdx\n\timulq %[t0], %%rdx\n\txorl %k[lo], %k[lo]\n\t"
      "mulxq 0(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t0]\n\tadcxq %[hi], %[t1]\n\t"
      "mulxq 8(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t1]\n\tadcxq %[hi], %[t2]\n\t"
      "mulxq 16(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t2]\n\tadcxq %[hi], %[t3]\n\t"
      "mulxq 24(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t3]\n\tadcxq %[hi], %[t0]\n\t"
      "adoxq %[top], %[t0]\n\t"
      : [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3), [lo] "=&r"(lo), [hi] "=&r"(hi),
        [top] "=&r"(top), [a] "+&d"(a)
      : [b] "r"(b.data()), [p] "r"(p), "m"(b)
      : "cc");
}

[[gnu::always_inline]] inline void mul_row(std::uint64_t& t0, std::uint64_t& t1, std::uint64_t& t2, std::uint64_t& t3,
                                           std::uint64_t& t4, std::uint64_t& t5, std::uint64_t a, const LimbArray<6>& b,
                                           const std::uint64_t* p) noexcept {
  std::uint64_t lo, hi, top;
  asm("xorl %k[lo], %k[lo]\n\t"
      "mulxq 0(%[b]), %[lo], %[top]\n\tadoxq %[lo], %[t0]\n\tadcxq %[top], %[t1]\n\t"
      "mulxq 8(%[b]), %[lo], %[top]\n\tadoxq %[lo], %[t1]\n\tadcxq %[top], %[t2]\n\t"
      "mulxq 16(%[b]), %[lo], %[top]\n\tadoxq %[lo], %[t2]\n\tadcxq %[top], %[t3]\n\t"
      "mulxq 24(%[b]), %[lo], %[top]\n\tadoxq %[lo], %[t3]\n\tadcxq %[top], %[t4]\n\t"
      "mulxq 32(%[b]), %[lo], %[top]\n\tadoxq %[lo], %[t4]\n\tadcxq %[top], %[t5]\n\t"
      "mulxq 40(%[b]), %[lo], %[top]\n\tadoxq %[lo], %[t5]\n\t"
      "movl $0, %k[lo]\n\tadcxq %[lo], %[top]\n\tadoxq %[lo], %[top]\n\t"
      "movq 48(%[p]), %%rdx\n\timulq %[t0], %%rdx\n\txorl %k[lo], %k[lo]\n\t"
      "mulxq 0(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t0]\n\tadcxq %[hi], %[t1]\n\t"
      "mulxq 8(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t1]\n\tadcxq %[hi], %[t2]\n\t"
      "mulxq 16(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t2]\n\tadcxq %[hi], %[t3]\n\t"
      "mulxq 24(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t3]\n\tadcxq %[hi], %[t4]\n\t"
      "mulxq 32(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t4]\n\tadcxq %[hi], %[t5]\n\t"
      "mulxq 40(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t5]\n\tadcxq %[hi], %[t0]\n\t"
      "adoxq %[top], %[t0]\n\t"
      : [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3), [t4] "+&r"(t4), [t5] "+&r"(t5), [lo] "=&r"(lo),
        [hi] "=&r"(hi), [top] "=&r"(top), [a] "+&d"(a)
      : [b] "r"(b.data()), [p] "r"(p)
      : "cc", "memory");
}

/// (t, top) += a * b; `top` does not overflow.
[[gnu::always_inline]] inline void product_row(std::uint64_t& t0, std::uint64_t& t1, std::uint64_t& t2,
                                               std::uint64_t& t3, std::uint64_t& top, std::uint64_t a,
                                               const LimbArray<4>& b) noexcept {
  std::uint64_t lo, hi;
  asm("xorl %k[lo], %k[lo]\n\t"
      "mulxq 0(%[b]), %[lo], %[hi]\n\tadoxq %[lo], %[t0]\n\tadcxq %[hi], %[t1]\n\t"
      "mulxq 8(%[b]), %[lo], %[hi]\n\tadoxq %[lo], %[t1]\n\tadcxq %[hi], %[t2]\n\t"
      "mulxq 16(%[b]), %[lo], %[hi]\n\tadoxq %[lo], %[t2]\n\tadcxq %[hi], %[t3]\n\t"
      "mulxq 24(%[b]), %[lo], %[hi]\n\tadoxq %[lo], %[t3]\n\tadcxq %[hi], %[top]\n\t"
      "movl $0, %k[lo]\n\tadoxq %[lo], %[top]\n\t"
      : [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3), [top] "+&r"(top), [lo] "=&r"(lo), [hi] "=&r"(hi)
      : "d"(a), [b] "r"(b.data()), "m"(b)
      : "cc");
}

/// (t, top) += a * b; `top` does not overflow.
[[gnu::always_inline]] inline void product_row(std::uint64_t& t0, std::uint64_t& t1, std::uint64_t& t2,
                                               std::uint64_t& t3, std::uint64_t& t4, std::uint64_t& t5,
                                               std::uint64_t& top, std::uint64_t a, const LimbArray<6>& b) noexcept {
  std::uint64_t lo, hi;
  asm("xorl %k[lo], %k[lo]\n\t"
      "mulxq 0(%[b]), %[lo], %[hi]\n\tadoxq %[lo], %[t0]\n\tadcxq %[hi], %[t1]\n\t"
      "mulxq 8(%[b]), %[lo], %[hi]\n\tadoxq %[lo], %[t1]\n\tadcxq %[hi], %[t2]\n\t"
      "mulxq 16(%[b]), %[lo], %[hi]\n\tadoxq %[lo], %[t2]\n\tadcxq %[hi], %[t3]\n\t"
      "mulxq 24(%[b]), %[lo], %[hi]\n\tadoxq %[lo], %[t3]\n\tadcxq %[hi], %[t4]\n\t"
      "mulxq 32(%[b]), %[lo], %[hi]\n\tadoxq %[lo], %[t4]\n\tadcxq %[hi], %[t5]\n\t"
      "mulxq 40(%[b]), %[lo], %[hi]\n\tadoxq %[lo], %[t5]\n\tadcxq %[hi], %[top]\n\t"
      "movl $0, %k[lo]\n\tadoxq %[lo], %[top]\n\t"
      : [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3), [t4] "+&r"(t4), [t5] "+&r"(t5),
        [top] "+&r"(top), [lo] "=&r"(lo), [hi] "=&r"(hi)
      : "d"(a), [b] "r"(b.data()), "m"(b)
      : "cc");
}

/// (t, top) = ((t, top) + m * p) / 2^64, m such that it divides; rotated as in mul_row, and the result fits in t.
[[gnu::always_inline]] inline void reduce_row(std::uint64_t& t0, std::uint64_t& t1, std::uint64_t& t2,
                                              std::uint64_t& t3, std::uint64_t top, const std::uint64_t* p) noexcept {
  std::uint64_t lo, hi;
  asm("movq 32(%[p]), %%rdx\n\timulq %[t0], %%rdx\n\txorl %k[lo], %k[lo]\n\t"
      "mulxq 0(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t0]\n\tadcxq %[hi], %[t1]\n\t"
      "mulxq 8(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t1]\n\tadcxq %[hi], %[t2]\n\t"
      "mulxq 16(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t2]\n\tadcxq %[hi], %[t3]\n\t"
      "mulxq 24(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t3]\n\tadcxq %[hi], %[t0]\n\t"
      "adoxq %[top], %[t0]\n\t"
      : [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3), [lo] "=&r"(lo), [hi] "=&r"(hi)
      : [top] "r"(top), [p] "r"(p)
      : "cc", "rdx", "memory");
}

/// (t, top) = ((t, top) + m * p) / 2^64, m such that it divides; rotated as in mul_row, and the result fits in t.
[[gnu::always_inline]] inline void reduce_row(std::uint64_t& t0, std::uint64_t& t1, std::uint64_t& t2,
                                              std::uint64_t& t3, std::uint64_t& t4, std::uint64_t& t5,
                                              std::uint64_t top, const std::uint64_t* p) noexcept {
  std::uint64_t lo, hi;
  asm("movq 48(%[p]), %%rdx\n\timulq %[t0], %%rdx\n\txorl %k[lo], %k[lo]\n\t"
      "mulxq 0(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t0]\n\tadcxq %[hi], %[t1]\n\t"
      "mulxq 8(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t1]\n\tadcxq %[hi], %[t2]\n\t"
      "mulxq 16(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t2]\n\tadcxq %[hi], %[t3]\n\t"
      "mulxq 24(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t3]\n\tadcxq %[hi], %[t4]\n\t"
      "mulxq 32(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t4]\n\tadcxq %[hi], %[t5]\n\t"
      "mulxq 40(%[p]), %[lo], %[hi]\n\tadoxq %[lo], %[t5]\n\tadcxq %[hi], %[t0]\n\t"
      "adoxq %[top], %[t0]\n\t"
      : [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3), [t4] "+&r"(t4), [t5] "+&r"(t5), [lo] "=&r"(lo),
        [hi] "=&r"(hi)
      : [top] "r"(top), [p] "r"(p)
      : "cc", "rdx", "memory");
}

/// t mod p for t < 2p.
[[gnu::always_inline]] inline void reduce_once(LimbArray<4>& t, const std::uint64_t* p) noexcept {
  LimbArray<4> s = t;
  asm("subq 0(%[p]), %[s0]\n\tsbbq 8(%[p]), %[s1]\n\t"
      "sbbq 16(%[p]), %[s2]\n\tsbbq 24(%[p]), %[s3]\n\t"
      "cmovncq %[s0], %[t0]\n\tcmovncq %[s1], %[t1]\n\t"
      "cmovncq %[s2], %[t2]\n\tcmovncq %[s3], %[t3]\n\t"
      : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3]), [s0] "+&r"(s[0]), [s1] "+&r"(s[1]),
        [s2] "+&r"(s[2]), [s3] "+&r"(s[3])
      : [p] "r"(p)
      : "cc");
}

[[gnu::always_inline]] inline void reduce_once(LimbArray<6>& t, const std::uint64_t* p) noexcept {
  LimbArray<6> s = t;
  asm("subq 0(%[p]), %[s0]\n\tsbbq 8(%[p]), %[s1]\n\t"
      "sbbq 16(%[p]), %[s2]\n\tsbbq 24(%[p]), %[s3]\n\t"
      "sbbq 32(%[p]), %[s4]\n\tsbbq 40(%[p]), %[s5]\n\t"
      "cmovncq %[s0], %[t0]\n\tcmovncq %[s1], %[t1]\n\t"
      "cmovncq %[s2], %[t2]\n\tcmovncq %[s3], %[t3]\n\t"
      "cmovncq %[s4], %[t4]\n\tcmovncq %[s5], %[t5]\n\t"
      : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3]), [t4] "+&r"(t[4]), [t5] "+&r"(t[5]),
        [s0] "+&r"(s[0]), [s1] "+&r"(s[1]), [s2] "+&r"(s[2]), [s3] "+&r"(s[3]), [s4] "+&r"(s[4]), [s5] "+&r"(s[5])
      : [p] "r"(p)
      : "cc");
}

/// t += b; the sum fits.
[[gnu::always_inline]] inline void add_to(LimbArray<4>& t, const LimbArray<4>& b) noexcept {
  asm("addq 0(%[b]), %[t0]\n\tadcq 8(%[b]), %[t1]\n\t"
      "adcq 16(%[b]), %[t2]\n\tadcq 24(%[b]), %[t3]\n\t"
      : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3])
      : [b] "r"(b.data()), "m"(b)
      : "cc");
}

[[gnu::always_inline]] inline void add_to(LimbArray<6>& t, const LimbArray<6>& b) noexcept {
  asm("addq 0(%[b]), %[t0]\n\tadcq 8(%[b]), %[t1]\n\t"
      "adcq 16(%[b]), %[t2]\n\tadcq 24(%[b]), %[t3]\n\t"
      "adcq 32(%[b]), %[t4]\n\tadcq 40(%[b]), %[t5]\n\t"
      : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3]), [t4] "+&r"(t[4]), [t5] "+&r"(t[5])
      : [b] "r"(b.data()), "m"(b)
      : "cc");
}

/// t -= b; returns ~0 when it borrows, else 0.
[[gnu::always_inline]] inline std::uint64_t sub_from(LimbArray<4>& t, const LimbArray<4>& b) noexcept {
  std::uint64_t mask;
  asm("subq 0(%[b]), %[t0]\n\tsbbq 8(%[b]), %[t1]\n\t"
      "sbbq 16(%[b]), %[t2]\n\tsbbq 24(%[b]), %[t3]\n\t"
      "sbbq %[mask], %[mask]"
      : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3]), [mask] "=&r"(mask)
      : [b] "r"(b.data()), "m"(b)
      : "cc");
  return mask;
}

[[gnu::always_inline]] inline std::uint64_t sub_from(LimbArray<6>& t, const LimbArray<6>& b) noexcept {
  std::uint64_t mask;
  asm("subq 0(%[b]), %[t0]\n\tsbbq 8(%[b]), %[t1]\n\t"
      "sbbq 16(%[b]), %[t2]\n\tsbbq 24(%[b]), %[t3]\n\t"
      "sbbq 32(%[b]), %[t4]\n\tsbbq 40(%[b]), %[t5]\n\t"
      "sbbq %[mask], %[mask]"
      : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3]), [t4] "+&r"(t[4]), [t5] "+&r"(t[5]),
        [mask] "=&r"(mask)
      : [b] "r"(b.data()), "m"(b)
      : "cc");
  return mask;
}

/// t += p if mask is ~0, t += 0 if it is 0; the carry out is dropped. The masked modulus stays in registers: left to
/// the compiler it goes through vector registers and memory, and a subtraction then costs a third of a multiplication.
[[gnu::always_inline]] inline void add_masked(LimbArray<4>& t, std::uint64_t mask, const std::uint64_t* p) noexcept {
  std::uint64_t c0, c1, c2;
  asm("movq 0(%[p]), %[c0]\n\tmovq 8(%[p]), %[c1]\n\tmovq 16(%[p]), %[c2]\n\t"
      "andq %[m], %[c0]\n\tandq %[m], %[c1]\n\tandq %[m], %[c2]\n\tandq 24(%[p]), %[m]\n\t"
      "addq %[c0], %[t0]\n\tadcq %[c1], %[t1]\n\tadcq %[c2], %[t2]\n\tadcq %[m], %[t3]"
      : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3]), [m] "+&r"(mask), [c0] "=&r"(c0),
        [c1] "=&r"(c1), [c2] "=&r"(c2)
      : [p] "r"(p)
      : "cc");
}

[[gnu::always_inline]] inline void add_masked(LimbArray<6>& t, std::uint64_t mask, const std::uint64_t* p) noexcept {
  std::uint64_t c0, c1, c2, c3, c4;
  asm("movq 0(%[p]), %[c0]\n\tmovq 8(%[p]), %[c1]\n\tmovq 16(%[p]), %[c2]\n\tmovq 24(%[p]), %[c3]\n\t"
      "movq 32(%[p]), %[c4]\n\t"
      "andq %[m], %[c0]\n\tandq %[m], %[c1]\n\tandq %[m], %[c2]\n\tandq %[m], %[c3]\n\tandq %[m], %[c4]\n\t"
      "andq 40(%[p]), %[m]\n\t"
      "addq %[c0], %[t0]\n\tadcq %[c1], %[t1]\n\tadcq %[c2], %[t2]\n\tadcq %[c3], %[t3]\n\t"
      "adcq %[c4], %[t4]\n\tadcq %[m], %[t5]"
      : [t0] "+&r"(t[0]), [t1] "+&r"(t[1]), [t2] "+&r"(t[2]), [t3] "+&r"(t[3]), [t4] "+&r"(t[4]), [t5] "+&r"(t[5]),
        [m] "+&r"(mask), [c0] "=&r"(c0), [c1] "=&r"(c1), [c2] "=&r"(c2), [c3] "=&r"(c3), [c4] "=&r"(c4)
      : [p] "r"(p)
      : "cc");
}

}  // namespace solemn::field::adx

#endif
