#include "base/progress.hpp"

namespace solemn::base {

namespace {

class Silent final : public Progress {
 public:
  void phase(std::string_view, std::uint64_t, std::string_view) override {}
  void advance(std::uint64_t) override {}
  void check_interrupt() override {}
};

}  // namespace

Progress& silent_progress() noexcept {
  static Silent silent;
  return silent;
}

}  // namespace solemn::base
