// Section table, header and section sizes of zkey files; headers of other protocols for `info`.
#include <algorithm>
#include <bit>

#include "format/malformed.hpp"
#include "format/section_cursor.hpp"
#include "format/zkey.hpp"
#include "format/zkey_internal.hpp"

namespace solemn::format {

using internal::malformed;
using internal::number;
using internal::section_name;
using internal::SectionCursor;

namespace {

constexpr std::uint32_t kVersion = 2;  // the highest
constexpr std::array<std::uint32_t, 17> kTypes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17};

// Sections of a protocol: 1 .. n, all required.
std::span<const std::uint32_t> sections_of(ZkeyProtocol protocol) {
  const std::span<const std::uint32_t> all(kTypes);
  if (protocol == ZkeyProtocol::groth16) return all.first(10);
  return protocol == ZkeyProtocol::plonk ? all.first(14) : all;
}

std::string_view protocol_name(ZkeyProtocol protocol) {
  if (protocol == ZkeyProtocol::groth16) return "groth16";
  return protocol == ZkeyProtocol::plonk ? "plonk" : "fflonk";
}

ZkeyProtocol read_protocol(const base::InputFile& file, const Container& container) {
  SectionCursor cursor(file, container.section(number(ZkeySection::protocol)));
  const std::uint32_t id = cursor.take_le32();
  cursor.require_end();
  const auto protocol = static_cast<ZkeyProtocol>(id);
  if (protocol != ZkeyProtocol::groth16 && protocol != ZkeyProtocol::plonk && protocol != ZkeyProtocol::fflonk) {
    malformed("section 1: protocol " + std::to_string(id) + " is not known");
  }
  return protocol;
}

struct Table {
  ZkeyProtocol protocol;
  Container container;
};

Table read_table(const base::InputFile& file) {
  constexpr std::array<std::uint32_t, 1> kFirst = {1};
  const Container any = Container::read(file, "zkey", kVersion, kTypes, kFirst);
  const ZkeyProtocol protocol = read_protocol(file, any);
  const auto types = sections_of(protocol);
  return {protocol, Container::read(file, "zkey", kVersion, types, types)};
}

curve::CurveId take_primes(SectionCursor& cursor) {
  const curve::CurveId curve = curve_of_base_prime(internal::take_prime(cursor));
  if (curve_of_scalar_prime(internal::take_prime(cursor)) != curve) {
    malformed("section 2: base field and scalar field are of different curves");
  }
  return curve;
}

struct Counts {
  std::uint32_t n_vars, n_public, domain_size;
};

Counts take_counts(SectionCursor& cursor) {
  const std::uint32_t n_vars = cursor.take_le32();
  const std::uint32_t n_public = cursor.take_le32();
  const std::uint32_t domain_size = cursor.take_le32();
  if (n_public >= n_vars) {
    malformed("section 2: " + std::to_string(n_public) + " public inputs of " + std::to_string(n_vars) + " variables");
  }
  if (!std::has_single_bit(domain_size) || domain_size < 2 ||
      domain_size > (std::uint32_t{1} << internal::kMaxDomainLog2)) {
    malformed("section 2: domain size " + std::to_string(domain_size) + " is not a power of two in 2^1..2^28");
  }
  return {n_vars, n_public, domain_size};
}

template <class G>
typename G::Affine take_key_point(SectionCursor& cursor, const char* name) {
  const typename G::Affine point = internal::take_point_unchecked<G>(cursor);
  const curve::PointStatus status = curve::check_point<G>(point, curve::Infinity::refuse);
  if (status != curve::PointStatus::ok) internal::malformed_point(std::string("section 2: ") + name, status);
  return point;
}

// What follows the counts: numbers of additions and constraints, then field elements and points that `info` does not
// show.
std::uint64_t rest_bytes(ZkeyProtocol protocol, curve::CurveId curve) {
  return with_curve(curve, [&]<class C>() -> std::uint64_t {
    constexpr std::uint64_t g1 = curve::G1<C>::kBytes, g2 = curve::G2<C>::kBytes, fr = C::Fr::kBytes;
    if (protocol == ZkeyProtocol::groth16) return 3 * g1 + 3 * g2;
    return protocol == ZkeyProtocol::plonk ? 2 * fr + 8 * g1 + g2 : 6 * fr + g2 + g1;
  });
}

ZkeySummary summarise(const base::InputFile& file) {
  const Table table = read_table(file);
  SectionCursor cursor(file, table.container.section(number(ZkeySection::header)));
  ZkeySummary summary{};
  summary.protocol = table.protocol;
  summary.curve = take_primes(cursor);
  const Counts counts = take_counts(cursor);
  summary.n_vars = counts.n_vars;
  summary.n_public = counts.n_public;
  summary.domain_size = counts.domain_size;
  if (table.protocol != ZkeyProtocol::groth16) {
    summary.n_additions = cursor.take_le32();
    summary.n_constraints = cursor.take_le32();
  }
  const std::uint64_t rest = rest_bytes(table.protocol, summary.curve);
  if (cursor.remaining() != rest) {
    malformed("section 2 has " + std::to_string(cursor.remaining()) + " bytes after its numbers, a " +
              std::string(protocol_name(table.protocol)) + " key has " + std::to_string(rest));
  }
  summary.sections = table.container.sections();
  return summary;
}

}  // namespace

ZkeySummary read_zkey_summary(const base::InputFile& file) {
  return internal::naming(file, [&] { return summarise(file); });
}

template <class C>
std::uint64_t zkey_section_bytes(ZkeySection section, const ZkeyHeader<C>& header, std::uint64_t n_coefs) {
  constexpr std::uint64_t g1 = curve::G1<C>::kBytes, g2 = curve::G2<C>::kBytes;
  switch (section) {
    case ZkeySection::protocol:
      return 4;
    case ZkeySection::header:
      return 8 + C::Fq::kBytes + C::Fr::kBytes + 12 + 3 * g1 + 3 * g2;
    case ZkeySection::ic:
      return (std::uint64_t{header.n_public} + 1) * g1;
    case ZkeySection::coefs:
      return 4 + n_coefs * internal::kCoefBytes<C>;
    case ZkeySection::a:
    case ZkeySection::b1:
      return header.n_vars * g1;
    case ZkeySection::b2:
      return header.n_vars * g2;
    case ZkeySection::c:
      return (header.n_vars - header.n_public - 1) * g1;
    case ZkeySection::h:
      return header.domain_size * g1;
    case ZkeySection::contributions:
      return 0;
  }
  return 0;
}

namespace internal {

Container read_groth16_container(const base::InputFile& file) {
  Table table = read_table(file);
  if (table.protocol != ZkeyProtocol::groth16) {
    malformed("a " + std::string(protocol_name(table.protocol)) + " key; only groth16 keys can be used here");
  }
  return std::move(table.container);
}

template <class C>
ZkeyHeader<C> parse_zkey_header(const base::InputFile& file, const Container& container) {
  SectionCursor cursor(file, container.section(number(ZkeySection::header)));
  const curve::CurveId curve = take_primes(cursor);
  if (curve != C::kId) {
    malformed("the key is for " + std::string(curve_name(curve)) + ", not for " + std::string(curve_name(C::kId)));
  }
  const Counts counts = take_counts(cursor);
  ZkeyHeader<C> header{};
  header.n_vars = counts.n_vars;
  header.n_public = counts.n_public;
  header.domain_size = counts.domain_size;
  header.domain_log2 = static_cast<unsigned>(std::countr_zero(counts.domain_size));
  header.alpha1 = take_key_point<curve::G1<C>>(cursor, "alpha1");
  header.beta1 = take_key_point<curve::G1<C>>(cursor, "beta1");
  header.beta2 = take_key_point<curve::G2<C>>(cursor, "beta2");
  header.gamma2 = take_key_point<curve::G2<C>>(cursor, "gamma2");
  header.delta1 = take_key_point<curve::G1<C>>(cursor, "delta1");
  header.delta2 = take_key_point<curve::G2<C>>(cursor, "delta2");
  cursor.require_end();
  return header;
}

template <class C>
void check_zkey_sizes(const base::InputFile& file, const Container& container, const ZkeyHeader<C>& header) {
  std::uint64_t n_coefs = 0;
  for (const Section& section : container.sections()) {
    const auto type = static_cast<ZkeySection>(section.type);
    if (type == ZkeySection::contributions) {
      if (section.size_bytes < 68) malformed("section 10 is too short");
      continue;
    }
    if (type == ZkeySection::coefs) {  // of which only the number
      const Section number{section.type, section.offset_bytes, std::min<std::uint64_t>(section.size_bytes, 4)};
      n_coefs = SectionCursor(file, number).take_le32();
    }
    const std::uint64_t expected = zkey_section_bytes(type, header, n_coefs);
    if (section.size_bytes != expected) {
      malformed(section_name(section.type) + " has " + std::to_string(section.size_bytes) +
                " bytes, the header needs " + std::to_string(expected));
    }
  }
}

template ZkeyHeader<curve::Bn254> parse_zkey_header(const base::InputFile&, const Container&);
template ZkeyHeader<curve::Bls12_381> parse_zkey_header(const base::InputFile&, const Container&);
template void check_zkey_sizes(const base::InputFile&, const Container&, const ZkeyHeader<curve::Bn254>&);
template void check_zkey_sizes(const base::InputFile&, const Container&, const ZkeyHeader<curve::Bls12_381>&);

}  // namespace internal

template std::uint64_t zkey_section_bytes(ZkeySection, const ZkeyHeader<curve::Bn254>&, std::uint64_t);
template std::uint64_t zkey_section_bytes(ZkeySection, const ZkeyHeader<curve::Bls12_381>&, std::uint64_t);

}  // namespace solemn::format
