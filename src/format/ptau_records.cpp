// Section 7 of ptau files: one record per contribution.
#include "format/malformed.hpp"
#include "format/ptau.hpp"
#include "format/section_cursor.hpp"

namespace solemn::format {

using internal::malformed;
using internal::SectionCursor;

namespace {

constexpr std::uint64_t kMaxContributions = std::uint64_t{1} << 16;
constexpr std::uint64_t kMaxSectionBytes = std::uint64_t{1} << 28;
constexpr std::uint32_t kSection = static_cast<std::uint32_t>(PtauSection::contributions);

template <class C>
constexpr std::uint64_t kFixedBytes = 9 * curve::G1<C>::kBytes + 5 * curve::G2<C>::kBytes + 216 + 64 + 4 + 4;

// The points of a record in file order; `visit` is called as visit.template operator()<G>(point, name).
template <class C, class Record, class Visit>
void for_each_point(Record& r, Visit&& visit) {
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  visit.template operator()<G1>(r.tau_g1, "tauG1");
  visit.template operator()<G2>(r.tau_g2, "tauG2");
  visit.template operator()<G1>(r.alpha_g1, "alphaG1");
  visit.template operator()<G1>(r.beta_g1, "betaG1");
  visit.template operator()<G2>(r.beta_g2, "betaG2");
  visit.template operator()<G1>(r.key.tau.g1_s, "tau.g1_s");
  visit.template operator()<G1>(r.key.tau.g1_sx, "tau.g1_sx");
  visit.template operator()<G1>(r.key.alpha.g1_s, "alpha.g1_s");
  visit.template operator()<G1>(r.key.alpha.g1_sx, "alpha.g1_sx");
  visit.template operator()<G1>(r.key.beta.g1_s, "beta.g1_s");
  visit.template operator()<G1>(r.key.beta.g1_sx, "beta.g1_sx");
  visit.template operator()<G2>(r.key.tau.g2_spx, "tau.g2_spx");
  visit.template operator()<G2>(r.key.alpha.g2_spx, "alpha.g2_spx");
  visit.template operator()<G2>(r.key.beta.g2_spx, "beta.g2_spx");
}

template <class C>
PtauContribution<C> read_record(SectionCursor& cursor) {
  PtauContribution<C> record;
  for_each_point<C>(record, [&]<class G>(typename G::Affine& point, const char* name) {
    point = internal::take_point_unchecked<G>(cursor);
    const curve::PointStatus status = curve::check_point<G>(point, curve::Infinity::refuse);
    if (status != curve::PointStatus::ok) internal::malformed_point(name, status);
  });
  cursor.take(record.partial_hash);
  cursor.take(record.next_challenge);
  const std::uint32_t type = cursor.take_le32();
  const std::uint32_t n_params = cursor.take_le32();
  record.params = read_params(type, cursor.take_bytes(n_params));
  return record;
}

template <class C>
std::vector<PtauContribution<C>> read_records(const base::InputFile& file, const Section& section) {
  if (section.size_bytes > kMaxSectionBytes) malformed("section 7 is larger than 256 MiB");
  SectionCursor cursor(file, section);
  const std::uint32_t count = cursor.take_le32();
  if (count > kMaxContributions || count * kFixedBytes < C >> cursor.remaining()) {
    malformed("section 7: " + std::to_string(count) + " contributions do not fit in " +
              std::to_string(section.size_bytes) + " bytes");
  }
  std::vector<PtauContribution<C>> records;
  records.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    try {
      records.push_back(read_record<C>(cursor));
    } catch (const base::Error& error) { throw error.with_context("section 7: contribution " + std::to_string(i + 1)); }
  }
  cursor.require_end();
  return records;
}

void append(base::Bytes& out, base::ByteSpan bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void append_le32(base::Bytes& out, std::uint64_t value) {
  std::array<std::byte, 4> bytes;
  base::store_le32(bytes, static_cast<std::uint32_t>(value));
  append(out, bytes);
}

}  // namespace

template <class C>
std::vector<PtauContribution<C>> PtauReader<C>::read_contributions() const {
  return internal::naming(file_, [&] { return read_records<C>(file_, container_.section(kSection)); });
}

template <class C>
base::Bytes PtauReader<C>::read_contributions_raw() const {
  return internal::naming(file_, [&] {
    const Section& section = container_.section(kSection);
    if (section.size_bytes > kMaxSectionBytes) malformed("section 7 is larger than 256 MiB");
    base::Bytes bytes(static_cast<std::size_t>(section.size_bytes));
    file_.read_at(section.offset_bytes, bytes);
    return bytes;
  });
}

template <class C>
base::Bytes write_contributions(std::span<const PtauContribution<C>> contributions) {
  ASSERT(contributions.size() <= kMaxContributions);
  base::Bytes out;
  append_le32(out, contributions.size());
  for (const PtauContribution<C>& record : contributions) {
    for_each_point<C>(record, [&]<class G>(const typename G::Affine& point, const char*) {
      append(out, base::object_bytes(std::span(&point, 1)));
    });
    append(out, record.partial_hash);
    append(out, record.next_challenge);
    append_le32(out, static_cast<std::uint32_t>(record.params.type));
    const base::Bytes params = write_params(record.params);
    append_le32(out, params.size());
    append(out, params);
  }
  return out;
}

template std::vector<PtauContribution<curve::Bn254>> PtauReader<curve::Bn254>::read_contributions() const;
template std::vector<PtauContribution<curve::Bls12_381>> PtauReader<curve::Bls12_381>::read_contributions() const;
template base::Bytes PtauReader<curve::Bn254>::read_contributions_raw() const;
template base::Bytes PtauReader<curve::Bls12_381>::read_contributions_raw() const;
template base::Bytes write_contributions<curve::Bn254>(std::span<const PtauContribution<curve::Bn254>>);
template base::Bytes write_contributions<curve::Bls12_381>(std::span<const PtauContribution<curve::Bls12_381>>);

}  // namespace solemn::format
