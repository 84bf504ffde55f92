#pragma once
// Ceremony files with something wrong in them, made on purpose and consistent everywhere else. For tests.
#include "curve/bulk.hpp"
#include "fft/fft.hpp"
#include "msm/msm.hpp"
#include "setup/phase1_hash.hpp"
#include "setup/phase1_key.hpp"
#include "setup/phase1_powers.hpp"
#include "setup/phase1_step.hpp"
#include "setup/phase1_testing.hpp"

namespace solemn::setup {

/// A ptau as bytes, to be edited.
class EditedFile {
 public:
  explicit EditedFile(const base::Path& path) : bytes_(contents(path)) {}

  std::size_t offset(std::uint32_t type) const { return find(type).first; }
  std::size_t size(std::uint32_t type) const { return find(type).second; }
  base::MutableByteSpan section(std::uint32_t type) {
    return base::MutableByteSpan(bytes_).subspan(offset(type), size(type));
  }
  template <class G>
  base::MutableByteSpan point(std::uint32_t type, std::size_t index) {
    return section(type).subspan(index * G::kBytes, G::kBytes);
  }
  template <class G>
  void set_point(std::uint32_t type, std::size_t index, const typename G::Affine& value) {
    curve::write_lem<G>(point<G>(type, index), value);
  }
  template <class G>
  void swap_points(std::uint32_t type, std::size_t a, std::size_t b) {
    std::swap_ranges(point<G>(type, a).begin(), point<G>(type, a).end(), point<G>(type, b).begin());
  }
  /// Section 7 may change its size.
  void replace_section7(base::ByteSpan records) {
    const auto [begin, old_size] = find(7);
    base::store_le64(base::MutableByteSpan(bytes_).subspan(begin - 8), records.size());
    const auto at = bytes_.begin() + static_cast<std::ptrdiff_t>(begin);
    bytes_.erase(at, at + static_cast<std::ptrdiff_t>(old_size));
    bytes_.insert(bytes_.begin() + static_cast<std::ptrdiff_t>(begin), records.begin(), records.end());
  }
  base::Bytes& bytes() noexcept { return bytes_; }
  base::Path save(const base::Path& path) const {
    base::write_file(path, bytes_, base::Overwrite::yes);
    return path;
  }

 private:
  std::pair<std::size_t, std::size_t> find(std::uint32_t type) const {
    const base::ByteSpan all(bytes_);
    for (std::size_t at = 12; at < all.size();) {
      const auto size = static_cast<std::size_t>(base::load_le64(all.subspan(at + 4)));
      if (base::load_le32(all.subspan(at)) == type) return {at + 12, size};
      at += 12 + size;
    }
    throw std::runtime_error("no such section");
  }
  base::Bytes bytes_;
};

template <class C>
std::vector<format::PtauContribution<C>> records_of(const base::Path& path) {
  return format::PtauReader<C>(path).read_contributions();
}

/// Rewrites section 7 with records that `edit` changed.
template <class C, class Edit>
base::Path with_records(const base::Path& in, const base::Path& out, Edit&& edit) {
  std::vector<format::PtauContribution<C>> records = records_of<C>(in);
  edit(records);
  EditedFile file(in);
  file.replace_section7(format::write_contributions<C>(records));
  return file.save(out);
}

/// Makes the recorded last challenge the hash of the points that are there, as a forger would.
template <class C>
base::Path with_right_challenge(const base::Path& path, const Context& context) {
  const format::PtauReader<C> reader(path);
  auto records = reader.read_contributions();
  const auto response = phase1::recorded_response<C>(records.back(), reader.header().ceremony_power);
  records.back().next_challenge =
      phase1::examine_powers<C>(reader, phase1::Accumulated<C>::after(records.back()), &*response, context)
          .challenge.value();
  return with_records<C>(path, path, [&](auto& all) { all = records; });
}

/// A point of the curve outside the prime-order subgroup. REQUIRES: a cofactor, so not G1 of BN254.
template <class G>
typename G::Affine outside_subgroup() {
  using F = typename G::Field;
  for (F x = F::one();; x += F::one()) {
    const auto y = (x * x * x + G::b()).sqrt_vartime();
    if (y && !curve::is_in_subgroup_reference<G>({x, *y})) return {x, *y};
  }
}

/// A step with chosen secrets, made the slow way: hashes and proofs are right whatever the secrets are.
template <class C>
base::Path forge_step(const base::Path& in, const base::Path& out, const typename C::Fr& tau,
                      const typename C::Fr& alpha, const typename C::Fr& beta, const Context& context) {
  using Fr = typename C::Fr;
  const format::PtauReader<C> reader(in);
  const auto standing = phase1::standing_of<C>(reader, context.progress);
  const unsigned power = reader.header().power;
  base::OutputFile file(out, base::Overwrite::yes);
  format::PtauWriter<C> writer(file, power, power, false);
  format::PtauContribution<C> step{};
  phase1::ResponseHash hash(standing.challenge);
  for (const format::PtauSection section : phase1::kMonomialSections) {
    phase1::with_group<C>(section, [&]<class G>() {
      std::vector<typename G::Affine> points(reader.points(section));
      std::vector<Fr> scalars(points.size());
      reader.template read<G>(section, 0, points, context.pool);
      const bool alphas = section == format::PtauSection::alpha_tau_g1;
      const bool taus = section == format::PtauSection::tau_g1 || section == format::PtauSection::tau_g2;
      fft::powers<Fr>(scalars, alphas ? alpha : taus ? Fr::one() : beta, tau, context.pool);
      msm::mul_each_vartime<G>(points, points, scalars, context.pool);
      base::Bytes compressed(points.size() * G::kCompressedBytes);
      curve::encode_points<G>(compressed, points, curve::Encoding::snarkjs_c, context.pool);
      hash.update(compressed);
      writer.begin(section);
      writer.template points<G>(points);
      writer.end();
      phase1::remember_first<C, G>(step, section, points);
    });
  }
  step.partial_hash = hash.save();
  const auto prove = [&](phase1::Personality who, const Fr& k) {
    typename format::TauKey<C>::One proof;
    proof.g1_s = curve::mul_reference<curve::G1<C>>(curve::G1<C>::generator(), Fr::from_u64(7)).to_affine();
    proof.g1_sx = curve::mul_reference<curve::G1<C>>(proof.g1_s, k).to_affine();
    const auto digest = phase1::proof_digest<C>(who, standing.challenge, proof.g1_s, proof.g1_sx);
    std::vector<typename curve::G2<C>::Affine> sp(1);
    curve::hash_to_g2_each<C>(sp, std::span(&digest, 1), context.pool);
    proof.g2_spx = curve::mul_reference<curve::G2<C>>(sp[0], k).to_affine();
    return proof;
  };
  step.key = {prove(phase1::Personality::tau, tau), prove(phase1::Personality::alpha, alpha),
              prove(phase1::Personality::beta, beta)};
  std::vector<format::PtauContribution<C>> records = standing.steps;
  records.push_back(step);
  writer.contributions(format::write_contributions<C>(records));
  writer.finish();
  file.commit();
  return with_right_challenge<C>(out, context);
}

}  // namespace solemn::setup
