#pragma once
// Libraries that allocate with operator new and know nothing of secrets (ZXing): while a WipedHeap lives, what this
// thread frees with operator delete is overwritten first. Small strings inside objects on the stack are not covered;
// base::wipe_stack() is for those. Under sanitizers and fuzzers, which have their own operators, it does nothing.
#include <cstddef>

namespace solemn::paper {

class WipedHeap {
 public:
  WipedHeap() noexcept;
  ~WipedHeap();  // wipes the stack below, too
  WipedHeap(const WipedHeap&) = delete;
  WipedHeap& operator=(const WipedHeap&) = delete;
  /// How many bytes this thread has wiped so far.
  static std::size_t wiped_bytes() noexcept;
};

}  // namespace solemn::paper
