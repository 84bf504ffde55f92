#pragma once
// What the programs under the constant-time checker share.
#include <cstdio>
#include <cstdlib>
#include <random>
#include <span>

#include "base/ct.hpp"

namespace solemn::ct_test {

/// Ends the program as "not run" when nothing would be checked.
inline void require_checker() {
  if (ct::marks_are_followed()) return;
  std::puts("not run: start this program under valgrind, built where <valgrind/memcheck.h> is installed");
  std::exit(77);
}

template <class T>
void mark_secret(const T& value) noexcept {
  ct::mark_secret(&value, sizeof(value));
}
template <class T>
void mark_public(const T& value) noexcept {
  ct::mark_public(&value, sizeof(value));
}
/// The same value, secret and unknown to the compiler.
template <class T>
T as_secret(T value) noexcept {
  ct::mark_secret(&value, sizeof(value));
  return value;
}
template <class T>
void mark_all_secret(std::span<T> values) noexcept {
  ct::mark_secret(values.data(), values.size_bytes());
}
template <class T>
void mark_all_public(std::span<T> values) noexcept {
  ct::mark_public(values.data(), values.size_bytes());
}

/// The results are right as well: a program that computes nothing is constant time too.
inline void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "wrong result: %s\n", what);
  std::exit(2);
}

}  // namespace solemn::ct_test
