#include "base/late_library.hpp"

#include <dlfcn.h>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace solemn::base {

LateLibrary::LateLibrary(std::string name, std::string_view package)
    : name_(std::move(name)), handle_(dlopen(name_.c_str(), RTLD_NOW | RTLD_LOCAL)) {
  if (handle_ != nullptr) return;
  const char* const why = dlerror();
  throw Error(Code::io, why == nullptr ? name_ + " cannot be loaded" : printable(why),
              "apt-get install " + std::string(package));
}

void* LateLibrary::address_of(const char* symbol) const {
  void* const address = dlsym(handle_, symbol);
  if (address == nullptr) throw Error(Code::io, name_ + " has no " + symbol, "another version of it is installed");
  return address;
}

}  // namespace solemn::base
