#pragma once
// The chain of contributions: each record must prove that its author knew tau', alpha', beta' and multiplied exactly
// these in (BGM17 section 4; spec 6, points 1 to 3).
#include "setup/context.hpp"

namespace solemn::setup::phase1 {

/// What a step leaves behind: the first interesting point of every section.
template <class C>
struct Accumulated {
  typename curve::G1<C>::Affine tau_g1, alpha_g1, beta_g1;
  typename curve::G2<C>::Affine tau_g2, beta_g2;
  static Accumulated fresh();  // tau = alpha = beta = 1
  static Accumulated after(const format::PtauContribution<C>& step);
};

/// One contribution with what it stands on.
template <class C>
struct Link {
  Accumulated<C> before, after;
  format::TauKey<C> key;
  typename curve::G2<C>::Affine tau_sp, alpha_sp, beta_sp;  // hashed from the challenge and (s, k s)
};

/// steps in order; first_challenge: the challenge that the first of them answers; `before` what stood there then.
template <class C>
std::vector<Link<C>> link_up(const Accumulated<C>& before, const base::Hash64& first_challenge,
                             std::span<const format::PtauContribution<C>> steps, base::Pool& pool);

/// Each returns the positions (from 0) of the links that fail; empty when all hold, with error below 2^-127.
/// All links together first: one product of pairings, each equation raised to a random 128-bit power; only when that
/// fails one by one. Domain: every point in its subgroup, none at infinity (the reader sees to it).
///
/// e(s, k sp) = e(k s, sp) for tau, alpha and beta: the author knew k.
template <class C>
std::vector<std::size_t> wrong_keys(std::span<const Link<C>> links, base::Pool& pool);
/// after = k * before in every section, for the same k.
template <class C>
std::vector<std::size_t> wrong_ratios(std::span<const Link<C>> links, base::Pool& pool);
/// k = 1 for one of the three: a step that changes nothing there.
template <class C>
std::vector<std::size_t> trivial_steps(std::span<const Link<C>> links);

}  // namespace solemn::setup::phase1
