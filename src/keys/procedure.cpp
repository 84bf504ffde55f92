#include "keys/script.hpp"

namespace solemn::keys {

std::string_view default_script_text() noexcept {
  return
#include "keys/procedure.inc"
      ;
}

}  // namespace solemn::keys
