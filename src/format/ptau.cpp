#include "format/ptau.hpp"

#include <algorithm>

#include "format/malformed.hpp"
#include "format/ptau_internal.hpp"

namespace solemn::format {

using internal::malformed;
using internal::section_name;

namespace {

constexpr std::uint32_t number(PtauSection section) noexcept { return static_cast<std::uint32_t>(section); }

// A fresh file has tau = 1, a root of unity: all but one of its Lagrange points are infinity.
constexpr curve::Infinity infinity_in(PtauSection section) noexcept {
  return number(section) >= number(PtauSection::lagrange_tau_g1) ? curve::Infinity::allow : curve::Infinity::refuse;
}

template <class C>
constexpr std::uint64_t point_bytes(PtauSection section) noexcept {
  return ptau_section_is_g2(section) ? curve::G2<C>::kBytes : curve::G1<C>::kBytes;
}

}  // namespace

template <class C>
PtauReader<C>::PtauReader(const base::Path& path)
    : file_(path), container_(internal::read_ptau_container(file_)), header_(read_ptau_header(file_)) {
  if (header_.curve != C::kId) {
    throw internal::with_path(
        base::Error(base::Code::malformed, "the file is for " + std::string(curve_name(header_.curve)) + ", not for " +
                                               std::string(curve_name(C::kId))),
        path);
  }
}

template <class C>
std::uint64_t PtauReader<C>::points(PtauSection section) const {
  return internal::naming(file_, [&] {
    static_cast<void>(container_.section(number(section)));
    return ptau_section_points(section, header_.power);
  });
}

template <class C>
bool PtauReader<C>::has(PtauSection section) const noexcept {
  return container_.has(number(section));
}

template <class C>
template <class G>
void PtauReader<C>::read(PtauSection section, std::uint64_t first_point, std::span<typename G::Affine> out,
                         base::Pool& pool) const {
  ASSERT(ptau_section_is_g2(section) == (G::kIndex == 2));
  const std::uint64_t n_points = points(section);
  ASSERT(first_point <= n_points && out.size() <= n_points - first_point);
  internal::naming(file_, [&] {
    file_.read_at(container_.section(number(section)).offset_bytes + first_point * G::kBytes,
                  base::writable_object_bytes(out));
  });
  check<G>(section, first_point, out, pool);
}

template <class C>
template <class G>
void PtauReader<C>::check(PtauSection section, std::uint64_t first_point, std::span<const typename G::Affine> points,
                          base::Pool& pool) const {
  internal::naming(file_, [&] {
    const curve::FirstBad bad = curve::check_points<G>(points, infinity_in(section), curve::Subgroup::unchecked, pool);
    if (!bad.none()) internal::malformed_point(section_name(number(section)), first_point + bad.index, bad.status);
  });
}

template <class C>
void PtauReader<C>::read_raw(PtauSection section, std::uint64_t offset_bytes, base::MutableByteSpan out) const {
  internal::naming(file_, [&] {
    const Section& where = container_.section(number(section));
    ASSERT(offset_bytes <= where.size_bytes && out.size() <= where.size_bytes - offset_bytes);
    file_.read_at(where.offset_bytes + offset_bytes, out);
  });
}

template <class C>
base::Bytes PtauReader<C>::read_beyond_tau_g1() const {
  return internal::naming(file_, [&] {
    const Section& section = container_.section(number(PtauSection::tau_g1));
    const std::uint64_t begin = section.offset_bytes + section.size_bytes;
    base::Bytes bytes(curve::G1<C>::kBytes);  // zeros where the file has ended
    const std::uint64_t n = std::min<std::uint64_t>(bytes.size(), file_.size() - begin);
    file_.read_at(begin, base::MutableByteSpan(bytes).first(static_cast<std::size_t>(n)));
    return bytes;
  });
}

template <class C>
PtauWriter<C>::PtauWriter(base::OutputFile& out, unsigned power, unsigned ceremony_power, bool prepared)
    : out_(out), container_(out, "ptau", 1, prepared ? 11 : 7), power_(power) {
  ASSERT(power >= 1 && power <= ceremony_power && ceremony_power <= internal::kMaxPower);
  constexpr std::size_t n_prime_bytes = C::Fq::kBytes;
  std::array<std::byte, 4 + n_prime_bytes + 8> header;
  const base::MutableByteSpan bytes(header);
  base::store_le32(bytes, n_prime_bytes);
  for (std::size_t i = 0; i < C::Fq::kLimbs; ++i) {
    base::store_le64(bytes.subspan(4 + 8 * i), C::Fq::Params::kModulus[i]);
  }
  base::store_le32(bytes.subspan(4 + n_prime_bytes), power);
  base::store_le32(bytes.subspan(8 + n_prime_bytes), ceremony_power);
  container_.begin_section(number(PtauSection::header), bytes.size());
  out_.write(bytes);
  container_.end_section();
}

template <class C>
void PtauWriter<C>::begin(PtauSection section) {
  container_.begin_section(number(section), ptau_section_points(section, power_) * point_bytes<C>(section));
}

template <class C>
template <class G>
void PtauWriter<C>::points(std::span<const typename G::Affine> block) {
  out_.write(base::object_bytes(block));
}

template <class C>
void PtauWriter<C>::raw(base::ByteSpan bytes) {
  out_.write(bytes);
}

template <class C>
void PtauWriter<C>::end() {
  container_.end_section();
}

template <class C>
void PtauWriter<C>::contributions(base::ByteSpan section7) {
  container_.begin_section(number(PtauSection::contributions), section7.size());
  out_.write(section7);
  container_.end_section();
}

template <class C>
void PtauWriter<C>::finish() {
  container_.finish();
}

// read_contributions() and read_contributions_raw() are instantiated in ptau_records.cpp.
using Bn = curve::Bn254;
using Bls = curve::Bls12_381;

template PtauReader<Bn>::PtauReader(const base::Path&);
template PtauReader<Bls>::PtauReader(const base::Path&);
template std::uint64_t PtauReader<Bn>::points(PtauSection) const;
template std::uint64_t PtauReader<Bls>::points(PtauSection) const;
template bool PtauReader<Bn>::has(PtauSection) const noexcept;
template bool PtauReader<Bls>::has(PtauSection) const noexcept;
template void PtauReader<Bn>::read_raw(PtauSection, std::uint64_t, base::MutableByteSpan) const;
template void PtauReader<Bls>::read_raw(PtauSection, std::uint64_t, base::MutableByteSpan) const;
template base::Bytes PtauReader<Bn>::read_beyond_tau_g1() const;
template base::Bytes PtauReader<Bls>::read_beyond_tau_g1() const;
template void PtauReader<Bn>::read<curve::G1<Bn>>(PtauSection, std::uint64_t, std::span<curve::G1<Bn>::Affine>,
                                                  base::Pool&) const;
template void PtauReader<Bn>::read<curve::G2<Bn>>(PtauSection, std::uint64_t, std::span<curve::G2<Bn>::Affine>,
                                                  base::Pool&) const;
template void PtauReader<Bls>::read<curve::G1<Bls>>(PtauSection, std::uint64_t, std::span<curve::G1<Bls>::Affine>,
                                                    base::Pool&) const;
template void PtauReader<Bls>::read<curve::G2<Bls>>(PtauSection, std::uint64_t, std::span<curve::G2<Bls>::Affine>,
                                                    base::Pool&) const;
template void PtauReader<Bn>::check<curve::G1<Bn>>(PtauSection, std::uint64_t, std::span<const curve::G1<Bn>::Affine>,
                                                   base::Pool&) const;
template void PtauReader<Bn>::check<curve::G2<Bn>>(PtauSection, std::uint64_t, std::span<const curve::G2<Bn>::Affine>,
                                                   base::Pool&) const;
template void PtauReader<Bls>::check<curve::G1<Bls>>(PtauSection, std::uint64_t,
                                                     std::span<const curve::G1<Bls>::Affine>, base::Pool&) const;
template void PtauReader<Bls>::check<curve::G2<Bls>>(PtauSection, std::uint64_t,
                                                     std::span<const curve::G2<Bls>::Affine>, base::Pool&) const;
template class PtauWriter<Bn>;
template class PtauWriter<Bls>;
template void PtauWriter<Bn>::points<curve::G1<Bn>>(std::span<const curve::G1<Bn>::Affine>);
template void PtauWriter<Bn>::points<curve::G2<Bn>>(std::span<const curve::G2<Bn>::Affine>);
template void PtauWriter<Bls>::points<curve::G1<Bls>>(std::span<const curve::G1<Bls>::Affine>);
template void PtauWriter<Bls>::points<curve::G2<Bls>>(std::span<const curve::G2<Bls>::Affine>);

}  // namespace solemn::format
