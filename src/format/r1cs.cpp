#include "format/r1cs.hpp"

#include "format/malformed.hpp"
#include "format/section_cursor.hpp"

namespace solemn::format {

using internal::malformed;
using internal::SectionCursor;

namespace {

enum R1csSection : std::uint32_t { kHeader = 1, kConstraints = 2, kLabels = 3, kCustomGates = 4, kCustomGateUses = 5 };

Container read_container(const base::InputFile& file) {
  constexpr std::array<std::uint32_t, 5> kAllowed = {kHeader, kConstraints, kLabels, kCustomGates, kCustomGateUses};
  constexpr std::array<std::uint32_t, 3> kRequired = {kHeader, kConstraints, kLabels};
  return Container::read(file, "r1cs", 1, kAllowed, kRequired);
}

void check_counts(const R1csHeader& header) {
  const std::uint64_t named = std::uint64_t{1} + header.n_pub_out + header.n_pub_in + header.n_prv_in;
  if (named > header.n_wires) {
    malformed("section 1: " + std::to_string(named) +
              " wires are inputs, outputs or the constant, but there are only " + std::to_string(header.n_wires));
  }
}

/// Section 4: the gates that a circuit declares. Returns how many.
std::uint32_t check_custom_gates(const base::InputFile& file, const Container& container, const R1csHeader& header) {
  SectionCursor cursor(file, container.section(kCustomGates));
  const std::uint32_t n_gates = cursor.take_le32();
  for (std::uint32_t gate = 0; gate < n_gates; ++gate) {
    std::array<std::byte, 1> letter;
    do cursor.take(letter);
    while (letter[0] != std::byte{0});
    for (std::uint32_t n = cursor.take_le32(); n > 0; --n) {
      const base::Bytes parameter = cursor.take_bytes(32);
      const bool reduced = with_curve(
          header.curve, [&]<class C>() { return C::Fr::read_le(base::ByteSpan(parameter).first<32>()).has_value(); });
      if (!reduced) malformed("section 4: gate " + std::to_string(gate) + ": a parameter is not below the modulus");
    }
  }
  cursor.require_end();
  return n_gates;
}

/// Section 5: where they are used. Returns how often.
std::uint32_t check_custom_gate_uses(const base::InputFile& file, const Container& container, const R1csHeader& header,
                                     std::uint32_t n_gates) {
  SectionCursor cursor(file, container.section(kCustomGateUses));
  const std::uint32_t n_uses = cursor.take_le32();
  for (std::uint32_t use = 0; use < n_uses; ++use) {
    if (cursor.take_le32() >= n_gates) malformed("section 5: use " + std::to_string(use) + ": there is no such gate");
    for (std::uint32_t n = cursor.take_le32(); n > 0; --n)
      if (cursor.take_le64() >= header.n_wires)
        malformed("section 5: use " + std::to_string(use) + ": a signal is out of range");
  }
  cursor.require_end();
  return n_uses;
}

R1csHeader parse_header(const base::InputFile& file, const Container& container) {
  SectionCursor cursor(file, container.section(kHeader));
  R1csHeader header{};
  header.curve = curve_of_scalar_prime(internal::take_prime(cursor));
  header.n_wires = cursor.take_le32();
  header.n_pub_out = cursor.take_le32();
  header.n_pub_in = cursor.take_le32();
  header.n_prv_in = cursor.take_le32();
  header.n_labels = cursor.take_le64();
  header.n_constraints = cursor.take_le32();
  cursor.require_end();
  check_counts(header);
  const std::uint64_t label_bytes = container.section(kLabels).size_bytes;
  if (label_bytes != std::uint64_t{8} * header.n_wires) {
    malformed("section 3 has " + std::to_string(label_bytes) + " bytes, " + std::to_string(header.n_wires) +
              " wires need " + std::to_string(std::uint64_t{8} * header.n_wires));
  }
  if (container.section(kConstraints).size_bytes < std::uint64_t{12} * header.n_constraints) {
    malformed("section 2 is too short for " + std::to_string(header.n_constraints) + " constraints");
  }
  header.has_custom_gates = container.has(kCustomGates);
  if (container.has(kCustomGateUses) != header.has_custom_gates) malformed("one of sections 4 and 5 is there alone");
  if (header.has_custom_gates) {
    const std::uint32_t n_gates = check_custom_gates(file, container, header);
    header.n_custom_gate_uses = check_custom_gate_uses(file, container, header, n_gates);
  }
  return header;
}

template <class C>
void read_combination(SectionCursor& cursor, const R1csHeader& header, std::vector<LinearTerm<C>>& out) {
  using Fr = typename C::Fr;
  const std::uint32_t n_terms = cursor.take_le32();
  if (n_terms > cursor.remaining() / (4 + Fr::kBytes)) {
    malformed(std::to_string(n_terms) + " terms are more than the section holds");
  }
  out.clear();
  out.reserve(n_terms);
  std::array<std::byte, Fr::kBytes> bytes;
  for (std::uint32_t i = 0; i < n_terms; ++i) {
    const std::uint32_t wire = cursor.take_le32();
    if (wire >= header.n_wires)
      malformed("term " + std::to_string(i) + ": wire " + std::to_string(wire) + " is out of range");
    cursor.take(bytes);
    const std::optional<Fr> value = Fr::read_le(bytes);
    if (!value) malformed("term " + std::to_string(i) + ": the coefficient is not below the modulus");
    out.push_back({wire, *value});
  }
}

template <class C>
void visit_constraints(SectionCursor cursor, const R1csHeader& header,
                       const std::function<void(std::uint32_t, const Constraint<C>&)>& visit) {
  Constraint<C> constraint;
  for (std::uint32_t i = 0; i < header.n_constraints; ++i) {
    try {
      read_combination<C>(cursor, header, constraint.a);
      read_combination<C>(cursor, header, constraint.b);
      read_combination<C>(cursor, header, constraint.c);
    } catch (const base::Error& error) { throw error.with_context("section 2: constraint " + std::to_string(i)); }
    visit(i, constraint);
  }
  cursor.require_end();
}

}  // namespace

R1csHeader read_r1cs_header(const base::InputFile& file) {
  return internal::naming(file, [&] { return parse_header(file, read_container(file)); });
}

unsigned groth16_domain_log2(const R1csHeader& header) noexcept {
  const std::uint64_t rows = std::uint64_t{header.n_constraints} + header.n_public() + 1;
  unsigned log2 = 1;
  while ((std::uint64_t{1} << log2) < rows) ++log2;
  return log2;
}

template <class C>
R1csReader<C>::R1csReader(const base::Path& path)
    : file_(path), container_(read_container(file_)), header_(read_r1cs_header(file_)) {
  if (header_.curve != C::kId) {
    const std::string what =
        "the circuit is for " + std::string(curve_name(header_.curve)) + ", not for " + std::string(curve_name(C::kId));
    throw internal::with_path(base::Error(base::Code::malformed, what), path);
  }
}

template <class C>
void R1csReader<C>::for_each(const std::function<void(std::uint32_t, const Constraint<C>&)>& visit) const {
  // What visit throws about other files keeps its own path.
  internal::naming(
      file_, [&] { visit_constraints<C>(SectionCursor(file_, container_.section(kConstraints)), header_, visit); });
}

template class R1csReader<curve::Bn254>;
template class R1csReader<curve::Bls12_381>;

}  // namespace solemn::format
