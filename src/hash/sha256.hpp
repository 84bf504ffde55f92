#pragma once
// SHA-256 over OpenSSL (which uses the processor's SHA instructions).
#include <cstdint>
#include <memory>

#include "base/bytes.hpp"

namespace solemn::hash {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void update(base::ByteSpan bytes);
  base::Hash32 finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

base::Hash32 sha256(base::ByteSpan bytes);

}  // namespace solemn::hash
