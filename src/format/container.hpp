#pragma once
// The iden3 binary container of ptau, zkey, r1cs and wtns files (container.md): magic, version, a table of typed
// sections. Strict: no duplicate, missing, overlapping or oversized section, no trailing bytes.
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "curve/curves.hpp"

namespace solemn::format {

struct Section {
  std::uint32_t type;
  std::uint64_t offset_bytes;  // of the content
  std::uint64_t size_bytes;
};

class Container {
 public:
  /// Reads only the table. Throws Error{malformed} with the section number in the message.
  /// allowed: section types that may occur; required: those that must.
  static Container read(const base::InputFile& file, std::string_view magic, std::uint32_t max_version,
                        std::span<const std::uint32_t> allowed, std::span<const std::uint32_t> required);
  std::uint32_t version() const noexcept { return version_; }
  bool has(std::uint32_t type) const noexcept;
  const Section& section(std::uint32_t type) const;  // throws Error{malformed} "section N is missing"
  const std::vector<Section>& sections() const noexcept { return sections_; }  // in file order

 private:
  std::uint32_t version_ = 0;
  std::vector<Section> sections_;
};

/// Writes the header and section headers of sizes known beforehand, then checks that exactly that many bytes were
/// written.
class ContainerWriter {
 public:
  ContainerWriter(base::OutputFile& out, std::string_view magic, std::uint32_t version, std::uint32_t n_sections);
  void begin_section(std::uint32_t type, std::uint64_t size_bytes);  // position() is then the content's offset
  void end_section();                                                // ASSERTs that the size was right
  void finish();                                                     // ASSERTs that all sections were written

 private:
  base::OutputFile& out_;
  std::uint32_t remaining_;
  std::uint64_t end_bytes_ = 0;
};

/// Curve of a base-field or scalar-field prime, or Error{malformed}: "not a curve we know".
curve::CurveId curve_of_base_prime(base::ByteSpan q_le);
curve::CurveId curve_of_scalar_prime(base::ByteSpan r_le);
/// "bn254", "bn128", "altbn128", "bls12-381", "bls12381": case and punctuation ignored. Throws Error{usage}.
curve::CurveId curve_from_name(std::string_view name);
std::string_view curve_name(curve::CurveId id) noexcept;

/// Calls f.template operator()<C>() with the curve type. The one place where a run-time curve becomes a type.
template <class F>
decltype(auto) with_curve(curve::CurveId id, F&& f) {
  return id == curve::CurveId::bn254 ? f.template operator()<curve::Bn254>()
                                     : f.template operator()<curve::Bls12_381>();
}

}  // namespace solemn::format
