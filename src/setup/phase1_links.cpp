#include "setup/phase1_links.hpp"

#include <algorithm>

#include "curve/bulk.hpp"
#include "hash/entropy.hpp"
#include "setup/phase1_key.hpp"

namespace solemn::setup::phase1 {

namespace {

template <class C>
using Pairs = std::vector<curve::PairingInput<C>>;

/// A random power for each equation. Equations e(a, d) = e(b, c) become e(r a, d) e(-r b, c) = 1.
template <class C>
class Equations {
 public:
  using G1 = curve::G1<C>;
  using Point1 = typename G1::Affine;
  using Point2 = typename curve::G2<C>::Affine;

  void same_ratio(const Point1& a, const Point1& b, const Point2& c, const Point2& d) {
    std::array<std::uint64_t, 2> power{};
    hash::os_random(base::writable_object_bytes<std::uint64_t>(power));
    pairs_.push_back({curve::mul_integer_vartime<G1>(a, power).to_affine_vartime(), d});
    pairs_.push_back({-curve::mul_integer_vartime<G1>(b, power).to_affine_vartime(), c});
  }
  const Pairs<C>& pairs() const noexcept { return pairs_; }

 private:
  Pairs<C> pairs_;
};

template <class C>
void add_key_equations(Equations<C>& equations, const Link<C>& link) {
  const auto knows = [&](const typename format::TauKey<C>::One& key, const auto& sp) {
    equations.same_ratio(key.g1_s, key.g1_sx, sp, key.g2_spx);
  };
  knows(link.key.tau, link.tau_sp);
  knows(link.key.alpha, link.alpha_sp);
  knows(link.key.beta, link.beta_sp);
}

template <class C>
void add_ratio_equations(Equations<C>& equations, const Link<C>& link) {
  const Accumulated<C>&before = link.before, &after = link.after;
  const format::TauKey<C>& key = link.key;
  equations.same_ratio(before.tau_g1, after.tau_g1, link.tau_sp, key.tau.g2_spx);
  equations.same_ratio(key.tau.g1_s, key.tau.g1_sx, before.tau_g2, after.tau_g2);
  equations.same_ratio(before.alpha_g1, after.alpha_g1, link.alpha_sp, key.alpha.g2_spx);
  equations.same_ratio(before.beta_g1, after.beta_g1, link.beta_sp, key.beta.g2_spx);
  equations.same_ratio(key.beta.g1_s, key.beta.g1_sx, before.beta_g2, after.beta_g2);
}

template <class C, class Add>
std::vector<std::size_t> wrong_links(std::span<const Link<C>> links, base::Pool& pool, Add&& add) {
  std::vector<Equations<C>> each(links.size());
  pool.parallel_for(links.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) add(each[i], links[i]);
  });
  Pairs<C> all;
  for (const Equations<C>& equations : each) {
    all.insert(all.end(), equations.pairs().begin(), equations.pairs().end());
  }
  std::vector<std::size_t> wrong;
  if (curve::pairing_product_is_one<C>(all, pool)) return wrong;
  std::vector<std::uint8_t> holds(links.size());
  pool.parallel_for(links.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) holds[i] = curve::pairing_product_is_one<C>(std::span(each[i].pairs()));
  });
  for (std::size_t i = 0; i < links.size(); ++i) {
    if (holds[i] == 0) wrong.push_back(i);
  }
  // Never "right" after a product that was not, whatever the search says.
  for (std::size_t i = 0; i < links.size() && wrong.empty(); ++i) wrong.push_back(links.size() - 1);
  return wrong;
}

template <class C>
void hash_proof_points(std::span<Link<C>> links, std::span<const base::Hash64> challenges, base::Pool& pool) {
  std::vector<base::Hash64> digests;
  digests.reserve(3 * links.size());
  for (std::size_t i = 0; i < links.size(); ++i) {
    const format::TauKey<C>& key = links[i].key;
    digests.push_back(proof_digest<C>(Personality::tau, challenges[i], key.tau.g1_s, key.tau.g1_sx));
    digests.push_back(proof_digest<C>(Personality::alpha, challenges[i], key.alpha.g1_s, key.alpha.g1_sx));
    digests.push_back(proof_digest<C>(Personality::beta, challenges[i], key.beta.g1_s, key.beta.g1_sx));
  }
  std::vector<typename curve::G2<C>::Affine> points(digests.size());
  curve::hash_to_g2_each<C>(points, digests, pool);
  for (std::size_t i = 0; i < links.size(); ++i) {
    links[i].tau_sp = points[3 * i];
    links[i].alpha_sp = points[3 * i + 1];
    links[i].beta_sp = points[3 * i + 2];
  }
}

}  // namespace

template <class C>
Accumulated<C> Accumulated<C>::fresh() {
  const auto g1 = curve::G1<C>::generator();
  const auto g2 = curve::G2<C>::generator();
  return {g1, g1, g1, g2, g2};
}

template <class C>
Accumulated<C> Accumulated<C>::after(const format::PtauContribution<C>& step) {
  return {step.tau_g1, step.alpha_g1, step.beta_g1, step.tau_g2, step.beta_g2};
}

template <class C>
std::vector<Link<C>> link_up(const Accumulated<C>& before, const base::Hash64& first_challenge,
                             std::span<const format::PtauContribution<C>> steps, base::Pool& pool) {
  std::vector<Link<C>> links;
  std::vector<base::Hash64> challenges;
  links.reserve(steps.size());
  challenges.reserve(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    links.push_back({.before = i == 0 ? before : Accumulated<C>::after(steps[i - 1]),
                     .after = Accumulated<C>::after(steps[i]),
                     .key = steps[i].key,
                     .tau_sp = {},
                     .alpha_sp = {},
                     .beta_sp = {}});
    challenges.push_back(i == 0 ? first_challenge : steps[i - 1].next_challenge);
  }
  hash_proof_points<C>(links, challenges, pool);
  return links;
}

template <class C>
std::vector<std::size_t> wrong_keys(std::span<const Link<C>> links, base::Pool& pool) {
  return wrong_links<C>(links, pool, add_key_equations<C>);
}

template <class C>
std::vector<std::size_t> wrong_ratios(std::span<const Link<C>> links, base::Pool& pool) {
  return wrong_links<C>(links, pool, add_ratio_equations<C>);
}

template <class C>
std::vector<std::size_t> trivial_steps(std::span<const Link<C>> links) {
  std::vector<std::size_t> trivial;
  for (std::size_t i = 0; i < links.size(); ++i) {
    const format::TauKey<C>& key = links[i].key;
    const auto is_one = [](const auto& k) { return k.g1_s == k.g1_sx; };
    if (is_one(key.tau) || is_one(key.alpha) || is_one(key.beta)) trivial.push_back(i);
  }
  return trivial;
}

template struct Accumulated<curve::Bn254>;
template struct Accumulated<curve::Bls12_381>;
template std::vector<Link<curve::Bn254>> link_up<curve::Bn254>(const Accumulated<curve::Bn254>&, const base::Hash64&,
                                                               std::span<const format::PtauContribution<curve::Bn254>>,
                                                               base::Pool&);
template std::vector<Link<curve::Bls12_381>> link_up<curve::Bls12_381>(
    const Accumulated<curve::Bls12_381>&, const base::Hash64&,
    std::span<const format::PtauContribution<curve::Bls12_381>>, base::Pool&);
template std::vector<std::size_t> wrong_keys<curve::Bn254>(std::span<const Link<curve::Bn254>>, base::Pool&);
template std::vector<std::size_t> wrong_keys<curve::Bls12_381>(std::span<const Link<curve::Bls12_381>>, base::Pool&);
template std::vector<std::size_t> wrong_ratios<curve::Bn254>(std::span<const Link<curve::Bn254>>, base::Pool&);
template std::vector<std::size_t> wrong_ratios<curve::Bls12_381>(std::span<const Link<curve::Bls12_381>>, base::Pool&);
template std::vector<std::size_t> trivial_steps<curve::Bn254>(std::span<const Link<curve::Bn254>>);
template std::vector<std::size_t> trivial_steps<curve::Bls12_381>(std::span<const Link<curve::Bls12_381>>);

}  // namespace solemn::setup::phase1
