// Section 10 of zkey files: the circuit hash and one record per contribution.
#include <algorithm>

#include "format/malformed.hpp"
#include "format/section_cursor.hpp"
#include "format/zkey.hpp"
#include "format/zkey_internal.hpp"

namespace solemn::format {

using internal::malformed;
using internal::SectionCursor;

namespace {

constexpr std::uint64_t kMaxContributions = std::uint64_t{1} << 20;
constexpr std::size_t kCheckBlock = 4096;  // records whose points are checked together

template <class C>
constexpr std::uint64_t kFixedBytes = 3 * curve::G1<C>::kBytes + curve::G2<C>::kBytes + 72;

std::string contribution_name(std::size_t index) { return "section 10: contribution " + std::to_string(index + 1); }

template <class C>
ZkeyContribution<C> read_record(SectionCursor& cursor) {
  using G1 = curve::G1<C>;
  ZkeyContribution<C> record;
  record.delta_after = internal::take_point_unchecked<G1>(cursor);
  record.g1_s = internal::take_point_unchecked<G1>(cursor);
  record.g1_sx = internal::take_point_unchecked<G1>(cursor);
  record.g2_spx = internal::take_point_unchecked<curve::G2<C>>(cursor);
  cursor.take(record.transcript);
  const std::uint32_t type = cursor.take_le32();
  const std::uint32_t n_params = cursor.take_le32();
  record.params = read_params(type, cursor.take_bytes(n_params));
  return record;
}

template <class C>
void check_records(std::span<const ZkeyContribution<C>> records, std::size_t first, base::Pool& pool) {
  constexpr const char* kNames[] = {"deltaAfter", "g1_s", "g1_sx"};
  std::vector<typename curve::G1<C>::Affine> g1;
  std::vector<typename curve::G2<C>::Affine> g2;
  for (const ZkeyContribution<C>& record : records) {
    g1.insert(g1.end(), {record.delta_after, record.g1_s, record.g1_sx});
    g2.push_back(record.g2_spx);
  }
  const auto bad1 = curve::check_points<curve::G1<C>>(g1, curve::Infinity::refuse, curve::Subgroup::check, pool);
  const auto bad2 = curve::check_points<curve::G2<C>>(g2, curve::Infinity::refuse, curve::Subgroup::check, pool);
  if (!bad1.none()) {
    internal::malformed_point(contribution_name(first + bad1.index / 3) + ": " + kNames[bad1.index % 3], bad1.status);
  }
  if (!bad2.none()) internal::malformed_point(contribution_name(first + bad2.index) + ": g2_spx", bad2.status);
}

template <class C>
ZkeyChain<C> read_records(const base::InputFile& file, const Section& section, base::Pool& pool) {
  SectionCursor cursor(file, section);
  ZkeyChain<C> chain;
  cursor.take(chain.circuit_hash);
  const std::uint32_t count = cursor.take_le32();
  if (count > kMaxContributions || count * kFixedBytes < C >> cursor.remaining()) {
    malformed("section 10: " + std::to_string(count) + " contributions do not fit in " +
              std::to_string(section.size_bytes) + " bytes");
  }
  chain.contributions.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    try {
      chain.contributions.push_back(read_record<C>(cursor));
    } catch (const base::Error& error) { throw error.with_context(contribution_name(i)); }
    const std::size_t n = chain.contributions.size();
    if (n % kCheckBlock == 0 || n == count) {
      const std::size_t first = (n - 1) / kCheckBlock * kCheckBlock;
      check_records<C>(std::span(chain.contributions).subspan(first), first, pool);
    }
  }
  cursor.require_end();
  return chain;
}

void append(base::Bytes& out, base::ByteSpan bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void append_le32(base::Bytes& out, std::uint64_t value) {
  std::array<std::byte, 4> bytes;
  base::store_le32(bytes, static_cast<std::uint32_t>(value));
  append(out, bytes);
}

template <class Point>
void append_point(base::Bytes& out, const Point& point) {
  append(out, base::object_bytes(std::span(&point, 1)));
}

template <class G>
void append_u(base::Bytes& out, const typename G::Affine& point) {
  std::array<std::byte, G::kBytes> bytes;
  curve::write_snarkjs_u<G>(bytes, point);
  append(out, bytes);
}

}  // namespace

template <class C>
ZkeyChain<C> ZkeyReader<C>::read_chain(base::Pool& pool) const {
  return internal::naming(file_, [&] {
    return read_records<C>(file_, container_.section(internal::number(ZkeySection::contributions)), pool);
  });
}

template <class C>
base::Bytes write_chain(const ZkeyChain<C>& chain) {
  ASSERT(chain.contributions.size() <= kMaxContributions);
  base::Bytes out;
  append(out, chain.circuit_hash);
  append_le32(out, chain.contributions.size());
  for (const ZkeyContribution<C>& record : chain.contributions) {
    append_point(out, record.delta_after);
    append_point(out, record.g1_s);
    append_point(out, record.g1_sx);
    append_point(out, record.g2_spx);
    append(out, record.transcript);
    append_le32(out, static_cast<std::uint32_t>(record.params.type));
    const base::Bytes params = write_params(record.params);
    append_le32(out, params.size());
    append(out, params);
  }
  return out;
}

template <class C>
base::Bytes contribution_public_key(const ZkeyContribution<C>& contribution) {
  base::Bytes out;
  append_u<curve::G1<C>>(out, contribution.delta_after);
  append_u<curve::G1<C>>(out, contribution.g1_s);
  append_u<curve::G1<C>>(out, contribution.g1_sx);
  append_u<curve::G2<C>>(out, contribution.g2_spx);
  append(out, contribution.transcript);
  return out;
}

using Bn = curve::Bn254;
using Bls = curve::Bls12_381;
template ZkeyChain<Bn> ZkeyReader<Bn>::read_chain(base::Pool&) const;
template ZkeyChain<Bls> ZkeyReader<Bls>::read_chain(base::Pool&) const;
template base::Bytes write_chain(const ZkeyChain<Bn>&);
template base::Bytes write_chain(const ZkeyChain<Bls>&);
template base::Bytes contribution_public_key(const ZkeyContribution<Bn>&);
template base::Bytes contribution_public_key(const ZkeyContribution<Bls>&);

}  // namespace solemn::format
