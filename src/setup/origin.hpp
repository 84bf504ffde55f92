#pragma once
// Who computed what is checked: that decides how many bits of randomness the check needs (msm.hpp).
#include <cstdint>

#include "msm/msm.hpp"

namespace solemn::setup {

enum class Origin : std::uint8_t {
  here,       // this process, just now: checked for faults
  elsewhere,  // anybody: checked against an adversary
};

constexpr unsigned soundness_bits(Origin origin) noexcept {
  return origin == Origin::here ? msm::kFaultBits : msm::kSoundBits;
}

}  // namespace solemn::setup
