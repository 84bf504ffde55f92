#pragma once
// The slow, obvious twins of msm.hpp. For tests.
#include <span>
#include <vector>

#include "msm/msm.hpp"

namespace solemn::msm::reference {

template <class G>
typename G::Affine mul(const typename G::Affine& p, const typename G::Scalar& k) {
  return curve::mul_reference<G>(p, k).to_affine();
}

template <class G>
std::vector<typename G::Affine> mul_each(std::span<const typename G::Affine> in,
                                         std::span<const typename G::Scalar> scalars) {
  std::vector<typename G::Affine> out;
  for (std::size_t i = 0; i < in.size(); ++i) out.push_back(mul<G>(in[i], scalars[i]));
  return out;
}

template <class G>
typename G::Jacobian msm(std::span<const typename G::Affine> points, std::span<const typename G::Scalar> scalars) {
  auto total = G::Jacobian::infinity();
  for (std::size_t i = 0; i < points.size(); ++i) {
    total = add_vartime(total, curve::mul_reference<G>(points[i], scalars[i]));
  }
  return total;
}

template <class G>
typename G::Affine add(const typename G::Affine& a, const typename G::Affine& b) {
  return add_vartime(G::Jacobian::from(a), b).to_affine();
}

template <class G>
std::vector<typename G::Affine> sparse_combine(std::size_t n_rows, std::span<const Term<typename G::Scalar>> terms,
                                               std::span<const typename G::Affine> points) {
  std::vector<typename G::Affine> out(n_rows);
  for (const auto& term : terms) {
    out[term.row] = add<G>(out[term.row], mul<G>(points[term.column], term.coefficient));
  }
  return out;
}

}  // namespace solemn::msm::reference
