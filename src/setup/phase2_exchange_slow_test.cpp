// More points than a block holds.
#include "setup/phase2_testing.hpp"

namespace solemn::setup {
namespace {

TEST(Phase2ExchangeLarge, same_bytes_with_little_memory) {
  KeyWorkshop workshop(curve::CurveId::bn254, 15);
  expect_same_exchange_with_little_memory(workshop);
}

}  // namespace
}  // namespace solemn::setup
