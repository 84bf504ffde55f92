// Phase-2 parameters as bellman and its descendants exchange them.
#include "format/exports.hpp"
#include "format/malformed.hpp"
#include "format/point_stream.hpp"
#include "format/zkey_internal.hpp"

namespace solemn::format {

using internal::malformed;

namespace {

constexpr std::uint64_t kMaxContributions = std::uint64_t{1} << 20;

template <class C>
constexpr std::uint64_t kRecordBytes = 3 * curve::G1<C>::kBytes + curve::G2<C>::kBytes + 64;

void write_be32(base::OutputFile& out, std::uint64_t value) {
  std::array<std::byte, 4> bytes;
  base::store_be32(bytes, static_cast<std::uint32_t>(value));
  out.write(bytes);
}

template <class G>
void write_u(base::OutputFile& out, const typename G::Affine& point) {
  std::array<std::byte, G::kBytes> bytes;
  curve::write_snarkjs_u<G>(bytes, point);
  out.write(bytes);
}

// Reads a file from its begin to its end, compares every length with what is left before it allocates.
class Reader {
 public:
  Reader(const base::InputFile& file, base::Pool& pool) : file_(file), pool_(pool) {}
  std::uint64_t remaining() const noexcept { return file_.size() - at_; }

  void take(base::MutableByteSpan out) {
    if (out.size() > remaining()) malformed("the file ends too early");
    file_.read_at(at_, out);
    at_ += out.size();
  }
  std::uint32_t take_be32() {
    std::array<std::byte, 4> bytes;
    take(bytes);
    return base::load_be32(bytes);
  }
  template <class G>
  typename G::Affine take_point(const char* name) {
    std::array<std::byte, G::kBytes> bytes;
    take(bytes);
    const curve::Decoded<G> decoded = curve::read_snarkjs_u<G>(bytes, curve::Subgroup::check);
    if (decoded.status != curve::PointStatus::ok) internal::malformed_point(name, decoded.status);
    return decoded.point;
  }
  /// A count that must be `expected`, then so many points.
  template <class G>
  std::vector<typename G::Affine> take_points(const char* name, std::uint64_t expected, curve::Infinity infinity) {
    const std::uint64_t count = take_be32();
    if (count != expected) {
      malformed(std::string(name) + " has " + std::to_string(count) + " points, the key has " +
                std::to_string(expected));
    }
    if (count * G::kBytes > remaining()) malformed(std::string(name) + ": the file ends too early");
    std::vector<typename G::Affine> points(static_cast<std::size_t>(count));
    base::Bytes bytes(std::min(points.size(), internal::kStreamPoints) * G::kBytes);
    for (std::size_t done = 0; done < points.size(); done += internal::kStreamPoints) {
      const auto block = std::span(points).subspan(done, std::min(internal::kStreamPoints, points.size() - done));
      const auto encoded = base::MutableByteSpan(bytes).first(block.size() * G::kBytes);
      take(encoded);
      const curve::FirstBad bad =
          curve::decode_points<G>(block, encoded, curve::Encoding::snarkjs_u, infinity, curve::Subgroup::check, pool_);
      if (!bad.none()) internal::malformed_point(name, done + bad.index, bad.status);
    }
    return points;
  }

 private:
  const base::InputFile& file_;
  base::Pool& pool_;
  std::uint64_t at_ = 0;
};

template <class C>
ZkeyContribution<C> take_record(Reader& reader) {
  ZkeyContribution<C> record;
  record.delta_after = reader.take_point<curve::G1<C>>("deltaAfter");
  record.g1_s = reader.take_point<curve::G1<C>>("g1_s");
  record.g1_sx = reader.take_point<curve::G1<C>>("g1_sx");
  record.g2_spx = reader.take_point<curve::G2<C>>("g2_spx");
  reader.take(record.transcript);
  return record;
}

template <class C>
ZkeyChain<C> take_chain(Reader& reader) {
  ZkeyChain<C> chain;
  reader.take(chain.circuit_hash);
  const std::uint64_t count = reader.take_be32();
  if (count > kMaxContributions || count * kRecordBytes<C> != reader.remaining()) {
    malformed(std::to_string(count) + " contributions do not agree with the " + std::to_string(reader.remaining()) +
              " bytes at the end");
  }
  chain.contributions.reserve(static_cast<std::size_t>(count));
  for (std::uint64_t i = 0; i < count; ++i) {
    try {
      chain.contributions.push_back(take_record<C>(reader));
    } catch (const base::Error& error) { throw error.with_context("contribution " + std::to_string(i + 1)); }
  }
  return chain;
}

template <class C>
ZkeyHeader<C> take_header(Reader& reader, const ZkeyHeader<C>& expected) {
  ZkeyHeader<C> header = expected;
  header.alpha1 = reader.take_point<curve::G1<C>>("alpha1");
  header.beta1 = reader.take_point<curve::G1<C>>("beta1");
  header.beta2 = reader.take_point<curve::G2<C>>("beta2");
  header.gamma2 = reader.take_point<curve::G2<C>>("gamma2");
  header.delta1 = reader.take_point<curve::G1<C>>("delta1");
  header.delta2 = reader.take_point<curve::G2<C>>("delta2");
  return header;
}

}  // namespace

template <class C>
void write_mpcparams(base::OutputFile& out, const ZkeyReader<C>& zkey,
                     std::span<const typename curve::G1<C>::Affine> hb, base::Pool& pool) {
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  constexpr curve::Encoding kU = curve::Encoding::snarkjs_u;
  const ZkeyHeader<C>& header = zkey.header();
  ASSERT(hb.size() == header.domain_size - 1);
  const ZkeyChain<C> chain = zkey.read_chain(pool);
  write_u<G1>(out, header.alpha1);
  write_u<G1>(out, header.beta1);
  write_u<G2>(out, header.beta2);
  write_u<G2>(out, header.gamma2);
  write_u<G1>(out, header.delta1);
  write_u<G2>(out, header.delta2);
  write_be32(out, zkey.points(ZkeySection::ic));
  internal::copy_section<C, G1>(out, zkey, ZkeySection::ic, kU, pool);
  write_be32(out, hb.size());
  internal::write_points<G1>(out, hb, kU, pool);
  for (const ZkeySection section : {ZkeySection::c, ZkeySection::a, ZkeySection::b1}) {
    write_be32(out, zkey.points(section));
    internal::copy_section<C, G1>(out, zkey, section, kU, pool);
  }
  write_be32(out, zkey.points(ZkeySection::b2));
  internal::copy_section<C, G2>(out, zkey, ZkeySection::b2, kU, pool);
  out.write(chain.circuit_hash);
  write_be32(out, chain.contributions.size());
  for (const ZkeyContribution<C>& contribution : chain.contributions) out.write(contribution_public_key(contribution));
}

template <class C>
MpcParams<C> read_mpcparams(const base::Path& path, const ZkeyHeader<C>& expected, base::Pool& pool) {
  using G1 = curve::G1<C>;
  const base::InputFile file(path);
  return internal::naming(file, [&] {
    Reader reader(file, pool);
    MpcParams<C> params;
    params.header = take_header<C>(reader, expected);
    params.ic = reader.take_points<G1>("IC", std::uint64_t{expected.n_public} + 1, curve::Infinity::allow);
    params.hb = reader.take_points<G1>("H", expected.domain_size - 1, curve::Infinity::refuse);
    params.l = reader.take_points<G1>("L", expected.n_vars - expected.n_public - 1, curve::Infinity::allow);
    params.a = reader.take_points<G1>("A", expected.n_vars, curve::Infinity::allow);
    params.b1 = reader.take_points<G1>("B1", expected.n_vars, curve::Infinity::allow);
    params.b2 = reader.take_points<curve::G2<C>>("B2", expected.n_vars, curve::Infinity::allow);
    params.chain = take_chain<C>(reader);
    return params;
  });
}

using Bn = curve::Bn254;
using Bls = curve::Bls12_381;
template void write_mpcparams(base::OutputFile&, const ZkeyReader<Bn>&, std::span<const curve::G1<Bn>::Affine>,
                              base::Pool&);
template void write_mpcparams(base::OutputFile&, const ZkeyReader<Bls>&, std::span<const curve::G1<Bls>::Affine>,
                              base::Pool&);
template MpcParams<Bn> read_mpcparams(const base::Path&, const ZkeyHeader<Bn>&, base::Pool&);
template MpcParams<Bls> read_mpcparams(const base::Path&, const ZkeyHeader<Bls>&, base::Pool&);

}  // namespace solemn::format
