#pragma once
// Upper bounds of lazily reduced values, in multiples of p. They exist only in a checking build (SOLEMN_GHOST_BOUNDS):
// elsewhere they have no size and no operation. room: R / p, what a value must stay below.
#include <cstdio>
#include <cstdlib>

namespace solemn::field {

#if defined(SOLEMN_GHOST_BOUNDS)

class Bound {
 public:
  static Bound of(double multiple) noexcept { return Bound(multiple); }
  static Bound either(Bound a, Bound b) noexcept {
    return Bound(a.multiple_ > b.multiple_ ? a.multiple_ : b.multiple_);
  }
  static Bound sum(Bound a, Bound b, double room) noexcept { return checked(a.multiple_ + b.multiple_, room); }
  static Bound scaled(Bound a, double factor, double room) noexcept { return checked(a.multiple_ * factor, room); }
  /// a - b + pad p, with so much to spare that the top column is not negative before carries, below 2^6, come to it: a
  /// quotient is told from it alone. Of BLS12-381, whose top limb is the least, 2^6 are 0.0006 p.
  static Bound difference(Bound a, Bound b, double pad, double room) noexcept {
    if (b.multiple_ + 0.001 > pad) fail("what is subtracted is too large", b.multiple_);
    return checked(a.multiple_ + pad, room);
  }
  static Bound product(Bound a, Bound b, double room) noexcept {
    return checked(a.multiple_ * b.multiple_ / room + kRest, room);
  }
  static Bound product_sum(Bound a, Bound b, Bound c, Bound d, double room) noexcept {
    return checked((a.multiple_ * b.multiple_ + c.multiple_ * d.multiple_) / room + kRest, room);
  }
  /// room: what the quotient is good for.
  static Bound reduced(Bound a, double room) noexcept {
    if (a.multiple_ > room) fail("too large for a quotient from the top limb", a.multiple_);
    return of(1.26);  // at most a quarter of p is wrong, and a limb's carry
  }

 private:
  static constexpr double kRest = 2.0000001;
  explicit Bound(double multiple) noexcept : multiple_(multiple) {}
  static Bound checked(double multiple, double room) noexcept {
    if (multiple > room) fail("no limbs for it", multiple);
    return Bound(multiple);
  }
  [[noreturn]] static void fail(const char* why, double multiple) noexcept {
    std::fprintf(stderr, "bound: %s: %g p\n", why, multiple);
    std::abort();
  }

 public:
  Bound() noexcept = default;

 private:
  double multiple_ = 1e300;  // not set
};

#else

struct Bound {
  static Bound of(double) noexcept { return {}; }
  static Bound either(Bound, Bound) noexcept { return {}; }
  static Bound sum(Bound, Bound, double) noexcept { return {}; }
  static Bound scaled(Bound, double, double) noexcept { return {}; }
  static Bound difference(Bound, Bound, double, double) noexcept { return {}; }
  static Bound product(Bound, Bound, double) noexcept { return {}; }
  static Bound product_sum(Bound, Bound, Bound, Bound, double) noexcept { return {}; }
  static Bound reduced(Bound, double) noexcept { return {}; }
};

#endif

}  // namespace solemn::field
