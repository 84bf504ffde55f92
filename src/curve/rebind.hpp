#pragma once
// From one backend's types to another's. Fp<P, Portable> and Fp<P, Adx> are the same limbs in the same order, and so
// are points and pairs made of them: a span of one may be worked on as a span of the other. Kernels do this once per
// call; it is the only reinterpretation of field elements in the program.
#include <span>
#include <type_traits>

namespace solemn::curve {

/// The same memory as elements of type To. The compiler is told that memory may have changed, so that no load or store
/// of the one type is moved across for being of an unrelated type.
template <class To, class From>
std::span<To> rebind(std::span<From> items) noexcept {
  static_assert(sizeof(To) == sizeof(From) && alignof(To) == alignof(From));
  static_assert(std::is_standard_layout_v<std::remove_const_t<To>> &&
                std::is_standard_layout_v<std::remove_const_t<From>>);
  static_assert(std::is_trivially_copyable_v<std::remove_const_t<To>>);
  static_assert(std::is_const_v<To> || !std::is_const_v<From>);
  auto* data = reinterpret_cast<To*>(items.data());
  asm volatile("" : "+r"(data) : : "memory");
  return {data, items.size()};
}

}  // namespace solemn::curve
