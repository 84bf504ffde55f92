// Our side of bench/peers/peers.py, which names the files:
//
//   make CURVE.GROUP COUNT POINTS SCALARS           the inputs of all: the same for the same count
//   each|msm CURVE.GROUP POINTS SCALARS RUNS OUT    every product, or their sum; prints processor seconds of each run
//   contribute CHALLENGE SECRETS OUT                points after a contribution of these tau, alpha, beta (BN254)
//
// Points are big-endian x, y, the imaginary part first; scalars 32 bytes, big-endian. One thread.
#include <time.h>

#include <cstdio>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "curve/encoding.hpp"
#include "msm/msm.hpp"
#include "msm/random.hpp"

namespace solemn {
namespace {

using Words = std::span<const std::string>;
constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 32;

template <class G>
std::vector<typename G::Affine> read_points(base::ByteSpan bytes) {
  std::vector<typename G::Affine> out;
  for (std::size_t at = 0; at < bytes.size(); at += G::kBytes) {
    const auto decoded = curve::read_snarkjs_u<G>(bytes.subspan(at, G::kBytes), curve::Subgroup::unchecked);
    if (decoded.status != curve::PointStatus::ok) throw base::Error(base::Code::malformed, "no point of the curve");
    out.push_back(decoded.point);
  }
  return out;
}

template <class F>
std::vector<F> read_scalars(const base::Path& path) {
  const auto bytes = base::read_file(path, kMaxBytes);
  std::vector<F> out;
  for (std::size_t at = 0; at < bytes.size(); at += F::kBytes) {
    const auto k = F::read_be(base::ByteSpan(bytes).subspan(at, F::kBytes));
    if (!k) throw base::Error(base::Code::malformed, "no scalar in " + path.string());
    out.push_back(*k);
  }
  return out;
}

template <class G>
base::Bytes encode(std::span<const typename G::Affine> points) {
  base::Bytes out(points.size() * G::kBytes);
  for (std::size_t i = 0; i < points.size(); ++i) {
    curve::write_snarkjs_u<G>(std::span(out).subspan(i * G::kBytes, G::kBytes), points[i]);
  }
  return out;
}

void write(const base::Path& path, base::ByteSpan bytes) { base::write_file(path, bytes, base::Overwrite::yes); }

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class G>
void make(Words words, base::Pool& pool) {
  const std::size_t count = std::stoull(words[0]);
  const std::vector<std::byte> seed(32);
  std::vector<typename G::Scalar> scalars(count);
  std::vector<typename G::Affine> points(count);
  msm::random_elements(std::span(scalars), "bench.points", seed);
  msm::mul_base_vartime<G>(points, G::generator(), scalars, pool);
  msm::random_elements(std::span(scalars), "bench.scalars", seed);
  base::Bytes bytes(count * G::Scalar::kBytes);
  for (std::size_t i = 0; i < count; ++i) scalars[i].write_be(std::span(bytes).subspan(i * 32, 32));
  write(words[1], encode<G>(points));
  write(words[2], bytes);
}

template <class G>
void measure(const std::string& work, Words words, base::Pool& pool) {
  const auto points = read_points<G>(base::read_file(words[0], kMaxBytes));
  const auto scalars = read_scalars<typename G::Scalar>(words[1]);
  std::vector<typename G::Affine> out(work == "msm" ? 1 : points.size());
  for (int run = std::stoi(words[2]); run > 0; --run) {
    const double start = processor_seconds();
    if (work == "msm") {
      out[0] = msm::msm_vartime<G>(points, scalars, pool).to_affine();
    } else {
      msm::mul_each<G>(out, points, scalars, pool);
    }
    std::printf("%.6f\n", processor_seconds() - start);
  }
  write(words[3], encode<G>(out));
}

/// Points of a challenge file: tau in G1 (2n - 1), tau in G2 (n), alpha tau (n), beta tau (n), beta in G2, after 64
/// bytes of hash.
void contribute(Words words, base::Pool& pool) {
  using G1 = curve::G1<curve::Bn254>;
  using G2 = curve::G2<curve::Bn254>;
  using Fr = curve::Bn254::Fr;
  const auto challenge = base::read_file(words[0], kMaxBytes);
  const auto secrets = read_scalars<Fr>(words[1]);
  const std::size_t n = (challenge.size() - 64 - G2::kBytes + G1::kBytes) / (4 * G1::kBytes + G2::kBytes);
  base::Bytes out(challenge.begin(), challenge.begin() + 64);
  const auto section = [&]<class G>(std::size_t count, const Fr& first) {
    auto points = read_points<G>(base::ByteSpan(challenge).subspan(out.size(), count * G::kBytes));
    std::vector<Fr> powers(count, first);
    for (std::size_t i = 1; i < count; ++i) powers[i] = powers[i - 1] * secrets[0];
    msm::mul_each<G>(points, points, powers, pool);
    const auto bytes = encode<G>(points);
    out.insert(out.end(), bytes.begin(), bytes.end());
  };
  section.operator()<G1>(2 * n - 1, Fr::one());
  section.operator()<G2>(n, Fr::one());
  section.operator()<G1>(n, secrets[1]);
  section.operator()<G1>(n, secrets[2]);
  section.operator()<G2>(1, secrets[2]);
  write(words[2], out);
}

template <class G>
void with_group(Words words, base::Pool& pool) {
  if (words[0] == "make") return make<G>(words.subspan(2), pool);
  measure<G>(words[0], words.subspan(2), pool);
}

void run(Words words) {
  base::Pool pool(1);
  if (words[0] == "contribute") return contribute(words.subspan(1), pool);
  if (words[1] == "bn254.G1") return with_group<curve::G1<curve::Bn254>>(words, pool);
  if (words[1] == "bn254.G2") return with_group<curve::G2<curve::Bn254>>(words, pool);
  if (words[1] == "bls12-381.G1") return with_group<curve::G1<curve::Bls12_381>>(words, pool);
  throw base::Error(base::Code::usage, "no group: " + words[1]);
}

}  // namespace
}  // namespace solemn

int main(int argc, char** argv) try {
  if (argc < 5) throw solemn::base::Error(solemn::base::Code::usage, "see the top of bench/peers/ours.cpp");
  solemn::run(std::vector<std::string>(argv + 1, argv + argc));
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 2;
}
