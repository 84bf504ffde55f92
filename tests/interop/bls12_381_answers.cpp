// Reads one question a line, answers one line, with our arithmetic on BLS12-381 and the backend in use: our side of
// blst_test.py, which describes the protocol.
#include <array>
#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/pool.hpp"
#include "curve/encoding.hpp"
#include "curve/pairing.hpp"
#include "msm/msm.hpp"

namespace solemn {
namespace {

using C = curve::Bls12_381;
using Words = std::span<const std::string>;

base::Bytes unhex(const std::string& text) {
  auto bytes = base::from_hex(text);
  if (!bytes) throw base::Error(base::Code::usage, "no hex: '" + text + "'");
  return *bytes;
}

template <class G>
typename G::Affine point(const std::string& text) {
  const auto bytes = unhex(text);
  const auto decoded = curve::read_arkworks<G>(bytes, curve::Form::uncompressed, curve::Subgroup::unchecked);
  if (decoded.status != curve::PointStatus::ok && decoded.status != curve::PointStatus::infinity) {
    throw base::Error(base::Code::usage, "no point: '" + text + "'");
  }
  return decoded.point;
}

template <class G>
std::string encode(const typename G::Affine& p) {
  std::vector<std::byte> small(G::kCompressedBytes), large(G::kBytes);
  curve::write_arkworks<G>(small, p, curve::Form::compressed);
  curve::write_arkworks<G>(large, p, curve::Form::uncompressed);
  return base::to_hex(small) + "," + base::to_hex(large);
}

template <class G>
struct Products {
  std::vector<typename G::Affine> points;
  std::vector<typename G::Scalar> scalars;
  explicit Products(Words words) {
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
      points.push_back(point<G>(words[i]));
      const auto k = G::Scalar::read_be(unhex(words[i + 1]));
      if (!k) throw base::Error(base::Code::usage, "no scalar: '" + words[i + 1] + "'");
      scalars.push_back(*k);
    }
  }
};

/// Every multiplication that we have must agree.
template <class G>
std::string mul(Words words, base::Pool& pool) {
  const Products<G> in(words);
  const std::size_t n = in.points.size();
  std::vector<typename G::Affine> each(n), each_vartime(n), all(n);
  msm::mul_each<G>(each, in.points, in.scalars, pool);
  msm::mul_each_vartime<G>(each_vartime, in.points, in.scalars, pool);
  msm::mul_all<G>(all, in.points, in.scalars[0], pool);
  std::string out;
  for (std::size_t i = 0; i < n; ++i) {
    const auto reference = curve::mul_reference<G>(in.points[i], in.scalars[i]).to_affine();
    const auto first = curve::mul_reference<G>(in.points[i], in.scalars[0]).to_affine();
    if (each[i] != reference || each_vartime[i] != reference || all[i] != first) return "our own disagree";
    out += (i == 0 ? "" : " ") + encode<G>(each[i]);
  }
  return out;
}

template <class G>
std::string read(const std::string& text) {
  const auto bytes = unhex(text);
  const auto form = bytes.size() == G::kCompressedBytes ? curve::Form::compressed : curve::Form::uncompressed;
  const auto decoded = curve::read_arkworks<G>(bytes, form, curve::Subgroup::check);
  switch (decoded.status) {
    case curve::PointStatus::ok:
      return encode<G>(decoded.point);
    case curve::PointStatus::not_canonical:
      return "encoding";
    case curve::PointStatus::not_on_curve:
      return "curve";
    case curve::PointStatus::not_in_subgroup:
      return "subgroup";
    case curve::PointStatus::infinity:
      return "infinity";
  }
  return "";
}

/// Big-endian bytes of any length.
std::vector<std::uint64_t> integer(const std::string& text) {
  const auto bytes = unhex(text);
  std::vector<std::uint64_t> out(bytes.size() / 8 + 1);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out[i / 8] |= std::to_integer<std::uint64_t>(bytes[bytes.size() - 1 - i]) << (8 * (i % 8));
  }
  return out;
}

template <class G>
std::string answer(Words words, base::Pool& pool) {
  const std::string& verb = words[0];
  if (verb == "mul") return mul<G>(words.subspan(1), pool);
  if (verb == "read") return read<G>(words[1]);
  if (verb == "times") {
    return encode<G>(curve::mul_integer_vartime<G>(point<G>(words[1]), integer(words[2])).to_affine());
  }
  if (verb == "sum") {
    const Products<G> in(words.subspan(1));
    return encode<G>(msm::msm_vartime<G>(in.points, in.scalars, pool).to_affine());
  }
  throw base::Error(base::Code::usage, "no verb '" + verb + "'");
}

std::string pair(Words words) {
  std::vector<curve::PairingInput<C>> pairs;
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    pairs.push_back({point<curve::G1<C>>(words[i]), point<curve::G2<C>>(words[i + 1])});
  }
  const auto f = curve::final_exponentiation<C>(curve::miller_product<C>(pairs));
  std::string out;
  for (const auto& c : {f.c0.c0, f.c1.c0, f.c0.c1, f.c1.c1, f.c0.c2, f.c1.c2}) {  // by powers of w
    for (const auto& part : {c.c0, c.c1}) {
      std::array<std::byte, C::Fq::kBytes> bytes{};
      part.write_be(bytes);
      out += base::to_hex(bytes);
    }
  }
  return out;
}

}  // namespace
}  // namespace solemn

int main() {
  using namespace solemn;
  base::Pool pool(2);
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream in(line);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    const Words rest = Words(words).subspan(1);
    try {
      if (words[0] == "pair") std::puts(pair(rest).c_str());
      if (words[0] == "g1") std::puts(answer<curve::G1<C>>(rest, pool).c_str());
      if (words[0] == "g2") std::puts(answer<curve::G2<C>>(rest, pool).c_str());
    } catch (const base::Error& e) {
      std::fprintf(stderr, "%s\n", e.what());
      return 2;
    }
  }
  return 0;
}
