#include "format/samples.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <random>

#include "base/error.hpp"

namespace solemn::format::samples {

namespace {

void append(base::Bytes& out, base::ByteSpan bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void append_le(base::Bytes& out, std::uint64_t value, std::size_t n_bytes) {
  for (std::size_t i = 0; i < n_bytes; ++i) out.push_back(static_cast<std::byte>(value >> (8 * i)));
}

base::Bytes section(std::uint32_t type, const base::Bytes& content) {
  base::Bytes out;
  append_le(out, type, 4);
  append_le(out, content.size(), 8);
  append(out, content);
  return out;
}

template <class F>
void append_prime(base::Bytes& out) {
  append_le(out, F::kBytes, 4);
  for (const std::uint64_t limb : F::Params::kModulus) append_le(out, limb, 8);
}

template <class G>
typename G::Affine multiple(std::uint64_t k) {
  return multiples<G>(k, 1)[0];
}

base::Hash64 some_hash(unsigned seed) {
  base::Hash64 out;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::byte>(seed + 7 * i);
  return out;
}

ClaimedParams claimed(bool beacon) {
  ClaimedParams params;
  params.name = beacon ? "final" : "Ada";
  if (beacon) {
    params.type = ContributionType::beacon;
    params.iterations_exp = 10;
    params.beacon = base::Bytes(32, std::byte{0x5a});
  }
  return params;
}

template <class C>
void write_ptau(base::OutputFile& out, unsigned power, bool prepared) {
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  PtauWriter<C> writer(out, power, power + 1, prepared);
  const auto write_section = [&](PtauSection which) {
    writer.begin(which);
    const std::size_t n = ptau_section_points(which, power);
    if (ptau_section_is_g2(which)) {
      writer.template points<G2>(multiples<G2>(2, n));
    } else {
      writer.template points<G1>(multiples<G1>(2, n));
    }
    writer.end();
  };
  for (std::uint32_t s = 2; s <= 6; ++s) write_section(static_cast<PtauSection>(s));
  writer.contributions(write_contributions<C>(ptau_contributions<C>()));
  for (std::uint32_t s = 12; prepared && s <= 15; ++s) write_section(static_cast<PtauSection>(s));
  writer.finish();
}

template <class C>
void write_zkey(base::OutputFile& out) {
  using G1 = curve::G1<C>;
  using Fr = typename C::Fr;
  const ZkeyHeader<C> header = zkey_header<C>();
  const std::vector<ZkeyCoef<C>> coefs = {{0, 0, 1, Fr::one()}, {1, 0, 3, -Fr::one()}, {0, 2, 0, Fr::from_u64(77)}};
  ZkeyWriter<C> writer(out, header);
  const auto g1 = [&](ZkeySection which, std::size_t n) {
    writer.begin(which, zkey_section_bytes(which, header, 0));
    writer.template points<G1>(multiples<G1>(11, n));
    writer.end();
  };
  g1(ZkeySection::ic, header.n_public + 1);
  writer.begin(ZkeySection::coefs, zkey_section_bytes(ZkeySection::coefs, header, coefs.size()));
  base::Bytes count;
  append_le(count, coefs.size(), 4);
  writer.raw(count);
  writer.coefs(coefs);
  writer.end();
  g1(ZkeySection::a, header.n_vars);
  g1(ZkeySection::b1, header.n_vars);
  writer.begin(ZkeySection::b2, zkey_section_bytes(ZkeySection::b2, header, 0));
  std::vector<typename curve::G2<C>::Affine> b2 = multiples<curve::G2<C>>(11, header.n_vars);
  b2[1] = curve::G2<C>::Affine::infinity();  // an unused signal
  writer.template points<curve::G2<C>>(b2);
  writer.end();
  g1(ZkeySection::c, header.n_vars - header.n_public - 1);
  g1(ZkeySection::h, header.domain_size);
  writer.chain(zkey_chain<C>());
  writer.finish();
}

}  // namespace

MemoryFile::MemoryFile(base::ByteSpan bytes) : descriptor_(memfd_create("sample", MFD_CLOEXEC)) {
  ASSERT(descriptor_ >= 0);
  while (!bytes.empty()) {
    const ssize_t n = ::write(descriptor_, bytes.data(), bytes.size());
    ASSERT(n > 0);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

MemoryFile::~MemoryFile() { close(descriptor_); }

base::Path MemoryFile::path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

base::Bytes written(const std::function<void(base::OutputFile&)>& write) {
  std::string folder = (std::filesystem::temp_directory_path() / "solemn-sample-XXXXXX").native();
  ASSERT(mkdtemp(folder.data()) != nullptr);
  const base::Path path = base::Path(folder) / "file";
  {
    base::OutputFile out(path, base::Overwrite::no);
    write(out);
    out.commit();
  }
  base::Bytes bytes = base::read_file(path, std::uint64_t{1} << 30);
  std::filesystem::remove_all(folder);
  return bytes;
}

template <class G>
std::vector<typename G::Affine> multiples(std::uint64_t first, std::size_t n) {
  const std::array<std::uint64_t, 1> k = {first};
  typename G::Jacobian p = curve::mul_integer_vartime<G>(G::generator(), k);
  std::vector<typename G::Affine> out;
  for (std::size_t i = 0; i < n; ++i) {
    out.push_back(p.to_affine_vartime());
    p = add_vartime(p, G::generator());
  }
  return out;
}

template <class C>
std::vector<PtauContribution<C>> ptau_contributions() {
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  std::vector<PtauContribution<C>> out;
  for (unsigned i = 0; i < 2; ++i) {
    const auto a = multiples<G1>(100 + 20 * i, 9);
    const auto b = multiples<G2>(100 + 20 * i, 5);
    PtauContribution<C> record{a[0], b[0],         a[1],
                               a[2], b[1],         {{a[3], a[4], b[2]}, {a[5], a[6], b[3]}, {a[7], a[8], b[4]}},
                               {},   some_hash(i), claimed(i == 1)};
    record.partial_hash[200] = std::byte{96};
    out.push_back(record);
  }
  return out;
}

template <class C>
base::Bytes ptau(unsigned power, PtauKind kind) {
  if (kind != PtauKind::no_points) {
    return written([&](base::OutputFile& out) { write_ptau<C>(out, power, kind == PtauKind::prepared); });
  }
  base::Bytes header, out;
  append_prime<typename C::Fq>(header);
  append_le(header, power, 4);
  append_le(header, power, 4);
  append(out, base::as_bytes("ptau"));
  append_le(out, 1, 4);
  append_le(out, 2, 4);
  append(out, section(1, header));
  append(out, section(7, write_contributions<C>(ptau_contributions<C>())));
  return out;
}

template <class C>
ZkeyHeader<C> zkey_header() {
  using G1 = curve::G1<C>;
  using G2 = curve::G2<C>;
  return {
      4, 1, 4, 2, multiple<G1>(2), multiple<G1>(3), multiple<G2>(3), multiple<G2>(1), multiple<G1>(5), multiple<G2>(5)};
}

template <class C>
ZkeyChain<C> zkey_chain() {
  using G1 = curve::G1<C>;
  ZkeyChain<C> chain;
  chain.circuit_hash = some_hash(3);
  for (unsigned i = 0; i < 2; ++i) {
    const auto p = multiples<G1>(50 + 10 * i, 3);
    chain.contributions.push_back(
        {p[0], p[1], p[2], multiple<curve::G2<C>>(60 + i), some_hash(40 + i), claimed(i == 1)});
  }
  return chain;
}

template <class C>
base::Bytes zkey() {
  return written([](base::OutputFile& out) { write_zkey<C>(out); });
}

template <class C>
base::Bytes r1cs(R1csOrder order) {
  base::Bytes header, constraints, labels;
  append_prime<typename C::Fr>(header);
  for (const std::uint32_t n : {5U, 1U, 1U, 1U}) append_le(header, n, 4);  // wires, outputs, public and private inputs
  append_le(header, 9, 8);
  append_le(header, 2, 4);
  std::array<std::byte, 32> value{};
  for (std::uint32_t i = 0; i < 6; ++i) {  // two constraints of three combinations with 0, 1, 2, 0, 1, 2 terms
    append_le(constraints, i % 3, 4);
    for (std::uint32_t term = 0; term < i % 3; ++term) {
      append_le(constraints, (i + term) % 5, 4);
      (-C::Fr::from_u64(i)).write_le(value);
      append(constraints, value);
    }
  }
  for (std::uint64_t wire = 0; wire < 5; ++wire) append_le(labels, wire, 8);
  base::Bytes out;
  append(out, base::as_bytes("r1cs"));
  append_le(out, 1, 4);
  append_le(out, 3, 4);
  if (order == R1csOrder::header_first) append(out, section(1, header));
  append(out, section(2, constraints));
  if (order == R1csOrder::constraints_first) append(out, section(1, header));
  append(out, section(3, labels));
  return out;
}

namespace {

base::Bytes r1cs_file(const base::Bytes& header, const base::Bytes& constraints, std::uint32_t n_wires) {
  base::Bytes labels, out;
  for (std::uint64_t wire = 0; wire < n_wires; ++wire) append_le(labels, wire, 8);
  append(out, base::as_bytes("r1cs"));
  append_le(out, 1, 4);
  append_le(out, 3, 4);
  append(out, section(1, header));
  append(out, section(2, constraints));
  append(out, section(3, labels));
  return out;
}

}  // namespace

template <class C>
base::Bytes squares_r1cs(std::uint32_t n_constraints) {
  base::Bytes header, constraints;
  const std::uint32_t n_wires = n_constraints + 2;  // 1, y, x, x^2, x^4, ...
  append_prime<typename C::Fr>(header);
  for (const std::uint32_t n : {n_wires, 1U, 0U, 1U}) append_le(header, n, 4);
  append_le(header, n_wires, 8);
  append_le(header, n_constraints, 4);
  std::array<std::byte, 32> one{};
  C::Fr::one().write_le(one);
  for (std::uint32_t i = 0; i < n_constraints; ++i) {
    for (const std::uint32_t wire : {i + 2, i + 2, i + 1 < n_constraints ? i + 3 : 1}) {
      append_le(constraints, 1, 4);
      append_le(constraints, wire, 4);
      append(constraints, one);
    }
  }
  return r1cs_file(header, constraints, n_wires);
}

template <class C>
base::Bytes mixed_r1cs(std::uint32_t n_wires, std::span<const std::uint32_t> sizes, std::uint32_t n_public) {
  using Fr = typename C::Fr;
  base::Bytes header, constraints;
  append_prime<Fr>(header);
  for (const std::uint32_t n : {n_wires, n_public, 0U, 1U}) append_le(header, n, 4);
  append_le(header, n_wires, 8);
  append_le(header, sizes.size() / 3, 4);
  std::mt19937_64 rng(sizes.size());
  Fr large = Fr::from_u64(rng());
  std::array<std::byte, Fr::kBytes> value{};
  for (const std::uint32_t size : sizes) {
    append_le(constraints, size, 4);
    for (std::uint32_t term = 0; term < size; ++term) {
      large = large.square();
      const std::array<Fr, 5> coefficients = {Fr::zero(), Fr::one(), -Fr::one(), Fr::from_u64(rng() % 1000), large};
      append_le(constraints, rng() % n_wires, 4);
      coefficients[rng() % coefficients.size()].write_le(value);
      append(constraints, value);
    }
  }
  return r1cs_file(header, constraints, n_wires);
}

template <class C>
base::Bytes repeated_r1cs(std::uint32_t n_terms, std::uint64_t coefficient) {
  using Fr = typename C::Fr;
  constexpr std::uint32_t kWires = 4;
  base::Bytes header, constraints;
  append_prime<Fr>(header);
  for (const std::uint32_t n : {kWires, 1U, 0U, 1U}) append_le(header, n, 4);
  append_le(header, kWires, 8);
  append_le(header, 1, 4);
  std::array<std::byte, Fr::kBytes> value{};
  Fr::from_u64(coefficient).write_le(value);
  for (int side = 0; side < 3; ++side) {
    append_le(constraints, n_terms, 4);
    for (std::uint32_t term = 0; term < n_terms; ++term) {
      append_le(constraints, 2, 4);
      append(constraints, value);
    }
  }
  return r1cs_file(header, constraints, kWires);
}

template <class C>
base::Bytes wtns() {
  using Fr = typename C::Fr;
  const std::vector<Fr> values = {Fr::one(), Fr::from_u64(33), -Fr::one(), Fr::zero()};
  return written([&](base::OutputFile& out) { write_wtns<C>(out, values); });
}

template <class C>
VerifyingKey<C> verifying_key(std::size_t n_public) {
  using G2 = curve::G2<C>;
  return {multiple<curve::G1<C>>(2), multiple<G2>(3), multiple<G2>(4), multiple<G2>(5),
          multiples<curve::G1<C>>(6, n_public + 1)};
}

template <class C>
Proof<C> proof() {
  return {multiple<curve::G1<C>>(2), multiple<curve::G2<C>>(3), multiple<curve::G1<C>>(4)};
}

template <class C>
base::Bytes mpcparams() {
  const base::Bytes key = zkey<C>();
  const MemoryFile file(key);
  base::Pool pool(1);
  const ZkeyReader<C> reader(file.path());
  const auto hb = multiples<curve::G1<C>>(30, reader.header().domain_size - 1);
  return written([&](base::OutputFile& out) { write_mpcparams<C>(out, reader, hb, pool); });
}

using Bn = curve::Bn254;
using Bls = curve::Bls12_381;
template std::vector<curve::G1<Bn>::Affine> multiples<curve::G1<Bn>>(std::uint64_t, std::size_t);
template std::vector<curve::G2<Bn>::Affine> multiples<curve::G2<Bn>>(std::uint64_t, std::size_t);
template std::vector<curve::G1<Bls>::Affine> multiples<curve::G1<Bls>>(std::uint64_t, std::size_t);
template std::vector<curve::G2<Bls>::Affine> multiples<curve::G2<Bls>>(std::uint64_t, std::size_t);
template base::Bytes ptau<Bn>(unsigned, PtauKind);
template base::Bytes ptau<Bls>(unsigned, PtauKind);
template std::vector<PtauContribution<Bn>> ptau_contributions();
template std::vector<PtauContribution<Bls>> ptau_contributions();
template base::Bytes zkey<Bn>();
template base::Bytes zkey<Bls>();
template ZkeyHeader<Bn> zkey_header();
template ZkeyHeader<Bls> zkey_header();
template ZkeyChain<Bn> zkey_chain();
template ZkeyChain<Bls> zkey_chain();
template base::Bytes r1cs<Bn>(R1csOrder);
template base::Bytes r1cs<Bls>(R1csOrder);
template base::Bytes squares_r1cs<Bn>(std::uint32_t);
template base::Bytes squares_r1cs<Bls>(std::uint32_t);
template base::Bytes mixed_r1cs<Bn>(std::uint32_t, std::span<const std::uint32_t>, std::uint32_t);
template base::Bytes mixed_r1cs<Bls>(std::uint32_t, std::span<const std::uint32_t>, std::uint32_t);
template base::Bytes repeated_r1cs<Bn>(std::uint32_t, std::uint64_t);
template base::Bytes repeated_r1cs<Bls>(std::uint32_t, std::uint64_t);
template base::Bytes wtns<Bn>();
template base::Bytes wtns<Bls>();
template VerifyingKey<Bn> verifying_key(std::size_t);
template VerifyingKey<Bls> verifying_key(std::size_t);
template Proof<Bn> proof();
template Proof<Bls> proof();
template base::Bytes mpcparams<Bn>();
template base::Bytes mpcparams<Bls>();

}  // namespace solemn::format::samples

namespace solemn::format {

namespace {

template <class G, class C>
std::vector<typename G::Affine> all_points(const MpcParamsReader<C>& reader, ZkeySection list, base::Pool& pool) {
  std::vector<typename G::Affine> points(static_cast<std::size_t>(reader.points(list)));
  const std::size_t half = points.size() / 2;
  reader.template read<G>(list, 0, std::span(points).first(half), pool);
  reader.template read<G>(list, half, std::span(points).subspan(half), pool);
  return points;
}

}  // namespace

template <class C>
MpcParams<C> read_mpcparams(const base::Path& path, const ZkeyHeader<C>& expected, base::Pool& pool) {
  const MpcParamsReader<C> reader(path, expected);
  const auto g1 = [&](ZkeySection list) { return all_points<curve::G1<C>>(reader, list, pool); };
  return {reader.header(),
          g1(ZkeySection::ic),
          g1(ZkeySection::h),
          g1(ZkeySection::c),
          g1(ZkeySection::a),
          g1(ZkeySection::b1),
          all_points<curve::G2<C>>(reader, ZkeySection::b2, pool),
          reader.chain()};
}

template MpcParams<curve::Bn254> read_mpcparams(const base::Path&, const ZkeyHeader<curve::Bn254>&, base::Pool&);
template MpcParams<curve::Bls12_381> read_mpcparams(const base::Path&, const ZkeyHeader<curve::Bls12_381>&,
                                                    base::Pool&);

}  // namespace solemn::format
