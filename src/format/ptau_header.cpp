// Sizes, section table and header of ptau files.
#include <algorithm>

#include "format/malformed.hpp"
#include "format/ptau.hpp"
#include "format/ptau_internal.hpp"
#include "format/section_cursor.hpp"

namespace solemn::format {

using internal::malformed;
using internal::section_name;

namespace {

constexpr std::uint64_t kTableEntryBytes = 12;

constexpr std::array kPointSections = {PtauSection::tau_g1, PtauSection::tau_g2, PtauSection::alpha_tau_g1,
                                       PtauSection::beta_tau_g1, PtauSection::beta_g2};
constexpr std::array kLagrangeSections = {PtauSection::lagrange_tau_g1, PtauSection::lagrange_tau_g2,
                                          PtauSection::lagrange_alpha_tau_g1, PtauSection::lagrange_beta_tau_g1};

constexpr std::uint32_t number(PtauSection section) noexcept { return static_cast<std::uint32_t>(section); }

std::uint64_t g1_bytes(curve::CurveId curve) {
  return with_curve(curve, []<class C>() -> std::uint64_t { return curve::G1<C>::kBytes; });
}

std::uint64_t header_bytes(curve::CurveId curve) { return 4 + g1_bytes(curve) / 2 + 8; }

std::uint64_t point_bytes(curve::CurveId curve, PtauSection section) {
  return ptau_section_is_g2(section) ? 2 * g1_bytes(curve) : g1_bytes(curve);
}

// All of them or none.
bool has_group(const Container& container, std::span<const PtauSection> group) {
  const bool any = std::any_of(group.begin(), group.end(), [&](PtauSection s) { return container.has(number(s)); });
  if (any) {
    for (const PtauSection section : group) static_cast<void>(container.section(number(section)));
  }
  return any;
}

void check_sizes(const Container& container, const PtauHeader& header, std::span<const PtauSection> group) {
  for (const PtauSection section : group) {
    const std::uint64_t expected = ptau_section_points(section, header.power) * point_bytes(header.curve, section);
    const std::uint64_t found = container.section(number(section)).size_bytes;
    if (found != expected) {
      malformed(section_name(number(section)) + " has " + std::to_string(found) + " bytes, power " +
                std::to_string(header.power) + " needs " + std::to_string(expected));
    }
  }
}

}  // namespace

std::uint64_t ptau_section_points(PtauSection section, unsigned power) noexcept {
  const std::uint64_t n = std::uint64_t{1} << power;
  switch (section) {
    case PtauSection::tau_g1:
      return 2 * n - 1;
    case PtauSection::tau_g2:
    case PtauSection::alpha_tau_g1:
    case PtauSection::beta_tau_g1:
      return n;
    case PtauSection::beta_g2:
      return 1;
    case PtauSection::lagrange_tau_g1:
      return 4 * n - 1;
    case PtauSection::lagrange_tau_g2:
    case PtauSection::lagrange_alpha_tau_g1:
    case PtauSection::lagrange_beta_tau_g1:
      return 2 * n - 1;
    case PtauSection::header:
    case PtauSection::contributions:
      return 0;
  }
  return 0;
}

bool ptau_section_is_g2(PtauSection section) noexcept {
  return section == PtauSection::tau_g2 || section == PtauSection::beta_g2 || section == PtauSection::lagrange_tau_g2;
}

std::uint64_t ptau_file_bytes(curve::CurveId curve, unsigned power, bool prepared, std::uint64_t contributions_bytes) {
  std::uint64_t total = 12 + 2 * kTableEntryBytes + header_bytes(curve) + contributions_bytes;
  const auto add = [&](std::span<const PtauSection> group) {
    for (const PtauSection section : group) {
      total += kTableEntryBytes + ptau_section_points(section, power) * point_bytes(curve, section);
    }
  };
  add(kPointSections);
  if (prepared) add(kLagrangeSections);
  return total;
}

std::uint64_t response_prefix_bytes(curve::CurveId curve, unsigned ceremony_power) noexcept {
  const std::uint64_t n = std::uint64_t{1} << ceremony_power;
  const std::uint64_t g1 = curve == curve::CurveId::bn254 ? curve::G1<curve::Bn254>::kCompressedBytes
                                                          : curve::G1<curve::Bls12_381>::kCompressedBytes;
  return 64 + (4 * n - 1) * g1 + (n + 1) * 2 * g1;
}

namespace internal {

Container read_ptau_container(const base::InputFile& file) {
  constexpr std::array<std::uint32_t, 11> kAllowed = {1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15};
  constexpr std::array<std::uint32_t, 2> kRequired = {1, 7};
  return Container::read(file, "ptau", 1, kAllowed, kRequired);
}

PtauHeader parse_ptau_header(const base::InputFile& file, const Container& container) {
  SectionCursor cursor(file, container.section(number(PtauSection::header)));
  PtauHeader header{};
  header.curve = curve_of_base_prime(take_prime(cursor));
  header.power = cursor.take_le32();
  header.ceremony_power = cursor.take_le32();
  cursor.require_end();
  if (header.power < 1 || header.power > kMaxPower)
    malformed("power " + std::to_string(header.power) + " is not in 1..28");
  if (header.ceremony_power < header.power || header.ceremony_power > kMaxPower) {
    malformed("ceremony power " + std::to_string(header.ceremony_power) + " is not in " + std::to_string(header.power) +
              "..28");
  }
  header.has_points = has_group(container, kPointSections);
  header.prepared = has_group(container, kLagrangeSections);
  if (header.prepared && !header.has_points) malformed(section_name(number(PtauSection::tau_g1)) + " is missing");
  if (header.has_points) check_sizes(container, header, kPointSections);
  if (header.prepared) {
    check_sizes(container, header, kLagrangeSections);
    std::array<std::byte, 64> first;  // coordinates of the block of one point
    file.read_at(container.section(number(PtauSection::lagrange_tau_g1)).offset_bytes, first);
    header.only_largest = std::ranges::all_of(first, [](std::byte byte) { return byte == kNotPrepared; });
  }
  if (container.section(number(PtauSection::contributions)).size_bytes < 4) malformed("section 7 is too short");
  return header;
}

}  // namespace internal

PtauHeader read_ptau_header(const base::InputFile& file) {
  return internal::naming(file, [&] { return internal::parse_ptau_header(file, internal::read_ptau_container(file)); });
}

}  // namespace solemn::format
