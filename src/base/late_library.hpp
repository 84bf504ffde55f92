#pragma once
// Shared libraries that are loaded when they are first needed: otherwise every start of the program would pay for them.
#include <string>
#include <string_view>

namespace solemn::base {

class LateLibrary {
 public:
  /// name: what the dynamic linker looks for, such as "libcurl.so.4". It stays loaded: what it made may live on. Throws
  /// Error{io}, with the Debian package to install, when it cannot be loaded.
  LateLibrary(std::string name, std::string_view package);
  /// Throws Error{io} when the library has no such symbol.
  template <class Pointer>
  Pointer find(const char* symbol) const {
    return reinterpret_cast<Pointer>(address_of(symbol));
  }

 private:
  void* address_of(const char* symbol) const;
  std::string name_;
  void* handle_;
};

}  // namespace solemn::base
