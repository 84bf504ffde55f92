#include "format/zkey.hpp"

#include <algorithm>

#include "fft/scalar_fft.hpp"
#include "format/malformed.hpp"
#include "format/zkey_internal.hpp"

namespace solemn::format {

using internal::malformed;
using internal::number;
using internal::section_name;

namespace {

constexpr curve::Infinity infinity_in(ZkeySection section) noexcept {
  return section == ZkeySection::h ? curve::Infinity::refuse : curve::Infinity::allow;
}

constexpr std::size_t kTogether = 1024;  // values multiplied at once: 32 KiB

// The file stores v * R^2 mod r. Taken as Montgomery limbs that is the element v * R.
template <class Fr>
const Fr& stored_factor() {
  static const Fr factor = *Fr::from_canonical(Fr::one().montgomery());  // R
  return factor;
}
template <class Fr>
const Fr& stored_factor_inverse() {
  static const Fr factor = *Fr::from_montgomery(typename Fr::Limbs{1});  // R^-1
  return factor;
}

template <class Fr>
std::optional<Fr> stored_value(base::ByteSpan in) {
  typename Fr::Limbs limbs;
  for (std::size_t i = 0; i < limbs.size(); ++i) limbs[i] = base::load_le64(in.subspan(8 * i));
  return Fr::from_montgomery(limbs);
}

/// The values of at most kTogether coefficients, times a factor.
template <class C, class Coef>
std::array<typename C::Fr, kTogether> scaled_values(std::span<Coef> coefs, const typename C::Fr& factor) {
  std::array<typename C::Fr, kTogether> values;
  for (std::size_t i = 0; i < coefs.size(); ++i) values[i] = coefs[i].value;
  fft::scale(std::span(values).first(coefs.size()), factor);
  return values;
}

/// Its value is as the file stores it.
template <class C>
ZkeyCoef<C> parse_coef(base::ByteSpan in, const ZkeyHeader<C>& header, std::uint64_t index) {
  const auto refuse = [&](const std::string& what) {
    malformed("section 4: entry " + std::to_string(index) + ": " + what);
  };
  ZkeyCoef<C> coef{base::load_le32(in), base::load_le32(in.subspan(4)), base::load_le32(in.subspan(8)), {}};
  if (coef.matrix > 1) refuse("matrix " + std::to_string(coef.matrix) + " is neither 0 nor 1");
  if (coef.constraint >= header.domain_size)
    refuse("constraint " + std::to_string(coef.constraint) + " is out of range");
  if (coef.signal >= header.n_vars) refuse("signal " + std::to_string(coef.signal) + " is out of range");
  const auto value = stored_value<typename C::Fr>(in.subspan(12));
  if (!value) refuse("the value is not below the modulus");
  coef.value = *value;
  return coef;
}

template <class C>
void append_le32_prime(base::Bytes& out, const auto& modulus) {
  const std::size_t begin = out.size();
  out.resize(begin + 4 + 8 * modulus.size());
  const base::MutableByteSpan bytes = base::MutableByteSpan(out).subspan(begin);
  base::store_le32(bytes, static_cast<std::uint32_t>(8 * modulus.size()));
  for (std::size_t i = 0; i < modulus.size(); ++i) base::store_le64(bytes.subspan(4 + 8 * i), modulus[i]);
}

}  // namespace

template <class C>
ZkeyReader<C>::ZkeyReader(const base::Path& path) : file_(path), header_{} {
  internal::naming(file_, [&] {
    container_ = internal::read_groth16_container(file_);
    header_ = internal::parse_zkey_header<C>(file_, container_);
    internal::check_zkey_sizes<C>(file_, container_, header_);
  });
}

template <class C>
std::uint64_t ZkeyReader<C>::points(ZkeySection section) const {
  const std::uint64_t point_bytes = section == ZkeySection::b2 ? curve::G2<C>::kBytes : curve::G1<C>::kBytes;
  ASSERT(section == ZkeySection::ic || (section >= ZkeySection::a && section <= ZkeySection::h));
  return container_.section(number(section)).size_bytes / point_bytes;
}

template <class C>
template <class G>
void ZkeyReader<C>::read(ZkeySection section, std::uint64_t first_point, std::span<typename G::Affine> out,
                         base::Pool& pool) const {
  ASSERT((section == ZkeySection::b2) == (G::kIndex == 2));
  const std::uint64_t n_points = points(section);
  ASSERT(first_point <= n_points && out.size() <= n_points - first_point);
  internal::naming(file_, [&] {
    file_.read_at(container_.section(number(section)).offset_bytes + first_point * G::kBytes,
                  base::writable_object_bytes(out));
    const curve::FirstBad bad = curve::check_points<G>(out, infinity_in(section), curve::Subgroup::unchecked, pool);
    if (!bad.none()) internal::malformed_point(section_name(number(section)), first_point + bad.index, bad.status);
  });
}

template <class C>
void ZkeyReader<C>::read_raw(ZkeySection section, std::uint64_t offset_bytes, base::MutableByteSpan out) const {
  const Section& where = container_.section(number(section));
  ASSERT(offset_bytes <= where.size_bytes && out.size() <= where.size_bytes - offset_bytes);
  internal::naming(file_, [&] { file_.read_at(where.offset_bytes + offset_bytes, out); });
}

template <class C>
std::uint64_t ZkeyReader<C>::n_coefs() const {
  return (container_.section(number(ZkeySection::coefs)).size_bytes - 4) / internal::kCoefBytes<C>;
}

template <class C>
void ZkeyReader<C>::read_coefs(std::uint64_t first, std::span<ZkeyCoef<C>> out) const {
  constexpr std::size_t kEntryBytes = internal::kCoefBytes<C>;
  ASSERT(first <= n_coefs() && out.size() <= n_coefs() - first);
  const std::uint64_t begin = container_.section(number(ZkeySection::coefs)).offset_bytes + 4 + first * kEntryBytes;
  base::Bytes buffer(std::min(out.size(), kTogether) * kEntryBytes);
  internal::naming(file_, [&] {
    for (std::size_t done = 0; done < out.size(); done += kTogether) {
      const std::span<ZkeyCoef<C>> part = out.subspan(done, std::min(kTogether, out.size() - done));
      const base::MutableByteSpan bytes = base::MutableByteSpan(buffer).first(part.size() * kEntryBytes);
      file_.read_at(begin + done * kEntryBytes, bytes);
      for (std::size_t i = 0; i < part.size(); ++i)
        part[i] = parse_coef<C>(base::ByteSpan(bytes).subspan(i * kEntryBytes, kEntryBytes), header_, first + done + i);
      const auto values = scaled_values<C>(part, stored_factor_inverse<typename C::Fr>());
      for (std::size_t i = 0; i < part.size(); ++i) part[i].value = values[i];
    }
  });
}

template <class C>
ZkeyWriter<C>::ZkeyWriter(base::OutputFile& out, const ZkeyHeader<C>& header)
    : out_(out), container_(out, "zkey", 1, 10) {
  begin(ZkeySection::protocol, 4);
  std::array<std::byte, 12> numbers;
  base::store_le32(numbers, static_cast<std::uint32_t>(ZkeyProtocol::groth16));
  raw(base::ByteSpan(numbers).first(4));
  end();
  begin(ZkeySection::header, zkey_section_bytes(ZkeySection::header, header, 0));
  base::Bytes primes;
  append_le32_prime<C>(primes, C::Fq::Params::kModulus);
  append_le32_prime<C>(primes, C::Fr::Params::kModulus);
  raw(primes);
  const base::MutableByteSpan bytes(numbers);
  base::store_le32(bytes, header.n_vars);
  base::store_le32(bytes.subspan(4), header.n_public);
  base::store_le32(bytes.subspan(8), header.domain_size);
  raw(bytes);
  const std::array g1 = {header.alpha1, header.beta1};
  const std::array g2 = {header.beta2, header.gamma2};
  points<curve::G1<C>>(g1);
  points<curve::G2<C>>(g2);
  points<curve::G1<C>>(std::span(&header.delta1, 1));
  points<curve::G2<C>>(std::span(&header.delta2, 1));
  end();
}

template <class C>
void ZkeyWriter<C>::begin(ZkeySection section, std::uint64_t size_bytes) {
  container_.begin_section(number(section), size_bytes);
}

template <class C>
template <class G>
void ZkeyWriter<C>::points(std::span<const typename G::Affine> block) {
  out_.write(base::object_bytes(block));
}

template <class C>
void ZkeyWriter<C>::coefs(std::span<const ZkeyCoef<C>> block) {
  constexpr std::size_t kEntryBytes = internal::kCoefBytes<C>;
  base::Bytes buffer(block.size() * kEntryBytes);
  for (std::size_t done = 0; done < block.size(); done += kTogether) {
    const auto part = block.subspan(done, std::min(kTogether, block.size() - done));
    const auto values = scaled_values<C>(part, stored_factor<typename C::Fr>());
    for (std::size_t i = 0; i < part.size(); ++i) {
      const base::MutableByteSpan entry = base::MutableByteSpan(buffer).subspan((done + i) * kEntryBytes, kEntryBytes);
      base::store_le32(entry, part[i].matrix);
      base::store_le32(entry.subspan(4), part[i].constraint);
      base::store_le32(entry.subspan(8), part[i].signal);
      for (std::size_t limb = 0; limb < C::Fr::kLimbs; ++limb)
        base::store_le64(entry.subspan(12 + 8 * limb), values[i].montgomery()[limb]);
    }
  }
  out_.write(buffer);
}

template <class C>
void ZkeyWriter<C>::raw(base::ByteSpan bytes) {
  out_.write(bytes);
}

template <class C>
void ZkeyWriter<C>::end() {
  container_.end_section();
}

template <class C>
void ZkeyWriter<C>::chain(const ZkeyChain<C>& chain) {
  const base::Bytes bytes = write_chain(chain);
  begin(ZkeySection::contributions, bytes.size());
  raw(bytes);
  end();
}

template <class C>
void ZkeyWriter<C>::finish() {
  container_.finish();
}

// read_chain() is instantiated in zkey_chain.cpp.
using Bn = curve::Bn254;
using Bls = curve::Bls12_381;
template ZkeyReader<Bn>::ZkeyReader(const base::Path&);
template ZkeyReader<Bls>::ZkeyReader(const base::Path&);
template std::uint64_t ZkeyReader<Bn>::points(ZkeySection) const;
template std::uint64_t ZkeyReader<Bls>::points(ZkeySection) const;
template void ZkeyReader<Bn>::read_raw(ZkeySection, std::uint64_t, base::MutableByteSpan) const;
template void ZkeyReader<Bls>::read_raw(ZkeySection, std::uint64_t, base::MutableByteSpan) const;
template std::uint64_t ZkeyReader<Bn>::n_coefs() const;
template std::uint64_t ZkeyReader<Bls>::n_coefs() const;
template void ZkeyReader<Bn>::read_coefs(std::uint64_t, std::span<ZkeyCoef<Bn>>) const;
template void ZkeyReader<Bls>::read_coefs(std::uint64_t, std::span<ZkeyCoef<Bls>>) const;
template void ZkeyReader<Bn>::read<curve::G1<Bn>>(ZkeySection, std::uint64_t, std::span<curve::G1<Bn>::Affine>,
                                                  base::Pool&) const;
template void ZkeyReader<Bn>::read<curve::G2<Bn>>(ZkeySection, std::uint64_t, std::span<curve::G2<Bn>::Affine>,
                                                  base::Pool&) const;
template void ZkeyReader<Bls>::read<curve::G1<Bls>>(ZkeySection, std::uint64_t, std::span<curve::G1<Bls>::Affine>,
                                                    base::Pool&) const;
template void ZkeyReader<Bls>::read<curve::G2<Bls>>(ZkeySection, std::uint64_t, std::span<curve::G2<Bls>::Affine>,
                                                    base::Pool&) const;
template class ZkeyWriter<Bn>;
template class ZkeyWriter<Bls>;
template void ZkeyWriter<Bn>::points<curve::G1<Bn>>(std::span<const curve::G1<Bn>::Affine>);
template void ZkeyWriter<Bn>::points<curve::G2<Bn>>(std::span<const curve::G2<Bn>::Affine>);
template void ZkeyWriter<Bls>::points<curve::G1<Bls>>(std::span<const curve::G1<Bls>::Affine>);
template void ZkeyWriter<Bls>::points<curve::G2<Bls>>(std::span<const curve::G2<Bls>::Affine>);

}  // namespace solemn::format
