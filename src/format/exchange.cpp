// Sizes of challenge and response files.
#include "format/exports.hpp"
#include "format/malformed.hpp"
#include "format/ptau_internal.hpp"

namespace solemn::format {

namespace {

constexpr std::uint64_t kHashBytes = 64;

// Bytes of an uncompressed G1 point; a compressed one has half, G2 points have twice as many.
std::uint64_t g1_bytes(curve::CurveId curve, curve::Form form) {
  const std::uint64_t uncompressed = with_curve(curve, []<class C>() -> std::uint64_t { return curve::G1<C>::kBytes; });
  return form == curve::Form::uncompressed ? uncompressed : uncompressed / 2;
}

// The hash and the five point sections.
std::uint64_t body_bytes(curve::CurveId curve, unsigned power, curve::Form form) {
  const std::uint64_t n = std::uint64_t{1} << power;
  const std::uint64_t g1 = g1_bytes(curve, form);
  return kHashBytes + (4 * n - 1) * g1 + (n + 1) * 2 * g1;
}

template <class Size>
unsigned find_power(std::uint64_t size_bytes, const char* what, Size&& size) {
  for (unsigned power = 1; power <= internal::kMaxPower; ++power) {
    if (size(power) == size_bytes) return power;
  }
  internal::malformed(std::to_string(size_bytes) + " bytes are not the size of a " + what + " of any power in 1..28");
}

}  // namespace

std::uint64_t challenge_bytes(curve::CurveId curve, unsigned power) {
  return body_bytes(curve, power, curve::Form::uncompressed);
}

std::uint64_t response_bytes(curve::CurveId curve, unsigned power) {
  const std::uint64_t g1 = g1_bytes(curve, curve::Form::uncompressed);
  return body_bytes(curve, power, curve::Form::compressed) + 6 * g1 + 3 * 2 * g1;
}

unsigned power_from_challenge_bytes(curve::CurveId curve, std::uint64_t size_bytes) {
  return find_power(size_bytes, "challenge", [&](unsigned power) { return challenge_bytes(curve, power); });
}

unsigned power_from_response_bytes(curve::CurveId curve, std::uint64_t size_bytes) {
  return find_power(size_bytes, "response", [&](unsigned power) { return response_bytes(curve, power); });
}

std::uint64_t exchange_offset_bytes(curve::CurveId curve, unsigned power, PtauSection section, curve::Form form) {
  ASSERT(section >= PtauSection::tau_g1 && section <= PtauSection::beta_g2);
  const std::uint64_t g1 = g1_bytes(curve, form);
  std::uint64_t offset = kHashBytes;
  for (auto s = static_cast<std::uint32_t>(PtauSection::tau_g1); s < static_cast<std::uint32_t>(section); ++s) {
    const auto before = static_cast<PtauSection>(s);
    offset += ptau_section_points(before, power) * (ptau_section_is_g2(before) ? 2 * g1 : g1);
  }
  return offset;
}

}  // namespace solemn::format
