#pragma once
// SHA-256 over OpenSSL (which uses the processor's SHA instructions).
#include <cstdint>
#include <memory>

#include "base/bytes.hpp"
#include "base/progress.hpp"

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

/// h = start, then `iterations` times h = SHA-256(h): the delay of a beacon. iterations = 0 is for callers to refuse.
/// Shape: 1 <= |start| <= 255, iterations >= 1.  Cost: iterations * about 0.1 microseconds, one thread.
/// Errors: Error{usage} for another shape; what progress->check_interrupt() throws. progress may be null; it is
/// advanced by iterations.
base::Hash32 sha256_iterated(base::ByteSpan start, std::uint64_t iterations, base::Progress* progress);

}  // namespace solemn::hash
