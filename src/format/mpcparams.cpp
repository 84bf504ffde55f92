// Phase-2 parameters as bellman and its descendants exchange them.
#include <algorithm>

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

/// The lists of points, in the order of the file.
struct List {
  ZkeySection section;
  const char* name;
};
constexpr std::array<List, 6> kLists = {{{ZkeySection::ic, "IC"},
                                         {ZkeySection::h, "H"},
                                         {ZkeySection::c, "L"},
                                         {ZkeySection::a, "A"},
                                         {ZkeySection::b1, "B1"},
                                         {ZkeySection::b2, "B2"}}};

std::size_t index_of(ZkeySection section) {
  const auto found = std::ranges::find(kLists, section, &List::section);
  ASSERT(found != kLists.end());
  return static_cast<std::size_t>(found - kLists.begin());
}

template <class C>
std::uint64_t expected_points(ZkeySection section, const ZkeyHeader<C>& key) {
  const std::uint64_t n_ic = std::uint64_t{key.n_public} + 1;
  if (section == ZkeySection::ic) return n_ic;
  if (section == ZkeySection::h) return key.domain_size - 1;
  return section == ZkeySection::c ? key.n_vars - n_ic : key.n_vars;
}

// Goes through a file from its begin to its end, compares every length with what is left.
class Cursor {
 public:
  explicit Cursor(const base::InputFile& file) : file_(file) {}
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
  /// A count that must be `expected`, and so many points, left unread. Returns where they begin.
  std::uint64_t pass_points(const char* name, std::uint64_t expected, std::uint64_t point_bytes) {
    const std::uint64_t count = take_be32();
    if (count != expected) {
      malformed(std::string(name) + " has " + std::to_string(count) + " points, the key has " +
                std::to_string(expected));
    }
    if (count * point_bytes > remaining()) malformed(std::string(name) + ": the file ends too early");
    const std::uint64_t begin = at_;
    at_ += count * point_bytes;
    return begin;
  }

 private:
  const base::InputFile& file_;
  std::uint64_t at_ = 0;
};

template <class C>
ZkeyContribution<C> take_record(Cursor& cursor) {
  ZkeyContribution<C> record;
  record.delta_after = cursor.take_point<curve::G1<C>>("deltaAfter");
  record.g1_s = cursor.take_point<curve::G1<C>>("g1_s");
  record.g1_sx = cursor.take_point<curve::G1<C>>("g1_sx");
  record.g2_spx = cursor.take_point<curve::G2<C>>("g2_spx");
  cursor.take(record.transcript);
  return record;
}

template <class C>
ZkeyChain<C> take_chain(Cursor& cursor) {
  ZkeyChain<C> chain;
  cursor.take(chain.circuit_hash);
  const std::uint64_t count = cursor.take_be32();
  if (count > kMaxContributions || count * kRecordBytes<C> != cursor.remaining()) {
    malformed(std::to_string(count) + " contributions do not agree with the " + std::to_string(cursor.remaining()) +
              " bytes at the end");
  }
  chain.contributions.reserve(static_cast<std::size_t>(count));
  for (std::uint64_t i = 0; i < count; ++i) {
    try {
      chain.contributions.push_back(take_record<C>(cursor));
    } catch (const base::Error& error) { throw error.with_context("contribution " + std::to_string(i + 1)); }
  }
  return chain;
}

template <class C>
void take_header(Cursor& cursor, ZkeyHeader<C>& header) {
  header.alpha1 = cursor.take_point<curve::G1<C>>("alpha1");
  header.beta1 = cursor.take_point<curve::G1<C>>("beta1");
  header.beta2 = cursor.take_point<curve::G2<C>>("beta2");
  header.gamma2 = cursor.take_point<curve::G2<C>>("gamma2");
  header.delta1 = cursor.take_point<curve::G1<C>>("delta1");
  header.delta2 = cursor.take_point<curve::G2<C>>("delta2");
}

}  // namespace

template <class C>
void write_mpcparams(base::OutputFile& out, const ZkeyReader<C>& zkey, const PointSource<curve::G1<C>>& hb,
                     base::Pool& pool, base::Progress& progress) {
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  const ZkeyHeader<C>& header = zkey.header();
  ASSERT(hb.count == header.domain_size - 1);
  const ZkeyChain<C> chain = zkey.read_chain(pool);
  write_u<G1>(out, header.alpha1);
  write_u<G1>(out, header.beta1);
  write_u<G2>(out, header.beta2);
  write_u<G2>(out, header.gamma2);
  write_u<G1>(out, header.delta1);
  write_u<G2>(out, header.delta2);
  const auto list = [&]<class G>(const PointSource<G>& points) {
    write_be32(out, points.count);
    internal::write_points<G>(out, points, curve::Encoding::snarkjs_u, pool, progress);
  };
  for (const List& entry : kLists) {
    if (entry.section == ZkeySection::h) {
      list(hb);
    } else if (entry.section == ZkeySection::b2) {
      list(internal::section_points<C, G2>(zkey, entry.section, pool));
    } else {
      list(internal::section_points<C, G1>(zkey, entry.section, pool));
    }
  }
  out.write(chain.circuit_hash);
  write_be32(out, chain.contributions.size());
  for (const ZkeyContribution<C>& contribution : chain.contributions) out.write(contribution_public_key(contribution));
}

template <class C>
MpcParamsReader<C>::MpcParamsReader(const base::Path& path, const ZkeyHeader<C>& expected)
    : file_(path), header_(expected) {
  internal::naming(file_, [&] {
    Cursor cursor(file_);
    take_header<C>(cursor, header_);
    for (std::size_t i = 0; i < kLists.size(); ++i) {
      const std::uint64_t point_bytes =
          kLists[i].section == ZkeySection::b2 ? curve::G2<C>::kBytes : curve::G1<C>::kBytes;
      offsets_[i] = cursor.pass_points(kLists[i].name, points(kLists[i].section), point_bytes);
    }
    chain_ = take_chain<C>(cursor);
  });
}

template <class C>
std::uint64_t MpcParamsReader<C>::points(ZkeySection list) const {
  return expected_points<C>(list, header_);
}

template <class C>
template <class G>
void MpcParamsReader<C>::read(ZkeySection list, std::uint64_t first_point, std::span<typename G::Affine> out,
                              base::Pool& pool) const {
  ASSERT((list == ZkeySection::b2) == (G::kIndex == 2));
  ASSERT(first_point <= points(list) && out.size() <= points(list) - first_point);
  const std::size_t index = index_of(list);
  const auto infinity = list == ZkeySection::h ? curve::Infinity::refuse : curve::Infinity::allow;
  base::Bytes bytes(std::min(out.size(), internal::kStreamPoints) * G::kBytes);
  internal::naming(file_, [&] {
    for (std::size_t done = 0; done < out.size(); done += internal::kStreamPoints) {
      const auto block = out.subspan(done, std::min(internal::kStreamPoints, out.size() - done));
      const auto encoded = base::MutableByteSpan(bytes).first(block.size() * G::kBytes);
      file_.read_at(offsets_[index] + (first_point + done) * G::kBytes, encoded);
      const curve::FirstBad bad =
          curve::decode_points<G>(block, encoded, curve::Encoding::snarkjs_u, infinity, curve::Subgroup::check, pool);
      if (!bad.none()) internal::malformed_point(kLists[index].name, first_point + done + bad.index, bad.status);
    }
  });
}

#define SOLEMN_INSTANTIATE(C)                                                                                       \
  template void write_mpcparams(base::OutputFile&, const ZkeyReader<C>&, const PointSource<curve::G1<C>>&,          \
                                base::Pool&, base::Progress&);                                                      \
  template class MpcParamsReader<C>;                                                                                \
  template void MpcParamsReader<C>::read<curve::G1<C>>(ZkeySection, std::uint64_t, std::span<curve::G1<C>::Affine>, \
                                                       base::Pool&) const;                                          \
  template void MpcParamsReader<C>::read<curve::G2<C>>(ZkeySection, std::uint64_t, std::span<curve::G2<C>::Affine>, \
                                                       base::Pool&) const;
SOLEMN_INSTANTIATE(curve::Bn254)
SOLEMN_INSTANTIATE(curve::Bls12_381)
#undef SOLEMN_INSTANTIATE

}  // namespace solemn::format
