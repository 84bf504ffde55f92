// Groth16 keys as ark-groth16 serialises them.
#include "format/exports.hpp"
#include "format/malformed.hpp"
#include "format/point_stream.hpp"
#include "format/zkey_internal.hpp"

namespace solemn::format {

using internal::malformed;

namespace {

constexpr curve::Encoding encoding_of(curve::Form form) noexcept {
  return form == curve::Form::compressed ? curve::Encoding::arkworks_compressed
                                         : curve::Encoding::arkworks_uncompressed;
}

template <class C>
constexpr std::uint64_t key_points_bytes(curve::Form form) noexcept {
  return curve::encoded_bytes<curve::G1<C>>(form) + 3 * curve::encoded_bytes<curve::G2<C>>(form);
}

class KeyWriter {
 public:
  KeyWriter(base::Bytes& out, curve::Form form) : out_(out), form_(form) {}
  template <class G>
  void point(const typename G::Affine& point) {
    const std::size_t begin = out_.size();
    out_.resize(begin + curve::encoded_bytes<G>(form_));
    curve::write_arkworks<G>(base::MutableByteSpan(out_).subspan(begin), point, form_);
  }
  void count(std::uint64_t n) {
    const std::size_t begin = out_.size();
    out_.resize(begin + 8);
    base::store_le64(base::MutableByteSpan(out_).subspan(begin), n);
  }

 private:
  base::Bytes& out_;
  curve::Form form_;
};

/// What comes before gamma_abc_g1.
template <class C>
void write_key_points(KeyWriter& writer, const VerifyingKey<C>& vk) {
  writer.point<curve::G1<C>>(vk.alpha1);
  writer.point<curve::G2<C>>(vk.beta2);
  writer.point<curve::G2<C>>(vk.gamma2);
  writer.point<curve::G2<C>>(vk.delta2);
}

template <class G>
typename G::Affine take_point(base::ByteSpan& in, curve::Form form, const std::string& name, curve::Infinity infinity) {
  const std::size_t n = curve::encoded_bytes<G>(form);
  const curve::Decoded<G> decoded = curve::read_arkworks<G>(in.first(n), form, curve::Subgroup::check);
  in = in.subspan(n);
  const bool allowed = decoded.status == curve::PointStatus::infinity && infinity == curve::Infinity::allow;
  if (decoded.status != curve::PointStatus::ok && !allowed) internal::malformed_point(name, decoded.status);
  return decoded.point;
}

// The number of gamma_abc points when `bytes` is exactly as long as its count says in this form; 0 otherwise.
template <class C>
std::uint64_t count_in_form(base::ByteSpan bytes, curve::Form form) {
  const std::uint64_t begin = key_points_bytes<C>(form);
  const std::uint64_t point_bytes = curve::encoded_bytes<curve::G1<C>>(form);
  if (bytes.size() < begin + 8 + point_bytes) return 0;
  const std::uint64_t count = base::load_le64(bytes.subspan(static_cast<std::size_t>(begin)));
  const std::uint64_t rest = bytes.size() - begin - 8;
  return rest % point_bytes == 0 && count == rest / point_bytes ? count : 0;
}

template <class C>
VerifyingKey<C> read_in_form(base::ByteSpan in, curve::Form form, std::uint64_t count) {
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  VerifyingKey<C> vk;
  vk.alpha1 = take_point<G1>(in, form, "alpha_g1", curve::Infinity::refuse);
  vk.beta2 = take_point<G2>(in, form, "beta_g2", curve::Infinity::refuse);
  vk.gamma2 = take_point<G2>(in, form, "gamma_g2", curve::Infinity::refuse);
  vk.delta2 = take_point<G2>(in, form, "delta_g2", curve::Infinity::refuse);
  in = in.subspan(8);
  vk.ic.reserve(static_cast<std::size_t>(count));
  for (std::uint64_t i = 0; i < count; ++i) {
    vk.ic.push_back(take_point<G1>(in, form, "gamma_abc_g1[" + std::to_string(i) + "]", curve::Infinity::allow));
  }
  ASSERT(in.empty());
  return vk;
}

}  // namespace

template <class C>
VerifyingKey<C> verifying_key(const ZkeyReader<C>& zkey, base::Pool& pool) {
  const ZkeyHeader<C>& header = zkey.header();
  VerifyingKey<C> vk{header.alpha1, header.beta2, header.gamma2, header.delta2, {}};
  vk.ic.resize(static_cast<std::size_t>(zkey.points(ZkeySection::ic)));
  zkey.template read<curve::G1<C>>(ZkeySection::ic, 0, vk.ic, pool);
  const auto bad = curve::check_points<curve::G1<C>>(vk.ic, curve::Infinity::allow, curve::Subgroup::check, pool);
  internal::naming(zkey.file(), [&] {
    if (!bad.none()) internal::malformed_point("section 3", bad.index, bad.status);
  });
  return vk;
}

template <class C>
base::Bytes write_arkworks_vk(const VerifyingKey<C>& vk, curve::Form form) {
  base::Bytes out;
  KeyWriter writer(out, form);
  write_key_points(writer, vk);
  writer.count(vk.ic.size());
  for (const auto& point : vk.ic) writer.point<curve::G1<C>>(point);
  return out;
}

template <class C>
VerifyingKey<C> read_arkworks_vk(base::ByteSpan bytes) {
  const std::uint64_t n_compressed = count_in_form<C>(bytes, curve::Form::compressed);
  const std::uint64_t n_uncompressed = count_in_form<C>(bytes, curve::Form::uncompressed);
  if (n_compressed == 0 && n_uncompressed == 0) {
    malformed("not an arkworks verification key for " + std::string(curve_name(C::kId)) + ": the length is wrong");
  }
  if (n_compressed == 0) return read_in_form<C>(bytes, curve::Form::uncompressed, n_uncompressed);
  if (n_uncompressed == 0) return read_in_form<C>(bytes, curve::Form::compressed, n_compressed);
  // The length fits both: bytes inside a point happen to look like a count. Only one of them decodes.
  try {
    return read_in_form<C>(bytes, curve::Form::compressed, n_compressed);
  } catch (const base::Error&) { return read_in_form<C>(bytes, curve::Form::uncompressed, n_uncompressed); }
}

template <class C>
void write_arkworks_pk(base::OutputFile& out, const ZkeyReader<C>& zkey, const PointSource<curve::G1<C>>& h_monomial,
                       curve::Form form, base::Pool& pool, base::Progress& progress) {
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  const ZkeyHeader<C>& header = zkey.header();
  ASSERT(h_monomial.count == header.domain_size - 1);
  base::Bytes bytes;
  KeyWriter writer(bytes, form);
  const auto list = [&]<class G>(const PointSource<G>& points) {
    writer.count(points.count);
    out.write(bytes);
    bytes.clear();
    internal::write_points<G>(out, points, encoding_of(form), pool, progress);
  };
  const auto g1 = [&](ZkeySection section) { return internal::section_points<C, G1>(zkey, section, pool); };
  write_key_points<C>(writer, {header.alpha1, header.beta2, header.gamma2, header.delta2, {}});
  list(g1(ZkeySection::ic));
  writer.template point<G1>(header.beta1);
  writer.template point<G1>(header.delta1);
  list(g1(ZkeySection::a));
  list(g1(ZkeySection::b1));
  list(internal::section_points<C, G2>(zkey, ZkeySection::b2, pool));
  list(h_monomial);
  list(g1(ZkeySection::c));
}

using Bn = curve::Bn254;
using Bls = curve::Bls12_381;
template VerifyingKey<Bn> verifying_key(const ZkeyReader<Bn>&, base::Pool&);
template VerifyingKey<Bls> verifying_key(const ZkeyReader<Bls>&, base::Pool&);
template base::Bytes write_arkworks_vk(const VerifyingKey<Bn>&, curve::Form);
template base::Bytes write_arkworks_vk(const VerifyingKey<Bls>&, curve::Form);
template VerifyingKey<Bn> read_arkworks_vk<Bn>(base::ByteSpan);
template VerifyingKey<Bls> read_arkworks_vk<Bls>(base::ByteSpan);
template void write_arkworks_pk(base::OutputFile&, const ZkeyReader<Bn>&, const PointSource<curve::G1<Bn>>&,
                                curve::Form, base::Pool&, base::Progress&);
template void write_arkworks_pk(base::OutputFile&, const ZkeyReader<Bls>&, const PointSource<curve::G1<Bls>>&,
                                curve::Form, base::Pool&, base::Progress&);

}  // namespace solemn::format
